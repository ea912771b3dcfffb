/** The REST API below /services/data, as far as SalesOS calls it. */
import { type Context, Hono } from 'hono';
import { apiGate, describeFields, type FakeEnv, json, limitsOf } from './gate.ts';
import { isId, toId18 } from './ids.ts';
import { runQuery, shown } from './query.ts';
import { create, find, remove, update } from './records.ts';
import { errorRow, notFound, Refusal, refused } from './refusal.ts';
import { type ObjectType, prefixes, writable } from './schema.ts';
import { fieldsOf, objectType, type World } from './world.ts';

const version = '/services/data/v68.0';
const rowsPerCall = 200;
const dayMilliseconds = 86_400_000;

export function apiRoutes(world: World): Hono<FakeEnv> {
  const app = new Hono<FakeEnv>();
  const known = (name: string): ObjectType => {
    const type = objectType(world, name);
    if (!type) throw notFound();
    return type;
  };
  app.get('/services/data', (c) => c.json([{ label: "Winter '27", url: version, version: '68.0' }]));
  app.use('/services/data/*', apiGate(world));
  app.get(`${version}/limits`, (c) => c.json(limitsOf(world)));

  for (const name of ['query', 'queryAll']) {
    app.get(`${version}/${name}`, (c) => {
      const { type, rows } = runQuery(world, c.req.query('q') ?? '', name === 'queryAll');
      return c.json(page(world, type, rows, 0));
    });
  }
  app.get(`${version}/query/:locator`, (c) => {
    const [id = '', start = ''] = c.req.param('locator').split('-');
    const held = world.queries.get(id);
    if (!held || !/^\d+$/.test(start)) throw refused('INVALID_QUERY_LOCATOR', 'invalid query locator');
    return c.json(page(world, held.type, held.rows, Number(start), id));
  });

  app.get(`${version}/sobjects/:type/describe`, (c) => {
    const type = known(c.req.param('type'));
    const isWritable = writable.has(type);
    const keyPrefix = prefixes[type];
    const fields = describeFields(world, type);
    return c.json({ name: type, keyPrefix, queryable: true, createable: isWritable, updateable: isWritable, fields });
  });
  app.get(`${version}/sobjects/:type/deleted`, (c) => {
    const type = known(c.req.param('type'));
    const { start, end } = period(world, c, 15);
    const deleted = [
      ...[...world.records.values()]
        .filter((record) => record.type === type && record.values.IsDeleted === true)
        .map(({ id, values }) => ({ id, deletedDate: String(values.SystemModstamp) })),
      ...world.purged.filter((one) => one.type === type).map(({ id, deletedDate }) => ({ id, deletedDate })),
    ].filter(({ deletedDate }) => Date.parse(deletedDate) >= start && Date.parse(deletedDate) < end);
    return c.json({
      deletedRecords: deleted.map((one) => ({ ...one, deletedDate: one.deletedDate.replace('Z', '+0000') })),
      earliestDateAvailable: asTime(world.options.clock.now().getTime() - 15 * dayMilliseconds),
      latestDateCovered: asTime(end),
    });
  });
  app.get(`${version}/sobjects/:type/updated`, (c) => {
    const type = known(c.req.param('type'));
    const { start, end } = period(world, c, 30);
    const changed = [...world.records.values()].filter(({ type: one, values }) => {
      const at = Date.parse(String(values.LastModifiedDate));
      return one === type && values.IsDeleted !== true && at >= start && at < end;
    });
    return c.json({ ids: changed.map(({ id }) => id), latestDateCovered: asTime(end) });
  });

  app.post(`${version}/sobjects/:type`, async (c) => {
    const record = create(world, known(c.req.param('type')), await json(c), c.var.grant.userId);
    return c.json({ id: record.id, success: true, errors: [] }, 201);
  });
  app.get(`${version}/sobjects/:type/:id`, (c) => {
    const type = known(c.req.param('type'));
    const record = find(world, type, c.req.param('id'));
    const fields = fieldsOf(world, type);
    const asked = c.req.query('fields')?.split(',') ?? [...fields.keys()];
    const row: Record<string, unknown> = { attributes: { type, url: c.req.path } };
    for (const name of asked) {
      const field = fields.get(name.trim().toLowerCase());
      if (!field) throw refused('INVALID_FIELD', `No such column '${name}' on entity '${type}'`);
      row[field.name] = shown(field, record.values[field.name] ?? null);
    }
    return c.json(row);
  });
  app.patch(`${version}/sobjects/:type/:id`, async (c) => {
    update(world, find(world, known(c.req.param('type')), c.req.param('id')), await json(c), c.var.grant.userId);
    return c.body(null, 204);
  });
  app.delete(`${version}/sobjects/:type/:id`, (c) => {
    remove(world, find(world, known(c.req.param('type')), c.req.param('id')), c.var.grant.userId);
    return c.body(null, 204);
  });

  app.post(`${version}/composite/sobjects`, async (c) =>
    collection(world, c, await json(c), (type, row) => create(world, type, row, c.var.grant.userId).id),
  );
  app.patch(`${version}/composite/sobjects`, async (c) =>
    collection(world, c, await json(c), (type, row) => {
      const id = String(row.id ?? row.Id ?? '');
      if (!isId(id)) throw refused('MALFORMED_ID', `malformed id ${id}`);
      const record = world.records.get(toId18(id));
      if (!record || record.type !== type) throw refused('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
      if (record.values.IsDeleted === true) throw refused('ENTITY_IS_DELETED', 'entity is deleted');
      update(world, record, row, c.var.grant.userId);
      return record.id;
    }),
  );
  return app;
}

/** Rows that fail do so alone, with HTTP 200; a field that does not exist refuses the whole request. */
function collection(
  world: World,
  c: Context,
  body: Record<string, unknown>,
  write: (type: ObjectType, row: Record<string, unknown>) => string,
): Response {
  const rows = (Array.isArray(body.records) ? body.records : []) as Record<string, unknown>[];
  if (rows.length === 0) throw refused('JSON_PARSER_ERROR', 'records is missing');
  if (rows.length > rowsPerCall) {
    throw refused('LIMIT_EXCEEDED', `The list of records can hold at most ${rowsPerCall} records.`);
  }
  const types = rows.map((row) => {
    const name = String((row.attributes as { type?: string } | undefined)?.type ?? '');
    const type = objectType(world, name);
    if (!type) throw refused('INVALID_TYPE', `sObject type '${name}' is not supported.`);
    for (const field of Object.keys(row)) {
      if (field === 'attributes' || field.toLowerCase() === 'id') continue;
      if (!fieldsOf(world, type).has(field.toLowerCase())) {
        throw refused('INVALID_FIELD', `No such column '${field}' on sobject of type ${type}`);
      }
    }
    return type;
  });
  if (types.filter((type, index) => type !== types[index - 1]).length > 10) {
    throw refused('LIMIT_EXCEEDED', 'Cannot have more than 10 chunks in a single operation.');
  }
  const before = structuredClone(world.records);
  const seen = new Set<string>();
  const results = rows.map((row, index) => {
    try {
      const given = String(row.id ?? row.Id ?? '');
      if (given && seen.has(given)) throw refused('DUPLICATE_VALUE', `duplicate id ${given} in one request`);
      seen.add(given);
      return { id: write(types[index]!, row), success: true, errors: [] };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return errorRow(error, row.id ? String(row.id) : undefined);
    }
  });
  if (body.allOrNone === true && results.some(({ success }) => !success)) {
    world.records.clear();
    for (const [id, record] of before) world.records.set(id, record);
    const rolledBack = new Refusal(
      400,
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      'Record rolled back because not all records were valid',
    );
    return c.json(results.map((result) => (result.success ? errorRow(rolledBack) : result)));
  }
  return c.json(results);
}

function page(world: World, type: ObjectType, rows: Record<string, unknown>[], start: number, known?: string) {
  const most = world.options.queryRows ?? 2000;
  const end = start + most;
  const done = end >= rows.length;
  const id = known ?? `0r8${world.nextNumber()}`;
  if (!done) world.queries.set(id, { type, rows, at: start });
  return {
    totalSize: rows.length,
    done,
    ...(done ? {} : { nextRecordsUrl: `${version}/query/${id}-${end}` }),
    records: rows.slice(start, end),
  };
}

/** Seconds are cut off, and the two moments must be a minute apart. */
function period(world: World, c: Context, mostDays: number): { start: number; end: number } {
  const [start, end] = ['start', 'end'].map(
    (name) => Math.floor(Date.parse(c.req.query(name) ?? '') / 60_000) * 60_000,
  );
  if (!(start! < end!)) throw refused('INVALID_REPLICATION_DATE', 'startDate before endDate');
  if (start! < world.options.clock.now().getTime() - mostDays * dayMilliseconds) {
    throw refused('INVALID_REPLICATION_DATE', `startDate cannot be more than ${mostDays} days ago`);
  }
  return { start: start!, end: end! };
}

const asTime = (time: number) => new Date(time).toISOString().replace('Z', '+0000');
