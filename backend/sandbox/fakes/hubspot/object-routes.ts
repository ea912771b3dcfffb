/** CRM records over HTTP: single, batch, merge, privacy deletion. */
import { type Context, Hono } from 'hono';
import { associated } from './associations.ts';
import { archive, create, erase, find, holderOf, merge, update } from './changes.ts';
import { type FakeEnv, requireScopes } from './gate.ts';
import { invalid, notFound } from './refusal.ts';
import { answerBatch, present, type Row } from './rows.ts';
import { searchObjects } from './search.ts';
import type { Author, CrmObject, Grant, ObjectType, Portal, World } from './world.ts';

interface BatchBody {
  inputs?: Row[];
  properties?: string[];
  idProperty?: string;
}

const batchLimit = 100;
const names: Record<string, ObjectType> = {
  contacts: 'contacts',
  contact: 'contacts',
  '0-1': 'contacts',
  companies: 'companies',
  company: 'companies',
  '0-2': 'companies',
  emails: 'emails',
  email: 'emails',
  '0-49': 'emails',
};
const defaultProperties: Record<ObjectType, string[]> = {
  contacts: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
  companies: ['createdate', 'domain', 'hs_lastmodifieddate', 'hs_object_id', 'name'],
  emails: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
};

export function typeNamed(name: string): ObjectType {
  const type = names[name];
  if (!type) throw invalid(`Unable to infer object type from: ${name}`);
  return type;
}

/** Emails are read and written with the contacts' scopes, and need their own on top. */
export function checkScopes(grant: Grant, type: ObjectType, access: 'read' | 'write'): void {
  requireScopes(
    grant,
    type === 'emails' ? [`crm.objects.contacts.${access}`, 'sales-email-read'] : [`crm.objects.${type}.${access}`],
  );
}

export function objectRoutes(world: World): Hono<FakeEnv> {
  const app = new Hono<FakeEnv>();
  const author: Author = { changeSource: 'INTEGRATION', sourceId: String(world.options.appId) };
  const base = '/crm/objects/2026-09/:type';
  const enter = (c: Context<FakeEnv>, access: 'read' | 'write') => {
    const type = typeNamed(c.req.param('type') ?? '');
    checkScopes(c.var.grant, type, access);
    return { type, portal: c.var.portal };
  };

  app.post(base, async (c) => {
    const { type, portal } = enter(c, 'write');
    const body = (await json(c)) as Row;
    const object = create(world, portal, type, body.properties ?? {}, body.associations ?? [], author);
    return c.json(present(object, Object.keys(object.properties)), 201);
  });

  app.post(`${base}/batch/:action`, async (c) => {
    const action = c.req.param('action');
    const { type, portal } = enter(c, action === 'read' ? 'read' : 'write');
    const body = (await json(c)) as BatchBody;
    const inputs = body.inputs ?? [];
    if (inputs.length === 0) throw invalid('inputs must not be empty');
    if (inputs.length > batchLimit) throw invalid(`The maximum number of inputs is ${batchLimit}`);
    if (action === 'read') return answerBatch(world, c, inputs, (row) => readRow(world, portal, type, row, body), 200);
    if (action === 'archive') {
      for (const row of inputs) archive(world, portal, find(world, portal, type, row.id ?? ''), author);
      return c.body(null, 204);
    }
    if (action === 'create') {
      const run = (row: Row) => create(world, portal, type, row.properties ?? {}, row.associations ?? [], author);
      return answerBatch(world, c, inputs, (row) => present(run(row), Object.keys(row.properties ?? {}), row), 201);
    }
    const ids = inputs.map((row) => row.id ?? '');
    const repeated = ids.filter((id, index) => ids.indexOf(id) !== index);
    if (repeated.length > 0) throw invalid(`Duplicate IDs found in batch input: [${repeated.join(', ')}].`);
    if (action === 'update') {
      const run = (row: Row) => update(world, portal, locate(world, portal, type, row), row.properties ?? {}, author);
      return answerBatch(world, c, inputs, (row) => present(run(row), Object.keys(row.properties ?? {}), row), 200);
    }
    if (action === 'upsert')
      return answerBatch(world, c, inputs, (row) => upsertRow(world, portal, type, row, author), 200);
    throw notFound();
  });

  app.post(`${base}/search`, async (c) => {
    const { type, portal } = enter(c, 'read');
    const { total, found, after, properties } = searchObjects(world, portal, type, await json(c));
    const results = found.map((object) => present(object, properties ?? defaultProperties[type]));
    return c.json({ total, results, ...(after ? { paging: { next: { after } } } : {}) });
  });

  app.post(`${base}/merge`, async (c) => {
    const { type, portal } = enter(c, 'write');
    const body = (await json(c)) as { primaryObjectId?: string; objectIdToMerge?: string };
    const primary = find(world, portal, type, body.primaryObjectId ?? '');
    const other = find(world, portal, type, body.objectIdToMerge ?? '');
    return c.json(present(merge(world, portal, primary, other, author), defaultProperties[type]));
  });

  app.post(`${base}/gdpr-delete`, async (c) => {
    const { type, portal } = enter(c, 'write');
    const body = (await json(c)) as { objectId?: string; idProperty?: string };
    erase(world, portal, locate(world, portal, type, { id: body.objectId, idProperty: body.idProperty }), author);
    return c.body(null, 204);
  });

  app.get(`${base}/:id`, (c) => {
    const { type, portal } = enter(c, 'read');
    const object = locate(world, portal, type, { id: c.req.param('id'), idProperty: c.req.query('idProperty') });
    const wanted = list(c, 'properties');
    const associations = list(c, 'associations').map((name) => {
      const results = associated(portal, object, typeNamed(name)).flatMap(({ object: other, typeIds }) =>
        typeIds.map((typeId) => ({ id: other.id, type: String(typeId) })),
      );
      return [name, { results }] as const;
    });
    const shown = present(object, wanted.length > 0 ? wanted : defaultProperties[type]);
    return c.json({ ...shown, ...(associations.length > 0 ? { associations: Object.fromEntries(associations) } : {}) });
  });

  app.patch(`${base}/:id`, async (c) => {
    const { type, portal } = enter(c, 'write');
    const object = locate(world, portal, type, { id: c.req.param('id'), idProperty: c.req.query('idProperty') });
    const properties = ((await json(c)) as Row).properties ?? {};
    return c.json(present(update(world, portal, object, properties, author), Object.keys(properties)));
  });

  app.delete(`${base}/:id`, (c) => {
    const { type, portal } = enter(c, 'write');
    const object = portal.objects.get(`${type}:${c.req.param('id')}`);
    if (object && !object.archivedAt && !object.mergedInto) archive(world, portal, object, author);
    return c.body(null, 204);
  });
  return app;
}

function locate(world: World, portal: Portal, type: ObjectType, { id = '', idProperty }: Row): CrmObject {
  if (!idProperty) return find(world, portal, type, id);
  if (!portal.definitions[type].get(idProperty)?.hasUniqueValue)
    throw invalid(`${idProperty} is not a unique property`);
  const holder = holderOf(portal, type, idProperty, id);
  // Additional addresses are found by search only.
  if (holder?.properties[idProperty] !== id.toLowerCase())
    throw notFound(`Object not found for ${idProperty}`, { ids: [id] });
  return holder;
}

function readRow(world: World, portal: Portal, type: ObjectType, row: Row, body: BatchBody): Record<string, unknown> {
  const object = locate(world, portal, type, { id: row.id, idProperty: body.idProperty });
  return present(object, body.properties?.length ? body.properties : defaultProperties[type]);
}

function upsertRow(world: World, portal: Portal, type: ObjectType, row: Row, author: Author): Record<string, unknown> {
  const { id = '', idProperty = '', properties = {} } = row;
  if (!portal.definitions[type].get(idProperty)?.hasUniqueValue)
    throw invalid(`${idProperty} is not a unique property`);
  const holder = holderOf(portal, type, idProperty, id);
  const object = holder
    ? update(world, portal, holder, properties, author)
    : create(world, portal, type, { [idProperty]: id, ...properties }, [], author);
  return { ...present(object, Object.keys(properties), row), new: holder === undefined };
}

function list(c: Context, name: string): string[] {
  return (c.req.queries(name) ?? []).flatMap((value) => value.split(',')).filter(Boolean);
}

export async function json(c: Context): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch(() => null);
  if (typeof body !== 'object' || body === null) throw invalid('Invalid input JSON');
  return body as Record<string, unknown>;
}
