import { type SequenceDefinitionInput, sequenceDefinition } from '@salesos/shared/sequence.ts';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { nextStep, spreadOf } from './next-step.ts';

const email = { kind: 'email', templateId: '01970000-0000-7000-8000-000000000001' } as const;
const call = { kind: 'task', title: 'Call' } as const;
const wait = (amount: number, unit: 'business_days' | 'days' | 'hours') => ({ kind: 'wait', amount, unit }) as const;
const kim = { zone: 'America/New_York', name: 'Kim' };
const at = (local: string) => new Date(Temporal.PlainDateTime.from(local).toZonedDateTime(kim.zone).epochMilliseconds);
const local = (instant: Date) =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(kim.zone).toPlainDateTime().toString();

function next(steps: SequenceDefinitionInput['steps'], doneIndex: number, doneAt: string, enrollmentId = 'a') {
  const definition = sequenceDefinition.parse({ steps });
  return nextStep({ definition, doneIndex, doneAt: at(doneAt), recipient: kim, enrollmentId });
}

const threeMails = [email, wait(3, 'business_days'), email, wait(2, 'days'), email];

test('the first mail leaves at once when the window is open', () => {
  expect(next(threeMails, -1, '2026-11-18T10:03')).toEqual({
    stepIndex: 0,
    at: at('2026-11-18T10:03'),
    why: 'Right after the enrollment.',
    waits: [],
  });
});

test('a wait is passed on the way to the mail behind it, and both are dated', () => {
  const step = next(threeMails, 0, '2026-11-18T10:03');
  expect(step).toMatchObject({ stepIndex: 2, why: '3 business days after the step before.' });
  expect(local(step!.at)).toBe('2026-11-23T10:03:00');
  expect(step!.waits).toEqual([{ stepIndex: 1, at: step!.at, why: '3 business days after the step before.' }]);
});

test('the wait counts from when the step was really done, so a late step shifts those after it', () => {
  expect(local(next(threeMails, 0, '2026-11-20T15:00')!.at)).toBe('2026-11-25T15:00:00');
});

test('several waits in a row add up', () => {
  const steps = [email, wait(1, 'business_days'), wait(1, 'hours'), email];
  const step = next(steps, 0, '2026-11-18T10:00');
  expect(local(step!.at)).toBe('2026-11-19T11:00:00');
  expect(step!.why).toBe('1 business day and 1 hour after the step before.');
  expect(step!.waits.map((each) => local(each.at))).toEqual(['2026-11-19T10:00:00', '2026-11-19T11:00:00']);
});

test('after the last step there is nothing', () => expect(next(threeMails, 4, '2026-11-18T10:03')).toBeNull());

describe('when the clocks change on Sunday 14 March 2027', () => {
  test('days keep the time of day', () => {
    expect(local(next([email, wait(3, 'days'), call], 0, '2027-03-12T10:00')!.at)).toBe('2027-03-15T10:00:00');
  });
  test('business days keep the time of day', () => {
    expect(local(next([email, wait(1, 'business_days'), call], 0, '2027-03-12T10:00')!.at)).toBe('2027-03-15T10:00:00');
  });
  test('hours are elapsed time', () => {
    expect(local(next([email, wait(72, 'hours'), call], 0, '2027-03-12T10:00')!.at)).toBe('2027-03-15T11:00:00');
  });
});

describe('a step that falls outside the window', () => {
  const steps = [email, wait(3, 'days'), email];

  test('moves into the opening hour and says so', () => {
    const step = next(steps, 0, '2026-11-18T10:00', 'b');
    const minute = Temporal.PlainDateTime.from(local(step!.at)).minute;
    expect(local(step!.at)).toMatch(/^2026-11-23T09:/);
    expect(step!.why).toBe(
      `3 days after the step before. Moved to Monday 9:${String(minute).padStart(2, '0')}: this sequence runs on business days between 9:00 and 17:00, in Kim's time zone (America/New_York).`,
    );
  });

  test('comes at the same second each time for one enrollment, and at other ones for others', () => {
    const times = Array.from({ length: 1000 }, (_, person) =>
      next(steps, 0, '2026-11-18T10:00', `p${person}`)!.at.getTime(),
    );
    expect(next(steps, 0, '2026-11-18T10:00', 'p7')!.at.getTime()).toBe(times[7]);
    const perTenMinutes = Map.groupBy(times, (time) => Math.floor((time - at('2026-11-23T09:00').getTime()) / 600_000));
    expect([...perTenMinutes.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    for (const group of perTenMinutes.values()) expect(group.length).toBeGreaterThan(100);
  });
});

test('a spread is a fraction of the hash of its key, so a plan made today is still true after a restart', () => {
  // printf 'a:2' | sha256sum begins with d860d141.
  expect(spreadOf('a:2')).toBe(0xd860d141 / 2 ** 32);
});
