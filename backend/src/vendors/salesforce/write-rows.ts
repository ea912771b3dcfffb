/** Writing up to 200 records in one call, with an answer for each. */
import { z } from 'zod';
import type { CrmAccount, WriteResult } from '../../crm-sync/crm.ts';
import type { SalesforceApi } from './api.ts';
import { passingCodes, refusalOf } from './refusals.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm */
const rowsPerCall = 200;
const retryAfterSeconds = 60;

export type Row = { attributes: { type: string }; id?: string } & Record<string, unknown>;

const collectionAnswer = z.array(
  z.object({
    id: z.string().nullish(),
    success: z.boolean(),
    errors: z.array(z.object({ statusCode: z.string(), message: z.string().catch('') })).catch([]),
  }),
);

/** Results in the order of the rows, which are all of one object: a field it lacks refuses the whole call. */
export async function writeRows(
  api: SalesforceApi,
  account: CrmAccount,
  method: 'POST' | 'PATCH',
  rows: Row[],
): Promise<WriteResult[]> {
  if (rows.length === 0) return [];
  if (rows.length > rowsPerCall) return writeParts(api, account, method, rows, rowsPerCall);
  const body = { allOrNone: false, records: rows };
  const answer = await api.call(account, { method, path: '/composite/sobjects', body, isBackground: true });
  if (answer.outcome === 'retry') return rows.map(() => answer);
  if (answer.outcome === 'ok') {
    const results = collectionAnswer.safeParse(answer.body).data ?? [];
    return rows.map((_, index) => resultOf(results[index]));
  }
  const { code, message } = answer;
  const concernsAll = answer.status === 403 || code === 'INVALID_FIELD' || code === 'INVALID_TYPE';
  if (rows.length === 1 || concernsAll) {
    return rows.map(() => refusalOf(code, message));
  }
  // One unreadable row refuses the whole call, and nothing was written: halve until it stands alone.
  return writeParts(api, account, method, rows, Math.ceil(rows.length / 2));
}

async function writeParts(
  api: SalesforceApi,
  account: CrmAccount,
  method: 'POST' | 'PATCH',
  rows: Row[],
  size: number,
): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  for (let start = 0; start < rows.length; start += size) {
    results.push(...(await writeRows(api, account, method, rows.slice(start, start + size))));
  }
  return results;
}

function resultOf(result: z.infer<typeof collectionAnswer>[number] | undefined): WriteResult {
  if (result?.success && result.id) return { outcome: 'written', crmId: result.id };
  const error = result?.errors[0];
  if (!error) {
    return { outcome: 'retry', reason: 'Salesforce did not mention this row', maybeWritten: true, retryAfterSeconds };
  }
  const { statusCode: code, message } = error;
  if (passingCodes.has(code)) return { outcome: 'retry', reason: code, maybeWritten: false, retryAfterSeconds };
  return refusalOf(code, message);
}
