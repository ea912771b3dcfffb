/** Choosing a sequence, seeing what would happen, and how it went for many. */
import { z } from 'zod';
import { instant } from './record.ts';

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

export type EnrollChoices = z.infer<typeof enrollChoices>;
export type EnrollPreview = z.infer<typeof enrollPreview>;
export type EnrolledMany = z.infer<typeof enrolledMany>;
