import { defaultSendWindow } from '@salesos/shared/sequence.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ceiling, gapSeconds, type MailboxPace, nextSlot, rampAllowance, tightest } from './allowance.ts';
import type { MessageWindow } from './messages.ts';

/** Wednesday, 11:00 in Berlin. */
const now = new Date('2026-11-18T10:00:00Z');
const pace: MailboxPace = {
  id: 'box',
  address: 'jo@example.com',
  timeZone: 'Europe/Berlin',
  dailyCap: 40,
  hourlyCap: null,
  providerDailyCap: 2000,
  ramp: null,
  workingHours: null,
  spacingSeconds: 120,
  sentToday: 3,
  sentThisHour: 1,
  lastSentAt: new Date('2026-11-18T09:00:00Z'),
};
const slot = (change: Partial<MailboxPace> = {}, more: Partial<Parameters<typeof nextSlot>[0]> = {}) =>
  nextSlot({ mailbox: { ...pace, ...change }, shared: [], window: null, byHand: false, now, ...more });
const windowIn = (zone: string): MessageWindow => ({
  rules: { sendWindow: defaultSendWindow, holidays: [] },
  recipient: { zone, name: 'Kim' },
});
const full = (most: number, freeAt: string, because: string): Ceiling => ({
  used: most,
  most,
  freeAt: new Date(freeAt),
  because,
});

describe('the spacing', () => {
  test('a rested mailbox below its limits sends now', () => expect(slot()).toMatchObject({ at: now, why: null }));
  test('a mailbox that never sent sends now', () => expect(slot({ lastSentAt: null }).at).toEqual(now));

  test('a mailbox that has just sent rests, and says so', () => {
    const { at, why } = slot({ lastSentAt: now });
    expect(at.getTime() - now.getTime()).toBe(gapSeconds(120, 'box', now) * 1000);
    expect(why).toMatch(/^Waits until Wednesday 11:0\d: jo@example.com leaves about 2 minutes between two mails\.$/);
  });

  test('the gap is the same for the same mail, lies between 0.6 and 1.8 of the spacing, and differs from mail to mail', () => {
    const gaps = new Set<number>();
    for (let minute = 0; minute < 200; minute++) {
      const last = new Date(now.getTime() + minute * 60_000);
      const gap = gapSeconds(1000, 'box', last);
      expect(gap).toBe(gapSeconds(1000, 'box', last));
      expect(gap).toBeGreaterThanOrEqual(600);
      expect(gap).toBeLessThanOrEqual(1800);
      gaps.add(gap);
    }
    expect(gaps.size).toBeGreaterThan(150);
    const mean = [...gaps].reduce((sum, gap) => sum + gap, 0) / gaps.size;
    expect(mean).toBeGreaterThan(1100);
    expect(mean).toBeLessThan(1300);
  });
});

describe('the limits', () => {
  test.each<[string, Partial<MailboxPace>, string, string]>([
    ['the day', { sentToday: 40 }, '2026-11-18T23:00:00Z', 'has sent 40 mails today, and its limit is 40 a day'],
    [
      'the provider',
      { sentToday: 30, providerDailyCap: 30 },
      '2026-11-18T23:00:00Z',
      'has sent 30 mails today, and its provider takes 30 a day',
    ],
    [
      'the ramp',
      { sentToday: 16, ramp: { startPerDay: 10, addPerDay: 3, since: '2026-11-16' } },
      '2026-11-18T23:00:00Z',
      'has sent 16 mails today, and while it is new its limit is 16 a day, 3 more each day',
    ],
    [
      'the hour',
      { sentThisHour: 5, hourlyCap: 5 },
      '2026-11-18T11:00:00Z',
      'has sent 5 mails this hour, and its limit is 5 an hour',
    ],
  ])('of %s holds the mailbox and says until when', (_, change, at, why) => {
    expect(slot(change).at.toISOString()).toBe(new Date(at).toISOString());
    expect(slot(change).why).toContain(why);
  });

  test('of several that are reached, the one that lasts longest is named', () => {
    const { at, why } = slot({ sentToday: 40, sentThisHour: 5, hourlyCap: 5 });
    expect(at.toISOString()).toBe('2026-11-18T23:00:00.000Z');
    expect(why).toContain('its limit is 40 a day');
  });

  test('of the account holds it too, and takes no turn of the mailbox', () => {
    const account = full(9, '2026-11-18T23:00:00Z', 'your account has sent 9 mails today, and the limit is 9 a day');
    expect(slot({}, { shared: [account] })).toEqual({
      at: account.freeAt,
      why: 'Waits until Thursday 0:00: your account has sent 9 mails today, and the limit is 9 a day.',
      turn: null,
    });
  });

  test('a mail by hand passes every limit and the spacing, but not the provider’s own', () => {
    const busy = { lastSentAt: now, sentToday: 40, sentThisHour: 9, hourlyCap: 1 };
    expect(slot(busy, { byHand: true })).toMatchObject({ at: now, why: null });
    expect(slot({ ...busy, sentToday: 2000 }, { byHand: true }).why).toContain('its provider takes 2000 a day');
  });

  test('the ramp grows by the day of the mailbox’s zone and never shrinks', () => {
    const ramp = { startPerDay: 10, addPerDay: 5, since: '2026-11-18' };
    const at = (instant: string) => rampAllowance(ramp, 'Europe/Berlin', new Date(instant));
    expect(at('2026-11-10T10:00:00Z')).toBe(10);
    expect(at('2026-11-18T22:59:00Z')).toBe(10);
    expect(at('2026-11-18T23:00:00Z')).toBe(15);
    expect(at('2026-11-28T12:00:00Z')).toBe(60);
  });

  test('the tightest leaves the least room', () => {
    const one = (used: number, most: number): Ceiling => ({ used, most, freeAt: now, because: `${used}/${most}` });
    expect(tightest([one(1, 40), one(8, 10), one(0, 5)])?.because).toBe('8/10');
    expect(tightest([])).toBeNull();
  });

  test('a day without midnight begins at one', () => {
    const before = new Date('2026-09-05T20:00:00Z');
    const { at } = slot({ timeZone: 'America/Santiago', sentToday: 40, lastSentAt: null }, { now: before });
    expect(at.toISOString()).toBe('2026-09-06T04:00:00.000Z');
  });
});

describe('the hours', () => {
  const hours = { ...defaultSendWindow, fromMinute: 13 * 60 };

  test('outside the recipient’s window it waits for it, and takes no turn of the mailbox', () => {
    expect(slot({}, { window: windowIn('America/New_York') })).toMatchObject({
      at: new Date('2026-11-18T14:00:00Z'),
      why: expect.stringMatching(/^Moved to Wednesday 9:00: this sequence runs/),
      turn: null,
    });
  });

  test('outside the mailbox’s working hours it waits for them', () => {
    expect(slot({ workingHours: hours })).toMatchObject({
      at: new Date('2026-11-18T12:00:00Z'),
      why: "Waits until Wednesday 13:00: jo@example.com sends on business days between 13:00 and 17:00, in jo@example.com's time zone (Europe/Berlin).",
    });
  });

  test('both are kept where they meet', () => {
    const { at } = slot({ workingHours: hours }, { window: windowIn('America/New_York') });
    expect(at.toISOString()).toBe('2026-11-18T14:00:00.000Z');
  });

  test('where they never meet the recipient’s hours win, and the sentence says so', () => {
    const { at, why } = slot({ workingHours: defaultSendWindow }, { window: windowIn('Pacific/Auckland') });
    expect(at.toISOString()).toBe('2026-11-18T20:00:00.000Z');
    expect(why).toContain("which never meets the recipient's hours");
  });

  test('a limit that ends at night moves the mail into the next open hours, and stays the reason', () => {
    const { at, why } = slot({ sentToday: 40 }, { window: windowIn('Europe/Berlin') });
    expect(at.toISOString()).toBe('2026-11-19T08:00:00.000Z');
    expect(why).toBe('Waits until Thursday 9:00: jo@example.com has sent 40 mails today, and its limit is 40 a day.');
  });
});

test('waking at each slot keeps every limit and the spacing, and always gets on', () => {
  const anyPace = fc.record({
    dailyCap: fc.integer({ min: 1, max: 6 }),
    hourlyCap: fc.option(fc.integer({ min: 1, max: 3 })),
    ramp: fc.option(fc.constant({ startPerDay: 1, addPerDay: 1, since: '2026-10-30' })),
    spacingSeconds: fc.integer({ min: 0, max: 40_000 }),
    workingHours: fc.option(fc.constant(defaultSendWindow)),
  });
  const zones = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu');
  fc.assert(
    fc.property(anyPace, zones, (change, timeZone) => {
      const dateIn = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
      const hourOf = (date: Date) => date.toISOString().slice(0, 13);
      const sent: Date[] = [];
      let time = new Date('2026-10-30T10:00:00Z');
      for (let wakeups = 0; sent.length < 15; wakeups++) {
        expect(wakeups).toBeLessThan(100);
        const same = (by: (date: Date) => string) => sent.filter((each) => by(each) === by(time)).length;
        const mailbox = {
          ...pace,
          ...change,
          timeZone,
          sentToday: same((date) => dateIn.format(date)),
          sentThisHour: same(hourOf),
          lastSentAt: sent.at(-1) ?? null,
        };
        const { at } = nextSlot({ mailbox, shared: [], window: null, byHand: false, now: time });
        if (at > time) time = at;
        else sent.push(time);
      }
      for (const group of Map.groupBy(sent, (each) => dateIn.format(each)).values())
        expect(group.length).toBeLessThanOrEqual(change.dailyCap);
      for (const group of Map.groupBy(sent, hourOf).values())
        expect(group.length).toBeLessThanOrEqual(change.hourlyCap ?? 99);
      for (let i = 1; i < sent.length; i++)
        expect(sent[i]!.getTime() - sent[i - 1]!.getTime()).toBeGreaterThanOrEqual(change.spacingSeconds * 600);
    }),
  );
});
