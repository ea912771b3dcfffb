/** Where records live now: merged ones with their master, converted leads with their contact. */
import { z } from 'zod';
import { VendorUnavailable } from '../../core/errors.ts';
import { inParts } from '../../core/in-parts.ts';
import type { CrmAccount, WriteResult } from '../../crm-sync/crm.ts';
import { NotAllowed, type SalesforceApi } from './api.ts';
import { alwaysFields, personType, personTypes, survivorOf } from './person.ts';
import { names, soql } from './soql.ts';

/** Two hundred ids keep the address of the question below Salesforce's 16,384 characters. */
export const idsPerQuery = 200;
/** A record that was merged into one that was merged again, and so on. */
const mostMoves = 5;

export interface Place {
  id: string;
  accountId: string | null;
}

const placeRow = z.object({
  Id: z.string(),
  IsDeleted: z.boolean(),
  MasterRecordId: z.string().nullish(),
  AccountId: z.string().nullish(),
  IsConverted: z.boolean().nullish(),
  ConvertedContactId: z.string().nullish(),
});

/** Records that are gone, or never were, are not in the answer. Throws VendorUnavailable. */
export async function findPlaces(
  api: SalesforceApi,
  account: CrmAccount,
  recordIds: string[],
): Promise<Map<string, Place>> {
  const rows = new Map<string, z.infer<typeof placeRow>>();
  let wanted = [...new Set(recordIds)];
  for (let move = 0; move <= mostMoves && wanted.length > 0; move += 1) {
    for (const type of personTypes) {
      const ids = wanted.filter((id) => personType(id) === type);
      const columns = names(...alwaysFields[type].filter((field) => field in placeRow.shape));
      for (const some of inParts(ids, idsPerQuery)) {
        const text = soql`SELECT ${columns} FROM ${names(type)} WHERE Id IN ${some}`;
        const found = await api.query(account, text, placeRow, { withDeleted: true, isBackground: true });
        for (const row of found) for (const id of some) if (row.Id.startsWith(id)) rows.set(id, row);
      }
    }
    wanted = [...rows.values()].flatMap((row) => survivorOf(row) ?? []).filter((id) => !rows.has(id));
  }
  const places = new Map<string, Place>();
  for (const recordId of recordIds) {
    let row = rows.get(recordId);
    for (let move = 0; row && survivorOf(row) && move <= mostMoves; move += 1) row = rows.get(survivorOf(row) ?? '');
    if (row && !row.IsDeleted && !survivorOf(row))
      places.set(recordId, { id: row.Id, accountId: row.AccountId ?? null });
  }
  return places;
}

export const gone: WriteResult = {
  outcome: 'refused',
  code: 'NOT_FOUND',
  reason: 'The record is no longer in Salesforce.',
};

/**
 * What has to be read before a write is read first; when that fails nothing was written by this try, and what an earlier
 * one did is as unknown as before.
 */
export async function afterReading<T>(
  rows: { maybeWritten: boolean }[],
  read: () => Promise<T>,
  write: (known: T) => Promise<WriteResult[]>,
): Promise<WriteResult[]> {
  let known: T;
  try {
    known = await read();
  } catch (error) {
    if (!(error instanceof VendorUnavailable)) throw error;
    const { detail, retryAfterSeconds } = error;
    // Refused as a row is, so that an admin sees it; but not what was perhaps written, which is still to be looked up.
    if (error instanceof NotAllowed && !rows.some(({ maybeWritten }) => maybeWritten)) {
      const { errorCode: code, sentence: reason, howToFix } = error;
      return rows.map(() => ({ outcome: 'refused', code, reason, howToFix }));
    }
    return rows.map(({ maybeWritten }) => ({
      outcome: 'retry',
      reason: String(detail ?? error.message),
      maybeWritten,
      retryAfterSeconds: retryAfterSeconds ?? 60,
    }));
  }
  return write(known);
}
