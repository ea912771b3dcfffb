/** What the surfaces inside a CRM show and ask. One contract for HubSpot, Salesforce and Pipedrive; every sentence is ready to be shown. */
import { z } from 'zod';
import { evidenceGrades } from './events.ts';
import { sendWindow, weekdays } from './sequence.ts';

const instant = z.iso.datetime();
const idempotencyKey = z.string().min(1).max(255);

/** The CRM record the card is open on. */
export const recordRef = z.object({ objectType: z.string().min(1).max(60), recordId: z.string().min(1).max(60) });

export const scoreLine = z.object({
  /** What was done, as in "Replied to “Quick question”". */
  label: z.string(),
  /** Points this line adds today, rounded to 0.1; the lines add up to the score. */
  points: z.number(),
  /** Points it was worth on the day it happened. */
  pointsAtFirst: z.number(),
  at: instant,
  evidence: z.enum(evidenceGrades),
  explanation: z.string(),
});

export const cardScore = z.object({
  value: z.number(),
  tier: z.number().int(),
  tierLabel: z.string(),
  lines: z.array(scoreLine),
  /** What was seen and not counted, as in "3 opens by mail scanners are not counted." */
  notCounted: z.string().nullable(),
  asOf: instant,
});

export const cardStep = z.object({
  index: z.number().int(),
  kind: z.enum(['email', 'wait', 'task']),
  label: z.string(),
  state: z.enum(['done', 'current', 'upcoming', 'skipped']),
  /** When it happened, or when it is due; null where that is not known. */
  at: instant.nullable(),
  /** Why it was skipped, deferred or blocked. */
  why: z.string().nullable(),
});

export const enrollmentStatuses = ['active', 'paused', 'finished', 'stopped'] as const;
export const cardEnrollment = z.object({
  id: z.uuid(),
  sequenceName: z.string(),
  status: z.enum(enrollmentStatuses),
  /** One sentence: what happens next, when, and what blocks it; or how it ended. */
  sentence: z.string(),
  mailboxAddress: z.string(),
  startedAt: instant,
  steps: z.array(cardStep),
  actions: z.array(z.enum(['pause', 'resume', 'stop'])),
});

export const cardTask = z.object({
  id: z.uuid(),
  title: z.string(),
  note: z.string(),
  dueAt: instant,
  enrollmentId: z.uuid(),
});

export const activityItem = z.object({
  id: z.string(),
  at: instant,
  kind: z.enum([
    'sent',
    'opened',
    'clicked',
    'replied',
    'auto_replied',
    'bounced',
    'opted_out',
    'enrolled',
    'paused',
    'resumed',
    'stopped',
    'finished',
    'failed',
    'task',
  ]),
  title: z.string(),
  detail: z.string().nullable(),
  evidence: z.enum(evidenceGrades).nullable(),
});

/** Something a person must know or mend, as in "HubSpot refused the last update". */
export const cardProblem = z.object({ code: z.string(), sentence: z.string(), howToFix: z.string(), at: instant });

export const contactCard = z.object({
  person: z.object({
    name: z.string(),
    address: z.string().nullable(),
    companyName: z.string().nullable(),
    timeZone: z.string(),
    /** As in "from the HubSpot record" or "your account's time zone, because the record has none". */
    timeZoneSource: z.string(),
  }),
  /** The one sentence at the top of the card. */
  headline: z.string(),
  /** Why nobody can be enrolled now, or null. */
  cannotEnroll: z.object({ code: z.string(), sentence: z.string(), howToFix: z.string() }).nullable(),
  enrollments: z.array(cardEnrollment),
  tasks: z.array(cardTask),
  score: cardScore,
  activity: z.object({ items: z.array(activityItem), nextCursor: z.string().nullable() }),
  problems: z.array(cardProblem),
});

export const enrollChoices = z.object({
  sequences: z.array(z.object({ id: z.uuid(), name: z.string(), description: z.string() })),
  mailboxes: z.array(
    z.object({ id: z.uuid(), address: z.string(), isOwn: z.boolean(), blockedBy: z.string().nullable() }),
  ),
  nextCursor: z.string().nullable(),
});

/** What would happen, rendered with the real record; nothing is stored. */
export const enrollPreview = z.object({
  refusal: z.object({ code: z.string(), sentence: z.string(), howToFix: z.string() }).nullable(),
  steps: z.array(
    z.object({
      index: z.number().int(),
      kind: z.enum(['email', 'wait', 'task']),
      label: z.string(),
      at: instant,
      /** The sentence that explains the date, as in "Moved to Monday: sent on business days only". */
      why: z.string(),
      email: z.object({ from: z.string(), to: z.string(), subject: z.string(), text: z.string() }).nullable(),
      warnings: z.array(z.string()),
    }),
  ),
});

export const decisionView = z.object({
  id: z.uuid(),
  at: instant,
  /** As in `enrollment.step`, `email.send`, `score`. */
  subject: z.string(),
  outcome: z.string(),
  reason: z.string(),
  ruleVersion: z.string(),
  inputs: z.record(z.string(), z.unknown()),
});

export const domainFinding = z.object({
  what: z.enum(['spf', 'dkim', 'dmarc', 'mx']),
  /** `unknown`: nobody can tell from outside, or the name servers did not answer. */
  state: z.enum(['good', 'problem', 'unknown']),
  sentence: z.string(),
  /** What to do, in plain words; null where nothing is to be done. */
  howToFix: z.string().nullable(),
});
export type DomainFinding = z.infer<typeof domainFinding>;

export const mailboxView = z.object({
  id: z.uuid(),
  address: z.string(),
  /** The kind, as `/cards/mailboxes/connect` takes it. */
  vendor: z.string(),
  vendorName: z.string(),
  status: z.enum(['connected', 'reconnect', 'paused', 'disconnected']),
  /** One sentence on its health. */
  sentence: z.string(),
  displayName: z.string().nullable(),
  signature: z.string().nullable(),
  replyTo: z.string().nullable(),
  aliases: z.array(z.string()),
  dailyCap: z.number().int(),
  hourlyCap: z.number().int().nullable(),
  ramp: z.object({ startPerDay: z.number().int(), addPerDay: z.number().int() }).nullable(),
  workingHours: z
    .object({ days: z.array(z.enum(weekdays)), fromMinute: z.number().int(), toMinute: z.number().int() })
    .nullable(),
  /** Where its days begin and its working hours are read. */
  timeZone: z.string(),
  spacingSeconds: z.number().int(),
  sentToday: z.number().int(),
  /** The smallest of its daily limits: the provider's, its own, and while it is new the ramp's. */
  limitToday: z.number().int(),
});

const address = z.email().max(254);
/** What may be changed of a mailbox; null takes a setting away. */
export const mailboxChange = z.object({
  displayName: z.string().trim().max(100).nullable().optional(),
  /** Plain text. It stands where a template says `{{signature}}`, else at the end of the mail. */
  signature: z.string().trim().max(2000).nullable().optional(),
  /** An address that arrives in a connected mailbox: answers that nobody reads would not stop a sequence. */
  replyTo: address.nullable().optional(),
  /** Other addresses of the same person whose mail arrives here. */
  aliases: z.array(address).max(20).optional(),
  dailyCap: z.number().int().min(1).max(10_000).optional(),
  hourlyCap: z.number().int().min(1).max(1000).nullable().optional(),
  /** From today on so many mails a day, and so many more each day, until the daily cap is reached. */
  ramp: z
    .object({ startPerDay: z.number().int().min(1).max(1000), addPerDay: z.number().int().min(1).max(500) })
    .nullable()
    .optional(),
  /** Null: any hour; the recipient's window rules alone. */
  workingHours: sendWindow.nullable().optional(),
  timeZone: z.string().max(60).optional(),
  /** The mean gap is about a fifth longer: gaps vary between 0.6 and 1.8 times this. */
  spacingSeconds: z.number().int().min(0).max(86_400).optional(),
});
export type MailboxChange = z.output<typeof mailboxChange>;

/** How the account sends, over all its mailboxes. */
export const sendingView = z.object({
  accountDailyCap: z.number().int().nullable(),
  recipientDomainDailyCap: z.number().int().nullable(),
  trackingDomain: z
    .object({
      host: z.string(),
      state: z.enum(['pending', 'verified', 'lost']),
      /** What is so, and what to do. */
      sentence: z.string(),
    })
    .nullable(),
  domains: z.array(z.object({ domain: z.string(), checkedAt: instant.nullable(), findings: z.array(domainFinding) })),
});

export const sendingChange = z.object({
  /** Mails of all mailboxes together a day; null: no limit of its own. */
  accountDailyCap: z.number().int().min(1).max(1_000_000).nullable().optional(),
  /** Mails to one company's addresses a day; null: no limit. */
  recipientDomainDailyCap: z.number().int().min(1).max(1_000_000).nullable().optional(),
  /** A host of your own for links, as in `links.yourcompany.com`; null: ours. */
  trackingDomain: z.string().trim().max(253).nullable().optional(),
});
export type SendingChange = z.output<typeof sendingChange>;

export const trackingLevels = ['none', 'hygiene', 'full'] as const;
export const settingsView = z.object({
  accountName: z.string(),
  postalAddress: z.string().nullable(),
  trackingLevel: z.enum(trackingLevels),
  timeZone: z.string(),
  sandbox: z.boolean(),
  mailboxes: z.array(mailboxView),
  sending: sendingView,
  /** What must be done before the first mail can go out, in order. */
  checklist: z.array(z.object({ done: z.boolean(), sentence: z.string() })),
  canEdit: z.boolean(),
});

/** One person in a list: of a company or deal, or with something to do today. */
export const personRow = recordRef.extend({
  name: z.string(),
  address: z.string().nullable(),
  /** The sentence at the top of this person's card. */
  headline: z.string(),
  score: z.number(),
  tier: z.number().int(),
  tierLabel: z.string(),
  cannotEnroll: z.string().nullable(),
});

/** A company's or deal's card: its people; each opens as a card of its own. */
export const groupCard = z.object({
  name: z.string(),
  people: z.array(personRow),
  /** As in "Only the 100 people changed last are shown.", or null. */
  notice: z.string().nullable(),
});

/** What waits for this rep today, over all records: the utility bar of Salesforce, and the API. */
export const todayView = z.object({
  tasks: z.array(cardTask.extend({ person: personRow.pick({ objectType: true, recordId: true, name: true }) })),
  replies: z.array(
    z.object({
      id: z.string(),
      at: instant,
      person: personRow.pick({ objectType: true, recordId: true, name: true }),
      subject: z.string(),
      /** The first lines of the answer. */
      text: z.string(),
    }),
  ),
});

/** How a workflow of Pipedrive reaches us: there an admin pastes an address and a password by hand. */
export const automationView = z.object({
  url: z.url(),
  userName: z.string(),
  /** Shown once, right after it was made. */
  password: z.string().nullable(),
  /** Paths to add to the address, and a body to copy for each. */
  actions: z.array(z.object({ label: z.string(), path: z.string(), body: z.string() })),
  deliveries: z.array(
    z.object({
      at: instant,
      action: z.string(),
      personName: z.string().nullable(),
      result: z.string(),
      message: z.string(),
    }),
  ),
});

/** The most records that a list view enrolls in one go. */
export const mostEnrolledAtOnce = 200;
export const enrolledMany = z.object({
  /** As in "12 people were enrolled, 3 were not." */
  message: z.string(),
  results: z.array(
    z.object({
      recordId: z.string(),
      name: z.string().nullable(),
      result: z.enum(['enrolled', 'already_in', 'refused']),
      errorCode: z.string(),
      message: z.string(),
    }),
  ),
});

const enrollmentAct = z.object({ enrollmentId: z.uuid(), idempotencyKey });
const cardChange = z.object({ message: z.string(), card: contactCard });

/**
 * Requests of the surfaces: path → request and answer. All are POST with a JSON body: HubSpot's fetch carries no custom
 * headers and repeats a request once after a failure, so a write brings its idempotency key in the body.
 */
export const cardRoutes = {
  '/cards/contact': { request: recordRef, response: contactCard },
  '/cards/activity': { request: recordRef.extend({ cursor: z.string() }), response: contactCard.shape.activity },
  '/cards/enroll/choices': {
    request: recordRef.extend({ query: z.string().max(200).default(''), cursor: z.string().nullable().default(null) }),
    response: enrollChoices,
  },
  '/cards/enroll/preview': {
    request: recordRef.extend({ sequenceId: z.uuid(), mailboxId: z.uuid() }),
    response: enrollPreview,
  },
  '/cards/enroll': {
    request: recordRef.extend({ sequenceId: z.uuid(), mailboxId: z.uuid(), idempotencyKey }),
    response: cardChange,
  },
  /** Enrolls the records chosen in a list. Rows are independent: what can be enrolled is, and every row says how it went. */
  '/cards/enroll/many': {
    request: z.object({
      objectType: recordRef.shape.objectType,
      recordIds: z.array(recordRef.shape.recordId).min(1).max(mostEnrolledAtOnce),
      sequenceId: z.uuid(),
      mailboxId: z.uuid(),
      idempotencyKey,
    }),
    response: enrolledMany,
  },
  '/cards/group': { request: recordRef, response: groupCard },
  '/cards/today': { request: z.object({}), response: todayView },
  '/cards/enrollments/pause': { request: recordRef.extend(enrollmentAct.shape), response: cardChange },
  '/cards/enrollments/resume': { request: recordRef.extend(enrollmentAct.shape), response: cardChange },
  '/cards/enrollments/stop': { request: recordRef.extend(enrollmentAct.shape), response: cardChange },
  '/cards/tasks/complete': { request: recordRef.extend({ taskId: z.uuid(), idempotencyKey }), response: cardChange },
  '/cards/decisions': {
    request: recordRef.extend({ cursor: z.string().nullable().default(null) }),
    response: z.object({ decisions: z.array(decisionView), nextCursor: z.string().nullable() }),
  },
  '/cards/settings': { request: z.object({}), response: settingsView },
  '/cards/settings/update': {
    request: z.object({
      postalAddress: z.string().max(500).optional(),
      trackingLevel: z.enum(trackingLevels).optional(),
      timeZone: z.string().optional(),
      ...sendingChange.shape,
      idempotencyKey,
    }),
    response: settingsView,
  },
  '/cards/settings/check-domains': { request: z.object({ idempotencyKey }), response: settingsView },
  '/cards/mailboxes/connect': {
    request: z.object({ vendor: z.enum(['google', 'microsoft', 'smtp']) }),
    response: z.object({ url: z.url() }),
  },
  '/cards/mailboxes/update': {
    request: mailboxChange.extend({ mailboxId: z.uuid(), idempotencyKey }),
    response: settingsView,
  },
  '/cards/mailboxes/resume': { request: z.object({ mailboxId: z.uuid(), idempotencyKey }), response: settingsView },
  '/cards/mailboxes/disconnect': { request: z.object({ mailboxId: z.uuid(), idempotencyKey }), response: settingsView },
} as const;

export type CardPath = keyof typeof cardRoutes;
export type CardRequest<P extends CardPath> = z.input<(typeof cardRoutes)[P]['request']>;
export type CardResponse<P extends CardPath> = z.output<(typeof cardRoutes)[P]['response']>;
export type ContactCard = z.infer<typeof contactCard>;
export type CardEnrollment = z.infer<typeof cardEnrollment>;
export type ActivityItem = z.infer<typeof activityItem>;
export type ScoreLine = z.infer<typeof scoreLine>;
export type EnrollPreview = z.infer<typeof enrollPreview>;
export type EnrollChoices = z.infer<typeof enrollChoices>;
export type PersonRow = z.infer<typeof personRow>;
export type GroupCard = z.infer<typeof groupCard>;
export type TodayView = z.infer<typeof todayView>;
export type AutomationView = z.infer<typeof automationView>;
export type EnrolledMany = z.infer<typeof enrolledMany>;
export type SettingsView = z.infer<typeof settingsView>;

/** The body of every error, RFC 9457 `application/problem+json`. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** A sentence for people. */
  detail: z.string(),
  instance: z.string(),
  /** Stable, snake_case. */
  code: z.string(),
  request_id: z.string(),
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })).optional(),
  retry_after: z.number().optional(),
});
export type Problem = z.infer<typeof problem>;
