import type { z } from 'zod';

/** Our place in a mailbox as text, which the caller stores without looking into it. */
export const cursorText = <Cursor>(shape: z.ZodType<Cursor>) => ({
  writeCursor: (cursor: Cursor): string => JSON.stringify(cursor),

  /** Null for a text that is no cursor of ours: the place is lost and found again by a resync. */
  readCursor(text: string): Cursor | null {
    try {
      return shape.parse(JSON.parse(text));
    } catch {
      return null;
    }
  },
});
