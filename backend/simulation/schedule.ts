import fc from 'fast-check';
import type { SendBehaviour } from '../testing/model-provider.ts';

/** One thing that happens. A schedule is a list of these, and the same list always gives the same run. */
export type Happening =
  | { kind: 'schedule'; person: number; mailbox: number }
  | {
      kind: 'answer';
      person: number;
      mailbox: number;
      what: 'human' | 'human_other_address' | 'absence' | 'bounce' | 'stranger';
    }
  /** The provider's notice reaches us: on time, or not at all (then only the sweep remains), or twice. */
  | { kind: 'notice'; mailbox: number; times: 0 | 1 | 2 }
  | { kind: 'send_behaviour'; behaviour: SendBehaviour }
  /** A worker looks for due mail; it may die at a step, and an answer may arrive between two of its calls. */
  | {
      kind: 'work';
      dieAt: number | null;
      workers: 1 | 2;
      answerAtCall: { call: number; person: number; mailbox: number } | null;
    }
  | { kind: 'settle' }
  | { kind: 'jump'; seconds: number };

export const people = 2;
export const mailboxes = 2;

const person = fc.nat(people - 1);
const mailbox = fc.nat(mailboxes - 1);
const behaviour = fc.constantFrom<SendBehaviour>(
  'accept',
  'accept_and_lose_answer',
  'lose_request',
  'defer',
  'crash_before',
  'crash_after',
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('schedule' as const), person, mailbox }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      person,
      mailbox,
      what: fc.constantFrom(
        'human' as const,
        'human_other_address' as const,
        'absence' as const,
        'bounce' as const,
        'stranger' as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('notice' as const),
      mailbox,
      times: fc.constantFrom(0 as const, 1 as const, 2 as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('send_behaviour' as const), behaviour }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('work' as const),
      dieAt: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 2 }),
      workers: fc.constantFrom(1 as const, 2 as const),
      answerAtCall: fc.option(fc.record({ call: fc.integer({ min: 1, max: 6 }), person, mailbox }), { freq: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'settle' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('jump' as const),
      seconds: fc.constantFrom(1, 30, 61, 125, 3600, 90_000, -5),
    }),
  },
);

export const schedules = fc.array(happening, { minLength: 6, maxLength: 32 });
