import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MailboxPace, nextSlot } from './pacing.ts';

const now = new Date('2026-11-18T10:00:00Z');
const pace: MailboxPace = {
  address: 'jo@example.com',
  zone: 'Europe/Berlin',
  now,
  dailyCap: 40,
  sentToday: 3,
  spacingSeconds: 120,
  lastSentAt: new Date('2026-11-18T09:00:00Z'),
};

test('a rested mailbox below its limit sends now', () => expect(nextSlot(pace)).toEqual({ at: now, why: null }));
test('a mailbox that never sent sends now', () => expect(nextSlot({ ...pace, lastSentAt: null }).at).toEqual(now));

test('a mailbox that has just sent rests first', () => {
  expect(nextSlot({ ...pace, lastSentAt: new Date('2026-11-18T09:59:00Z') })).toEqual({
    at: new Date('2026-11-18T10:01:00Z'),
    why: 'Waits until Wednesday 11:01: jo@example.com leaves 2 minutes between two mails.',
  });
});

test('seconds that make no whole minute are told as seconds', () => {
  expect(nextSlot({ ...pace, spacingSeconds: 45, lastSentAt: now }).why).toMatch(/leaves 45 seconds between/);
});

test('at its limit it waits for the next day of its own zone', () => {
  expect(nextSlot({ ...pace, sentToday: 40 })).toEqual({
    at: new Date('2026-11-18T23:00:00Z'),
    why: 'Waits until Thursday 0:00: jo@example.com has sent 40 mails today, and its limit is 40 a day.',
  });
});

test('at its limit shortly before midnight it also rests after its last mail', () => {
  const late = new Date('2026-11-18T22:59:30Z');
  expect(nextSlot({ ...pace, now: late, lastSentAt: late, sentToday: 41 }).at).toEqual(
    new Date('2026-11-18T23:01:30Z'),
  );
});

test('a day without midnight begins at one', () => {
  const before = new Date('2026-09-05T20:00:00Z');
  const slot = nextSlot({ ...pace, zone: 'America/Santiago', now: before, sentToday: 40, lastSentAt: null });
  expect(slot.at.toISOString()).toBe('2026-09-06T04:00:00.000Z');
});

test('waking at each slot keeps the cap and the spacing, and always gets on', () => {
  const anyPace = fc.record({
    dailyCap: fc.integer({ min: 1, max: 6 }),
    spacingSeconds: fc.integer({ min: 0, max: 40_000 }),
  });
  fc.assert(
    fc.property(
      anyPace,
      fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu'),
      ({ dailyCap, spacingSeconds }, zone) => {
        const dateIn = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
        const sent: Date[] = [];
        let time = new Date('2026-10-30T10:00:00Z');
        for (let wakeups = 0; sent.length < 15; wakeups++) {
          expect(wakeups).toBeLessThan(60);
          const sentToday = sent.filter((each) => dateIn.format(each) === dateIn.format(time)).length;
          const slot = nextSlot({
            ...pace,
            zone,
            now: time,
            dailyCap,
            spacingSeconds,
            sentToday,
            lastSentAt: sent.at(-1) ?? null,
          });
          if (slot.at > time) time = slot.at;
          else sent.push(time);
        }
        for (const group of Map.groupBy(sent, (each) => dateIn.format(each)).values())
          expect(group.length).toBeLessThanOrEqual(dailyCap);
        for (let i = 1; i < sent.length; i++)
          expect(sent[i]!.getTime() - sent[i - 1]!.getTime()).toBeGreaterThanOrEqual(spacingSeconds * 1000);
      },
    ),
  );
});
