/** From a described endpoint to a route: scopes, input by contract, one transaction, one kept answer, answer by contract. */

import { type Endpoint, flag, isWrite, type Scope } from '@salesos/shared/api/endpoint.ts';
import type { EndpointParsed } from '@salesos/shared/api.ts';
import type { Hono } from 'hono';
import { z } from 'zod';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { Forbidden, InvalidInput } from '../core/errors.ts';
import { type Answer, withIdempotency } from '../core/idempotency.ts';
import { fieldErrors, RequestProblem } from './problem.ts';
import { type ApiContext, type ApiEnv, jsonBody } from './request.ts';

export interface HandlerInput<E extends Endpoint> {
  /** Of a write: a transaction, committed when the handler returns. */
  ctx: Ctx;
  params: EndpointParsed<E, 'params'>;
  query: EndpointParsed<E, 'query'>;
  body: EndpointParsed<E, 'body'>;
  /** What the caller's key may do. */
  scopes: readonly string[];
}

/** Finds, calls the verb, presents. What it returns beyond the contract is cut off. */
export type Handler<E extends Endpoint> = (input: HandlerInput<E>) => Promise<z.input<E['response']>>;
export type Handlers<Table extends Record<string, Endpoint>> = { [Name in keyof Table]: Handler<Table[Name]> };

// A table of handlers for different endpoints; each gets what its own endpoint parsed.
type AnyHandler = (input: HandlerInput<Endpoint>) => Promise<unknown>;

const noFields = z.strictObject({});
const writeQuery = z.strictObject({ dryRun: flag.default(false) });

/** Mounts each endpoint; another method on its path is answered 405 with the list of methods. */
export function mountEndpoints<Table extends Record<string, Endpoint>>(
  app: Hono<ApiEnv>,
  table: Table,
  handlers: Handlers<Table>,
): void {
  const methods = new Map<string, string[]>();
  for (const [name, endpoint] of Object.entries(table)) {
    const path = endpoint.path.replace(/\{(\w+)\}/g, ':$1');
    const handler = handlers[name] as unknown as AnyHandler;
    methods.set(path, [...(methods.get(path) ?? []), endpoint.method]);
    app.on(endpoint.method, path, (c) => answer(c, endpoint, handler));
  }
  for (const [path, allowed] of methods)
    app.all(path, (c) => {
      c.header('Allow', allowed.join(', '));
      throw new RequestProblem(405, 'method_not_allowed', `This address takes ${allowed.join(' or ')} only.`);
    });
}

async function answer(c: ApiContext, endpoint: Endpoint, handler: AnyHandler): Promise<Response> {
  const { scopes } = c.get('caller');
  requireScopes(endpoint.scopes, scopes);
  const params = parsePart(endpoint.params ?? z.object({}), c.req.param(), 400, '/path');
  const query = parsePart(isWrite(endpoint) ? writeQuery : (endpoint.query ?? noFields), readQuery(c), 400, '/query');
  const body = isWrite(endpoint) ? parsePart(endpoint.body ?? noFields, (await jsonBody(c)) ?? {}, 422, '') : undefined;
  // Run inside the transaction, so that an answer against the contract undoes what was done.
  const run = async (ctx: Ctx) =>
    endpoint.response.parse(await handler({ ctx, params, query, body, scopes } as unknown as HandlerInput<Endpoint>));

  c.header('Cache-Control', 'no-store');
  const ctx = c.get('ctx');
  if (!isWrite(endpoint)) return c.json(await run(ctx), endpoint.status);
  const key = idempotencyKey(c);
  if (query.dryRun === true) {
    c.header('SalesOS-Dry-Run', 'true');
    return c.json(await rolledBack(ctx, run), endpoint.status);
  }
  const request = { method: c.req.method, path: c.req.path, body };
  const {
    status,
    body: kept,
    replayed,
  } = await withIdempotency(ctx, `api:${key}`, request, (keep) =>
    inTransaction(ctx, async (ctx): Promise<Answer> => {
      const fresh = { status: endpoint.status, body: await run(ctx) };
      await keep(ctx, { ...fresh, body: withoutShownOnce(fresh.body, endpoint.shownOnce ?? []) });
      return fresh;
    }),
  );
  if (replayed) c.header('Idempotent-Replayed', 'true');
  return c.json(kept, status as Endpoint['status']);
}

export function requireScopes(needed: readonly Scope[], given: readonly string[]): void {
  const missing = needed.filter((scope) => !given.includes(scope));
  if (missing.length > 0)
    throw new Forbidden(`This API key lacks the scope ${missing.join(' and ')}.`, { code: 'missing_scope' });
}

/** 1 to 255 visible ASCII characters, which is what survives every proxy. */
function idempotencyKey(c: ApiContext): string {
  const key = c.req.header('idempotency-key');
  if (key === undefined)
    throw new RequestProblem(
      400,
      'idempotency_key_missing',
      'Send the header Idempotency-Key with every write: a new random text per act, the same one for a repeat.',
    );
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new RequestProblem(
      400,
      'idempotency_key_invalid',
      'An Idempotency-Key has 1 to 255 visible ASCII characters.',
    );
  return key;
}

function readQuery(c: ApiContext): Record<string, string> {
  const entries = Object.entries(c.req.queries());
  const repeated = entries.filter(([, values]) => values.length > 1);
  if (repeated.length > 0)
    throw new RequestProblem(
      400,
      'invalid_request',
      'A query field is given more than once.',
      repeated.map(([name]) => ({ pointer: `/query/${name}`, code: 'repeated', message: 'Give this field once.' })),
    );
  return Object.fromEntries(entries.map(([name, values]) => [name, values[0]!]));
}

function parsePart(schema: z.ZodObject, value: unknown, status: 400 | 422, root: string): Record<string, unknown> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = fieldErrors(parsed.error, root);
  if (status === 400) throw new RequestProblem(400, 'invalid_request', 'A part of the address is wrong.', fields);
  throw new InvalidInput('The body does not fit. Look at errors for each wrong field.', { fields });
}

/** Does the work in a transaction, takes its answer, and undoes it. */
async function rolledBack<T>(ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  let answered: { value: T } | undefined;
  const undo = new Error('dry run');
  try {
    await inTransaction(ctx, async (ctx) => {
      answered = { value: await work(ctx) };
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
  return answered!.value;
}

function withoutShownOnce(body: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return { ...body, ...Object.fromEntries(names.map((name) => [name, null])) };
}
