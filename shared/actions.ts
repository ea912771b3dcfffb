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
  NO_PERMISSION: 'You may not open this record in the CRM.',
  TRY_AGAIN: 'The CRM did not answer just now. Try again in a few minutes.',
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

export const pauseInput = z.object({ sequenceId: z.uuid().optional() });
export const pauseOutput = z.object({
  result: z.enum(['paused', 'none_active', 'refused']),
  pausedCount: z.number().int(),
  errorCode: z.string(),
  message: z.string(),
});
export type PauseOutput = z.infer<typeof pauseOutput>;

export const resumeInput = z.object({ sequenceId: z.uuid().optional() });
export const resumeOutput = z.object({
  result: z.enum(['resumed', 'none_paused', 'refused']),
  resumedCount: z.number().int(),
  errorCode: z.string(),
  message: z.string(),
});
export type ResumeOutput = z.infer<typeof resumeOutput>;

/** The score as it stands now, written to the record's fields as well. */
export const recalculateInput = z.object({});
export const recalculateOutput = z.object({
  result: z.enum(['recalculated', 'refused']),
  /** 0 to 100. */
  score: z.number(),
  /** 1 is the best. */
  tier: z.number().int(),
  errorCode: z.string(),
  message: z.string(),
});
export type RecalculateOutput = z.infer<typeof recalculateOutput>;

/** Every workflow action: what goes in, what comes out, and what the builder calls it. */
export const actions = {
  enroll: { label: 'Enroll in sequence', input: enrollInput, output: enrollOutput },
  stop: { label: 'Stop sequences', input: stopInput, output: stopOutput },
  pause: { label: 'Pause sequences', input: pauseInput, output: pauseOutput },
  resume: { label: 'Resume sequences', input: resumeInput, output: resumeOutput },
  recalculate: { label: 'Recalculate score', input: recalculateInput, output: recalculateOutput },
} as const;
export type ActionName = keyof typeof actions;
export type ActionOutput = EnrollOutput | StopOutput | PauseOutput | ResumeOutput | RecalculateOutput;

/** The most rows in one request of a workflow: Salesforce hands a Flow's interviews over in batches of up to 200. */
export const mostActionRows = 200;
/**
 * Several rows of one action in one request. `key` is the same for every retry of a row. The answer is
 * `{ results: output[] }`, one per row and in the same order; a row that failed says so in its own output.
 */
export const actionRows = z.object({
  rows: z
    .array(
      z.object({
        key: z.string().min(1).max(200),
        objectType: z.string().min(1).max(60),
        recordId: z.string().min(1).max(60),
        inputs: z.record(z.string(), z.string()).default({}),
      }),
    )
    .min(1)
    .max(mostActionRows),
  /** Which workflow or flow asks, as people know it. */
  workflow: z.string().max(200).nullable().default(null),
});
