/** Writing up to 200 records in one call, with an answer for each. */
import type { Connection } from '@jsforce/jsforce-node';
import { z } from 'zod';
import type { CrmAccount, WriteResult } from '../../crm-sync/crm.ts';
import type { SalesforceApi } from './api.ts';
import { passingCodes, refusalOf } from './refusals.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm */
const rowsPerCall = 200;
const retryAfterSeconds = 60;

/** Without an `Id` it is new. */
export type Row = { Id?: string } & Record<string, unknown>;

/** What is written to: all rows of a call are of one object, because a field it lacks refuses the whole call. */
export interface Writing {
  verb: 'create' | 'update';
  type: string;
}

const collectionAnswer = z.array(
  z.object({
    id: z.string().nullish(),
    success: z.boolean(),
    errors: z.array(z.object({ statusCode: z.string(), message: z.string().catch('') })).catch([]),
  }),
);

/** Results in the order of the rows. */
export async function writeRows(
  api: SalesforceApi,
  account: CrmAccount,
  writing: Writing,
  rows: Row[],
): Promise<WriteResult[]> {
  if (rows.length === 0) return [];
  if (rows.length > rowsPerCall) return writeParts(api, account, writing, rows, rowsPerCall);
  const answer = await api.call(account, {
    send: (org) => save(org, writing, rows),
    shape: collectionAnswer,
    isBackground: true,
  });
  if (answer.outcome === 'retry') return rows.map(() => answer);
  if (answer.outcome === 'ok') {
    return rows.map((_, index) => resultOf(answer.body[index]));
  }
  const { code, message } = answer;
  const concernsAll = answer.status === 403 || code === 'INVALID_FIELD' || code === 'INVALID_TYPE';
  if (rows.length === 1 || concernsAll) {
    return rows.map(() => refusalOf(code, message));
  }
  // One unreadable row refuses the whole call, and nothing was written: halve until it stands alone.
  return writeParts(api, account, writing, rows, Math.ceil(rows.length / 2));
}

/** Whichever rows can be written are; jsforce wants an `Id` in every row that it is to update. */
function save(org: Connection, { verb, type }: Writing, rows: Row[]): Promise<unknown> {
  const options = { allOrNone: false };
  if (verb === 'create') return org.sobject(type).create(rows, options);
  return org.sobject(type).update(
    rows.map((row) => ({ ...row, Id: String(row.Id) })),
    options,
  );
}

async function writeParts(
  api: SalesforceApi,
  account: CrmAccount,
  writing: Writing,
  rows: Row[],
  size: number,
): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  for (let start = 0; start < rows.length; start += size) {
    results.push(...(await writeRows(api, account, writing, rows.slice(start, start + size))));
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
