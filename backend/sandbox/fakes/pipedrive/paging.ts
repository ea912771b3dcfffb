import { invalid } from './refusal.ts';

const mostPerPage = 500;

/** One page of a list, and the opaque cursor of the next one. */
export function pageOf<T>(rows: T[], query: Record<string, string>): { page: T[]; next: string | null } {
  const limit = Number(query.limit ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostPerPage) throw invalid("Parameter 'limit' is out of range");
  const start = query.cursor === undefined ? 0 : Number(Buffer.from(query.cursor, 'base64url').toString().slice(1));
  if (!Number.isInteger(start)) throw invalid("Parameter 'cursor' is not valid");
  const end = start + limit;
  const next = end < rows.length ? Buffer.from(`#${end}`).toString('base64url') : null;
  return { page: rows.slice(start, end), next };
}
