/** Reading persons and organizations by their ids. */
import { z } from 'zod';
import { inParts } from '../../core/in-parts.ts';
import type { CrmAccount } from '../../crm-sync/crm.ts';
import type { PipedriveApi } from './api.ts';
import { idsPerRequest, listCost } from './config.ts';
import { isRecordId, type Organization, organizationRecord, type PersonRecord, personRecord } from './person.ts';

/** Both are given only when they are asked for. */
export const askedOfPeople = 'include_fields=marketing_status,smart_bcc_email';

interface Kind<R> {
  name: string;
  query: string;
  record: z.ZodType<R>;
}
export const persons: Kind<PersonRecord> = { name: 'persons', query: askedOfPeople, record: personRecord };
export const organizations: Kind<Organization> = { name: 'organizations', query: '', record: organizationRecord };

/** By id, those that exist, deleted ones too. In lists where these cost fewer tokens than one by one. */
export async function readRecords<R extends { id: number }>(
  api: PipedriveApi,
  account: CrmAccount,
  { name, query, record }: Kind<R>,
  recordIds: string[],
): Promise<Map<string, R>> {
  const path = `/api/v2/${name}`;
  const ids = [...new Set(recordIds.filter(isRecordId))];
  const found = new Map<string, R>();
  for (const some of ids.length > listCost ? inParts(ids, idsPerRequest) : []) {
    const list = `${path}?ids=${some.join(',')}&limit=${idsPerRequest}${query && `&${query}`}`;
    const answer = await api.read(
      account,
      { method: 'GET', path: list, cost: listCost },
      z.object({ data: z.array(record) }),
    );
    for (const one of answer?.data ?? []) found.set(String(one.id), one);
  }
  // Lists leave out who was deleted or merged away.
  for (const id of ids.filter((id) => !found.has(id))) {
    const request = { method: 'GET', path: `${path}/${id}${query && `?${query}`}`, cost: 1 } as const;
    const answer = await api.read(account, request, z.object({ data: record }));
    if (answer) found.set(id, answer.data);
  }
  return found;
}
