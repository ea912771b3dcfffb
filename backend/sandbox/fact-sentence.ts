/** A fact of the event catalogue as a sentence for the sandbox's log. Names it does not know are told by themselves. */
import type { EventData, EventName } from '@salesos/shared/events.ts';
import { evidenceLabels, stopReasonSentences } from '@salesos/shared/wording.ts';

type Sentences = { [N in EventName]?: (data: EventData<N>, who: string) => string };

const pauseReasons: Record<EventData<'enrollment.paused'>['reason'], string> = {
  manual: 'a colleague asked for it',
  out_of_office: 'out of office',
  mail_failed: 'a mail could not be sent',
  soft_bounce: 'the mail came back for now',
};
const day = (instant: string) => instant.slice(0, 10);

const sentences: Sentences = {
  'contact.created': (_, who) => `${who} was read from the CRM.`,
  'contact.updated': ({ changed }, who) => `The CRM changed ${changed.join(', ')} of ${who}.`,
  'contact.deleted': (_, who) => `${who} was deleted in the CRM.`,
  'contact.opted_out': (_, who) => `${who} unsubscribed.`,
  'enrollment.created': ({ source }, who) =>
    `${who} was enrolled ${{ card: 'from the card', workflow: 'by a workflow', api: 'through the API' }[source]}.`,
  'enrollment.advanced': ({ stepIndex }, who) => `${who} moved on to step ${stepIndex + 1}.`,
  'enrollment.paused': ({ reason, resumesAt }, who) =>
    `${who}’s sequence pauses${resumesAt ? ` until ${day(resumesAt)}` : ''}: ${pauseReasons[reason]}.`,
  'enrollment.resumed': (_, who) => `${who}’s sequence goes on.`,
  'enrollment.finished': (_, who) => `${who} finished the sequence.`,
  'enrollment.stopped': ({ reason }) => stopReasonSentences[reason],
  'email.scheduled': (_, who) => `A mail to ${who} was planned.`,
  'email.sent': (_, who) => `A mail went to ${who}.`,
  'email.failed': ({ reason }, who) => `A mail to ${who} could not be sent: ${reason}`,
  'email.cancelled': ({ reason }, who) => `A planned mail to ${who} was taken back: ${reason}`,
  'email.bounced': ({ class: kind }, who) =>
    `The mail to ${who} came back (${{ hard: 'for good', soft: 'for now', policy: 'refused by policy' }[kind]}).`,
  'email.complained': (_, who) => `${who} reported a mail as spam.`,
  'email.opened': ({ evidence }) => `The mail was opened, ${evidenceLabels[evidence]}.`,
  'email.clicked': ({ evidence }) => `A link was clicked, ${evidenceLabels[evidence]}.`,
  'email.replied': (_, who) => `${who} replied.`,
  'email.auto_replied': ({ returnsOn }, who) =>
    `An automatic reply came from ${who}${returnsOn ? `, back on ${returnsOn}` : ''}.`,
  'score.changed': ({ from, to }, who) => `${who}’s score went from ${Math.round(from)} to ${Math.round(to)}.`,
  'score.tier_changed': ({ from, to }, who) => `${who} moved from tier ${from} to tier ${to}.`,
  'task.created': (_, who) => `A task about ${who} was made.`,
  'task.completed': (_, who) => `A task about ${who} was completed.`,
  'sync.failed': ({ what, reason }) => `HubSpot refused ${what}: ${reason}`,
  'sync.recovered': ({ what }) => `HubSpot takes ${what} again.`,
  'mailbox.connected': () => 'A mailbox was connected.',
  'mailbox.limited': ({ reason }) => `A mailbox was paused. ${reason}`,
  'mailbox.resumed': () => 'A mailbox goes on sending.',
  'mailbox.disconnected': ({ reason }) => `A mailbox was disconnected: ${reason}`,
  'crm.connected': () => 'The CRM was connected.',
  'crm.disconnected': () => 'The CRM was disconnected.',
};

/** `data` as it was stored under this name; `who` is the person it is about. */
export function factSentence<N extends EventName>(name: N, data: EventData<N>, who: string): string {
  const tell = sentences[name] as ((data: EventData<N>, who: string) => string) | undefined;
  return tell ? tell(data, who) : `${name.replaceAll(/[._]/g, ' ')}.`;
}
