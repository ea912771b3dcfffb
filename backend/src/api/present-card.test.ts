import { type CardEnrollment, contactCard } from '@salesos/shared/cards.ts';
import { describe, expect, test } from 'vitest';
import { type CardFacts, presentCard } from './present-card.ts';
import { sayWhen } from './say-when.ts';

const now = new Date('2026-11-23T10:00:00Z');

const enrollment = (
  changes: Partial<CardEnrollment> = {},
  at: string | null = '2026-11-24T08:12:00Z',
): CardEnrollment => ({
  id: '0197a7f0-0000-7000-8000-000000000001',
  sequenceName: 'Intro',
  status: 'active',
  sentence: 'Next: mail “Hello” on Tuesday 9:12 (Kim’s time).',
  mailboxAddress: 'rep@acme.test',
  startedAt: '2026-11-20T09:00:00Z',
  steps: [{ index: 0, kind: 'email', label: 'Mail “Hello”', state: 'current', at, why: null }],
  actions: ['pause', 'stop'],
  ...changes,
});

const facts = (changes: Partial<CardFacts> = {}): CardFacts => ({
  now,
  contact: {
    name: 'Kim Ly',
    addresses: ['kim@prospect.test'],
    companyName: 'Prospect',
    timeZone: 'Europe/Berlin',
    timeZoneSource: 'record',
    records: [],
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

const headline = (...enrollments: CardEnrollment[]) => presentCard(facts({ enrollments })).headline;

describe('the headline', () => {
  test('is what happens next in the sequence', () => {
    expect(headline(enrollment())).toBe('Intro – next: mail “Hello” on Tuesday 9:12 (Kim’s time).');
  });

  test('tells of the sequence that acts first, and how many others there are', () => {
    const later = enrollment({ sequenceName: 'Later' }, '2026-12-24T08:00:00Z');
    const unknown = enrollment({ sequenceName: 'Unknown' }, null);
    const paused = enrollment({ sequenceName: 'Paused', status: 'paused' }, '2026-11-23T11:00:00Z');
    const ended = enrollment({ sequenceName: 'Ended', status: 'stopped' });
    expect(headline(unknown, paused, later, enrollment(), ended)).toMatch(
      /^Intro – .* In 3 other sequences as well\.$/,
    );
    expect(headline(paused, unknown)).toMatch(/^Unknown – .* In 1 other sequence as well\.$/);
  });

  test('without a running sequence says so, and how the last one ended', () => {
    const stopped = enrollment({ status: 'stopped', sentence: 'Stopped: the person replied.', actions: [] });
    expect(headline()).toBe('Nothing is planned: in no sequence now.');
    expect(headline(stopped, enrollment({ sequenceName: 'Older', status: 'finished' }))).toBe(
      'Nothing is planned. Intro – stopped: the person replied.',
    );
  });

  test('says why nobody can be enrolled, and what to do about it', () => {
    const refusal = { code: 'OPTED_OUT', sentence: 'This person has unsubscribed.', howToFix: 'They must ask.' };
    const card = presentCard(facts({ refusal }));
    expect(card.headline).toBe('Nothing is planned. This person has unsubscribed.');
    expect(card.cannotEnroll).toEqual(refusal);
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
    const records = ['hubspot', 'pipedrive'].map((crm) => ({
      crm,
      recordId: '1',
      objectType: 'contact',
      isCurrent: true,
    }));
    const inTwo = presentCard(facts({ contact: { ...contact, records } })).person.timeZoneSource;
    expect(inTwo).toBe(words.replace('HubSpot', 'CRM'));
  });
});

test('a date says the year when it is another one, and follows the clock changes', () => {
  const style = { zone: 'Europe/Berlin', now };
  expect(sayWhen(new Date('2027-01-04T08:00:00Z'), style)).toBe('Monday 4 January 2027, 09:00 (Europe/Berlin)');
  expect(sayWhen(new Date('2026-07-06T08:00:00Z'), style)).toBe('Monday 6 July, 10:00 (Europe/Berlin)');
});
