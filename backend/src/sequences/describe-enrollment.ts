/** An enrollment in words: the one sentence, and its steps with what became of them. No clock, no database. */
import type { CardEnrollment } from '@salesos/shared/cards.ts';
import type { SequenceDefinition } from '@salesos/shared/sequence.ts';
import { stopReasonSentences } from '@salesos/shared/wording.ts';
import { describeMoment, type Recipient } from '../compliance/index.ts';
import type { Enrollment } from './enrollment-queries.ts';
import { stepLabel } from './labels.ts';
import { nextStep, type PlannedStep } from './next-step.ts';
import { spreadKeyOf } from './stored-definition.ts';

/** The mail of a step, as far as it matters here. */
export interface StepMail {
  state: 'scheduled' | 'held' | 'claimed' | 'sending' | 'sent' | 'failed' | 'cancelled' | 'parked';
  notBefore: Date;
  sentAt: Date | null;
  whyWaiting: string | null;
  failureReason: string | null;
}

export interface StepTask {
  status: 'open' | 'completed' | 'cancelled';
  dueAt: Date;
  completedAt: Date | null;
}

export interface EnrollmentFacts {
  enrollment: Enrollment;
  definition: SequenceDefinition;
  recipient: Recipient;
  now: Date;
  /** By template id. */
  templateNames: Map<string, string>;
  /** By step index. */
  mails: Map<number, StepMail>;
  tasks: Map<number, StepTask>;
  mailbox: { address: string; status: 'connected' | 'reconnect' | 'paused' | 'disconnected' };
}

type Described = Pick<CardEnrollment, 'sentence' | 'steps' | 'actions'>;

export function describeEnrollment(facts: EnrollmentFacts): Described {
  const { status } = facts.enrollment;
  const running = status === 'active' || status === 'paused';
  return {
    sentence: sentenceOf(facts),
    steps: stepsOf(facts),
    actions: running ? [status === 'paused' ? 'resume' : 'pause', 'stop'] : [],
  };
}

/** What happens next, when, and what blocks it; or how it ended. */
function sentenceOf(facts: EnrollmentFacts): string {
  const { enrollment, now } = facts;
  const { status, stopReason, whyWaiting, nextStepAt } = enrollment;
  if (status === 'stopped' || status === 'finished') return stopReasonSentences[stopReason ?? 'finished'];
  if (status === 'paused') return whyWaiting ?? 'Paused until somebody resumes it.';
  if (!nextStepAt) return sentenceOfBegun(facts);
  const next = `Next: ${lowerFirst(label(facts, enrollment.stepIndex))}`;
  if (whyWaiting) return `${next}. ${whyWaiting} It is looked at again ${when(facts, nextStepAt)}.`;
  const time = nextStepAt <= now ? 'in a moment' : when(facts, nextStepAt);
  return `${next} ${time}.${blockedMailbox(facts)}`;
}

function sentenceOfBegun(facts: EnrollmentFacts): string {
  const { enrollment, now, mails, tasks } = facts;
  const name = label(facts, enrollment.stepIndex);
  const task = tasks.get(enrollment.stepIndex);
  if (task)
    return task.status === 'open' ? `${name} waits for a colleague; then the sequence goes on.` : goingOn(name, 'done');
  const mail = mails.get(enrollment.stepIndex);
  if (!mail) return `${name} is being prepared.`;
  switch (mail.state) {
    case 'scheduled': {
      if (mail.whyWaiting) return `${name} is in line. ${mail.whyWaiting}${blockedMailbox(facts)}`;
      const time = mail.notBefore <= now ? 'in a moment' : when(facts, mail.notBefore);
      return `${name} goes out ${time}.${blockedMailbox(facts)}`;
    }
    case 'held':
      return `${name} is held back. ${mail.whyWaiting ?? blockedMailbox(facts).trim()}`.trim();
    case 'claimed':
    case 'sending':
      return `${name} is going out now.`;
    case 'sent':
      return goingOn(name, 'sent');
    case 'parked':
      return `${name} needs a look: ${mail.failureReason ?? 'nobody can tell whether it was sent.'}`;
    case 'failed':
    case 'cancelled':
      return `${name} was not sent. ${mail.failureReason ?? ''}`.trim();
  }
}

const goingOn = (name: string, done: string) => `${name} was ${done}; the next step is being planned.`;

function blockedMailbox({ mailbox, enrollment, definition }: EnrollmentFacts): string {
  if (mailbox.status === 'connected' || definition.steps[enrollment.stepIndex]?.kind !== 'email') return '';
  const { address, status } = mailbox;
  return status === 'paused'
    ? ` It waits as long as ${address} is paused.`
    : ` It waits until ${address} is connected again in the settings.`;
}

function when({ now, recipient }: EnrollmentFacts, at: Date): string {
  const whose = recipient.name ? `${recipient.name}'s time` : "the recipient's time";
  return `on ${describeMoment(at, now, recipient.zone)} (${whose})`;
}

function label({ definition, templateNames }: EnrollmentFacts, stepIndex: number): string {
  const step = definition.steps[stepIndex]!;
  return stepLabel(step, step.kind === 'email' ? templateNames.get(step.templateId) : undefined);
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

type CardStep = CardEnrollment['steps'][number];
type Fate = Pick<CardStep, 'state' | 'why'> & { at: Date | null };

/**
 * Walks the way again as it really went, from one done step to the next, and from the current one on as it is planned. Dates
 * are left out where they hang on something nobody can foretell.
 */
function stepsOf(facts: EnrollmentFacts): CardStep[] {
  const { definition, recipient, enrollment } = facts;
  const enrollmentId = spreadKeyOf(enrollment);
  const fates = new Map<number, Fate>();
  let done: { doneIndex: number; doneAt: Date; known: boolean } = {
    doneIndex: -1,
    doneAt: enrollment.startedAt,
    known: true,
  };
  for (;;) {
    const { known, ...from } = done;
    const next = nextStep({ definition, recipient, enrollmentId, ...from });
    if (!next) break;
    const fate = fateOf(facts, next, known);
    for (const wait of next.waits) fates.set(wait.stepIndex, fateOfWait(facts, wait, fate, known));
    fates.set(next.stepIndex, fate);
    done = { doneIndex: next.stepIndex, doneAt: fate.at ?? next.at, known: fate.at !== null };
  }
  return definition.steps.map((step, index): CardStep => {
    const { state, at, why } = fates.get(index)!;
    return { index, kind: step.kind, label: label(facts, index), state, at: at?.toISOString() ?? null, why };
  });
}

function fateOf(facts: EnrollmentFacts, planned: PlannedStep, known: boolean): Fate {
  const { enrollment, mails, tasks } = facts;
  const { stepIndex, at, why } = planned;
  const mail = mails.get(stepIndex);
  const task = tasks.get(stepIndex);
  if (mail?.state === 'sent') return { state: 'done', at: mail.sentAt, why: null };
  if (task?.status === 'completed') return { state: 'done', at: task.completedAt, why: null };
  if (enrollment.status === 'stopped' || enrollment.status === 'finished' || stepIndex < enrollment.stepIndex)
    return { state: 'skipped', at: null, why: mail?.failureReason ?? endOf(enrollment) };
  if (stepIndex > enrollment.stepIndex) return { state: 'upcoming', at: known ? at : null, why: known ? why : null };
  if (enrollment.status === 'paused')
    return { state: 'current', at: enrollment.pausedUntil, why: enrollment.whyWaiting };
  if (enrollment.nextStepAt) {
    const isLooking = enrollment.whyWaiting !== null;
    return { state: 'current', at: isLooking ? null : enrollment.nextStepAt, why: enrollment.whyWaiting ?? why };
  }
  if (mail) return { state: 'current', at: mail.state === 'scheduled' ? mail.notBefore : null, why: mail.whyWaiting };
  return { state: 'current', at: null, why: task ? 'Waits for a colleague.' : null };
}

/** A wait is over when the step behind it has begun, or its time is up. */
function fateOfWait(facts: EnrollmentFacts, wait: PlannedStep, behind: Fate, known: boolean): Fate {
  const { at, why } = wait;
  if (behind.state === 'skipped' && facts.enrollment.status === 'stopped' && at > (facts.enrollment.endedAt ?? at))
    return { state: 'skipped', at: null, why: behind.why };
  if (behind.state === 'upcoming') return { state: 'upcoming', at: known ? at : null, why: null };
  return at <= facts.now ? { state: 'done', at, why: null } : { state: 'current', at, why };
}

const endOf = ({ stopReason }: Enrollment): string | null => (stopReason ? stopReasonSentences[stopReason] : null);
