/** Reading many records in one call. */
import { z } from 'zod';
import { inParts } from '../../core/in-parts.ts';
import type { CrmAccount } from '../../crm-sync/crm.ts';
import type { HubSpotApi } from './api.ts';
import { type CrmRecord, crmRecord, isRecordId } from './person.ts';

/** https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/batch/post-crm-v3-objects-contacts-batch-read */
export const recordsPerCall = 100;
const batchAnswer = z.object({ results: z.array(crmRecord) });

/** By id, those that are there; one that was merged away is there under another id, or not at all. */
export async function readBatch(
  api: HubSpotApi,
  account: CrmAccount,
  type: 'contacts' | 'companies' | 'emails',
  recordIds: string[],
  properties: string[],
): Promise<Map<string, CrmRecord>> {
  const found = new Map<string, CrmRecord>();
  for (const ids of inParts([...new Set(recordIds.filter(isRecordId))], recordsPerCall)) {
    const body = { inputs: ids.map((id) => ({ id })), properties, propertiesWithHistory: [] };
    const path = `/crm/objects/2026-09/${type}/batch/read`;
    const answer = await api.read(account, { method: 'POST', path, body }, batchAnswer);
    for (const record of answer?.results ?? []) found.set(record.id, record);
  }
  return found;
}
