/** The `salesos_*` properties of a contact: made once per account, written whenever they change. */
import { tiers } from '@salesos/shared/wording.ts';
import { z } from 'zod';
import { VendorUnavailable } from '../../core/errors.ts';
import { type CrmAccount, CrmRefused, type PersonFields, type WriteResult } from '../../crm-sync/crm.ts';
import type { HubSpotApi } from './api.ts';
import { rowsPerCall, writeRows } from './write-rows.ts';

const propertiesPath = '/crm/properties/2026-09/contacts';
const group = { name: 'salesos', label: 'SalesOS', displayOrder: -1 };
const common = { groupName: group.name, formField: false };
const properties = [
  { ...common, name: 'salesos_score', label: 'SalesOS score', type: 'number', fieldType: 'number' },
  {
    ...common,
    name: 'salesos_tier',
    label: 'SalesOS tier',
    type: 'enumeration',
    fieldType: 'select',
    options: tiers.map(({ tier, label }) => ({
      value: String(tier),
      label: `${tier}: ${label}`,
      displayOrder: tier,
      hidden: false,
    })),
  },
  { ...common, name: 'salesos_last_engaged_at', label: 'SalesOS last engaged', type: 'datetime', fieldType: 'date' },
  { ...common, name: 'salesos_sequence_status', label: 'SalesOS sequence status', type: 'string', fieldType: 'text' },
  { ...common, name: 'salesos_status_reason', label: 'SalesOS status reason', type: 'string', fieldType: 'text' },
];

const found = z.object({ results: z.array(z.object({ name: z.string() })) });

/** Creates what is missing; another process doing the same at the same time is no error. */
export async function ensureFields(api: HubSpotApi, account: CrmAccount): Promise<void> {
  const missing = await missingProperties(api, account);
  if (missing.length === 0) return;
  await createOrExists(api, account, `${propertiesPath}/groups`, group);
  const created = await createOrExists(api, account, `${propertiesPath}/batch/create`, { inputs: missing });
  // A conflict refuses the whole batch: what the other process has not made yet is made one by one.
  if (created === 'exists')
    for (const property of missing) await createOrExists(api, account, propertiesPath, property);
}

async function missingProperties(api: HubSpotApi, account: CrmAccount) {
  const body = { archived: false, inputs: properties.map(({ name }) => ({ name })) };
  const path = `${propertiesPath}/batch/read`;
  const answer = await api.read(account, { method: 'POST', path, body }, found);
  const names = answer?.results.map(({ name }) => name) ?? [];
  return properties.filter(({ name }) => !names.includes(name));
}

async function createOrExists(api: HubSpotApi, account: CrmAccount, path: string, body: unknown) {
  const answer = await api.call(account, { method: 'POST', path, body });
  if (answer.outcome === 'ok') return 'created';
  if (answer.outcome === 'refused' && answer.status === 409) return 'exists';
  if (answer.outcome === 'retry')
    throw new VendorUnavailable('HubSpot did not let us create the SalesOS fields.', {
      detail: answer.reason,
      retryAfterSeconds: answer.retryAfterSeconds,
    });
  throw new CrmRefused(
    answer.category,
    `HubSpot does not let SalesOS create its contact properties: ${answer.message}`,
    answer.status === 403
      ? 'An admin connects SalesOS again in its settings and allows what it asks for.'
      : 'An admin looks at the contact properties of the account (is there room for five more?) and then presses “Try again” in the settings of SalesOS.',
  );
}

/** One result per person, in order. Where somebody is named twice the last one is written, and both get its result. */
export async function writeFields(
  api: HubSpotApi,
  account: CrmAccount,
  people: PersonFields[],
): Promise<WriteResult[]> {
  const latest = [...new Map(people.map((person) => [person.recordId, person])).values()];
  const results = new Map<string, WriteResult>();
  for (let start = 0; start < latest.length; start += rowsPerCall) {
    const chunk = latest.slice(start, start + rowsPerCall);
    const rows = chunk.map((person) => ({
      id: person.recordId,
      objectWriteTraceId: person.recordId,
      properties: {
        salesos_score: String(person.score),
        salesos_tier: String(person.tier),
        salesos_last_engaged_at: person.lastEngagedAt?.toISOString() ?? '',
        salesos_sequence_status: person.sequenceStatus,
        salesos_status_reason: person.statusReason,
      },
    }));
    const written = await writeRows(api, account, '/crm/objects/2026-09/contacts/batch/update', rows);
    for (const [index, result] of written.entries()) results.set(rows[index]!.id, result);
  }
  return people.map(({ recordId }) => results.get(recordId)!);
}
