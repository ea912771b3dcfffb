/** Property groups, properties and owners over HTTP. */
import { type Context, Hono } from 'hono';
import type { PropertyDefinition } from './definitions.ts';
import { type FakeEnv, requireScopes } from './gate.ts';
import { json, typeNamed } from './object-routes.ts';
import { invalid, notFound, Refusal, rowError } from './refusal.ts';
import type { ObjectType, Portal } from './world.ts';

export function propertyRoutes(): Hono<FakeEnv> {
  const app = new Hono<FakeEnv>();
  const base = '/crm/properties/2026-09/:type';
  const enter = (c: Context<FakeEnv>, access: 'read' | 'write') => {
    const type = typeNamed(c.req.param('type') ?? '');
    requireScopes(c.var.grant, [access === 'write' ? `crm.schemas.${type}.write` : `crm.objects.${type}.read`]);
    return { type, portal: c.var.portal };
  };

  app.post(`${base}/groups`, async (c) => {
    const { type, portal } = enter(c, 'write');
    const { name, label } = (await json(c)) as { name?: string; label?: string };
    if (!name || !label) throw invalid('name and label are required');
    if (portal.groups[type].has(name)) throw new Refusal(409, 'CONFLICT', `A group named '${name}' already exists.`);
    portal.groups[type].set(name, label);
    return c.json({ name, label, archived: false }, 201);
  });
  app.get(`${base}/groups`, (c) => {
    const { type, portal } = enter(c, 'read');
    return c.json({ results: [...portal.groups[type]].map(([name, label]) => ({ name, label, archived: false })) });
  });

  app.post(`${base}/batch/read`, async (c) => {
    const { type, portal } = enter(c, 'read');
    const inputs = ((await json(c)) as { inputs?: { name: string }[] }).inputs ?? [];
    const found = inputs.flatMap(({ name }) => portal.definitions[type].get(name) ?? []);
    const errors = inputs
      .filter(({ name }) => !portal.definitions[type].has(name))
      .map(({ name }) => rowError(notFound(`Property ${name} does not exist`), { name: [name] }));
    const more = errors.length > 0 ? { errors, numErrors: errors.length } : {};
    return c.json({ status: 'COMPLETE', results: found, ...more }, errors.length > 0 ? 207 : 200);
  });
  app.post(`${base}/batch/create`, async (c) => {
    const { type, portal } = enter(c, 'write');
    const inputs = ((await json(c)) as { inputs?: Partial<PropertyDefinition>[] }).inputs ?? [];
    const existing = inputs.filter(({ name }) => portal.definitions[type].has(name ?? ''));
    if (existing.length > 0)
      throw new Refusal(409, 'CONFLICT', `A property named '${existing[0]?.name}' already exists.`);
    return c.json({ status: 'COMPLETE', results: inputs.map((input) => define(portal, type, input)) }, 201);
  });
  app.post(base, async (c) => {
    const { type, portal } = enter(c, 'write');
    return c.json(define(portal, type, (await json(c)) as Partial<PropertyDefinition>), 201);
  });
  app.get(base, (c) => {
    const { type, portal } = enter(c, 'read');
    return c.json({ results: [...portal.definitions[type].values()] });
  });
  app.get(`${base}/:name`, (c) => {
    const { type, portal } = enter(c, 'read');
    const definition = portal.definitions[type].get(c.req.param('name'));
    if (!definition) throw notFound(`Property ${c.req.param('name')} does not exist`);
    return c.json(definition);
  });

  app.get('/crm/owners/2026-09', (c) => {
    requireScopes(c.var.grant, ['crm.objects.owners.read']);
    const limit = Math.min(Number(c.req.query('limit') ?? 100), 500);
    const from = Number(c.req.query('after') ?? 0);
    const wanted = c.var.portal.users.filter((user) => !c.req.query('email') || user.email === c.req.query('email'));
    const results = wanted.slice(from, from + limit).map(({ ownerId, userId, email, firstName, lastName }) => ({
      id: ownerId,
      userId,
      email,
      firstName,
      lastName,
      type: 'PERSON',
      archived: false,
    }));
    const next = from + limit < wanted.length ? { paging: { next: { after: String(from + limit) } } } : {};
    return c.json({ results, ...next });
  });
  return app;
}

const propertyTypes = ['string', 'number', 'bool', 'enumeration', 'datetime', 'date', 'phone_number'];

function define(portal: Portal, type: ObjectType, given: Partial<PropertyDefinition>): PropertyDefinition {
  const { name = '', label = '', groupName = '', type: valueType, fieldType, options = [] } = given;
  if (!/^[a-z][a-z0-9_]{0,99}$/.test(name)) throw invalid(`Property name '${name}' is not valid`);
  if (portal.definitions[type].has(name)) {
    throw new Refusal(409, 'CONFLICT', `A property named '${name}' already exists.`);
  }
  if (!label || !fieldType || !propertyTypes.includes(valueType ?? ''))
    throw invalid(`Property '${name}' is incomplete`);
  if (!portal.groups[type].has(groupName)) throw invalid(`Property group '${groupName}' does not exist`);
  if (valueType === 'enumeration' && options.length === 0) throw invalid(`Property '${name}' needs options`);
  const definition: PropertyDefinition = {
    name,
    label,
    groupName,
    type: valueType ?? 'string',
    fieldType,
    options,
    readOnly: false,
    hasUniqueValue: given.hasUniqueValue ?? false,
  };
  portal.definitions[type].set(name, definition);
  return definition;
}
