import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import {
  DAY,
  dayOf,
  dayOfIsoDate,
  HOUR,
  instantOf,
  isoDateOf,
  isZone,
  MINUTE,
  offsetAt,
  wallOf,
  weekdayOf,
} from './zoned-time.ts';

const zones = Intl.supportedValuesOf('timeZone');
const anyZone = fc.constantFrom(...zones);
const anyInstant = fc
  .integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2040, 0, 1) / 1000 })
  .map((seconds) => seconds * 1000);
/** A wall time `2026-11-01T01:30` in this module's writing. */
const wall = (text: string) => Date.parse(`${text}Z`);
const utc = (instant: number) => new Date(instant).toISOString();
const oracleInstant = (zone: string, at: number) =>
  Temporal.PlainDateTime.from(new Date(at).toISOString().slice(0, -1)).toZonedDateTime(zone).epochMilliseconds;
const oracleOffset = (zone: string, at: number) =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;

describe('against Temporal', () => {
  test('the offset at any instant in any zone agrees', () => {
    fc.assert(
      fc.property(anyZone, anyInstant, (zone, at) => offsetAt(zone, at) === oracleOffset(zone, at)),
      { numRuns: 3000 },
    );
  });

  test('the instant of any wall time in any zone agrees', () => {
    fc.assert(
      fc.property(anyZone, anyInstant, (zone, at) => instantOf(zone, at) === oracleInstant(zone, at)),
      { numRuns: 3000 },
    );
  });

  const changing = ['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/Santiago', 'Africa/Cairo'];
  changing.push('America/St_Johns', 'Africa/Casablanca', 'Asia/Tehran', 'Pacific/Apia', 'Antarctica/Troll');
  test.each(changing)('every quarter hour around every change of %s from 2010 to 2030 agrees', (zone) => {
    let at = Temporal.ZonedDateTime.from(`2010-01-01T00:00[${zone}]`);
    let changes = 0;
    for (;;) {
      const next = at.getTimeZoneTransition('next');
      if (!next || next.year > 2030) break;
      const change = next.epochMilliseconds;
      expect(offsetAt(zone, change)).toBe(oracleOffset(zone, change));
      expect(offsetAt(zone, change - 1)).toBe(oracleOffset(zone, change - 1));
      const around = wallOf(zone, change);
      for (let time = around - 26 * HOUR; time <= around + 26 * HOUR; time += 15 * MINUTE)
        if (instantOf(zone, time) !== oracleInstant(zone, time))
          expect(`${zone} ${utc(time)}`).toBe('the same instant');
      at = next;
      changes++;
    }
    expect(changes).toBeGreaterThan(5);
  });
});

describe('change days by hand', () => {
  test.each([
    [
      'a skipped half hour past two reads an hour later',
      'America/New_York',
      '2027-03-14T02:30',
      '2027-03-14T07:30:00.000Z',
    ],
    ['of two half past ones the first is taken', 'America/New_York', '2026-11-01T01:30', '2026-11-01T05:30:00.000Z'],
    ['Lord Howe skips only half an hour', 'Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:45:00.000Z'],
    ['Lord Howe repeats only half an hour', 'Australia/Lord_Howe', '2027-04-04T01:45', '2027-04-03T14:45:00.000Z'],
    ['Santiago skips midnight', 'America/Santiago', '2026-09-06T00:00', '2026-09-06T04:00:00.000Z'],
    ['Cairo skips midnight', 'Africa/Cairo', '2026-04-24T00:00', '2026-04-23T22:00:00.000Z'],
    ['Kathmandu is 5:45 ahead', 'Asia/Kathmandu', '2026-06-01T09:00', '2026-06-01T03:15:00.000Z'],
    ['Samoa skipped a whole day', 'Pacific/Apia', '2011-12-30T12:00', '2011-12-30T22:00:00.000Z'],
  ])('%s', (_name, zone, time, expected) => expect(utc(instantOf(zone, wall(time)))).toBe(expected));

  test('a change day has 23 or 25 hours', () => {
    const hours = (date: string) => {
      const day = dayOfIsoDate(date) * DAY;
      return (instantOf('Europe/Berlin', day + DAY) - instantOf('Europe/Berlin', day)) / HOUR;
    };
    expect([hours('2026-03-29'), hours('2026-10-25'), hours('2026-10-26')]).toEqual([23, 25, 24]);
  });
});

describe('days and names', () => {
  test('weekdays and dates agree with Temporal, before 1970 as well', () => {
    fc.assert(
      fc.property(fc.integer({ min: -20_000, max: 40_000 }), (day) => {
        const date = Temporal.PlainDate.from('1970-01-01').add({ days: day });
        expect(weekdayOf(day)).toBe(date.dayOfWeek);
        expect(isoDateOf(day)).toBe(date.toString());
        expect(dayOfIsoDate(date.toString())).toBe(day);
        expect(dayOf(day * DAY + DAY - 1)).toBe(day);
      }),
    );
  });

  test.each(['2026-02-30', '2026-13-01', '21.11.2026', '2026-1-1', ''])('%j is not a date', (text) => {
    expect(() => dayOfIsoDate(text)).toThrow(RangeError);
  });

  test.each(['Europe/Berlin', 'UTC', 'Asia/Kathmandu', 'US/Eastern', ...zones.slice(0, 5)])('%s is a zone', (name) => {
    expect(isZone(name)).toBe(true);
  });

  test.each(['', 'Mars/Phobos', '+01:00', '-05', 'Europe/', ' Europe/Berlin', 'Kim’s place'])(
    '%j is not a zone',
    (name) => {
      expect(isZone(name)).toBe(false);
    },
  );

  test('an unknown zone is an error, not UTC', () => {
    expect(() => offsetAt('Mars/Phobos', 0)).toThrow(RangeError);
  });
});
