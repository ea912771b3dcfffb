/** When a sequence goes on after the person was away. */

import { describeDay, describeMoment, nextAllowed, type Recipient, type SendRules } from '../compliance/index.ts';
import { DAY, dayOfIsoDate, instantOf } from '../core/zoned-time.ts';

export interface Absence {
  /** The ISO date of the first day back, as the out-of-office mail gives it. */
  returnsOn: string;
  now: Date;
  /** When the next step would have been due without the absence. */
  dueAt: Date;
  rules: SendRules;
  recipient: Recipient;
  /** 0 to below 1, see `nextAllowed`. */
  spread: number;
}

/**
 * The next step's new moment: on the first business day after the return date, when the send window opens, so nobody is met
 * by our mail on the first morning back. It never comes earlier than it was due, and a return in the past delays nothing.
 * Throws RangeError for a broken date.
 */
export function resumeAfter({ returnsOn, now, dueAt, rules, recipient, spread }: Absence): { at: Date; why: string } {
  const dayAfter = instantOf(recipient.zone, (dayOfIsoDate(returnsOn) + 1) * DAY);
  const earliest = new Date(Math.max(dayAfter, dueAt.getTime(), now.getTime()));
  const { at } = nextAllowed(earliest, rules, recipient, spread);
  const moment = describeMoment(at, now, recipient.zone);
  return {
    at,
    why: `${recipient.name ?? 'The person'} is away until ${describeDay(returnsOn)}: the next step comes on ${moment}.`,
  };
}
