/** Persons, organizations and deals of API v2. */
import { type Context, Hono } from 'hono';
import { type FakeEnv, requireSight } from './gate.ts';
import { pageOf } from './paging.ts';
import { create, find, type Item, list, remove, update } from './records.ts';
import { forbidden, invalid, notFound } from './refusal.ts';
import { checkCustomFields, checkQuery, checkSyncedFields, readBody, recordShapes } from './shapes.ts';
import { smartBccOf } from './smart-bcc.ts';
import type { Company, CrmRecord, RecordType, World } from './world.ts';

const plurals = { person: 'persons', organization: 'organizations', deal: 'deals' } as const;
const onlyOnRequest = ['marketing_status', 'smart_bcc_email', 'last_incoming_mail_time', 'last_outgoing_mail_time'];
const oneParameters = ['include_fields', 'custom_fields', 'include_option_labels', 'include_labels'];
const filters: Record<RecordType, string[]> = {
  person: ['owner_id', 'org_id', 'deal_id'],
  organization: ['owner_id'],
  deal: ['owner_id', 'person_id', 'org_id', 'pipeline_id', 'stage_id', 'status'],
};
const listParameters = ['filter_id', 'ids', 'updated_since', 'updated_until', 'sort_by', 'sort_direction'];
const mostCustomFieldsAsked = 15;

export function recordRoutes(world: World): Hono<FakeEnv> {
  const app = new Hono<FakeEnv>();
  for (const type of Object.keys(plurals) as RecordType[]) {
    const path = `/api/v2/${plurals[type]}`;
    if (type === 'person') app.get(`${path}/search`, (c) => search(c));
    app.get(path, (c) => listRecords(c, type));
    app.get(`${path}/:id{[0-9]+}`, (c) => {
      const query = checkQuery(c, oneParameters);
      const record = find(c.var.company, type, Number(c.req.param('id')));
      requireSight(c.var.user, `${type}:${record.id}`);
      if (record.isDeleted && world.options.deletedRecordsAnswer === 'missing') throw notFound(type);
      return c.json({ success: true, data: shown(c.var.company, record, query) });
    });
    app.post(path, async (c) => {
      const { custom_fields = {}, ...values } = await readBody(c, recordShapes[type]);
      check(c, type, values, custom_fields as Item);
      const change = { values, customFields: custom_fields as Item };
      const record = create(world, c.var.company, type, change, { userId: c.var.user.id, source: 'api' });
      return c.json({ success: true, data: shown(c.var.company, record, {}) });
    });
    app.patch(`${path}/:id{[0-9]+}`, async (c) => {
      const { custom_fields = {}, ...values } = await readBody(c, recordShapes[type].partial());
      const record = live(c, type);
      check(c, type, { ...record.values, ...values }, custom_fields as Item, values);
      const change = { values, customFields: custom_fields as Item };
      update(world, c.var.company, record, change, { userId: c.var.user.id, source: 'api' });
      return c.json({ success: true, data: shown(c.var.company, record, {}) });
    });
    app.delete(`${path}/:id{[0-9]+}`, (c) => {
      const record = live(c, type);
      remove(world, c.var.company, record, { userId: c.var.user.id, source: 'api' });
      return c.json({ success: true, data: { id: record.id } });
    });
  }
  return app;
}

function live(c: Context<FakeEnv>, type: RecordType): CrmRecord {
  const record = find(c.var.company, type, Number(c.req.param('id')));
  if (record.isDeleted) throw notFound(type);
  requireSight(c.var.user, `${type}:${record.id}`);
  return record;
}

function check(c: Context<FakeEnv>, type: RecordType, values: Item, customFields: Item, given: Item = values): void {
  const { company } = c.var;
  checkSyncedFields(company, given);
  checkCustomFields(company.fields[type], customFields);
  const references = { org_id: 'organization', person_id: 'person' } as const;
  for (const [name, other] of Object.entries(references))
    if (typeof given[name] === 'number' && !company.records.has(`${other}:${given[name]}`))
      throw invalid(`Parameter '${name}': there is no such ${other}`);
  const rule = company.rules.find(({ on, refuses }) => on === type && refuses(values));
  if (rule) throw invalid(rule.message);
}

function listRecords(c: Context<FakeEnv>, type: RecordType) {
  const query = checkQuery(c, [...filters[type], ...listParameters, ...oneParameters, 'limit', 'cursor']);
  const { company, user } = c.var;
  const since = whole(query.updated_since, 'updated_since');
  const until = whole(query.updated_until, 'updated_until');
  const ids = query.ids?.split(',').map(Number);
  if (ids && ids.length > 100) throw invalid("Parameter 'ids': at most 100");
  const found = [...company.records.values()].filter(
    (record) =>
      record.type === type &&
      !record.isDeleted &&
      !user.hidden.includes(`${type}:${record.id}`) &&
      (!ids || ids.includes(record.id)) &&
      (since === null || record.updatedAt.getTime() >= since) &&
      (until === null || record.updatedAt.getTime() < until) &&
      filters[type].every((name) => matches(company, record, name, query[name])),
  );
  const byTime = query.sort_by === 'update_time';
  const sign = query.sort_direction === 'desc' ? -1 : 1;
  found.sort((a, b) => sign * (byTime ? a.updatedAt.getTime() - b.updatedAt.getTime() || a.id - b.id : a.id - b.id));
  const { page, next } = pageOf(found, query);
  return c.json({
    success: true,
    data: page.map((record) => shown(company, record, query)),
    additional_data: { next_cursor: next },
  });
}

function matches(company: Company, record: CrmRecord, name: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (name !== 'deal_id') return String(record.values[name] ?? '') === wanted;
  return company.records.get(`deal:${wanted}`)?.values.person_id === record.id;
}

/** Whole seconds: fractions are refused. */
function whole(text: string | undefined, name: string): number | null {
  if (text === undefined) return null;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) throw invalid(`Parameter '${name}' is no RFC 3339 time`);
  return Date.parse(text);
}

/** Only the parts asked for; every custom field is there, mostly null, unless some are named. */
function shown(company: Company, record: CrmRecord, query: Record<string, string>) {
  const include = query.include_fields?.split(',') ?? [];
  const named = query.custom_fields?.split(',');
  if (named && named.length > mostCustomFieldsAsked) throw invalid("Parameter 'custom_fields': at most 15");
  const values = Object.entries(record.values).filter(
    ([name]) => !onlyOnRequest.includes(name) || include.includes(name),
  );
  const isPersonWithCopies = record.type === 'person' && include.includes('smart_bcc_email');
  const custom = Object.entries(record.customFields).filter(([code]) => !named || named.includes(code));
  return {
    id: record.id,
    ...Object.fromEntries(values),
    ...(isPersonWithCopies ? { smart_bcc_email: smartBccOf(company, record) } : {}),
    is_deleted: record.isDeleted,
    add_time: seconds(record.addedAt),
    update_time: seconds(record.updatedAt),
    custom_fields: Object.fromEntries(custom),
  };
}

export const seconds = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;

function search(c: Context<FakeEnv>) {
  const known = ['term', 'fields', 'exact_match', 'organization_id', 'include_fields', 'limit', 'cursor'];
  const query = checkQuery(c, known);
  const { term = '', fields = 'custom_fields,email,notes,phone,name', exact_match } = query;
  if (term.length < (exact_match === 'true' ? 1 : 2)) throw invalid("Parameter 'term' is too short");
  const { company, user } = c.var;
  const wanted = term.toLowerCase();
  const fits = (text: unknown) =>
    exact_match === 'true' ? String(text).toLowerCase() === wanted : String(text).toLowerCase().includes(wanted);
  const found = [...company.records.values()].filter(
    (record) =>
      record.type === 'person' &&
      !record.isDeleted &&
      !user.hidden.includes(`person:${record.id}`) &&
      ((fields.includes('email') && list(record.values.emails).some(({ value }) => fits(value))) ||
        (fields.includes('name') && fits(record.values.name))),
  );
  if (Number(query.limit ?? 100) > 100) throw forbidden("Parameter 'limit': at most 100");
  const { page, next } = pageOf(found, query);
  const items = page.map((record) => ({
    result_score: 1,
    item: {
      id: record.id,
      type: 'person',
      name: record.values.name,
      emails: list(record.values.emails).map(({ value }) => value),
    },
  }));
  return c.json({ success: true, data: { items }, additional_data: { next_cursor: next } });
}
