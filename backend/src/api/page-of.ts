/** Pages of a list that is read by id, newest first: ids sort by time, so a page is stable while rows are added. */
import { RequestProblem } from './problem.ts';

/** The cursor of the page after `id`. Callers must not read it, so it does not look readable. */
export const cursorAfter = (id: string): string => Buffer.from(`after:${id}`).toString('base64url');

/** The id a cursor stands for; null for the first page. */
export function readCursor(cursor: string | null | undefined): string | null {
  if (!cursor) return null;
  const match = /^after:([\x21-\x7e]{1,200})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!match || cursorAfter(match[1]!) !== cursor)
    throw new RequestProblem(
      400,
      'invalid_cursor',
      'This cursor is not one of ours. Pass nextCursor of the page before.',
    );
  return match[1]!;
}

/** Reads one row more than asked for, to know whether there is a next page. */
export async function pageOf<Row extends { id: string }, View>(
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  list: (page: { before: string | null; limit: number }) => Promise<Row[]>,
  present: (row: Row) => View,
): Promise<{ data: View[]; nextCursor: string | null; hasMore: boolean }> {
  const rows = await list({ before: readCursor(cursor), limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const hasMore = rows.length > limit;
  return { data: shown.map(present), nextCursor: hasMore ? cursorAfter(shown.at(-1)!.id) : null, hasMore };
}
