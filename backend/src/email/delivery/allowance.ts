/**
 * How much may leave, and when. The allowance is the smallest of several ceilings: the provider's, the mailbox's own (less
 * while it is new), the hour's, the account's, the sequence's and the one for the recipient's domain. Pure.
 */
import { hash } from 'node:crypto';
import type { SendWindow } from '@salesos/shared/sequence.ts';
import { type AllowedTime, describeMoment, describeWindow, nextAllowed } from '../../compliance/index.ts';
import type { Ramp } from '../../core/tables.ts';
import { DAY, dayOf, dayOfIsoDate, HOUR, instantOf, isoDateOf, SECOND, wallOf } from '../../core/zoned-time.ts';
import type { MessageWindow } from './messages.ts';

/** What a mailbox may do and has done. */
export interface MailboxPace {
  id: string;
  /** As in "jo@example.com". */
  address: string;
  /** Days are counted here, and the working hours are read here. */
  timeZone: string;
  dailyCap: number;
  hourlyCap: number | null;
  providerDailyCap: number;
  ramp: Ramp | null;
  workingHours: SendWindow | null;
  spacingSeconds: number;
  /** Mails since midnight and since the full hour, by hand or by a sequence: both count at the provider. */
  sentToday: number;
  sentThisHour: number;
  lastSentAt: Date | null;
}

export interface Ceiling {
  used: number;
  most: number;
  /** When counting begins anew. */
  freeAt: Date;
  /** As in "jo@example.com has sent 40 mails today, and its limit is 40 a day". */
  because: string;
}

/** The gap between two mails is the spacing times something between these. */
const leastGap = 0.6;
const mostGap = 1.8;
/** Hours of the mailbox and of the recipient that do not meet for so long never meet. */
const searchDays = 14;

export interface Counters {
  sentOn: string | null;
  sentCount: number;
  hourOn: string | null;
  hourCount: number;
}

/** A mailbox's counters as they are now: begun anew when its day or the hour has changed. */
export function countersAt({ timeZone, ...stored }: Counters & { timeZone: string }, now: Date) {
  const today = isoDateOf(dayOf(wallOf(timeZone, now.getTime())));
  const hour = new Date(Math.floor(now.getTime() / HOUR) * HOUR).toISOString();
  return {
    sentOn: today,
    sentCount: stored.sentOn === today ? stored.sentCount : 0,
    hourOn: hour,
    hourCount: stored.hourOn === hour ? stored.hourCount : 0,
  };
}

/** The ceiling that leaves the least room; of those that leave none, the one that lasts longest. */
export function tightest(ceilings: readonly Ceiling[]): Ceiling | null {
  const room = ({ used, most }: Ceiling) => Math.max(0, most - used);
  return ceilings.reduce<Ceiling | null>((least, each) => {
    if (!least || room(each) < room(least)) return each;
    return room(each) === 0 && room(least) === 0 && each.freeAt > least.freeAt ? each : least;
  }, null);
}

/** What the provider refuses to take beyond; the only one that holds a mail written by hand. */
function providerCeiling({ address, timeZone, sentToday, providerDailyCap }: MailboxPace, now: Date): Ceiling {
  const because = `${address} has sent ${mails(sentToday)} today, and its provider takes ${providerDailyCap} a day`;
  return { used: sentToday, most: providerDailyCap, freeAt: nextMidnight(timeZone, now), because };
}

/** The ceilings of the mailbox alone. */
export function mailboxCeilings(mailbox: MailboxPace, now: Date): Ceiling[] {
  const { address, timeZone, sentToday, sentThisHour, dailyCap, hourlyCap, ramp } = mailbox;
  const freeAt = nextMidnight(timeZone, now);
  const sent = `${address} has sent ${mails(sentToday)} today`;
  const ceilings: Ceiling[] = [
    providerCeiling(mailbox, now),
    { used: sentToday, most: dailyCap, freeAt, because: `${sent}, and its limit is ${dailyCap} a day` },
  ];
  const rampCap = ramp && rampAllowance(ramp, timeZone, now);
  if (ramp && rampCap !== null && rampCap < dailyCap)
    ceilings.push({
      used: sentToday,
      most: rampCap,
      freeAt,
      because: `${sent}, and while it is new its limit is ${rampCap} a day, ${ramp.addPerDay} more each day`,
    });
  if (hourlyCap !== null)
    ceilings.push({
      used: sentThisHour,
      most: hourlyCap,
      freeAt: new Date((Math.floor(now.getTime() / HOUR) + 1) * HOUR),
      because: `${address} has sent ${mails(sentThisHour)} this hour, and its limit is ${hourlyCap} an hour`,
    });
  return ceilings;
}

/** A new mailbox sends little, and a little more each day: how many mails a day the ramp admits by now. */
export function rampAllowance({ startPerDay, addPerDay, since }: Ramp, zone: string, now: Date): number {
  const days = dayOf(wallOf(zone, now.getTime())) - dayOfIsoDate(since);
  return startPerDay + Math.max(0, days) * addPerDay;
}

/** The day begins anew: midnight in a zone. */
export function nextMidnight(zone: string, now: Date): Date {
  return new Date(instantOf(zone, (dayOf(wallOf(zone, now.getTime())) + 1) * DAY));
}

/** Seconds to rest after the mail that left at `lastSentAt`: always the same for the same mail, and different for the next. */
export function gapSeconds(spacingSeconds: number, mailboxId: string, lastSentAt: Date): number {
  if (spacingSeconds === 0) return 0;
  const digest = hash('sha256', `${mailboxId} ${lastSentAt.toISOString()}`, 'hex');
  const share = Number.parseInt(digest.slice(0, 8), 16) / 2 ** 32;
  return Math.ceil(spacingSeconds * (leastGap + (mostGap - leastGap) * share));
}

export interface SlotQuestion {
  mailbox: MailboxPace;
  /** Ceilings that other mailboxes share: of the account, the sequence, the recipient's domain. */
  shared: readonly Ceiling[];
  window: MessageWindow | null;
  /** Written by hand: only what the provider refuses anyway keeps it. */
  byHand: boolean;
  now: Date;
}

export interface Slot extends AllowedTime {
  /** Where it waits for its mailbox alone: when the mailbox may send again. Others line up behind it. */
  turn: Date | null;
}

/** The first moment from now on at which a mail may leave, and the reason when that is not now. */
export function nextSlot({ mailbox, shared, window, byHand, now }: SlotQuestion): Slot {
  const { spacingSeconds, lastSentAt, timeZone, address } = mailbox;
  if (byHand) {
    const provider = providerCeiling(mailbox, now);
    if (!isReached(provider)) return { at: now, why: null, turn: now };
    return { ...waitsUntil(provider.freeAt, now, timeZone, provider.because), turn: null };
  }
  const closed = firstOpen(now, mailbox, window);
  if (closed.at > now) return { ...closed, turn: null };
  const full = tightest([...mailboxCeilings(mailbox, now), ...shared].filter(isReached));
  const rested = lastSentAt
    ? lastSentAt.getTime() + gapSeconds(spacingSeconds, mailbox.id, lastSentAt) * SECOND
    : now.getTime();
  const earliest = new Date(Math.max(now.getTime(), rested, full?.freeAt.getTime() ?? 0));
  if (earliest <= now) return { at: now, why: null, turn: now };
  const turn = full && shared.includes(full) ? null : earliest;
  const open = firstOpen(earliest, mailbox, window);
  if (!full && open.why) return { ...open, turn };
  const because = full?.because ?? `${address} leaves about ${span(spacingSeconds)} between two mails`;
  return { ...waitsUntil(open.at, now, timeZone, because), turn };
}

const isReached = ({ used, most }: Ceiling) => used >= most;

/** From `from` on, the first moment inside the recipient's window and the mailbox's working hours. */
function firstOpen(
  from: Date,
  { address, timeZone, workingHours }: MailboxPace,
  window: MessageWindow | null,
): AllowedTime {
  const theirs = (at: Date): AllowedTime =>
    window ? nextAllowed(at, window.rules, window.recipient) : { at, why: null };
  const first = theirs(from);
  if (!workingHours) return first;
  const rules = { sendWindow: workingHours, holidays: [] };
  const hours = describeWindow(rules, { zone: timeZone, name: address });
  const last = first.at.getTime() + searchDays * DAY;
  let at = first.at;
  while (at.getTime() <= last) {
    const ours = nextAllowed(at, rules, { zone: timeZone, name: address }).at;
    const both = theirs(ours).at;
    if (ours > at || both > ours) {
      at = both;
      continue;
    }
    return at > first.at ? waitsUntil(at, from, timeZone, `${address} sends ${hours}`) : first;
  }
  // Better at an odd hour for the sender than never, or in the recipient's night.
  if (first.at <= from) return first;
  return waitsUntil(first.at, from, timeZone, `${address} sends ${hours}, which never meets the recipient's hours`);
}

function waitsUntil(at: Date, now: Date, zone: string, because: string): AllowedTime {
  return { at, why: `Waits until ${describeMoment(at, now, zone)}: ${because}.` };
}

const mails = (count: number) => `${count} ${count === 1 ? 'mail' : 'mails'}`;

function span(seconds: number): string {
  const [amount, unit] = seconds % 60 === 0 ? [seconds / 60, 'minute'] : [seconds, 'second'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
