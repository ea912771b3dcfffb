import { VendorUnavailable } from '../../core/errors.ts';
import { inParts } from '../../core/in-parts.ts';
import type { CrmAccount, EmailActivity, PersonRead, WriteResult } from '../../crm-sync/crm.ts';
import type { HubSpotApi } from './api.ts';
import { findLogged, toEmailRow } from './emails.ts';
import { readBatch } from './read-batch.ts';
import { rowsPerCall, type WriteRow, writeRows } from './write-rows.ts';

type ReadPeople = (account: CrmAccount, recordIds: string[]) => Promise<PersonRead[]>;

/** One result per activity, in order. */
export async function logEmails(
  api: HubSpotApi,
  readPeople: ReadPeople,
  account: CrmAccount,
  activities: EmailActivity[],
): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  for (const some of inParts(activities, rowsPerCall))
    results.push(...(await logChunk(api, readPeople, account, some)));
  return results;
}

async function logChunk(
  api: HubSpotApi,
  readPeople: ReadPeople,
  account: CrmAccount,
  activities: EmailActivity[],
): Promise<WriteResult[]> {
  const prepared = await prepareAll(api, readPeople, account, activities);
  // By key, so that a mail named twice in one call is written once.
  const rows = new Map(
    prepared.flatMap((one) => ('row' in one ? [[one.row.objectWriteTraceId, one.row] as const] : [])),
  );
  const written = await writeRows(api, account, '/crm/objects/2026-09/emails/batch/create', [...rows.values()]);
  const results = new Map([...rows.keys()].map((key, index) => [key, written[index]!]));
  return prepared.map((one) => ('row' in one ? results.get(one.row.objectWriteTraceId)! : one));
}

/** A row to create, or the result for an activity that needs none. */
async function prepareAll(
  api: HubSpotApi,
  readPeople: ReadPeople,
  account: CrmAccount,
  activities: EmailActivity[],
): Promise<({ row: WriteRow } | WriteResult)[]> {
  try {
    const places = await findPlaces(api, readPeople, account, [...new Set(activities.map((one) => one.recordId))]);
    const prepared: ({ row: WriteRow } | WriteResult)[] = [];
    for (const activity of activities) {
      const place = places.get(activity.recordId);
      const reason = 'The record is no longer in HubSpot.';
      if (!place) prepared.push({ outcome: 'refused', code: 'OBJECT_NOT_FOUND', reason });
      else {
        const crmId = activity.maybeWritten ? await findLogged(api, account, place.contactId, activity) : null;
        prepared.push(
          crmId === null
            ? { row: toEmailRow(activity, place.contactId, place.companyId) }
            : { outcome: 'written', crmId },
        );
      }
    }
    return prepared;
  } catch (error) {
    if (!(error instanceof VendorUnavailable)) throw error;
    // Nothing was written by this try; what an earlier one did is as unknown as before.
    const { detail, retryAfterSeconds } = error;
    return activities.map(({ maybeWritten }) => ({
      outcome: 'retry',
      reason: String(detail ?? error.message),
      maybeWritten,
      retryAfterSeconds: retryAfterSeconds ?? 60,
    }));
  }
}

/** Where each record lives now, and its primary company: one read for all of them, and one more per record that moved. */
async function findPlaces(
  api: HubSpotApi,
  readPeople: ReadPeople,
  account: CrmAccount,
  recordIds: string[],
): Promise<Map<string, { contactId: string; companyId: string | null }>> {
  const places = new Map<string, { contactId: string; companyId: string | null }>();
  const records = await readBatch(api, account, 'contacts', recordIds, ['associatedcompanyid']);
  for (const { id, properties } of records.values()) {
    places.set(id, { contactId: id, companyId: properties.associatedcompanyid || null });
  }
  const absent = recordIds.filter((id) => !places.has(id));
  for (const [index, moved] of (await readPeople(account, absent)).entries()) {
    if (moved.outcome === 'merged') places.set(absent[index]!, { contactId: moved.intoRecordId, companyId: null });
  }
  return places;
}
