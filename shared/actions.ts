/** Inputs and outputs of the workflow actions, the same in every CRM's workflow builder. */
import { z } from 'zod';

/** Why an enrollment is refused. Upper case: these are the values a workflow branches on. */
export const enrollRefusals = {
  NO_ADDRESS: 'The record has no email address.',
  INVALID_ADDRESS: 'The email address cannot receive mail as it is written.',
  SUPPRESSED: 'This address or its domain is on your do-not-contact list.',
  OPTED_OUT: 'This person has unsubscribed.',
  DELETED: 'The record was deleted in the CRM.',
  RECORD_NOT_FOUND: 'The CRM has no such record.',
  SEQUENCE_NOT_FOUND: 'There is no published sequence with this id.',
  NO_MAILBOX: 'No connected mailbox can send for this person’s owner.',
  MAILBOX_DISCONNECTED: 'The mailbox must be connected again before it can send.',
  NO_POSTAL_ADDRESS: 'Your postal address is missing; the law asks for it in every sequence mail.',
  MISSING_VALUES: 'The record lacks values that the mails need and for which no fallback is set.',
} as const;
export type EnrollRefusal = keyof typeof enrollRefusals;

export const enrollInput = z.object({ sequenceId: z.uuid(), mailboxId: z.uuid().optional() });
export const enrollOutput = z.object({
  /** `already_in` is no error: the person is in this sequence, and nothing was changed. */
  result: z.enum(['enrolled', 'already_in', 'refused']),
  enrollmentId: z.string(),
  firstStepAt: z.string(),
  errorCode: z.string(),
  message: z.string(),
});
export type EnrollOutput = z.infer<typeof enrollOutput>;

export const stopInput = z.object({ sequenceId: z.uuid().optional() });
export const stopOutput = z.object({
  result: z.enum(['stopped', 'none_active', 'refused']),
  stoppedCount: z.number().int(),
  errorCode: z.string(),
  message: z.string(),
});
export type StopOutput = z.infer<typeof stopOutput>;
