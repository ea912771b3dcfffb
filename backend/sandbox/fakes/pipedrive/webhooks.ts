/** Webhooks v2: told on every change, delivered when the clock's owner says so. https://pipedrive.readme.io/docs/guide-for-webhooks-v2 */
import { createHash } from 'node:crypto';
import type { Author } from './records.ts';
import type { Company, CrmRecord, Hook, HookEvent, World } from './world.ts';

const retrySeconds = [3, 30, 150];
const toleratedFailures = 10;
const banSeconds = 1800;
const deletedAfterSeconds = 3 * 86_400;
const answerTimeoutMilliseconds = 10_000;

export interface Happening {
  record: CrmRecord;
  action: 'create' | 'change' | 'delete';
  before?: CrmRecord;
  names?: string[];
  codes?: string[];
  mergedTo?: number;
  mergedFrom?: number;
}

export function announce(world: World, company: Company, by: Author, happening: Happening): void {
  const { record, action } = happening;
  const now = world.options.clock.now();
  for (const hook of company.hooks.values()) {
    const viewer = company.users.find(({ id }) => id === hook.userId);
    const wanted =
      [action, '*'].includes(hook.eventAction) &&
      [record.type, '*'].includes(hook.eventObject) &&
      viewer?.isActive &&
      !viewer.hidden.includes(`${record.type}:${record.id}`);
    if (!wanted || hook.bannedUntil > now.getTime()) continue;
    const body = bodyOf(world, company, hook, by, happening);
    company.events.push({ hookId: hook.id, body, dueAt: now.getTime(), attempt: 1 });
  }
}

function bodyOf(world: World, company: Company, hook: Hook, by: Author, happening: Happening) {
  const { record, action, before, names = [], codes = [], mergedTo, mergedFrom } = happening;
  const change = before && {
    ...Object.fromEntries(names.map((name) => [name, before.values[name] ?? null])),
    ...(codes.length === 0 ? {} : { custom_fields: customValues(company, before, codes) }),
    update_time: before.updatedAt.toISOString(),
  };
  return {
    meta: {
      action,
      entity: record.type,
      entity_id: String(record.id),
      company_id: String(company.id),
      user_id: String(by.userId),
      webhook_id: String(hook.id),
      webhook_owner_id: String(hook.userId),
      id: uuid(`${company.id}|${world.nextNumber()}`),
      correlation_id: uuid(`${company.id}|${world.nextNumber()}`),
      timestamp: world.options.clock.now().toISOString(),
      version: '2.0',
      type: 'general',
      change_source: by.source,
      is_bulk_edit: false,
      host: `${company.domain}.pipedrive.com`,
      permitted_user_ids: company.users.map(({ id }) => String(id)),
      merged_to_id: mergedTo ?? null,
      merged_from_id: mergedFrom ?? null,
    },
    data: action === 'delete' ? null : dataOf(company, record),
    previous: action === 'create' ? null : action === 'delete' ? dataOf(company, record) : (change ?? null),
  };
}

function dataOf(company: Company, record: CrmRecord) {
  return {
    id: record.id,
    ...record.values,
    visible_to: String(record.values.visible_to ?? 3),
    custom_fields: customValues(company, record, [...company.fields[record.type].keys()]),
    add_time: record.addedAt.toISOString(),
    update_time: record.updatedAt.toISOString(),
  };
}

/** Custom fields are wrapped here, unlike in the API. */
function customValues(company: Company, record: CrmRecord, codes: string[]): Record<string, unknown> {
  const custom = codes.filter((code) => company.fields[record.type].get(code)?.isCustom);
  return Object.fromEntries(
    custom.map((code) => {
      const type = company.fields[record.type].get(code)?.type;
      const value = record.customFields[code] ?? null;
      return [code, value === null ? null : type === 'enum' ? { type, id: value } : { type, value }];
    }),
  );
}

/** Posts what is due. Answers how many were taken. */
export async function deliver(world: World): Promise<number> {
  let taken = 0;
  for (const company of world.companies.values()) {
    for (;;) {
      const now = world.options.clock.now().getTime();
      const due = company.events.find((event) => event.dueAt <= now);
      if (!due) break;
      company.events = company.events.filter((event) => event !== due);
      const hook = company.hooks.get(due.hookId);
      if (hook && (await post(world, company, hook, due))) taken += 1;
    }
  }
  return taken;
}

async function post(world: World, company: Company, hook: Hook, event: HookEvent): Promise<boolean> {
  const now = world.options.clock.now().getTime();
  const body = { ...event.body, meta: { ...(event.body.meta as object), attempt: event.attempt } };
  const basic = Buffer.from(`${hook.user ?? ''}:${hook.password ?? ''}`).toString('base64');
  const answered = await fetch(world.options.reach?.(hook.subscriptionUrl) ?? hook.subscriptionUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(hook.user ? { authorization: `Basic ${basic}` } : {}) },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(answerTimeoutMilliseconds),
  }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );
  if (answered) {
    Object.assign(hook, { failures: 0, failingSince: null });
    return true;
  }
  hook.failingSince ??= now;
  if (event.attempt === 1 && ++hook.failures >= toleratedFailures) {
    Object.assign(hook, { failures: 0, bannedUntil: now + banSeconds * 1000 });
  }
  if (now - hook.failingSince >= deletedAfterSeconds * 1000) company.hooks.delete(hook.id);
  const wait = retrySeconds[event.attempt - 1];
  if (wait !== undefined) company.events.push({ ...event, dueAt: now + wait * 1000, attempt: event.attempt + 1 });
  return false;
}

function uuid(source: string): string {
  const hex = createHash('sha1').update(source).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
