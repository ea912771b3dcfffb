/** One person's card: what happens next, the score line by line, the timeline, and why. */
import { z } from 'zod';
import { evidenceGrades } from '../events.ts';
import { instant } from './record.ts';

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

export type ContactCard = z.infer<typeof contactCard>;
export type CardEnrollment = z.infer<typeof cardEnrollment>;
export type ActivityItem = z.infer<typeof activityItem>;
export type ScoreLine = z.infer<typeof scoreLine>;
