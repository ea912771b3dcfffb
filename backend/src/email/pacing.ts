/** How fast one mailbox may send: so many mails a day, and so much time between two of them. */

import { type AllowedTime, describeMoment } from '../compliance/index.ts';
import { DAY, dayOf, instantOf, SECOND, wallOf } from '../core/zoned-time.ts';

export interface MailboxPace {
  /** As in "jo@example.com". */
  address: string;
  /** Days of the cap are counted here. */
  zone: string;
  now: Date;
  dailyCap: number;
  /** Mails sent since midnight in `zone`, by hand or by a sequence: both count at the provider. */
  sentToday: number;
  spacingSeconds: number;
  lastSentAt: Date | null;
}

/** The first moment from now on at which the mailbox may send one more mail, and the reason when that is not now. */
export function nextSlot({
  address,
  zone,
  now,
  dailyCap,
  sentToday,
  spacingSeconds,
  lastSentAt,
}: MailboxPace): AllowedTime {
  const rested = lastSentAt ? lastSentAt.getTime() + spacingSeconds * SECOND : 0;
  if (sentToday >= dailyCap) {
    const midnight = instantOf(zone, (dayOf(wallOf(zone, now.getTime())) + 1) * DAY);
    const at = new Date(Math.max(midnight, rested));
    const reason = `${address} has sent ${sentToday} mails today, and its limit is ${dailyCap} a day`;
    return { at, why: `Waits until ${describeMoment(at, now, zone)}: ${reason}.` };
  }
  if (rested <= now.getTime()) return { at: now, why: null };
  const at = new Date(rested);
  const reason = `${address} leaves ${span(spacingSeconds)} between two mails`;
  return { at, why: `Waits until ${describeMoment(at, now, zone)}: ${reason}.` };
}

function span(seconds: number): string {
  const [amount, unit] = seconds % 60 === 0 ? [seconds / 60, 'minute'] : [seconds, 'second'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
