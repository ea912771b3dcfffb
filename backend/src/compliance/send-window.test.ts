import { defaultSendWindow, weekdays } from '@salesos/shared/sequence.ts';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { addBusinessDays, nextAllowed, type SendRules, SPREAD_MINUTES } from './send-window.ts';

const office: SendRules = { sendWindow: defaultSendWindow, holidays: [] };
const rules = (change: Partial<SendRules['sendWindow']>, holidays: string[] = []): SendRules => ({
  sendWindow: { ...defaultSendWindow, ...change },
  holidays,
});
const kim = { zone: 'Europe/Berlin', name: 'Kim' };
const in_ = (zone: string) => ({ zone, name: null });
/** The instant of a local time such as `2026-11-21T10:00`. */
const at = (local: string, zone = kim.zone) =>
  new Date(Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds);
const local = (instant: Date, zone = kim.zone) =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDateTime().toString();

describe('the first allowed moment', () => {
  test.each([
    ['a moment inside the window stays', '2026-11-18T10:03', '2026-11-18T10:03:00'],
    ['the opening belongs to the window', '2026-11-18T09:00', '2026-11-18T09:00:00'],
    ['the closing does not', '2026-11-18T17:00', '2026-11-19T09:00:00'],
    ['early in the morning waits for the opening', '2026-11-18T03:00', '2026-11-18T09:00:00'],
    ['Friday evening waits for Monday', '2026-11-20T18:00', '2026-11-23T09:00:00'],
    ['Saturday waits for Monday', '2026-11-21T12:00', '2026-11-23T09:00:00'],
    [
      'Friday before the clocks change waits for Monday 9:00 on the new clock',
      '2026-03-27T18:00',
      '2026-03-30T09:00:00',
    ],
    ['Friday before the clocks change back as well', '2026-10-23T18:00', '2026-10-26T09:00:00'],
  ])('%s', (_name, asked, expected) => expect(local(nextAllowed(at(asked), office, kim).at)).toBe(expected));

  test('holidays are passed over, also in a row with a weekend', () => {
    const christmas = rules({}, ['2026-12-24', '2026-12-25', '2026-12-28']);
    expect(local(nextAllowed(at('2026-12-24T10:00'), christmas, kim).at)).toBe('2026-12-29T09:00:00');
  });

  test('the recipient’s clock counts, not ours', () => {
    const nineInKathmandu = nextAllowed(at('2026-11-18T02:00', 'Asia/Kathmandu'), office, in_('Asia/Kathmandu')).at;
    expect(nineInKathmandu.toISOString()).toBe('2026-11-18T03:15:00.000Z');
  });

  test('a window that the change of the clocks swallows opens the week after', () => {
    const night = rules({ days: ['sun'], fromMinute: 120, toMinute: 180 });
    const found = nextAllowed(at('2027-03-14T00:00', 'America/New_York'), night, in_('America/New_York')).at;
    expect(local(found, 'America/New_York')).toBe('2027-03-21T02:00:00');
  });

  test('a window from midnight opens at one where midnight is skipped', () => {
    const allDay = rules({ days: ['sun'], fromMinute: 0, toMinute: 1440 });
    const found = nextAllowed(at('2026-09-05T12:00', 'America/Santiago'), allDay, in_('America/Santiago')).at;
    expect(local(found, 'America/Santiago')).toBe('2026-09-06T01:00:00');
  });

  test('a list of holidays on every open day for years ends in the first one left', () => {
    const sundays = Array.from({ length: 400 }, (_, week) =>
      Temporal.PlainDate.from('2026-11-22').add({ weeks: week }).toString(),
    );
    const found = nextAllowed(at('2026-11-21T12:00'), rules({ days: ['sun'] }, sundays), kim).at;
    expect(local(found)).toBe('2034-07-23T09:00:00');
  });
});

describe('the sentence', () => {
  const why = (asked: string, given = office, recipient: { zone: string; name: string | null } = kim, spread = 0) =>
    nextAllowed(at(asked), given, recipient, spread).why;

  test('there is none when nothing moved', () => expect(why('2026-11-18T10:03')).toBeNull());

  test.each([
    [
      'names the day, the window and the zone',
      why('2026-11-21T12:00'),
      "Moved to Monday 9:00: this sequence runs on business days between 9:00 and 17:00, in Kim's time zone (Europe/Berlin).",
    ],
    [
      'tells the minute it was spread to',
      why('2026-11-21T12:00', office, kim, 0.4),
      "Moved to Monday 9:24: this sequence runs on business days between 9:00 and 17:00, in Kim's time zone (Europe/Berlin).",
    ],
    [
      'names the holiday, and the date when it is a week away',
      why('2026-12-24T18:00', rules({}, ['2026-12-25', '2026-12-28', '2026-12-29', '2026-12-30', '2026-12-31'])),
      "Moved to Friday 1 January 9:00: this sequence runs on business days between 9:00 and 17:00, in Kim's time zone (Europe/Berlin). Friday 25 December is on its list of holidays.",
    ],
    [
      'says every day where every day is open',
      why('2026-11-20T20:00', rules({ days: [...weekdays] })),
      "Moved to Saturday 9:00: this sequence runs every day between 9:00 and 17:00, in Kim's time zone (Europe/Berlin).",
    ],
    [
      'lists other days, and does without a name',
      why('2026-11-20T12:00', rules({ days: ['thu', 'sun', 'mon'], toMinute: 1050 }), in_('UTC')),
      "Moved to Sunday 9:00: this sequence runs on Mondays, Thursdays and Sundays between 9:00 and 17:30, in the recipient's time zone (UTC).",
    ],
  ])('%s', (_name, said, expected) => expect(said).toBe(expected));
});

const anyZone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const anyInstant = fc
  .integer({ min: Date.UTC(2024, 0, 1) / 1000, max: Date.UTC(2032, 0, 1) / 1000 })
  .map((seconds) => new Date(seconds * 1000));
const anyRules = fc
  .record({
    days: fc.subarray([...weekdays], { minLength: 1 }),
    minutes: fc.tuple(fc.integer({ min: 0, max: 1440 }), fc.integer({ min: 0, max: 1440 })).filter(([a, b]) => a !== b),
    holidays: fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 20 }),
  })
  .map(({ days, minutes, holidays }): SendRules => {
    const dates = holidays.map((day) => Temporal.PlainDate.from('2024-01-01').add({ days: day }).toString());
    return rules({ days, fromMinute: Math.min(...minutes), toMinute: Math.max(...minutes) }, dates);
  });
const isOpenDay = (date: Temporal.PlainDate, { sendWindow, holidays }: SendRules) =>
  sendWindow.days.includes(weekdays[date.dayOfWeek - 1]!) && !holidays.includes(date.toString());

/** The same answer by walking days with Temporal. */
function oracle(instant: Date, given: SendRules, zone: string): number {
  let date = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  for (; ; date = date.add({ days: 1 })) {
    const boundary = (minute: number) =>
      date.toPlainDateTime().add({ minutes: minute }).toZonedDateTime(zone).epochMilliseconds;
    const [opens, closes] = [boundary(given.sendWindow.fromMinute), boundary(given.sendWindow.toMinute)];
    if (isOpenDay(date, given) && opens < closes && instant.getTime() < closes)
      return Math.max(opens, instant.getTime());
  }
}

describe('for any rules in any zone', () => {
  test('the first allowed moment is what walking through the days with Temporal finds', () => {
    fc.assert(
      fc.property(anyInstant, anyRules, anyZone, (instant, given, zone) => {
        expect(nextAllowed(instant, given, in_(zone)).at.getTime()).toBe(oracle(instant, given, zone));
      }),
      { numRuns: 1000 },
    );
  });

  test('an allowed moment stays as it is, wherever in the window it was spread to', () => {
    fc.assert(
      fc.property(
        anyInstant,
        anyRules,
        anyZone,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (instant, given, zone, spread) => {
          const { at: first } = nextAllowed(instant, given, in_(zone), spread);
          expect(nextAllowed(first, given, in_(zone), spread)).toEqual({ at: first, why: null });
          const unspread = nextAllowed(instant, given, in_(zone)).at;
          expect(first.getTime() - unspread.getTime()).toBeLessThan(SPREAD_MINUTES * 60_000);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('business days later means so many open days later at the same time of day', () => {
    fc.assert(
      fc.property(anyInstant, anyRules, anyZone, fc.integer({ min: 1, max: 30 }), (instant, given, zone, count) => {
        const start = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);
        let date = start.toPlainDate();
        for (let left = count; left > 0; ) {
          date = date.add({ days: 1 });
          if (isOpenDay(date, given)) left--;
        }
        const expected = date.toZonedDateTime({ timeZone: zone, plainTime: start.toPlainTime() }).epochMilliseconds;
        expect(addBusinessDays(instant, count, given, zone).getTime()).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
