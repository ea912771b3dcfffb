import { endpoint, flag } from '@salesos/shared/api/endpoint.ts';
import { apiVersions } from '@salesos/shared/api.ts';
import { problem } from '@salesos/shared/cards.ts';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { handClock } from '../core/clock.ts';
import { type Ctx, type Settings, type Sockets, type System, tenantContext } from '../core/ctx.ts';
import type { Database } from '../core/db.ts';
import { InvalidInput, NotFound } from '../core/errors.ts';
import { type HttpAnswer, VendorError } from '../core/http.ts';
import type { Jobs } from '../core/jobs.ts';
import { createLog } from '../core/log.ts';
import { createSecrets, deriveKey } from '../core/secrets.ts';
import { type Handlers, mountEndpoints } from './endpoint.ts';
import { createRateLimit, type RatePolicy } from './rate-limit.ts';
import type { ApiEnv } from './request.ts';
import { maxBodyBytes, useStack } from './stack.ts';

const things = {
  readThing: endpoint({
    method: 'GET',
    path: '/v1/things/{thingId}',
    scopes: ['contacts:read'],
    summary: 'Read a thing.',
    params: z.object({ thingId: z.uuid() }),
    query: z.strictObject({ deep: flag.default(false) }),
    status: 200,
    response: z.object({ id: z.string(), deep: z.boolean() }),
    errors: ['not_found'],
  }),
  writeThing: endpoint({
    method: 'POST',
    path: '/v1/things',
    scopes: [],
    summary: 'Write a thing.',
    body: z.strictObject({ name: z.string().max(10), tags: z.array(z.string()).default([]) }),
    status: 201,
    response: z.object({ name: z.string() }),
    errors: [],
  }),
};

const thingId = '0197a7f0-0000-7000-8000-000000000001';
const lines: Record<string, unknown>[] = [];

/** The stack around two endpoints, without a database: writes are refused before they would need one. */
function start(parts: { read?: Handlers<typeof things>['readThing']; scopes?: string[]; policy?: RatePolicy } = {}): {
  app: Hono<ApiEnv>;
  clock: ReturnType<typeof handClock>;
} {
  const clock = handClock(new Date('2027-01-04T09:00:00Z'));
  const unused = () => {
    throw new Error('not part of this test');
  };
  const log = createLog('info', {
    write: (line: string) => {
      lines.push(JSON.parse(line) as Record<string, unknown>);
    },
  });
  const system: System = {
    db: new Proxy({}, { get: unused }) as Database,
    jobs: new Proxy({}, { get: unused }) as Jobs,
    reactions: new Map(),
    clock,
    log,
    secrets: createSecrets([{ id: 'k', key: deriveKey('s', 'seal') }], deriveKey('s', 'fingerprint')),
    http: { request: unused as unknown as () => Promise<HttpAnswer>, fetch: unused, close: async () => {} },
    sockets: {} as Sockets,
    settings: { publicUrl: 'https://app.salesos.test', sandbox: true } satisfies Settings,
  };
  const app = new Hono<ApiEnv>();
  useStack(app, system);
  const rateLimit = createRateLimit(clock, parts.policy);
  app.use('/v1/*', async (c, next) => {
    c.set('ctx', tenantContext(c.get('system'), '0197a7f0-0000-7000-8000-00000000000a') as Ctx);
    c.set('caller', { scopes: parts.scopes ?? ['contacts:read'] });
    rateLimit.take('key', (name, value) => c.header(name, value));
    await next();
  });
  mountEndpoints(app, things, {
    readThing: parts.read ?? (async ({ params, query }) => ({ id: params.thingId, deep: query.deep })),
    writeThing: async ({ body }) => ({ name: body.name }),
  });
  return { app, clock };
}

const write = (body: RequestInit['body'], headers: Record<string, string> = {}) => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json', 'idempotency-key': 'k1', ...headers },
});

async function problemOf(answer: Response, status: number) {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  return problem.parse(await answer.json());
}

describe('an answer', () => {
  test('200 is what the contract says and nothing more', async () => {
    const read = async () => ({ id: 'x', deep: true, secret: 'leak' });
    const answer = await start({ read }).app.request(`/v1/things/${thingId}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ id: 'x', deep: true });
  });

  test('carries a request id: the given one when it is well formed, ours otherwise', async () => {
    const { app } = start();
    const given = await app.request(`/v1/things/${thingId}`, { headers: { 'x-request-id': 'caller-12345' } });
    expect(given.headers.get('x-request-id')).toBe('caller-12345');
    for (const bad of ['short', 'with space in it', 'a'.repeat(200)]) {
      const answer = await app.request(`/v1/things/${thingId}`, { headers: { 'x-request-id': bad } });
      expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{22}$/);
    }
  });

  test('has safe headers, also when it is a problem', async () => {
    const { app } = start();
    for (const path of [`/v1/things/${thingId}`, '/nowhere']) {
      const { headers } = await app.request(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
    }
  });

  test('is logged with route and status, without path, query or body', async () => {
    lines.length = 0;
    await start().app.request(`/v1/things/${thingId}?deep=true`, { headers: { 'x-request-id': 'caller-12345' } });
    expect(lines.at(-1)).toMatchObject({ route: '/v1/things/:thingId', status: 200, requestId: 'caller-12345' });
    expect(JSON.stringify(lines)).not.toContain(thingId);
  });

  test('tells what is left of the quota', async () => {
    const { app } = start({ policy: { name: 'default', requestCount: 2, windowSeconds: 60 } });
    const { headers } = await app.request(`/v1/things/${thingId}`);
    expect(headers.get('ratelimit-policy')).toBe('"default";q=2;w=60');
    expect(headers.get('ratelimit')).toBe('"default";r=1;t=60');
  });
});

describe('a problem', () => {
  test('400 for a malformed id and for a query field that does not exist, each with its pointer', async () => {
    const { app } = start();
    const badId = await problemOf(await app.request('/v1/things/17'), 400);
    expect(badId).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/path/thingId' }] });
    const badQuery = await problemOf(await app.request(`/v1/things/${thingId}?depp=true&deep=1`), 400);
    expect(badQuery.errors?.map(({ pointer }) => pointer).sort()).toEqual(['/query/deep', '/query/depp']);
    const twice = await problemOf(await app.request(`/v1/things/${thingId}?deep=true&deep=false`), 400);
    expect(twice.errors).toMatchObject([{ pointer: '/query/deep', code: 'repeated' }]);
  });

  test.each([
    ['{"name":', 'malformed_json', 400],
    ['\u0000', 'malformed_json', 400],
    ['{"name":"far too long a name"}', 'invalid_input', 422],
    ['{"name":7,"tags":"a"}', 'invalid_input', 422],
    ['[]', 'invalid_input', 422],
    ['null', 'invalid_input', 422],
    ['"text"', 'invalid_input', 422],
    ['{"name":"a","nmae":"b"}', 'invalid_input', 422],
    ['{"name":"a","__proto__":{"admin":true}}', 'invalid_input', 422],
    ['{"name":"a","constructor":{"prototype":{"admin":true}}}', 'invalid_input', 422],
  ])('for the body %s is %s', async (body, code, status) => {
    const answer = await problemOf(await start().app.request('/v1/things', write(body)), status);
    expect(answer.code).toBe(code);
    expect(answer.type).toBe(`https://app.salesos.test/problems/${code}`);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test('400 for bytes that are no UTF-8', async () => {
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    expect(await problemOf(await start().app.request('/v1/things', write(body)), 400)).toMatchObject({
      code: 'malformed_json',
    });
  });

  test('400 for a write without a usable Idempotency-Key', async () => {
    const { app } = start();
    const { 'idempotency-key': _, ...headers } = write('').headers;
    const missing = await app.request('/v1/things', { method: 'POST', body: '{"name":"a"}', headers });
    expect(await problemOf(missing, 400)).toMatchObject({ code: 'idempotency_key_missing' });
    for (const key of ['', 'a b', 'é', 'a'.repeat(256)]) {
      const answer = await app.request('/v1/things', write('{"name":"a"}', { 'idempotency-key': key }));
      expect((await problemOf(answer, 400)).code).toMatch(/^idempotency_key_(invalid|missing)$/);
    }
  });

  test('403 names the scope that is missing', async () => {
    const answer = await start({ scopes: ['tasks:read'] }).app.request(`/v1/things/${thingId}`);
    const { code, detail } = await problemOf(answer, 403);
    expect(code).toBe('missing_scope');
    expect(detail).toContain('contacts:read');
  });

  test('404 for an address that does not exist', async () => {
    const answer = await problemOf(await start().app.request('/v1/nowhere?token=secret'), 404);
    expect(answer).toMatchObject({ code: 'not_found', instance: '/v1/nowhere' });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  test('404 of a verb, with its sentence', async () => {
    const read = async () => {
      throw new NotFound('thing');
    };
    const answer = await problemOf(await start({ read }).app.request(`/v1/things/${thingId}`), 404);
    expect(answer.detail).toBe('There is no thing with this id.');
  });

  test('405 lists the methods of the address', async () => {
    const answer = await start().app.request(`/v1/things/${thingId}`, { method: 'PUT' });
    expect(answer.headers.get('allow')).toBe('GET');
    expect(await problemOf(answer, 405)).toMatchObject({ code: 'method_not_allowed' });
  });

  test.each([[String(maxBodyBytes + 1)], [null]])('413 for a body over 1 MB (content-length %s)', async (length) => {
    const body = `{"name":"${'x'.repeat(maxBodyBytes)}"}`;
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(body));
        controller.close();
      },
    });
    const request = new Request('http://test/v1/things', {
      ...write(length ? body : stream, length ? { 'content-length': length } : {}),
      duplex: 'half',
    });
    expect(await problemOf(await start().app.request(request), 413)).toMatchObject({
      code: 'body_too_large',
    });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'text/json; charset=utf-8', ''])(
    '415 for a body of type "%s"',
    async (type) => {
      const answer = await start().app.request('/v1/things', write('{"name":"a"}', { 'content-type': type }));
      expect(await problemOf(answer, 415)).toMatchObject({ code: 'unsupported_media_type' });
    },
  );

  test('422 of a verb keeps its code and its fields', async () => {
    const read = async () => {
      throw new InvalidInput('No.', { code: 'special', fields: [{ pointer: '/a', code: 'b', message: 'c' }] });
    };
    const answer = await problemOf(await start({ read }).app.request(`/v1/things/${thingId}`), 422);
    expect(answer).toMatchObject({ code: 'special', errors: [{ pointer: '/a', code: 'b', message: 'c' }] });
  });

  test('429 says when to come again, and then lets pass', async () => {
    const { app, clock } = start({ policy: { name: 'default', requestCount: 1, windowSeconds: 60 } });
    expect((await app.request(`/v1/things/${thingId}`)).status).toBe(200);
    clock.advance(20);
    const answer = await app.request(`/v1/things/${thingId}`);
    expect(answer.headers.get('retry-after')).toBe('40');
    expect(answer.headers.get('ratelimit')).toBe('"default";r=0;t=40');
    expect(await problemOf(answer, 429)).toMatchObject({ code: 'too_many_requests', retry_after: 40 });
    clock.advance(40);
    expect((await app.request(`/v1/things/${thingId}`)).status).toBe(200);
  });

  test('500 tells nothing of an error we did not foresee; the log tells it, without the secret in it', async () => {
    lines.length = 0;
    const read = async () => {
      throw new Error('no room left at /srv/app.ts:3, password=hunter2');
    };
    const answer = await problemOf(await start({ read }).app.request(`/v1/things/${thingId}`), 500);
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|no room left/);
    expect(answer.code).toBe('internal_error');
    expect(JSON.stringify(lines)).toContain('no room left at /srv/app.ts:3');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  test('500 for an answer against the contract', async () => {
    const read = (async () => ({ id: 5 })) as unknown as Handlers<typeof things>['readThing'];
    expect(await problemOf(await start({ read }).app.request(`/v1/things/${thingId}`), 500)).toBeTruthy();
  });

  test('503 when a vendor gives no answer', async () => {
    const read = async () => {
      throw new VendorError('hubspot', 'timeout', true, 7.2);
    };
    const answer = await start({ read }).app.request(`/v1/things/${thingId}`);
    expect(answer.headers.get('retry-after')).toBe('8');
    expect(await problemOf(answer, 503)).toMatchObject({ code: 'vendor_unavailable' });
  });
});

test('the newest version is the first of the list', () => {
  expect([...apiVersions].sort().toReversed()).toEqual([...apiVersions]);
});
