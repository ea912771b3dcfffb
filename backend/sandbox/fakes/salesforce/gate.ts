/** What stands before every API request: the token, the version, the limits. */
import type { Context, MiddlewareHandler } from 'hono';
import { errorBody, Refusal, refused } from './refusal.ts';
import { fieldsOf, type Grant, type World } from './world.ts';

export interface FakeEnv {
  Variables: { grant: Grant };
}

const daySeconds = 86_400;

export function apiGate(world: World): MiddlewareHandler<FakeEnv> {
  return async (c, next) => {
    const token = /^(?:Bearer|OAuth) (.+)$/.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const held = world.accessTokens.get(token);
    const now = world.options.clock.now().getTime();
    if (!held || held.grant.revoked || held.expiresAt <= now) {
      throw new Refusal(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    }
    held.grant.usedAt = world.options.clock.now().toISOString();
    c.set('grant', held.grant);
    const { pathname, searchParams } = new URL(c.req.url);
    world.requests.push({ method: c.req.method, path: pathname, query: searchParams.get('q') ?? '' });
    const most = world.options.dailyRequests ?? 15_000;
    world.requestTimes = world.requestTimes.filter((time) => time > now - daySeconds * 1000);
    const isOver = world.requestTimes.length >= most;
    if (!isOver) world.requestTimes.push(now);
    c.header('Sforce-Limit-Info', `api-usage=${world.requestTimes.length}/${most}`);
    if (isOver) throw new Refusal(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
    if (now < world.limitedUntil) {
      throw new Refusal(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn Limit exceeded.');
    }
    return next();
  };
}

export function limitsOf(world: World) {
  const Max = world.options.dailyRequests ?? 15_000;
  return { DailyApiRequests: { Max, Remaining: Max - world.requestTimes.length } };
}

export function describeFields(world: World, type: Parameters<typeof fieldsOf>[1]) {
  return [...fieldsOf(world, type).values()].map(
    ({ name, type: kind, length, createable, updateable, filterable, custom, values, required, referenceTo }) => ({
      name,
      label: name.replace(/__c$/, '').replaceAll('_', ' '),
      type: kind,
      length,
      createable,
      updateable,
      filterable,
      custom,
      nillable: !required,
      referenceTo: referenceTo ? [referenceTo] : [],
      picklistValues: (values ?? []).map((value) => ({ value, label: value, active: true, defaultValue: false })),
      restrictedPicklist: values !== null,
    }),
  );
}

export function answerRefusal(c: Context, refusal: Refusal): Response {
  return c.json(errorBody(refusal), refusal.status as 400);
}

export async function json(c: Context): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch(() => null);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw refused('JSON_PARSER_ERROR', 'The request body is no JSON object.');
  }
  return body as Record<string, unknown>;
}
