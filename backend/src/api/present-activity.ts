/** The timeline of a person, from the facts that were announced. */
import type { ActivityItem } from '@salesos/shared/cards.ts';
import type { EventData, EventName, EvidenceGrade } from '@salesos/shared/events.ts';
import { evidenceLabels, stopReasonSentences } from '@salesos/shared/wording.ts';
import { sayWhen, type WhenStyle } from './say-when.ts';

export interface EventFact {
  id: string;
  name: string;
  at: Date;
  data: Record<string, unknown>;
}

/** What the sentences need beyond the facts, by id. */
export interface Names {
  subjects: Map<string, string>;
  sequences: Map<string, string>;
  tasks: Map<string, string>;
}

type Shown = Pick<ActivityItem, 'kind' | 'title'> & { detail?: string | null; evidence?: EvidenceGrade };
type Tellers = { [N in EventName]?: (data: EventData<N>, names: Names, style: WhenStyle) => Shown };

const quoted = (text: string | undefined, otherwise: string) => (text ? `“${text}”` : otherwise);
const mail = (data: { messageId: string }, names: Names) => quoted(names.subjects.get(data.messageId), 'a mail');
const sequence = (data: { sequenceId: string }, names: Names) =>
  quoted(names.sequences.get(data.sequenceId), 'a sequence');

const pauses = {
  manual: 'By a colleague.',
  out_of_office: 'The person is away.',
  soft_bounce: 'The mail could not be delivered for now.',
  mail_failed: 'A mail could not be sent.',
} as const;

const tellers: Tellers = {
  'email.sent': (data, names) => ({ kind: 'sent', title: `Sent ${mail(data, names)}` }),
  'email.opened': (data, names) => ({
    kind: 'opened',
    title: `Opened ${mail(data, names)}`,
    detail: evidenceLabels[data.evidence],
    evidence: data.evidence,
  }),
  'email.clicked': (data, names) => ({
    kind: 'clicked',
    title: `Clicked a link in ${mail(data, names)}`,
    detail: data.url,
    evidence: data.evidence,
  }),
  'email.replied': (data, names) => ({ kind: 'replied', title: `Replied to ${mail(data, names)}`, evidence: 'human' }),
  'email.auto_replied': (data, names) => ({
    kind: 'auto_replied',
    title: `Automatic answer to ${mail(data, names)}`,
    detail: data.returnsOn ? `Back on ${data.returnsOn}.` : null,
    evidence: 'machine',
  }),
  'email.bounced': (data, names) => ({
    kind: 'bounced',
    title: `Could not deliver ${mail(data, names)}`,
    detail: data.diagnostic,
  }),
  'email.failed': (data, names) => ({
    kind: 'failed',
    title: `Could not send ${mail(data, names)}`,
    detail: data.reason,
  }),
  'contact.opted_out': () => ({ kind: 'opted_out', title: 'Unsubscribed' }),
  'enrollment.created': (data, names, style) => ({
    kind: 'enrolled',
    title: `Enrolled in ${sequence(data, names)}`,
    detail: `First step ${sayWhen(new Date(data.firstStepAt), style)}.`,
  }),
  'enrollment.paused': (data, names, style) => ({
    kind: 'paused',
    title: `Paused ${sequence(data, names)}`,
    detail: `${pauses[data.reason]}${data.resumesAt ? ` Goes on ${sayWhen(new Date(data.resumesAt), style)}.` : ''}`,
  }),
  'enrollment.resumed': (data, names) => ({ kind: 'resumed', title: `Resumed ${sequence(data, names)}` }),
  'enrollment.stopped': (data, names) => ({
    kind: 'stopped',
    title: `Stopped ${sequence(data, names)}`,
    detail: stopReasonSentences[data.reason],
  }),
  'enrollment.finished': (data, names) => ({ kind: 'finished', title: `Finished ${sequence(data, names)}` }),
  'task.created': (data, names) => ({
    kind: 'task',
    title: `Task ${quoted(names.tasks.get(data.taskId), 'for a colleague')}`,
  }),
  'task.completed': (data, names) => ({
    kind: 'task',
    title: `Done: task ${quoted(names.tasks.get(data.taskId), 'of a colleague')}`,
  }),
};

/** The facts the timeline shows; the others are for programs. */
export const shownEvents = Object.keys(tellers) as EventName[];

/** `fact` is one of `shownEvents`. */
export function presentActivity(fact: EventFact, names: Names, style: WhenStyle): ActivityItem {
  // The data was checked against the catalogue when the fact was announced.
  const tell = tellers[fact.name as EventName] as (data: unknown, names: Names, style: WhenStyle) => Shown;
  const shown = tell(fact.data, names, style);
  return { id: fact.id, at: fact.at.toISOString(), detail: null, evidence: null, ...shown };
}
