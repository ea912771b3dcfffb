import { z } from 'zod';
import { automationView } from './automation.ts';
import { contactCard, decisionView } from './contact-card.ts';
import { enrollChoices, enrolledMany, enrollPreview, mostEnrolledAtOnce } from './enrolling.ts';
import { mailboxChange } from './mailboxes.ts';
import { groupCard, todayView } from './people.ts';
import { idempotencyKey, recordRef } from './record.ts';
import { crmIds, mailLoggings, samePersonPolicies, sendingChange, settingsView, trackingLevels } from './settings.ts';

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
      samePersonPolicy: z.enum(samePersonPolicies).optional(),
      mailLogging: z.enum(mailLoggings).optional(),
      ...sendingChange.shape,
      idempotencyKey,
    }),
    response: settingsView,
  },
  '/cards/settings/check-domains': { request: z.object({ idempotencyKey }), response: settingsView },
  /** The address adds the CRM to this account; an admin opens it in a new tab within ten minutes. */
  '/cards/crms/connect': {
    /** `host`: where the people of a Salesforce org sign in: `login`, `test` (a sandbox), or their own domain. */
    request: z.object({ crm: z.enum(crmIds), host: z.string().max(100).optional() }),
    response: z.object({ url: z.url() }),
  },
  /** Pipedrive only, and for admins. */
  '/cards/automation': { request: z.object({}), response: automationView },
  /** A new password; the one before stops working at once. It is in this answer and nowhere else. */
  '/cards/automation/rotate': { request: z.object({}), response: automationView },
  /** What an admin put right in a CRM is tried within a minute. */
  '/cards/crms/check': { request: z.object({ connectionId: z.uuid(), idempotencyKey }), response: settingsView },
  /** A new key to be entered by hand in Salesforce, where it did not take ours; shown once. */
  '/cards/crms/key': { request: z.object({ connectionId: z.uuid() }), response: z.object({ key: z.string() }) },
  '/cards/people/same': {
    request: z.object({ questionId: z.uuid(), isSame: z.boolean(), idempotencyKey }),
    response: settingsView,
  },
  '/cards/mailboxes/connect': {
    request: z.object({ vendor: z.enum(['google', 'microsoft', 'smtp']) }),
    response: z.object({ url: z.url() }),
  },
  '/cards/mailboxes/update': {
    request: mailboxChange.extend({ mailboxId: z.uuid(), idempotencyKey }),
    response: settingsView,
  },
  '/cards/mailboxes/pause': { request: z.object({ mailboxId: z.uuid(), idempotencyKey }), response: settingsView },
  '/cards/mailboxes/resume': { request: z.object({ mailboxId: z.uuid(), idempotencyKey }), response: settingsView },
  '/cards/mailboxes/disconnect': { request: z.object({ mailboxId: z.uuid(), idempotencyKey }), response: settingsView },
} as const;

export type CardPath = keyof typeof cardRoutes;
export type CardRequest<P extends CardPath> = z.input<(typeof cardRoutes)[P]['request']>;
/** The same as the backend has it, defaults filled in. */
export type ParsedCardRequest<P extends CardPath> = z.output<(typeof cardRoutes)[P]['request']>;
export type CardResponse<P extends CardPath> = z.output<(typeof cardRoutes)[P]['response']>;
