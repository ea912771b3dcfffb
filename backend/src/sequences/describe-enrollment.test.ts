import { sequenceDefinition } from '@salesos/shared/sequence.ts';
import { describe, expect, test } from 'vitest';
import { describeEnrollment, type EnrollmentFacts, type StepMail } from './describe-enrollment.ts';
import type { Enrollment } from './enrollment-queries.ts';

const templateId = '01970000-0000-7000-8000-000000000001';
const followUpId = '01970000-0000-7000-8000-000000000002';
const definition = sequenceDefinition.parse({
  steps: [
    { kind: 'email', templateId },
    { kind: 'wait', amount: 3, unit: 'business_days' },
    { kind: 'email', templateId: followUpId },
    { kind: 'wait', amount: 1, unit: 'days' },
    { kind: 'task', title: 'Call' },
  ],
});
/** Monday, 4 January 2027. */
const at = (day: number, time = '10:00') => new Date(`2027-01-${String(day).padStart(2, '0')}T${time}:00Z`);
const enrollment: Enrollment = {
  tenantId: 't',
  id: 'e',
  sequenceId: 's',
  sequenceVersion: 1,
  contactId: 'c',
  mailboxId: 'm',
  status: 'active',
  stepIndex: 0,
  nextStepAt: null,
  whyWaiting: null,
  pauseReason: null,
  pausedUntil: null,
  stopReason: null,
  source: 'card',
  startedBy: 'Ann',
  startedAt: at(4),
  endedAt: null,
};
const mail: StepMail = { state: 'scheduled', notBefore: at(4), sentAt: null, whyWaiting: null, failureReason: null };
const sent: StepMail = { ...mail, state: 'sent', sentAt: at(4, '10:02') };

function facts(row: Partial<Enrollment>, rest: Partial<EnrollmentFacts> = {}): EnrollmentFacts {
  return {
    enrollment: { ...enrollment, ...row },
    definition,
    recipient: { zone: 'UTC', name: 'Kim' },
    now: at(4, '10:05'),
    templateNames: new Map([
      [templateId, 'Intro'],
      [followUpId, 'Follow-up'],
    ]),
    mails: new Map(),
    tasks: new Map(),
    mailbox: { address: 'jo@acme.test', status: 'connected' },
    ...rest,
  };
}
const sentence = (...input: Parameters<typeof facts>) => describeEnrollment(facts(...input)).sentence;
const withMail = (change: Partial<StepMail>) => ({ mails: new Map([[0, { ...mail, ...change }]]) });

describe('the sentence', () => {
  test.each([
    ['a step due later', {}, { nextStepAt: at(7, '09:12') }, "Next: mail “Intro” on Thursday 9:12 (Kim's time)."],
    ['a step due now', {}, { nextStepAt: at(4) }, 'Next: mail “Intro” in a moment.'],
    ['a mail in line', withMail({}), {}, 'Mail “Intro” goes out in a moment.'],
    [
      'a mail that its mailbox lets wait',
      withMail({ whyWaiting: 'Waits until Monday 10:07: jo@acme.test leaves 90 seconds between two mails.' }),
      {},
      'Mail “Intro” is in line. Waits until Monday 10:07: jo@acme.test leaves 90 seconds between two mails.',
    ],
    [
      'a mailbox that must be connected',
      { ...withMail({}), mailbox: { address: 'jo@acme.test', status: 'reconnect' as const } },
      {},
      'Mail “Intro” goes out in a moment. It waits until jo@acme.test is connected again in the settings.',
    ],
    ['a held mail', withMail({ state: 'held', whyWaiting: 'Because.' }), {}, 'Mail “Intro” is held back. Because.'],
    ['a mail on its way', withMail({ state: 'sending' }), {}, 'Mail “Intro” is going out now.'],
    [
      'a mail nobody can tell of',
      withMail({ state: 'parked', failureReason: 'Look in Sent.' }),
      {},
      'Mail “Intro” needs a look: Look in Sent.',
    ],
    ['a pause', {}, { status: 'paused' as const, whyWaiting: 'Paused by Ann.' }, 'Paused by Ann.'],
    ['an end', {}, { status: 'stopped' as const, stopReason: 'replied' as const }, 'Stopped: the person replied.'],
  ])('says what comes next, when, and what blocks it: %s', (_name, rest, row, expected) => {
    expect(sentence(row, rest)).toBe(expected);
  });
});

describe('the steps', () => {
  const short = (input: EnrollmentFacts) =>
    describeEnrollment(input).steps.map(({ state, at }) => `${state} ${at?.slice(0, 16) ?? '-'}`);

  test('go from what was done, when it was done, to what is planned', () => {
    const row = { stepIndex: 2, nextStepAt: at(7, '10:02') };
    expect(short(facts(row, { mails: new Map([[0, sent]]) }))).toEqual([
      'done 2027-01-04T10:02',
      'current 2027-01-07T10:02',
      'current 2027-01-07T10:02',
      'upcoming 2027-01-08T10:02',
      'upcoming 2027-01-08T10:02',
    ]);
  });

  test('behind an open task have no date: nobody knows when it will be done', () => {
    const steps = sequenceDefinition.parse({
      steps: [
        { kind: 'task', title: 'Call' },
        { kind: 'wait', amount: 1, unit: 'days' },
        { kind: 'email', templateId },
      ],
    });
    const tasks = new Map([[0, { status: 'open' as const, dueAt: at(4), completedAt: null }]]);
    expect(short(facts({}, { definition: steps, tasks }))).toEqual(['current -', 'upcoming -', 'upcoming -']);
  });

  test('that never came are skipped, with the reason', () => {
    const row = { status: 'stopped' as const, stopReason: 'replied' as const, stepIndex: 2, endedAt: at(5) };
    const input = facts(row, { now: at(20), mails: new Map([[0, sent]]) });
    expect(short(input)).toEqual(['done 2027-01-04T10:02', 'skipped -', 'skipped -', 'skipped -', 'skipped -']);
    expect(describeEnrollment(input).steps[2]!.why).toBe('Stopped: the person replied.');
  });

  test('name themselves', () => {
    expect(describeEnrollment(facts({})).steps.map(({ label }) => label)).toEqual([
      'Mail “Intro”',
      'Wait 3 business days',
      'Mail “Follow-up”',
      'Wait 1 day',
      'Task “Call”',
    ]);
  });
});
