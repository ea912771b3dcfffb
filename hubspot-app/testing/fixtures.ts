/** Kim, in the second week of November 2026, and the account she is in. */
import type { CardEnrollment, ContactCard, EnrollChoices, EnrollPreview, SettingsView } from '@salesos/shared/cards.ts';

export const ids = {
  enrollment: '0190b7a0-0000-7000-8000-000000000001',
  sequence: '0190b7a0-0000-7000-8000-000000000002',
  otherSequence: '0190b7a0-0000-7000-8000-000000000003',
  mailbox: '0190b7a0-0000-7000-8000-000000000004',
  otherMailbox: '0190b7a0-0000-7000-8000-000000000005',
  task: '0190b7a0-0000-7000-8000-000000000006',
  decision: '0190b7a0-0000-7000-8000-000000000007',
  connection: '0190b7a0-0000-7000-8000-000000000008',
  question: '0190b7a0-0000-7000-8000-000000000009',
} as const;

export function anEnrollment(changes: Partial<CardEnrollment> = {}): CardEnrollment {
  return {
    id: ids.enrollment,
    sequenceName: 'First contact',
    status: 'active',
    sentence: 'The second mail goes out on Monday at 09:00.',
    mailboxAddress: 'robin@seller.test',
    startedAt: '2026-11-10T08:00:00Z',
    steps: [
      { index: 0, kind: 'email', label: 'Mail “Quick question”', state: 'done', at: '2026-11-10T08:05:00Z', why: null },
      {
        index: 1,
        kind: 'wait',
        label: 'Wait 2 business days',
        state: 'current',
        at: '2026-11-16T08:00:00Z',
        why: 'Moved to Monday: business days only.',
      },
      { index: 2, kind: 'email', label: 'Mail “Following up”', state: 'upcoming', at: null, why: null },
    ],
    actions: ['pause', 'stop'],
    ...changes,
  };
}

export function aCard(changes: Partial<ContactCard> = {}): ContactCard {
  return {
    person: {
      name: 'Kim Berg',
      address: 'kim@acme.test',
      companyName: 'Acme',
      timeZone: 'Europe/Oslo',
      timeZoneSource: 'from the HubSpot record',
    },
    headline: 'Next: the second mail on Monday at 09:00.',
    cannotEnroll: null,
    enrollments: [anEnrollment()],
    tasks: [
      {
        id: ids.task,
        title: 'Call Kim',
        note: 'Ask about the pilot.',
        dueAt: '2026-11-17T09:00:00Z',
        enrollmentId: ids.enrollment,
      },
    ],
    score: {
      value: 64.5,
      tier: 2,
      tierLabel: 'Warm',
      lines: [
        {
          label: 'Replied to “Quick question”',
          points: 40,
          pointsAtFirst: 40,
          at: '2026-11-12T10:00:00Z',
          evidence: 'human',
          explanation: 'A reply counts in full for 30 days.',
        },
        {
          label: 'Clicked pricing',
          points: 24.5,
          pointsAtFirst: 28,
          at: '2026-11-11T10:00:00Z',
          evidence: 'human',
          explanation: 'A click fades with time.',
        },
      ],
      notCounted: '3 opens by mail scanners are not counted.',
      asOf: '2026-11-13T12:00:00Z',
    },
    activity: {
      items: [
        {
          id: 'a1',
          at: '2026-11-12T10:00:00Z',
          kind: 'replied',
          title: 'Replied',
          detail: 'Sounds good.',
          evidence: 'human',
        },
      ],
      nextCursor: null,
    },
    problems: [],
    ...changes,
  };
}

export function someChoices(changes: Partial<EnrollChoices> = {}): EnrollChoices {
  return {
    sequences: [
      { id: ids.sequence, name: 'First contact', description: '3 mails in 8 days' },
      { id: ids.otherSequence, name: 'After a fair', description: '2 mails, 1 call' },
    ],
    mailboxes: [
      { id: ids.otherMailbox, address: 'team@seller.test', isOwn: false, blockedBy: null },
      { id: ids.mailbox, address: 'robin@seller.test', isOwn: true, blockedBy: null },
    ],
    nextCursor: null,
    ...changes,
  };
}

export function aPreview(changes: Partial<EnrollPreview> = {}): EnrollPreview {
  return {
    refusal: null,
    steps: [
      {
        index: 0,
        kind: 'email',
        label: 'Mail “Quick question”',
        at: '2026-11-16T08:00:00Z',
        why: 'Moved to Monday: sent on business days only.',
        email: {
          from: 'robin@seller.test',
          to: 'kim@acme.test',
          subject: 'Quick question, Kim',
          text: 'Hi Kim,\n\nhow is Acme doing?',
        },
        warnings: ['{{job_title}} is empty; the fallback is used.'],
      },
    ],
    ...changes,
  };
}

export function someSettings(changes: Partial<SettingsView> = {}): SettingsView {
  return {
    accountName: 'Seller Inc.',
    postalAddress: '1 Long Street, Oslo',
    trackingLevel: 'full',
    timeZone: 'Europe/Oslo',
    sandbox: false,
    crms: [
      {
        id: ids.connection,
        crm: 'hubspot',
        crmName: 'HubSpot',
        accountId: '4711',
        status: 'connected',
        sentence: 'Connected: people are read from it, and what happens is written back.',
      },
    ],
    samePersonPolicy: 'automatic',
    mailLogging: null,
    samePersonQuestions: [],
    mailboxes: [
      {
        id: ids.mailbox,
        address: 'robin@seller.test',
        vendor: 'google',
        vendorName: 'Google',
        status: 'connected',
        sentence: 'Working; the last mail went out at 09:12.',
        displayName: 'Robin Vale',
        signature: null,
        replyTo: null,
        aliases: [],
        dailyCap: 80,
        hourlyCap: 20,
        ramp: null,
        workingHours: null,
        timeZone: 'Europe/Oslo',
        spacingSeconds: 90,
        sentToday: 12,
        limitToday: 80,
      },
    ],
    sending: {
      accountDailyCap: null,
      recipientDomainDailyCap: 50,
      trackingDomain: null,
      domains: [
        {
          domain: 'seller.test',
          checkedAt: '2026-11-21T06:00:00Z',
          findings: [
            { what: 'spf', state: 'good', sentence: 'Receivers can see who may send for seller.test.', howToFix: null },
            {
              what: 'dmarc',
              state: 'problem',
              sentence: 'seller.test has no valid DMARC record.',
              howToFix: 'Add a TXT record on _dmarc.seller.test.',
            },
          ],
        },
      ],
    },
    checklist: [
      { done: true, sentence: 'Connect a mailbox.' },
      { done: false, sentence: 'Publish a sequence.' },
    ],
    canEdit: true,
    ...changes,
  };
}
