import { z } from 'zod';

/**
 * Our place in a mailbox, stored by the caller as an opaque string.
 * - `historyId`: everything up to here was handed over
 * - `resync`: set while a lost place is made good: mails since `from` (epoch seconds), `after` being the last one handed over
 * - `pending`: mails Gmail announced and could not hand out, with the next time to ask (epoch seconds)
 */
const cursorShape = z.object({
  historyId: z.string().regex(/^\d+$/),
  resync: z.object({ from: z.number(), after: z.string().nullable() }).optional(),
  pending: z
    .array(
      z.object({ id: z.string(), threadId: z.string(), attempts: z.number(), nextAt: z.number(), reason: z.string() }),
    )
    .default([]),
});

export type Cursor = z.infer<typeof cursorShape>;
export type PendingMail = Cursor['pending'][number];

export const writeCursor = (cursor: Cursor): string => JSON.stringify(cursor);

/** Null for a text that is no cursor of ours: the place is lost and found again by a resync. */
export function readCursor(text: string): Cursor | null {
  try {
    return cursorShape.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const mostAttempts = 7;

/** Asked again after 1, 4, 16 … minutes; the seventh failure, 23 hours after the first, is the last. */
export function afterFailure(pending: Omit<PendingMail, 'nextAt'>, now: Date): PendingMail & { givenUp: boolean } {
  const waitSeconds = 60 * 4 ** (pending.attempts - 1);
  const nextAt = Math.floor(now.getTime() / 1000) + waitSeconds;
  return { ...pending, nextAt, givenUp: pending.attempts >= mostAttempts };
}
