/** When a sequence may act: on business days, inside the send window, in the recipient's time zone. */

import { type SendWindow, weekdays } from '@salesos/shared/sequence.ts';
import {
  DAY,
  dayOf,
  dayOfIsoDate,
  instantOf,
  isoDateOf,
  MINUTE,
  SECOND,
  wallOf,
  weekdayOf,
} from '../core/zoned-time.ts';

/** The part of a sequence definition that says when it may act. */
export interface SendRules {
  sendWindow: SendWindow;
  /** ISO dates. */
  holidays: readonly string[];
}

/** Whose clock counts; the name is for the sentence, as in "Kim". */
export interface Recipient {
  zone: string;
  name: string | null;
}

export interface AllowedTime {
  at: Date;
  /** Null when the time asked for was allowed as it is. */
  why: string | null;
}

/** What is moved to the opening of a window is spread over this long, so that a night's mails do not all leave at 9:00. */
export const SPREAD_MINUTES = 60;

/**
 * The first moment from `instant` on at which the sequence may act, and the sentence that says why when it had to move.
 * `spread` (0 to below 1) places what is moved between the opening of the window and an hour later, or its end.
 */
export function nextAllowed(instant: Date, rules: SendRules, recipient: Recipient, spread = 0): AllowedTime {
  const asked = instant.getTime();
  const firstDay = dayOf(wallOf(recipient.zone, asked));
  for (let day = firstDay; day < firstDay + searchDays(rules); day++) {
    if (!isBusinessDay(day, rules)) continue;
    const opens = instantOf(recipient.zone, day * DAY + rules.sendWindow.fromMinute * MINUTE);
    const closes = instantOf(recipient.zone, day * DAY + rules.sendWindow.toMinute * MINUTE);
    if (asked >= closes || opens >= closes) continue;
    if (asked >= opens) return { at: instant, why: null };
    const room = Math.min(closes - opens, SPREAD_MINUTES * MINUTE);
    const at = new Date(opens + Math.floor((spread * room) / SECOND) * SECOND);
    return { at, why: sentence(instant, at, rules, recipient) };
  }
  throw new RangeError('The send window never opens');
}

/** A day of the send window that is no holiday. `day` counts from 1970-01-01. */
export function isBusinessDay(day: number, rules: SendRules): boolean {
  return isWindowDay(day, rules) && !isHoliday(day, rules);
}

function isWindowDay(day: number, { sendWindow }: SendRules): boolean {
  return sendWindow.days.includes(weekdays[weekdayOf(day) - 1]!);
}

function isHoliday(day: number, { holidays }: SendRules): boolean {
  return holidays.length > 0 && holidays.includes(isoDateOf(day));
}

/** The same time of day, so many business days later; from a Saturday, one business day later is Monday. */
export function addBusinessDays(instant: Date, count: number, rules: SendRules, zone: string): Date {
  const wall = wallOf(zone, instant.getTime());
  let day = dayOf(wall);
  for (let left = count; left > 0; left--) {
    const last = day + searchDays(rules);
    do {
      if (++day > last) throw new RangeError('There is no business day');
    } while (!isBusinessDay(day, rules));
  }
  return new Date(instantOf(zone, day * DAY + (wall - dayOf(wall) * DAY)));
}

/** As in "on business days between 9:00 and 17:00, in Kim's time zone (Europe/Berlin)". */
export function describeWindow({ sendWindow }: SendRules, recipient: Recipient): string {
  const hours = `between ${clock(sendWindow.fromMinute)} and ${clock(sendWindow.toMinute)}`;
  const whose = recipient.name ? `${recipient.name}'s` : "the recipient's";
  return `${dayNames(sendWindow.days)} ${hours}, in ${whose} time zone (${recipient.zone})`;
}

/** A moment as people say it: "Monday 9:00", with the date from a week after `from`, with the year from half a year. */
export function describeMoment(at: Date, from: Date, zone: string): string {
  const wall = wallOf(zone, at.getTime());
  const daysAhead = dayOf(wall) - dayOf(wallOf(zone, from.getTime()));
  const year = daysAhead < 183 ? '' : ` ${new Date(wall).getUTCFullYear()}`;
  const time = clock(Math.floor((wall - dayOf(wall) * DAY) / MINUTE));
  return `${daysAhead < 7 ? weekdayName(wall) : longDate(wall)}${year} ${time}`;
}

/** Each holiday takes away one open day at most and a change of the clocks one window at most, so one week per holiday and two more are enough. */
function searchDays({ holidays }: SendRules): number {
  return (holidays.length + 3) * 7;
}

function sentence(asked: Date, at: Date, rules: SendRules, recipient: Recipient): string {
  const moved = `Moved to ${describeMoment(at, asked, recipient.zone)}`;
  const passed = passedHoliday(asked, at, rules, recipient.zone);
  return `${moved}: this sequence runs ${describeWindow(rules, recipient)}.${passed}`;
}

/** Names the first day that would have been open were it no holiday. */
function passedHoliday(asked: Date, at: Date, rules: SendRules, zone: string): string {
  for (let day = dayOf(wallOf(zone, asked.getTime())); day < dayOf(wallOf(zone, at.getTime())); day++)
    if (isWindowDay(day, rules) && isHoliday(day, rules)) return ` ${longDate(day * DAY)} is on its list of holidays.`;
  return '';
}

/** Formatters are made once: making one costs more than all the rest of a planned step. */
export const andList = new Intl.ListFormat('en-GB', { type: 'conjunction' });
const utc = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options });
const weekdayFormat = utc({ weekday: 'long' });
const dateFormat = utc({ day: 'numeric', month: 'long' });

function weekdayName(wall: number): string {
  return weekdayFormat.format(wall);
}

/** A calendar day as people say it: "Tuesday 1 December". `date` is an ISO date. */
export const describeDay = (date: string): string => longDate(dayOfIsoDate(date) * DAY);

function longDate(wall: number): string {
  return `${weekdayName(wall)} ${dateFormat.format(wall)}`;
}

function clock(minuteOfDay: number): string {
  return `${Math.floor(minuteOfDay / 60)}:${String(minuteOfDay % 60).padStart(2, '0')}`;
}

function dayNames(days: SendWindow['days']): string {
  const listed = weekdays.filter((day) => days.includes(day));
  if (listed.length === 7) return 'every day';
  if (listed.join() === 'mon,tue,wed,thu,fri') return 'on business days';
  const names = listed.map((day) => `${weekdayName((weekdays.indexOf(day) + 4) * DAY)}s`);
  return `on ${andList.format(names)}`;
}
