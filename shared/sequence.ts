/**
 * What a sequence version says: its steps, when they may run, and the days on which nothing runs. One shape for the API,
 * the database and the pure planning functions. A sequence in full:
 *
 *     {
 *       "steps": [
 *         { "kind": "email", "templateId": "0197…" },
 *         { "kind": "wait", "amount": 3, "unit": "business_days" },
 *         { "kind": "email", "templateId": "0198…" },
 *         { "kind": "wait", "amount": 2, "unit": "days" },
 *         { "kind": "task", "title": "Call", "note": "Ask about the pilot" }
 *       ],
 *       "sendWindow": { "days": ["mon", "tue", "wed", "thu", "fri"], "fromMinute": 540, "toMinute": 1020 },
 *       "holidays": ["2026-12-25"]
 *     }
 *
 * Business days are the days of the send window that are no holidays; a team that works from Sunday to Thursday lists those
 * days. Delays are wait steps and nothing else. All hours are read in the recipient's time zone.
 */
import { z } from 'zod';

export const MAX_STEPS = 50;
export const MAX_WAIT_DAYS = 90;

/** In the order of ISO 8601: `weekdays[0]` is Monday, weekday number 1. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const emailStep = z.strictObject({
  kind: z.literal('email'),
  templateId: z.uuid(),
  /** Sent as an answer in the thread of the mail before it. The first mail of a sequence always begins the thread. */
  replyInThread: z.boolean().default(true),
});

const waitStep = z
  .strictObject({
    kind: z.literal('wait'),
    amount: z.int().min(1),
    /** `days` keep the time of day also when the clocks change; `hours` are elapsed time. */
    unit: z.enum(['business_days', 'days', 'hours']),
  })
  .refine(({ amount, unit }) => amount <= (unit === 'hours' ? MAX_WAIT_DAYS * 24 : MAX_WAIT_DAYS), {
    path: ['amount'],
    error: `A wait can last ${MAX_WAIT_DAYS} days at most.`,
  });

const taskStep = z.strictObject({
  kind: z.literal('task'),
  title: z.string().trim().min(1).max(200),
  note: z.string().max(5000).default(''),
});

export const sequenceStep = z.discriminatedUnion('kind', [emailStep, waitStep, taskStep]);

export const sendWindow = z
  .strictObject({
    days: z
      .array(z.enum(weekdays))
      .min(1)
      .max(7)
      .refine((days) => new Set(days).size === days.length, 'The same day is listed twice.'),
    /** Minutes since midnight: 540 is 9:00. */
    fromMinute: z.int().min(0).max(1439),
    /** Minutes since midnight, not included: 1020 is "until 17:00", 1440 is the end of the day. */
    toMinute: z.int().min(1).max(1440),
  })
  .refine(({ fromMinute, toMinute }) => fromMinute < toMinute, {
    path: ['toMinute'],
    error: 'The send window must end after it begins, on the same day: it cannot run across midnight.',
  });

/** Monday to Friday, 9:00 to 17:00. */
export const defaultSendWindow = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  fromMinute: 540,
  toMinute: 1020,
} satisfies z.infer<typeof sendWindow>;

export const sequenceDefinition = z
  .strictObject({
    steps: z.array(sequenceStep).min(1).max(MAX_STEPS),
    sendWindow: sendWindow.default(defaultSendWindow),
    /** Dates on which nothing runs and which waits in business days skip. */
    holidays: z.array(z.iso.date()).max(400).default([]),
    /** So many mails of this sequence leave a day at most, from all mailboxes together. Left out: as many as the mailboxes may. */
    dailyCap: z.int().min(1).max(100_000).optional(),
  })
  .superRefine(({ steps }, { addIssue }) => {
    const refuse = (index: number, message: string) => addIssue({ code: 'custom', path: ['steps', index], message });
    if (steps.at(-1)?.kind === 'wait') refuse(steps.length - 1, 'The last step is a wait, but nothing follows it.');
    for (const [index, step] of steps.entries())
      if (step.kind === 'email' && steps[index - 1]?.kind === 'email')
        refuse(index, 'This mail would leave right after the one before it: put a wait between them.');
  });

export type SequenceStep = z.infer<typeof sequenceStep>;
export type WaitStep = Extract<SequenceStep, { kind: 'wait' }>;
export type SendWindow = z.infer<typeof sendWindow>;
export type SequenceDefinition = z.infer<typeof sequenceDefinition>;
/** What a caller may hand in: defaults left out. */
export type SequenceDefinitionInput = z.input<typeof sequenceDefinition>;
