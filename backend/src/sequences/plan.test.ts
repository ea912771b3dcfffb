import { type SequenceDefinition, sequenceDefinition, weekdays } from '@salesos/shared/sequence.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextAllowed } from '../compliance/index.ts';
import { nextStep } from './next-step.ts';
import { planSequence } from './plan.ts';

const email = { kind: 'email', templateId: '01970000-0000-7000-8000-000000000001', replyInThread: true } as const;
const enrollmentId = '01970000-0000-7000-8000-00000000000a';
const anyRecipient = fc
  .constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Santiago', 'UTC')
  .map((zone) => ({ zone, name: 'Kim' }));
const anyStart = fc
  .integer({ min: Date.UTC(2026, 0, 1) / 1000, max: Date.UTC(2028, 0, 1) / 1000 })
  .map((seconds) => new Date(seconds * 1000));
const anyStep = fc.oneof(
  fc.constant(email),
  fc.constant({ kind: 'task', title: 'Call', note: '' } as const),
  fc.record({
    kind: fc.constant('wait' as const),
    amount: fc.integer({ min: 1, max: 20 }),
    unit: fc.constantFrom('business_days' as const, 'days' as const, 'hours' as const),
  }),
);
const anyDefinition: fc.Arbitrary<SequenceDefinition> = fc
  .record({
    steps: fc.array(anyStep, { minLength: 1, maxLength: 12 }),
    sendWindow: fc.record({
      days: fc.subarray([...weekdays], { minLength: 1 }),
      fromMinute: fc.integer({ min: 0, max: 700 }),
      toMinute: fc.integer({ min: 701, max: 1440 }),
    }),
    holidays: fc.subarray(['2026-12-24', '2026-12-25', '2027-01-01', '2027-03-29']),
  })
  .filter((definition) => sequenceDefinition.safeParse(definition).success);

test('the preview is the run: stepping on when each step is due gives the planned moments', () => {
  fc.assert(
    fc.property(anyDefinition, anyStart, anyRecipient, (definition, startAt, recipient) => {
      const run: { stepIndex: number; at: Date; why: string }[] = [];
      let [doneIndex, now] = [-1, startAt];
      while (doneIndex < definition.steps.length - 1) {
        const next = nextStep({ definition, doneIndex, doneAt: now, recipient, enrollmentId });
        if (!next) break;
        run.push(...next.waits, { stepIndex: next.stepIndex, at: next.at, why: next.why });
        [doneIndex, now] = [next.stepIndex, next.at];
      }
      expect(planSequence({ definition, doneIndex: -1, startAt, recipient, enrollmentId })).toEqual(run);
    }),
  );
});

test('a plan holds every step once, in order, never back in time, and acts only when the window is open', () => {
  fc.assert(
    fc.property(anyDefinition, anyStart, anyRecipient, (definition, startAt, recipient) => {
      const plan = planSequence({ definition, doneIndex: -1, startAt, recipient, enrollmentId });
      expect(plan.map(({ stepIndex }) => stepIndex)).toEqual(definition.steps.map((_, index) => index));
      let before = startAt;
      for (const { stepIndex, at, why } of plan) {
        expect(at.getTime()).toBeGreaterThanOrEqual(before.getTime());
        expect(why).toMatch(/^\S.*\.$/);
        if (definition.steps[stepIndex]!.kind !== 'wait') expect(nextAllowed(at, definition, recipient).why).toBeNull();
        before = at;
      }
    }),
  );
});

test('the rest of the plan seen from the middle is the rest of the plan seen from the start', () => {
  fc.assert(
    fc.property(anyDefinition, anyStart, anyRecipient, fc.nat(), (definition, startAt, recipient, pick) => {
      const plan = planSequence({ definition, doneIndex: -1, startAt, recipient, enrollmentId });
      const acting = plan.filter(({ stepIndex }) => definition.steps[stepIndex]!.kind !== 'wait');
      const done = acting[pick % acting.length]!;
      const rest = planSequence({ definition, doneIndex: done.stepIndex, startAt: done.at, recipient, enrollmentId });
      expect(rest).toEqual(plan.slice(done.stepIndex + 1));
    }),
  );
});

test('however late each step is done, no wait is cut short', () => {
  const lateness = fc.array(fc.integer({ min: 0, max: 30 * 86_400 }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(anyDefinition, anyStart, anyRecipient, lateness, (definition, startAt, recipient, late) => {
      let [doneIndex, now] = [-1, startAt];
      for (;;) {
        const next = nextStep({ definition, doneIndex, doneAt: now, recipient, enrollmentId });
        if (!next) break;
        const waits = definition.steps.slice(doneIndex + 1, next.stepIndex).filter((step) => step.kind === 'wait');
        // A day lasts 23 hours at least, so this much time has surely passed.
        const hours = waits.reduce((sum, { amount, unit }) => sum + (unit === 'hours' ? amount : amount * 24 - 1), 0);
        expect(next.at.getTime() - now.getTime()).toBeGreaterThanOrEqual(hours * 3_600_000);
        [doneIndex, now] = [next.stepIndex, new Date(next.at.getTime() + late[next.stepIndex]! * 1000)];
      }
    }),
  );
});
