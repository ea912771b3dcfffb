/** The fields “SalesOS sequence” and “SalesOS sequence result”, by which Pipedrive's automations and our sequences speak. */
import { z } from 'zod';
import { type AutomationResult, type CrmAccount, type CrmAutomation, CrmRefused } from '../../crm-sync/crm.ts';
import { noAnswer } from './api.ts';
import { fieldDefinitions, type KnownFields } from './field-codes.ts';
import { customFields, notice } from './notices.ts';
import { isRecordId, personAnswer } from './person.ts';
import { type FieldTools, patchPerson } from './write-fields.ts';

const dealAnswer = z.object({
  data: z.object({ person_id: z.number().int().nullish(), is_deleted: z.boolean().catch(false) }),
});
const [enrolled, alreadyIn, changed, nothing, refused] = fieldDefinitions.result.options;
const labels: Record<AutomationResult, string> = { enrolled, already_in: alreadyIn, changed, nothing, refused };
/** An option's label has 255 characters. */
const longestLabel = 255;

export function createAutomation(tools: FieldTools): CrmAutomation {
  const { api, codes } = tools;

  async function fieldsFor(
    account: CrmAccount,
  ): Promise<Required<Pick<KnownFields, 'trigger' | 'result'>> & KnownFields> {
    const { trigger, result, ...others } = await codes.fieldsOf(account);
    if (trigger && result) return { ...others, trigger, result };
    throw new CrmRefused(
      'FIELD_MISSING',
      `Pipedrive has no field “${fieldDefinitions.trigger.name}” or “${fieldDefinitions.result.name}”.`,
      'An admin presses “Try again” in the settings of SalesOS, which adds the missing fields.',
    );
  }

  async function changeOptions(account: CrmAccount, code: string, method: 'POST' | 'DELETE', body: object[]) {
    if (body.length === 0) return;
    const path = `/api/v2/personFields/${code}/options`;
    const answer = await api.call(account, { method, path, cost: method === 'POST' ? 5 : 3, body });
    codes.forget(account);
    if (answer.outcome === 'retry') throw noAnswer(answer);
    if (answer.outcome === 'refused')
      throw new CrmRefused(
        'OPTIONS_FORBIDDEN',
        `SalesOS may not change the choices of “${fieldDefinitions.trigger.name}”: ${answer.reason}`,
        'An admin of your Pipedrive account installs SalesOS, or gives this user the permission to change custom fields.',
      );
  }

  return {
    parseChoice(body) {
      const parsed = notice.safeParse(body);
      if (!parsed.success || parsed.data.meta.entity !== 'person') return null;
      const { meta, data, previous } = parsed.data;
      if (meta.action === 'delete') return null;
      const now = customFields(data);
      // A new person can be made with a choice; of a changed one only what changed counts.
      const codes = meta.action === 'create' ? Object.keys(now) : Object.keys(customFields(previous));
      // Which field it is the company's list of fields tells; where it is not at hand, it is asked for later.
      const trigger = tools.codes.remembered(meta.company_id)?.trigger?.code;
      const isChosen = codes.some((code) => isEnumChoice(now[code]) && (trigger ?? code) === code);
      return isChosen ? { key: meta.id, accountId: meta.company_id, recordId: meta.entity_id } : null;
    },
    async readChoice(account, recordId) {
      if (!isRecordId(recordId)) return null;
      const { trigger } = await fieldsFor(account);
      const path = `/api/v2/persons/${recordId}?custom_fields=${trigger.code}`;
      const answer = await api.read(account, { method: 'GET', path, cost: 1 }, personAnswer);
      if (!answer || answer.data.is_deleted) return null;
      const chosen = answer.data.custom_fields[trigger.code];
      return trigger.options.find(({ id }) => id === chosen)?.label ?? null;
    },
    async writeResult(account, recordId, result, { clearChoice }) {
      const known = await fieldsFor(account);
      const option = known.result.options.find(({ label }) => label === labels[result]);
      const values = {
        [known.result.code]: option?.id ?? null,
        ...(clearChoice ? { [known.trigger.code]: null } : {}),
      };
      return patchPerson(tools, account, known, recordId, values);
    },
    async offerChoices(account, names) {
      const { trigger } = await fieldsFor(account);
      const wanted = new Set(names.map((name) => name.slice(0, longestLabel)));
      // An enum may not be empty, so there is always one.
      if (wanted.size === 0) wanted.add(fieldDefinitions.trigger.options[0]);
      const missing = [...wanted].filter((name) => !trigger.options.some(({ label }) => label === name));
      const gone = trigger.options.filter(({ label }) => !wanted.has(label));
      await changeOptions(
        account,
        trigger.code,
        'POST',
        missing.map((label) => ({ label })),
      );
      await changeOptions(
        account,
        trigger.code,
        'DELETE',
        gone.map(({ id }) => ({ id })),
      );
    },
    async personOfDeal(account, dealId) {
      if (!isRecordId(dealId)) return null;
      const path = `/api/v2/deals/${dealId}`;
      const deal = (await api.read(account, { method: 'GET', path, cost: 1 }, dealAnswer))?.data;
      return deal?.person_id && !deal.is_deleted ? String(deal.person_id) : null;
    },
  };
}

const isEnumChoice = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'id' in value && value.id !== null;
