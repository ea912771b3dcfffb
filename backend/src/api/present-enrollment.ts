/** One enrollment as a rep reads it: what happens next, when, and what blocks it; and each step with its state. */
import type { CardEnrollment } from '@salesos/shared/cards.ts';
import type { StopReason } from '@salesos/shared/events.ts';
import type { SequenceStep } from '@salesos/shared/sequence.ts';
import { stopReasonSentences } from '@salesos/shared/wording.ts';
import { sayWhen, type WhenStyle } from './say-when.ts';

/** A mail of the enrollment. */
export interface MailFacts {
  stepIndex: number;
  state: 'scheduled' | 'held' | 'claimed' | 'sending' | 'sent' | 'failed' | 'cancelled' | 'parked';
  notBefore: Date;
  sentAt: Date | null;
  whyWaiting: string | null;
  failureReason: string | null;
}

export interface TaskFacts {
  id: string;
  enrollmentId: string;
  stepIndex: number;
  title: string;
  note: string;
  status: 'open' | 'completed' | 'cancelled';
  dueAt: Date;
  completedAt: Date | null;
}

export interface EnrollmentFacts {
  id: string;
  sequenceName: string;
  status: CardEnrollment['status'];
  /** The step it stands at, from 0. */
  stepIndex: number;
  nextStepAt: Date | null;
  whyWaiting: string | null;
  pausedUntil: Date | null;
  stopReason: StopReason | null;
  startedAt: Date;
  endedAt: Date | null;
  mailbox: { address: string; status: 'connected' | 'reconnect' | 'paused' | 'disconnected' };
  steps: SequenceStep[];
  /** The name of each step's template, by its id. */
  templateNames: Map<string, string>;
  /** When the steps ahead are due, if all goes on as it does now. */
  plan: { stepIndex: number; at: Date; why: string }[];
  mails: MailFacts[];
  tasks: TaskFacts[];
}

export function presentEnrollment(facts: EnrollmentFacts, style: WhenStyle): CardEnrollment {
  return {
    id: facts.id,
    sequenceName: facts.sequenceName,
    status: facts.status,
    sentence: sentenceOf(facts, style),
    mailboxAddress: facts.mailbox.address,
    startedAt: facts.startedAt.toISOString(),
    steps: facts.steps.map((_, index) => presentStep(facts, index)),
    actions: actionsOf[facts.status],
  };
}

const actionsOf: Record<CardEnrollment['status'], CardEnrollment['actions']> = {
  active: ['pause', 'stop'],
  paused: ['resume', 'stop'],
  finished: [],
  stopped: [],
};

/** When the next visible thing happens; null when nothing is planned. */
export function nextAt(facts: EnrollmentFacts): Date | null {
  if (facts.status !== 'active') return facts.status === 'paused' ? facts.pausedUntil : null;
  return currentMail(facts)?.notBefore ?? currentTask(facts)?.dueAt ?? facts.nextStepAt;
}

function sentenceOf(facts: EnrollmentFacts, style: WhenStyle): string {
  switch (facts.status) {
    case 'active':
      return activeSentence(facts, style);
    case 'paused':
      return pausedSentence(facts, style);
    default: {
      const sentence = stopReasonSentences[facts.status === 'finished' ? 'finished' : (facts.stopReason ?? 'manual')];
      return facts.endedAt ? `${sentence.replace(/\.$/, '')} – ${sayWhen(facts.endedAt, style)}.` : sentence;
    }
  }
}

function activeSentence(facts: EnrollmentFacts, style: WhenStyle): string {
  const mail = currentMail(facts);
  if (mail) return mailSentence(facts, mail, style);
  const task = currentTask(facts);
  if (task)
    return `Waits for a colleague: task “${task.title}”, due ${sayWhen(task.dueAt, style)}. When it is done, the sequence goes on.`;
  if (!facts.nextStepAt) return facts.whyWaiting ?? 'The next step is being planned.';
  const next = facts.plan.find((planned) => facts.steps[planned.stepIndex]?.kind !== 'wait');
  const what = next ? nameOf(facts, next.stepIndex) : 'the next step';
  return withReason(`Next is ${what} on ${sayWhen(facts.nextStepAt, style)}.`, facts.whyWaiting);
}

function mailSentence(facts: EnrollmentFacts, mail: MailFacts, style: WhenStyle): string {
  const what = nameOf(facts, mail.stepIndex);
  switch (mail.state) {
    case 'claimed':
    case 'sending':
      return `${capital(what)} is leaving now.`;
    case 'parked':
      return `Nobody can tell whether ${what} has left. Look in the Sent folder of ${facts.mailbox.address}; it is not sent again by itself.`;
    case 'failed':
      return withReason(`${capital(what)} could not be sent.`, mail.failureReason);
    default:
      break;
  }
  const blocked = blockOf(facts, mail);
  if (blocked) return `${capital(what)} waits: ${blocked}`;
  const late = mail.notBefore <= style.now;
  const sentence = late
    ? `Next is ${what}, as soon as the mailbox may send it.`
    : `Next is ${what} on ${sayWhen(mail.notBefore, style)}.`;
  return withReason(sentence, mail.whyWaiting);
}

function blockOf({ mailbox }: EnrollmentFacts, mail: MailFacts): string | null {
  if (mailbox.status === 'reconnect') return `${mailbox.address} must be connected again in the settings.`;
  if (mailbox.status === 'disconnected') return `${mailbox.address} was disconnected.`;
  if (mailbox.status === 'paused') return `${mailbox.address} is paused.`;
  return mail.state === 'held' ? (mail.whyWaiting ?? 'it is held back.') : null;
}

/** Whoever paused it said why, and until when. */
function pausedSentence({ pausedUntil, whyWaiting }: EnrollmentFacts, style: WhenStyle): string {
  if (whyWaiting) return whyWaiting;
  return pausedUntil
    ? `Paused: it goes on ${sayWhen(pausedUntil, style)}.`
    : 'Paused: nothing is sent until somebody resumes it.';
}

function presentStep(facts: EnrollmentFacts, index: number): CardEnrollment['steps'][number] {
  const step = facts.steps[index]!;
  const mail = facts.mails.find((candidate) => candidate.stepIndex === index);
  const task = facts.tasks.find((candidate) => candidate.stepIndex === index);
  const planned = facts.plan.find((candidate) => candidate.stepIndex === index);
  const at = mail?.sentAt ?? task?.completedAt ?? mail?.notBefore ?? task?.dueAt ?? planned?.at ?? null;
  const state = stateOf(facts, index, mail);
  return {
    index,
    kind: step.kind,
    label: capital(nameOf(facts, index)),
    state,
    at: state === 'skipped' ? null : (at?.toISOString() ?? null),
    why: mail?.failureReason ?? mail?.whyWaiting ?? (state === 'done' ? null : (planned?.why ?? null)),
  };
}

function stateOf(facts: EnrollmentFacts, index: number, mail: MailFacts | undefined) {
  if (mail?.state === 'sent') return 'done';
  if (mail?.state === 'cancelled' || mail?.state === 'failed') return 'skipped';
  if (facts.status === 'finished' || index < facts.stepIndex) return 'done';
  if (facts.status === 'stopped') return 'skipped';
  return index === facts.stepIndex ? 'current' : 'upcoming';
}

const currentMail = (facts: EnrollmentFacts) =>
  facts.mails.find((mail) => mail.stepIndex === facts.stepIndex && mail.state !== 'sent' && mail.state !== 'cancelled');

const currentTask = (facts: EnrollmentFacts) =>
  facts.tasks.find((task) => task.stepIndex === facts.stepIndex && task.status === 'open');

const units = { business_days: 'business day', days: 'day', hours: 'hour' };

function nameOf({ steps, templateNames }: EnrollmentFacts, index: number): string {
  const step = steps[index];
  if (!step) return 'the next step';
  if (step.kind === 'task') return `task “${step.title}”`;
  if (step.kind === 'wait') return `wait ${step.amount} ${units[step.unit]}${step.amount === 1 ? '' : 's'}`;
  const name = templateNames.get(step.templateId);
  return name ? `mail “${name}”` : 'the mail';
}

const withReason = (sentence: string, reason: string | null) => (reason ? `${sentence} ${reason}` : sentence);
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
