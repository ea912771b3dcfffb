/**
 * The fields we keep on a person. Their codes are hashes that differ from company to company: they are found by name and
 * remembered for an hour.
 */
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { type CrmAccount, CrmRefused } from '../../crm-sync/crm.ts';
import { noAnswer, type PipedriveApi } from './api.ts';

/** `salesosName` is what the same field is called in the other CRMs, and in our messages. */
export const fieldDefinitions = {
  score: { name: 'SalesOS score', salesosName: 'salesos_score', type: 'double' },
  tier: { name: 'SalesOS tier', salesosName: 'salesos_tier', type: 'enum', options: ['1', '2', '3', '4'] },
  lastEngagedAt: { name: 'SalesOS last engaged', salesosName: 'salesos_last_engaged_at', type: 'date' },
  sequenceStatus: { name: 'SalesOS sequence status', salesosName: 'salesos_sequence_status', type: 'varchar' },
  statusReason: { name: 'SalesOS status reason', salesosName: 'salesos_status_reason', type: 'varchar' },
  /** Choosing a sequence here enrolls the person. An enum needs an option from the start. */
  trigger: {
    name: 'SalesOS sequence',
    salesosName: 'salesos_sequence',
    type: 'enum',
    options: ['No sequence is published yet'],
  },
  /** What became of the choice: automations can react to it. */
  result: {
    name: 'SalesOS sequence result',
    salesosName: 'salesos_sequence_result',
    type: 'enum',
    options: ['Enrolled', 'Already in the sequence', 'Changed', 'Nothing to change', 'Refused'],
  },
} as const;
export type FieldKey = keyof typeof fieldDefinitions;
const keys = Object.keys(fieldDefinitions) as FieldKey[];

export interface KnownField {
  code: string;
  /** Of an enum. */
  options: { id: number; label: string }[];
}
export type KnownFields = Partial<Record<FieldKey, KnownField>>;

const fieldShape = z.object({
  field_code: z.string(),
  field_name: z.string(),
  field_type: z.string(),
  is_custom_field: z.boolean().catch(false),
  options: z
    .array(z.object({ id: z.number().int(), label: z.string() }))
    .nullish()
    .catch([]),
});
const fieldsAnswer = z.object({
  data: z.array(fieldShape),
  additional_data: z.object({ next_cursor: z.string().nullish() }).nullish(),
});
const rememberedSeconds = 3600;

export function createFieldCodes(api: PipedriveApi, clock: Clock) {
  const known = new Map<string, { fields: KnownFields; readAt: number }>();
  const creating = new Map<string, Promise<KnownFields>>();

  async function read(account: CrmAccount): Promise<KnownFields> {
    const fields: KnownFields = {};
    for (let cursor = ''; ; ) {
      const path = `/api/v2/personFields?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const page = await api.read(account, { method: 'GET', path, cost: 10 }, fieldsAnswer);
      for (const field of page?.data ?? []) {
        const key = keys.find((key) => fieldDefinitions[key].name === field.field_name);
        const fits = key && field.is_custom_field && field.field_type === fieldDefinitions[key].type;
        // Two processes may have created it at once: the first one counts, everywhere.
        if (fits) fields[key] ??= { code: field.field_code, options: field.options ?? [] };
      }
      cursor = page?.additional_data?.next_cursor ?? '';
      if (!cursor) break;
    }
    known.set(account.accountId, { fields, readAt: clock.now().getTime() });
    return fields;
  }

  /** The fields as far as they exist. */
  async function fieldsOf(account: CrmAccount): Promise<KnownFields> {
    const found = known.get(account.accountId);
    const isFresh = found && clock.now().getTime() - found.readAt < rememberedSeconds * 1000;
    return isFresh ? found.fields : read(account);
  }

  async function create(account: CrmAccount): Promise<KnownFields> {
    const found = await read(account);
    for (const key of keys.filter((key) => !found[key])) {
      const { name, type, ...rest } = fieldDefinitions[key];
      const options = 'options' in rest ? { options: rest.options.map((label) => ({ label })) } : {};
      const ui_visibility = { add_visible_flag: false, details_visible_flag: true };
      const body = { field_name: name, field_type: type, ui_visibility, ...options };
      const answer = await api.call(account, { method: 'POST', path: '/api/v2/personFields', cost: 5, body });
      if (answer.outcome === 'refused') throw refusal(answer);
      if (answer.outcome === 'retry') {
        known.delete(account.accountId);
        throw noAnswer(answer);
      }
    }
    return read(account);
  }

  /** Creates what is missing. One at a time per company: two at once would make two fields of one name. */
  async function ensure(account: CrmAccount): Promise<KnownFields> {
    const running = creating.get(account.accountId);
    if (running) return running;
    const work = create(account).finally(() => creating.delete(account.accountId));
    creating.set(account.accountId, work);
    return work;
  }

  /** The fields if they were read lately by this process; asks nobody. */
  const remembered = (accountId: string): KnownFields | undefined => known.get(accountId)?.fields;

  return { fieldsOf, ensure, remembered, forget: (account: CrmAccount) => known.delete(account.accountId) };
}

export type FieldCodes = ReturnType<typeof createFieldCodes>;

function refusal({ code, reason }: { code: string; reason: string }): CrmRefused {
  // The code is not always there.
  if (code.startsWith('FEATURE_CAPPING') || /\blimit\b/i.test(reason))
    return new CrmRefused(
      'FIELD_LIMIT',
      `Your Pipedrive plan allows no more custom fields: ${reason}`,
      `Delete custom fields you no longer need, or change the plan. SalesOS needs ${keys.length}. Then press “Try again”.`,
    );
  return new CrmRefused(
    'FIELDS_FORBIDDEN',
    `SalesOS may not add its fields in Pipedrive: ${reason}`,
    'An admin of your Pipedrive account installs SalesOS, or gives this user the permission to add custom fields.',
  );
}
