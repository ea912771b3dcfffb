/** Which records belong together, over HTTP. */
import { type Context, Hono } from 'hono';
import { associate, associated, checkAssociation, defaultTypeId, unlink } from './associations.ts';
import { find } from './changes.ts';
import type { FakeEnv } from './gate.ts';
import { checkScopes, json, typeNamed } from './object-routes.ts';
import { invalid, notFound, rowError } from './refusal.ts';
import type { CrmObject, ObjectType, Portal, World } from './world.ts';

export function associationRoutes(world: World): Hono<FakeEnv> {
  const app = new Hono<FakeEnv>();
  const one = '/crm/objects/2026-09/:from/:id/associations';
  const ends = (c: Context<FakeEnv>) => {
    const [from, to] = [typeNamed(c.req.param('from') ?? ''), typeNamed(c.req.param('to') ?? '')];
    const source = find(world, c.var.portal, from, c.req.param('id') ?? '');
    return { from, to, source, portal: c.var.portal };
  };

  app.get(`${one}/:to`, (c) => {
    const { to, source, portal } = ends(c);
    checkScopes(c.var.grant, to, 'read');
    return c.json(linkPage(portal, source, to, c.req.query('after') ?? '', Number(c.req.query('limit') ?? 500)));
  });
  app.put(`${one}/default/:to/:toId`, (c) => {
    const { from, to, source, portal } = ends(c);
    checkScopes(c.var.grant, from, 'write');
    const typeId = defaultTypeId(from, to);
    associate(portal, source, checkAssociation(portal, from, c.req.param('toId'), typeId), typeId);
    return c.json({ status: 'COMPLETE', results: [] });
  });
  app.put(`${one}/:to/:toId`, async (c) => {
    const { from, source, portal } = ends(c);
    checkScopes(c.var.grant, from, 'write');
    const types = (await json(c)) as unknown as { associationTypeId: number }[];
    if (!Array.isArray(types)) throw invalid('the body must be a list of association types');
    for (const { associationTypeId: typeId } of types) {
      associate(portal, source, checkAssociation(portal, from, c.req.param('toId'), typeId), typeId);
    }
    return c.json({ fromObjectId: source.id, toObjectId: c.req.param('toId') }, 201);
  });
  app.delete(`${one}/:to/:toId`, (c) => {
    const { from, to, source, portal } = ends(c);
    checkScopes(c.var.grant, from, 'write');
    unlink(portal, source, find(world, portal, to, c.req.param('toId')));
    return c.body(null, 204);
  });

  app.post('/crm/associations/2026-09/:from/:to/batch/read', async (c) => {
    const [from, to] = [typeNamed(c.req.param('from')), typeNamed(c.req.param('to'))];
    checkScopes(c.var.grant, from, 'read');
    checkScopes(c.var.grant, to, 'read');
    const inputs = ((await json(c)) as { inputs?: { id: string; after?: string }[] }).inputs ?? [];
    if (inputs.length > 1000) throw invalid('The maximum number of inputs is 1000');
    const results: Record<string, unknown>[] = [];
    const errors: Record<string, unknown>[] = [];
    for (const input of inputs) {
      const source = c.var.portal.objects.get(`${from}:${input.id}`);
      const page = source && linkPage(c.var.portal, source, to, input.after ?? '', 500);
      if (page && page.results.length > 0)
        results.push({ from: { id: input.id }, to: page.results, paging: page.paging });
      else
        errors.push({
          ...rowError(notFound(`No ${to} is associated with ${input.id}.`), { fromObjectId: [input.id] }),
        });
    }
    const more = errors.length > 0 ? { errors, numErrors: errors.length } : {};
    return c.json({ status: 'COMPLETE', results, ...more }, errors.length > 0 ? 207 : 200);
  });
  return app;
}

function linkPage(portal: Portal, source: CrmObject, to: ObjectType, after: string, limit: number) {
  const all = associated(portal, source, to).filter(({ object }) => Number(object.id) > Number(after || 0));
  const results = all.slice(0, limit).map(({ object, typeIds }) => ({
    toObjectId: object.id,
    associationTypes: typeIds.map((typeId) => ({ category: 'HUBSPOT_DEFINED', typeId, label: null })),
  }));
  const last = results.at(-1)?.toObjectId;
  return { results, ...(all.length > limit && last ? { paging: { next: { after: last } } } : {}) };
}
