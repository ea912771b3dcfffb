import { z } from 'zod';
import { cursorText } from '../cursor-text.ts';
import { pendingShape } from '../unread-mails.ts';

/**
 * Our place in a mailbox, stored by the caller as an opaque string.
 * - `historyId`: everything up to here was handed over
 * - `resync`: set while a lost place is made good: mails since `from` (epoch seconds), `after` being the last one handed over
 * - `pending`: mails Gmail announced and could not hand out, with the next time to ask (epoch seconds)
 */
const cursorShape = z.object({
  historyId: z.string().regex(/^\d+$/),
  resync: z.object({ from: z.number(), after: z.string().nullable() }).optional(),
  pending: z.array(pendingShape).default([]),
});

export type Cursor = z.infer<typeof cursorShape>;

export const { writeCursor, readCursor } = cursorText(cursorShape);
