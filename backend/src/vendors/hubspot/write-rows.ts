/** Writing up to 100 records in one call, with an answer for each. */
import { z } from 'zod';
import type { CrmAccount, WriteResult } from '../../crm-sync/crm.ts';
import type { HubSpotApi } from './api.ts';

export const rowsPerCall = 100;

/** One record to write; `objectWriteTraceId` comes back with its result or error, whose order HubSpot does not promise. */
export interface WriteRow {
  objectWriteTraceId: string;
  id?: string;
  properties: Record<string, string>;
  associations?: { to: { id: string }; types: { associationCategory: string; associationTypeId: number }[] }[];
}

const batchAnswer = z.object({
  results: z.array(z.object({ id: z.string(), objectWriteTraceId: z.string().nullish() })).catch([]),
  errors: z
    .array(
      z.object({
        category: z.string().catch('UNKNOWN'),
        message: z.string().catch(''),
        context: z.record(z.string(), z.array(z.string())).catch({}),
      }),
    )
    .nullish()
    .catch([]),
});

/** Row errors that say something about HubSpot's day and nothing about the row. */
const passingCategories = new Set(['INTERNAL_ERROR', 'RATE_LIMITS', 'TIMEOUT', 'SERVICE_UNAVAILABLE']);
const retryAfterSeconds = 60;

/** Results in the order of the rows. At most `rowsPerCall` rows. */
export async function writeRows(
  api: HubSpotApi,
  account: CrmAccount,
  path: string,
  rows: WriteRow[],
): Promise<WriteResult[]> {
  if (rows.length === 0) return [];
  const answer = await api.call(account, { method: 'POST', path, body: { inputs: rows } });
  if (answer.outcome === 'retry') return rows.map(() => answer);
  if (answer.outcome === 'ok') {
    const parsed = batchAnswer.safeParse(answer.body);
    return rows.map((row) => resultOf(row, rows, parsed.success ? parsed.data : { results: [], errors: [] }));
  }
  const refused = refusal(answer.category, answer.message);
  const isForAll = answer.status === 403 || 'howToFix' in refused;
  if (rows.length === 1 || isForAll) return rows.map(() => refused);
  // One bad row can refuse the whole batch, and nothing was written: halve until it stands alone.
  const middle = Math.ceil(rows.length / 2);
  const first = await writeRows(api, account, path, rows.slice(0, middle));
  return [...first, ...(await writeRows(api, account, path, rows.slice(middle)))];
}

/** A refusal for good; with a way to mend it where the account, and no row, is at fault. */
function refusal(category: string, reason: string): WriteResult {
  const refused = { outcome: 'refused' as const, code: category, reason };
  if (category === 'MISSING_SCOPES')
    return { ...refused, howToFix: 'An admin connects SalesOS again in its settings and allows what it asks for.' };
  if (reason.includes('PROPERTY_DOESNT_EXIST')) return { ...refused, code: 'FIELD_MISSING', howToFix: fieldMissing };
  return refused;
}

const fieldMissing =
  'A SalesOS property of the contact was deleted. An admin presses “Try again” in the settings of SalesOS, and it is made anew.';

function resultOf(row: WriteRow, rows: WriteRow[], answer: z.infer<typeof batchAnswer>): WriteResult {
  const written = answer.results.find((result) =>
    result.objectWriteTraceId ? result.objectWriteTraceId === row.objectWriteTraceId : result.id === row.id,
  );
  const only = rows.length === 1 && answer.results.length === 1 ? answer.results[0] : undefined;
  const crmId = (written ?? only)?.id;
  if (crmId !== undefined) return { outcome: 'written', crmId };
  const error = answer.errors?.find(
    ({ context }) =>
      context.objectWriteTraceId?.includes(row.objectWriteTraceId) || (row.id && context.ids?.includes(row.id)),
  );
  if (!error) {
    return { outcome: 'retry', reason: 'HubSpot did not mention this row', maybeWritten: true, retryAfterSeconds };
  }
  if (passingCategories.has(error.category)) {
    return { outcome: 'retry', reason: error.message, maybeWritten: false, retryAfterSeconds };
  }
  return refusal(error.category, error.message);
}
