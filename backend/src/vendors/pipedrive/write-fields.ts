/** Score, tier and status on the person: one PATCH each, which leaves every other field alone. */
import { inParallel } from '../../core/jobs.ts';
import type { CrmAccount, PersonFields, WriteResult } from '../../crm-sync/crm.ts';
import { writeResult } from './answers.ts';
import type { PipedriveApi } from './api.ts';
import { type FieldCodes, type FieldKey, fieldDefinitions, type KnownFields } from './field-codes.ts';
import { isRecordId } from './person.ts';

const requestsAtOnce = 4;
const longestText = 255;
const allKeys = Object.keys(fieldDefinitions) as FieldKey[];
const writtenKeys = ['score', 'tier', 'lastEngagedAt', 'sequenceStatus', 'statusReason'] as const;

export interface FieldTools {
  api: PipedriveApi;
  codes: FieldCodes;
}

export async function writeFields(
  tools: FieldTools,
  account: CrmAccount,
  people: PersonFields[],
): Promise<WriteResult[]> {
  if (people.length === 0) return [];
  const known = await tools.codes.fieldsOf(account);
  const missing = writtenKeys.filter((key) => !known[key]);
  if (missing.length > 0) {
    tools.codes.forget(account);
    return people.map(() => fieldMissing(missing));
  }
  // The last of several for one person is how it is now.
  const latest = new Map(people.map((person) => [person.recordId, person]));
  let stopped: WriteResult | null = null;
  const results = await inParallel(
    [...latest.values()],
    requestsAtOnce,
    async (person): Promise<[string, WriteResult]> => {
      const result: WriteResult =
        stopped ?? (await patchPerson(tools, account, known, person.recordId, valuesOf(known, person)));
      // The others would meet the same, and each refused call brings us nearer to being shut out.
      if (result.outcome === 'retry') stopped = { ...result, maybeWritten: false };
      return [person.recordId, result];
    },
  );
  const byRecord = new Map(results);
  return people.map(({ recordId }) => byRecord.get(recordId)!);
}

export async function patchPerson(
  { api, codes }: FieldTools,
  account: CrmAccount,
  known: KnownFields,
  recordId: string,
  customFields: Record<string, unknown>,
): Promise<WriteResult> {
  if (!isRecordId(recordId)) return { outcome: 'refused', code: 'NOT_FOUND', reason: 'There is no such person.' };
  await account.noteWrite?.(recordId, customFields);
  const path = `/api/v2/persons/${recordId}`;
  const answer = await api.call(account, { method: 'PATCH', path, cost: 5, body: { custom_fields: customFields } });
  if (answer.outcome !== 'refused' || answer.status !== 400) return writeResult(answer);
  // A field or an option may have been deleted by a colleague: the next try reads them anew.
  codes.forget(account);
  const named = allKeys.filter((key) => known[key] && answer.reason.includes(known[key].code));
  return named.length > 0 ? fieldMissing(named) : writeResult(answer);
}

const fieldMissing = (keys: readonly FieldKey[]): WriteResult => ({
  outcome: 'refused',
  code: 'FIELD_MISSING',
  reason: `Pipedrive has no field ${keys.map(nameOf).join(', ')}, or it was changed.`,
  howToFix: 'An admin presses “Try again” in the settings of SalesOS, which adds the missing fields.',
});

function valuesOf(known: KnownFields, person: PersonFields): Record<string, unknown> {
  const code = (key: FieldKey): string => known[key]!.code;
  return {
    [code('score')]: person.score,
    [code('tier')]: known.tier!.options.find(({ label }) => label === String(person.tier))?.id ?? null,
    [code('lastEngagedAt')]: person.lastEngagedAt?.toISOString().slice(0, 10) ?? null,
    [code('sequenceStatus')]: textValue(person.sequenceStatus),
    [code('statusReason')]: textValue(person.statusReason),
  };
}

const textValue = (text: string): string | null => text.slice(0, longestText) || null;

const nameOf = (key: FieldKey): string => `“${fieldDefinitions[key].name}” (${fieldDefinitions[key].salesosName})`;
