import type { StopReason } from '@salesos/shared/events.ts';
import type { SequenceStep } from '@salesos/shared/sequence.ts';
import { nextAllowed, type Recipient, type Refusal, type SendRules } from '../compliance/index.ts';
import { HOUR } from '../core/zoned-time.ts';
import { forbidsMailOnly, stopReasonOf } from './refusals.ts';

/** Something is missing that a person can mend: the step is looked at again after this long. */
export const LOOK_AGAIN_HOURS = 1;

export interface StepFacts {
  step: SequenceStep;
  rules: SendRules;
  recipient: Recipient;
  /** Why the person may not be written to, if so. */
  refusal: Refusal | null;
  /** Values that the mail of this step needs and the person does not have. */
  missing: string[];
  now: Date;
  /** 0 to below 1, see `nextAllowed`. */
  spread: number;
}

export type StepVerdict =
  | { act: 'mail' | 'task'; at: Date; why: string | null }
  | { act: 'stop'; stopReason: StopReason }
  | { act: 'wait'; at: Date; why: string };

/** What to do with a step that is due: begin it, wait until something is mended, or end the enrollment. */
export function decideStep({ step, rules, recipient, refusal, missing, now, spread }: StepFacts): StepVerdict {
  const stopReason = refusal ? stopReasonOf(refusal.code) : null;
  if (stopReason) return { act: 'stop', stopReason };
  const isMail = step.kind === 'email';
  if (refusal && (isMail || !forbidsMailOnly(refusal.code))) return lookAgain(refusal.sentence, now);
  if (isMail && missing.length > 0)
    return lookAgain(`The next mail needs values that the record lacks: ${missing.join(', ')}.`, now);
  // Whoever comes late, after a night without workers, may find the window closed.
  const { at, why } = nextAllowed(now, rules, recipient, spread);
  return { act: isMail ? 'mail' : 'task', at, why };
}

function lookAgain(sentence: string, now: Date): StepVerdict {
  return { act: 'wait', at: new Date(now.getTime() + LOOK_AGAIN_HOURS * HOUR), why: `Waits: ${sentence}` };
}
