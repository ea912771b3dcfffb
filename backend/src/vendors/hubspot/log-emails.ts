import { z } from 'zod';
import { VendorUnavailable } from '../../core/errors.ts';
import type { CrmAccount, EmailActivity, PersonRead, WriteResult } from '../../crm-sync/crm.ts';
import type { HubSpotApi } from './api.ts';
import { findLogged, toEmailRow } from './emails.ts';
import { crmRecord, isRecordId } from './person.ts';
import { rowsPerCall, type WriteRow, writeRows } from './write-rows.ts';

type ReadPerson = (account: CrmAccount, recordId: string) => Promise<PersonRead>;

/** One result per activity, in order. */
export async function logEmails(
  api: HubSpotApi,
  readPerson: ReadPerson,
  account: CrmAccount,
  activities: EmailActivity[],
): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  for (let start = 0; start < activities.length; start += rowsPerCall) {
    results.push(...(await logChunk(api, readPerson, account, activities.slice(start, start + rowsPerCall))));
  }
  return results;
}

async function logChunk(
  api: HubSpotApi,
  readPerson: ReadPerson,
  account: CrmAccount,
  activities: EmailActivity[],
): Promise<WriteResult[]> {
  const prepared = await prepareAll(api, readPerson, account, activities);
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
  readPerson: ReadPerson,
  account: CrmAccount,
  activities: EmailActivity[],
): Promise<({ row: WriteRow } | WriteResult)[]> {
  try {
    const places = await findPlaces(api, readPerson, account, [...new Set(activities.map((one) => one.recordId))]);
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

const readAnswer = z.object({ results: z.array(crmRecord) });

/** Where each record lives now, and its primary company: one read for all of them, and one more per record that moved. */
async function findPlaces(
  api: HubSpotApi,
  readPerson: ReadPerson,
  account: CrmAccount,
  recordIds: string[],
): Promise<Map<string, { contactId: string; companyId: string | null }>> {
  const places = new Map<string, { contactId: string; companyId: string | null }>();
  const body = {
    inputs: recordIds.filter(isRecordId).map((id) => ({ id })),
    properties: ['associatedcompanyid'],
    propertiesWithHistory: [],
  };
  const path = '/crm/objects/2026-09/contacts/batch/read';
  const answer = body.inputs.length > 0 ? await api.read(account, { method: 'POST', path, body }, readAnswer) : null;
  for (const { id, properties } of answer?.results ?? []) {
    places.set(id, { contactId: id, companyId: properties.associatedcompanyid || null });
  }
  for (const recordId of recordIds.filter((id) => !places.has(id))) {
    const moved = await readPerson(account, recordId);
    if (moved.outcome === 'merged') places.set(recordId, { contactId: moved.intoRecordId, companyId: null });
  }
  return places;
}
