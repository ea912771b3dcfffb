import { contactCard } from '@salesos/shared/cards.ts';
import { describe, expect, test } from 'vitest';
import { type CardFacts, presentCard } from './present-card.ts';
import type { EnrollmentFacts, MailFacts } from './present-enrollment.ts';
import { sayWhen } from './say-when.ts';

const now = new Date('2026-11-23T10:00:00Z');
const tomorrow = new Date('2026-11-24T08:12:00Z');
const templateId = '0197a7f0-0000-7000-8000-0000000000aa';

const enrollment = (changes: Partial<EnrollmentFacts> = {}): EnrollmentFacts => ({
  id: '0197a7f0-0000-7000-8000-000000000001',
  sequenceName: 'Intro',
  status: 'active',
  stepIndex: 2,
  nextStepAt: tomorrow,
  whyWaiting: null,
  pausedUntil: null,
  stopReason: null,
  startedAt: new Date('2026-11-20T09:00:00Z'),
  endedAt: null,
  mailbox: { address: 'rep@acme.test', status: 'connected' },
  steps: [
    { kind: 'email', templateId, replyInThread: true },
    { kind: 'wait', amount: 2, unit: 'business_days' },
    { kind: 'email', templateId, replyInThread: true },
    { kind: 'task', title: 'Call', note: '' },
  ],
  templateNames: new Map([[templateId, 'Follow-up']]),
  plan: [
    { stepIndex: 2, at: tomorrow, why: '2 business days after the step before.' },
    { stepIndex: 3, at: new Date('2026-11-24T09:00:00Z'), why: 'Right after the step before.' },
  ],
  mails: [mail({ stepIndex: 0, state: 'sent', sentAt: new Date('2026-11-20T09:05:00Z') })],
  tasks: [],
  ...changes,
});

function mail(changes: Partial<MailFacts>): MailFacts {
  const base = { stepIndex: 2, state: 'scheduled' as const, notBefore: tomorrow, sentAt: null };
  return { ...base, whyWaiting: null, failureReason: null, ...changes };
}

const facts = (changes: Partial<CardFacts> = {}): CardFacts => ({
  now,
  contact: {
    name: 'Kim Ly',
    addresses: ['kim@prospect.test'],
    companyName: 'Prospect',
    timeZone: 'Europe/Berlin',
    timeZoneSource: 'record',
  },
  crmName: 'HubSpot',
  accountTimeZone: 'America/New_York',
  refusal: null,
  enrollments: [],
  tasks: [],
  score: { value: 0, tier: 4, tierLabel: 'Quiet', lines: [], notCounted: null, asOf: now.toISOString() },
  activity: {
    facts: [],
    names: { subjects: new Map(), sequences: new Map(), tasks: new Map() },
    nextCursor: null,
  },
  problems: [],
  ...changes,
});

const headline = (...enrollments: EnrollmentFacts[]) => presentCard(facts({ enrollments })).headline;

describe('the headline', () => {
  test('says what happens next and when, in the zone of the person', () => {
    expect(headline(enrollment())).toBe(
      'Intro: next is mail “Follow-up” on Tuesday 24 November, 09:12 (Europe/Berlin).',
    );
  });

  test('takes the date of the mail itself once it is scheduled, with the reason it waits for', () => {
    const waiting = mail({ notBefore: new Date('2026-11-25T08:00:00Z'), whyWaiting: 'All mails of today are sent.' });
    expect(headline(enrollment({ mails: [waiting] }))).toBe(
      'Intro: next is mail “Follow-up” on Wednesday 25 November, 09:00 (Europe/Berlin). All mails of today are sent.',
    );
  });

  test.each([
    ['reconnect', 'mail “Follow-up” waits: rep@acme.test must be connected again in the settings.'],
    ['disconnected', 'mail “Follow-up” waits: rep@acme.test was disconnected.'],
    ['paused', 'mail “Follow-up” waits: rep@acme.test is paused.'],
  ] as const)('says what blocks a mail when its mailbox is %s', (status, sentence) => {
    const mailbox = { address: 'rep@acme.test', status };
    expect(headline(enrollment({ mailbox, mails: [mail({ state: 'held' })] }))).toBe(`Intro: ${sentence}`);
  });

  test('does not name a time that has passed as the time to come', () => {
    const late = mail({ notBefore: new Date('2026-11-23T09:00:00Z') });
    expect(headline(enrollment({ mails: [late] }))).toBe(
      'Intro: next is mail “Follow-up”, as soon as the mailbox may send it.',
    );
  });

  test.each([
    ['sending', 'is leaving now'],
    ['parked', 'nobody can tell whether mail “Follow-up” has left'],
    ['failed', 'could not be sent. The address was refused.'],
  ] as const)('of a mail that is %s', (state, words) => {
    expect(headline(enrollment({ mails: [mail({ state, failureReason: 'The address was refused.' })] }))).toContain(
      words,
    );
  });

  test('waits for a task that is open', () => {
    const task = {
      id: 't',
      enrollmentId: 'e',
      stepIndex: 3,
      title: 'Call',
      note: '',
      status: 'open' as const,
      dueAt: tomorrow,
      completedAt: null,
    };
    expect(headline(enrollment({ stepIndex: 3, tasks: [task] }))).toContain(
      'waits for a colleague: task “Call”, due Tuesday 24 November, 09:12 (Europe/Berlin).',
    );
  });

  test('of a pause says why, and when it goes on', () => {
    const paused = {
      status: 'paused' as const,
      whyWaiting: 'Paused by Ann: nothing goes out until somebody resumes it.',
    };
    expect(headline(enrollment(paused))).toBe('Intro: paused by Ann: nothing goes out until somebody resumes it.');
    expect(headline(enrollment({ status: 'paused', pausedUntil: tomorrow }))).toBe(
      'Intro: paused: it goes on Tuesday 24 November, 09:12 (Europe/Berlin).',
    );
  });

  test('tells of the sequence that acts first, and how many others there are', () => {
    const later = enrollment({ sequenceName: 'Later', nextStepAt: new Date('2026-12-24T08:00:00Z') });
    const paused = enrollment({ sequenceName: 'Paused', status: 'paused', pausedUntil: now });
    expect(headline(paused, later, enrollment())).toMatch(/^Intro: next is .* In 2 other sequences as well\.$/);
  });

  test('without a sequence says so, and how the last one ended', () => {
    const stopped = enrollment({ status: 'stopped', stopReason: 'replied', endedAt: now });
    expect(headline()).toBe('Nothing is planned: in no sequence now.');
    expect(headline(stopped)).toBe(
      'Nothing is planned: in no sequence now. Intro: Stopped: the person replied – Monday 23 November, 11:00 (Europe/Berlin).',
    );
  });

  test('says why nobody can be enrolled, and what to do about it', () => {
    const refusal = { code: 'OPTED_OUT', sentence: 'This person has unsubscribed.', howToFix: 'They must ask.' };
    const card = presentCard(facts({ refusal }));
    expect(card.headline).toBe('Nothing is planned. This person has unsubscribed.');
    expect(card.cannotEnroll).toEqual(refusal);
  });
});

describe('the steps', () => {
  const steps = (changes: Partial<EnrollmentFacts> = {}) =>
    presentCard(facts({ enrollments: [enrollment(changes)] })).enrollments[0]!.steps;

  test('show what is done, what comes and when', () => {
    expect(steps().map(({ label, state, at }) => [label, state, at])).toEqual([
      ['Mail “Follow-up”', 'done', '2026-11-20T09:05:00.000Z'],
      ['Wait 2 business days', 'done', null],
      ['Mail “Follow-up”', 'current', tomorrow.toISOString()],
      ['Task “Call”', 'upcoming', '2026-11-24T09:00:00.000Z'],
    ]);
  });

  test('after a stop are skipped, and have no date', () => {
    const states = steps({ status: 'stopped', stopReason: 'replied', plan: [] });
    expect(states.map(({ state, at }) => [state, at === null])).toEqual([
      ['done', false],
      ['done', true],
      ['skipped', true],
      ['skipped', true],
    ]);
  });

  test('offer only what can be done', () => {
    const actions = (status: EnrollmentFacts['status']) =>
      presentCard(facts({ enrollments: [enrollment({ status })] })).enrollments[0]!.actions;
    expect(actions('active')).toEqual(['pause', 'stop']);
    expect(actions('paused')).toEqual(['resume', 'stop']);
    expect(actions('stopped')).toEqual([]);
    expect(actions('finished')).toEqual([]);
  });
});

describe('the card', () => {
  test('is what the contract says', () => {
    const opened = {
      id: 'e1',
      name: 'email.opened',
      at: now,
      data: { messageId: 'm1', evidence: 'machine', openedAt: now.toISOString() },
    };
    const names = { subjects: new Map([['m1', 'Hello']]), sequences: new Map(), tasks: new Map() };
    const card = presentCard(
      facts({ enrollments: [enrollment()], activity: { facts: [opened], names, nextCursor: null } }),
    );
    expect(contactCard.parse(card)).toEqual(card);
    expect(card.activity.items[0]).toMatchObject({ kind: 'opened', title: 'Opened “Hello”', evidence: 'machine' });
  });

  test.each([
    ['record', 'Europe/Berlin', 'from the HubSpot record'],
    ['country', 'Europe/Berlin', 'from the country on the HubSpot record'],
    ['account', null, 'your account’s time zone, because the record has none'],
  ] as const)('says where the time zone comes from: %s', (timeZoneSource, timeZone, words) => {
    const contact = { ...facts().contact, timeZone, timeZoneSource };
    const { person } = presentCard(facts({ contact }));
    expect(person).toMatchObject({ timeZone: timeZone ?? 'America/New_York', timeZoneSource: words });
  });
});

test('a date says the year when it is another one, and follows the clock changes', () => {
  const style = { zone: 'Europe/Berlin', now };
  expect(sayWhen(new Date('2027-01-04T08:00:00Z'), style)).toBe('Monday 4 January 2027, 09:00 (Europe/Berlin)');
  expect(sayWhen(new Date('2026-07-06T08:00:00Z'), style)).toBe('Monday 6 July, 10:00 (Europe/Berlin)');
});
