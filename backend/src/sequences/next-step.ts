/** What comes after a step, and when. The same function plans a preview and drives the run, so the preview is the run. */
import { createHash } from 'node:crypto';
import type { SequenceDefinition, WaitStep } from '@salesos/shared/sequence.ts';
import { addBusinessDays, andList, nextAllowed, type Recipient } from '../compliance/index.ts';
import { DAY, HOUR, instantOf, wallOf } from '../core/zoned-time.ts';

/** Written into every decision about a next step; goes up when the same input would give another answer. */
export const RULE_VERSION = 'next-step/1';

export interface PlannedStep {
  stepIndex: number;
  /** When a mail or a task is due; for a wait, when it ends. */
  at: Date;
  /** One or two sentences: what the time counts from, and why it had to move. */
  why: string;
}

/** A mail or a task, never a wait: the waits on the way to it are listed apart. */
export interface NextStep extends PlannedStep {
  waits: PlannedStep[];
}

export interface StepDone {
  definition: SequenceDefinition;
  /** The step just done; -1 when the person was just enrolled. */
  doneIndex: number;
  /** When it was really done, not when it was due: whoever runs late stays behind instead of catching up in a burst. */
  doneAt: Date;
  recipient: Recipient;
  /** Spreads people over the opening hour; the same enrollment always gets the same minute. */
  enrollmentId: string;
}

/** The next mail or task after the step just done, or null when the sequence is finished. */
export function nextStep({ definition, doneIndex, doneAt, recipient, enrollmentId }: StepDone): NextStep | null {
  const waits: PlannedStep[] = [];
  const waited: WaitStep[] = [];
  const before = doneIndex < 0 ? 'the enrollment' : 'the step before';
  let due = doneAt;
  for (let stepIndex = doneIndex + 1; stepIndex < definition.steps.length; stepIndex++) {
    const step = definition.steps[stepIndex]!;
    if (step.kind === 'wait') {
      due = endOfWait(step, due, definition, recipient.zone);
      waited.push(step);
      waits.push({ stepIndex, at: due, why: countsFrom(waited, before) });
      continue;
    }
    const { at, why } = nextAllowed(due, definition, recipient, spreadOf(`${enrollmentId}:${stepIndex}`));
    const counted = countsFrom(waited, before);
    return { stepIndex, at, why: why ? `${counted} ${why}` : counted, waits };
  }
  return null;
}

/** A number from 0 to below 1 that depends on the key alone: spreads without chance, so it can be foretold and repeated. */
export function spreadOf(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32;
}

function endOfWait({ amount, unit }: WaitStep, from: Date, definition: SequenceDefinition, zone: string): Date {
  if (unit === 'business_days') return addBusinessDays(from, amount, definition, zone);
  if (unit === 'days') return new Date(instantOf(zone, wallOf(zone, from.getTime()) + amount * DAY));
  return new Date(from.getTime() + amount * HOUR);
}

const unitNames = { business_days: 'business day', days: 'day', hours: 'hour' };

/** As in "3 business days and 2 hours after the step before." */
function countsFrom(waited: WaitStep[], before: string): string {
  if (waited.length === 0) return `Right after ${before}.`;
  const spans = waited.map(({ amount, unit }) => `${amount} ${unitNames[unit]}${amount === 1 ? '' : 's'}`);
  return `${andList.format(spans)} after ${before}.`;
}
