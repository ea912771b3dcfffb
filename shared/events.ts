/** The catalogue of facts. A fact is announced in the transaction that makes it true; names are dots, lower case, past tense. */
import { z } from 'zod';

export const evidenceGrades = ['human', 'likely', 'machine'] as const;
/** How sure we are that a person, not a program, did it. Only `human` counts in a score. */
export type EvidenceGrade = (typeof evidenceGrades)[number];

export const stopReasons = [
  'replied',
  'bounced',
  'opted_out',
  'suppressed',
  'deleted',
  'merged',
  'manual',
  'finished',
  'crm_uninstalled',
] as const;
/** Why an enrollment ended. */
export type StopReason = (typeof stopReasons)[number];

export const pauseReasons = ['manual', 'out_of_office', 'soft_bounce', 'mail_failed'] as const;
/** Why an enrollment rests. `mail_failed` waits for a person; the others but `manual` end by themselves. */
export type PauseReason = (typeof pauseReasons)[number];

const id = z.uuid();
const instant = z.iso.datetime();
const contact = { contactId: id };
const enrollment = { ...contact, enrollmentId: id, sequenceId: id };
const email = {
  ...contact,
  messageId: id,
  mailboxId: id,
  enrollmentId: id.nullable(),
  stepIndex: z.number().int().nullable(),
};

export const eventCatalogue = {
  'contact.created': z.object(contact),
  'contact.updated': z.object({ ...contact, changed: z.array(z.string()) }),
  'contact.merged': z.object({ ...contact, mergedContactId: id }),
  'contact.deleted': z.object({ ...contact, reason: z.enum(['deleted', 'erased']) }),
  'contact.opted_out': z.object({
    ...contact,
    source: z.enum(['one_click', 'link', 'reply', 'api', 'crm', 'complaint']),
  }),
  'sequence.published': z.object({ sequenceId: id, version: z.number().int() }),
  'sequence.archived': z.object({ sequenceId: id }),
  'enrollment.created': z.object({ ...enrollment, source: z.enum(['card', 'workflow', 'api']), firstStepAt: instant }),
  'enrollment.advanced': z.object({ ...enrollment, stepIndex: z.number().int(), nextStepAt: instant.nullable() }),
  'enrollment.paused': z.object({
    ...enrollment,
    reason: z.enum(pauseReasons),
    resumesAt: instant.nullable(),
  }),
  'enrollment.resumed': z.object(enrollment),
  'enrollment.finished': z.object(enrollment),
  'enrollment.stopped': z.object({ ...enrollment, reason: z.enum(stopReasons) }),
  'email.scheduled': z.object({ ...email, notBefore: instant }),
  'email.sent': z.object({ ...email, sentAt: instant }),
  'email.failed': z.object({ ...email, code: z.string(), reason: z.string() }),
  'email.cancelled': z.object({ ...email, reason: z.string() }),
  'email.bounced': z.object({
    ...email,
    class: z.enum(['hard', 'soft', 'policy']),
    status: z.string().nullable(),
    diagnostic: z.string(),
  }),
  /** The recipient reported the mail as spam. */
  'email.complained': z.object({ ...email, inboundId: id }),
  'email.opened': z.object({ ...email, evidence: z.enum(evidenceGrades), openedAt: instant }),
  'email.clicked': z.object({ ...email, evidence: z.enum(evidenceGrades), clickedAt: instant, url: z.string() }),
  'email.replied': z.object({ ...email, inboundId: id, repliedAt: instant }),
  'email.auto_replied': z.object({ ...email, inboundId: id, repliedAt: instant, returnsOn: z.iso.date().nullable() }),
  /** What may count in the person's score is another than before: recorded, moved by a merge, or erased. */
  'engagement.changed': z.object(contact),
  'score.changed': z.object({ ...contact, from: z.number(), to: z.number(), tier: z.number().int() }),
  'score.tier_changed': z.object({ ...contact, from: z.number().int(), to: z.number().int() }),
  'task.created': z.object({ ...enrollment, taskId: id }),
  'task.completed': z.object({ ...enrollment, taskId: id }),
  'sync.failed': z.object({ ...contact, crm: z.string(), what: z.string(), reason: z.string() }),
  'sync.recovered': z.object({ ...contact, crm: z.string(), what: z.string() }),
  /**
   * The tokens of a vendor are gone for good; `grantId` is the id of the mailbox or CRM connection they belonged to.
   * `uninstalled`: because the app was removed there.
   */
  'grant.lost': z.object({
    grantId: id,
    vendor: z.string(),
    reason: z.string(),
    uninstalled: z.boolean().default(false),
  }),
  'mailbox.connected': z.object({ mailboxId: id }),
  /** Paused, by a rule or a colleague (`by_hand`): nothing is sent from it until a person resumes it. `reason` says why. */
  'mailbox.limited': z.object({
    mailboxId: id,
    cause: z.enum(['bounces', 'policy', 'authentication', 'complaint', 'member_left', 'by_hand']),
    reason: z.string(),
  }),
  'mailbox.resumed': z.object({ mailboxId: id }),
  'mailbox.disconnected': z.object({ mailboxId: id, reason: z.string() }),
  /** A colleague removed SalesOS from a CRM in which everybody installs for themselves. */
  'member.left': z.object({ memberId: id, crm: z.string() }),
  'crm.connected': z.object({ crm: z.string(), accountId: z.string() }),
  'crm.disconnected': z.object({ crm: z.string(), accountId: z.string(), reason: z.enum(['uninstalled', 'refused']) }),
} as const;

export type EventName = keyof typeof eventCatalogue;
export type EventData<N extends EventName> = z.infer<(typeof eventCatalogue)[N]>;
