/** That the fake refuses what Pipedrive refuses. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { beforeEach, describe, expect, test } from 'vitest';
import { handClock } from '../../../src/core/clock.ts';
import { createProspectInboxes } from '../prospect-inboxes.ts';
import { createFakePipedrive, type FakePipedrive, type FakePipedriveOptions } from './index.ts';

const clock = handClock(new Date('2026-03-02T09:00:00.000Z'));
let fake: FakePipedrive;
let company: ReturnType<FakePipedrive['addCompany']>;
let token: string;

function begin(options: Partial<FakePipedriveOptions> = {}, plan: 'lite' | 'growth' = 'growth') {
  clock.set(new Date('2026-03-02T09:00:00.000Z'));
  fake = createFakePipedrive({
    clock,
    clientId: 'client-1',
    clientSecret: 'secret-1',
    callbackUrl: 'https://app.test/callback',
    scopes: ['base'],
    address: () => 'http://127.0.0.1:1',
    ...options,
  });
  const users = [
    { id: 1, name: 'Admin', email: 'admin@acme.test', isAdmin: true },
    { id: 2, name: 'Rep', email: 'rep@acme.test', isAdmin: false },
  ];
  company = fake.addCompany({ id: 7001, name: 'Acme', domain: 'acme', plan, seats: 1, users });
  token = company.install(1).access_token;
}
beforeEach(() => begin());

/** `Body` is what the test expects of the answer. */
async function call<Body = unknown>(method: string, path: string, body?: unknown, as = token) {
  const response = await fake.app.request(path, {
    method,
    headers: { authorization: `Bearer ${as}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed = (text.startsWith('{') ? JSON.parse(text) : text) as Body;
  return { status: response.status, body: parsed, headers: response.headers };
}
/** The `data` of what is read. */
const dataOf = async <Data = unknown>(path: string, as = token) =>
  (await call<{ data: Data }>('GET', path, undefined, as)).body.data;
const post = async (path: string, body: unknown) => (await call('POST', path, body)).status;

test('a Smart BCC address is shown when it is asked for, cannot be set, and takes mails', async () => {
  const inboxes = createProspectInboxes();
  begin({ inboxes });
  const kim = company.create('person', { values: { name: 'Kim' } });
  const path = `/api/v2/persons/${kim}`;
  expect(await dataOf(path)).not.toHaveProperty('smart_bcc_email');
  const asked = `${path}?include_fields=smart_bcc_email`;
  const { smart_bcc_email } = await dataOf<{ smart_bcc_email: string }>(asked);
  expect((await call('PATCH', path, { smart_bcc_email: 'x@y.test' })).status).toBe(400);
  const raw = Buffer.from('From: rep@acme.test\r\nTo: kim@acme.test\r\nSubject: Hello\r\n\r\nHi');
  inboxes.add(smart_bcc_email, { at: clock.now(), from: 'rep@acme.test', raw });
  expect(company.mails(kim)).toMatchObject([{ subject: 'Hello', to: 'kim@acme.test', from: 'rep@acme.test' }]);
  expect([company.timeline(kim), company.mails(kim + 1)]).toEqual([[], []]);
});

describe('the fake Pipedrive refuses', () => {
  test('no token, a wrong one, an old one, and everybody of a closed account', async () => {
    expect((await fake.app.request('/api/v2/persons')).status).toBe(401);
    expect((await call('GET', '/api/v2/persons', undefined, 'x')).body).toMatchObject({
      success: false,
      errorCode: 401,
    });
    clock.advance(3600);
    expect((await call('GET', '/api/v2/persons')).status).toBe(401);
    token = company.install(1).access_token;
    company.close();
    expect((await call('GET', '/api/v2/persons')).status).toBe(402);
  });

  test('bodies of the wrong shape: unknown names, v1 types, nothing required, no such record', async () => {
    for (const body of [
      {},
      { name: '' },
      { name: 'Kim', nickname: 'K' },
      { name: 'Kim', owner_id: '1' },
      { name: 'Kim', visible_to: '3' },
      { name: 'Kim', email: 'kim@acme.test' },
      { name: 'Kim', org_id: 99 },
      { name: 'Kim', custom_fields: { salesos_score: 1 } },
    ])
      expect([body, await post('/api/v2/persons', body)]).toEqual([body, 400]);
    expect(await post('/api/v2/persons', { name: 'Kim', job_title: 'Buyer' })).toBe(403);
    for (const body of [
      { type: 'email' },
      { subject: 'Hello' },
      { subject: 'Hello', type: 'letter' },
      { subject: 'Hello', type: 'email', done: 1 },
      { subject: 'Hello', type: 'email', person_id: 1 },
      { subject: 'Hello', type: 'email', participants: [{ person_id: 99 }] },
      { subject: 'Hello', type: 'email', due_date: '2026-03-02T09:00:00Z' },
      { subject: 'Hello', type: 'email', note: 'x'.repeat(100_001) },
    ])
      expect([body, await post('/api/v2/activities', body)]).toEqual([body, 400]);
    expect(await post('/api/v2/activities', { subject: 'Hello', type: 'email' })).toBe(200);
  });

  test('values of custom fields of another type, and fields without options', async () => {
    const tier = company.addField('Tier', 'enum', ['1', '2']);
    const score = company.addField('Score', 'double');
    const day = company.addField('Day', 'date');
    const kim = company.create('person', { values: { name: 'Kim' } });
    const wrong: [string, unknown][] = [
      [tier, '1'],
      [tier, 999],
      [tier, []],
      [score, '5'],
      [day, '2026-03-02T09:00:00Z'],
    ];
    for (const [code, value] of wrong) {
      const answer = await call('PATCH', `/api/v2/persons/${kim}`, { custom_fields: { [code]: value } });
      expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining(code) } });
    }
    expect(await post('/api/v2/personFields', { field_name: 'Empty', field_type: 'enum' })).toBe(400);
    expect((await call('DELETE', `/api/v2/personFields/${tier}/options`, [{ id: 999 }])).status).toBe(400);
  });

  test('times with fractions, unknown parameters, too much in one page, and everything of v1 that is gone', async () => {
    for (const query of ['updated_since=2026-03-02T09:00:00.000Z', 'start=0', 'limit=501', 'cursor=zzz']) {
      const ids = await call('GET', `/api/v2/persons?${query}`);
      expect([query, ids.status]).toEqual([query, 400]);
    }
    expect((await call('GET', '/api/v2/persons/search?term=')).status).toBe(400);
    expect((await call('GET', '/api/v1/persons')).status).toBe(410);
    expect((await call('GET', '/api/v2/nothing')).status).toBe(404);
  });

  test('a regular user what the permission set does not give', async () => {
    const kim = company.create('person', { values: { name: 'Kim', emails: [{ value: 'kim@acme.test' }] } });
    company.hide(2, 'person', kim);
    const as = company.install(2).access_token;
    const field = { field_name: 'X', field_type: 'varchar' };
    const hook = { subscription_url: 'https://app.test/', event_action: '*', event_object: 'person', name: 'x' };
    expect((await call('GET', `/api/v2/persons/${kim}`, undefined, as)).status).toBe(403);
    expect((await call('PATCH', `/api/v2/persons/${kim}`, { name: 'Lee' }, as)).status).toBe(403);
    expect(await dataOf('/api/v2/persons', as)).toEqual([]);
    const search = '/api/v2/persons/search?term=kim@acme.test&fields=email&exact_match=true';
    expect((await dataOf<{ items: unknown[] }>(search, as)).items).toEqual([]);
    expect((await call('POST', '/api/v2/personFields', field, as)).status).toBe(403);
    expect((await call('POST', '/api/v1/webhooks', hook, as)).status).toBe(403);
    expect((await call('GET', '/api/v1/webhooks', undefined, as)).status).toBe(403);
    company.allowFields(2);
    expect((await call('POST', '/api/v2/personFields', field, as)).status).toBe(200);
    expect((await call('POST', '/api/v1/webhooks', hook)).status).toBe(201);
  });

  test('more fields than the plan has, more webhooks than a user may have, and no https', async () => {
    begin({ requestsPerTwoSeconds: 1000 }, 'lite');
    for (let index = 0; index < 30; index += 1) company.addField(`F${index}`, 'varchar');
    const refused = await call('POST', '/api/v2/personFields', { field_name: 'X', field_type: 'varchar' });
    expect(refused).toMatchObject({ status: 403, body: { code: expect.stringMatching(/^feature_capping_/) } });
    const hook = { subscription_url: 'https://app.test/', event_action: '*', event_object: 'person', name: 'x' };
    const plain = await call('POST', '/api/v1/webhooks', { ...hook, subscription_url: 'http://app.test/' });
    expect(plain).toMatchObject({ status: 400, body: { errors: { subscription_url: [expect.any(String)] } } });
    for (let index = 0; index < 40; index += 1) expect(await post('/api/v1/webhooks', hook)).toBe(201);
    expect(await post('/api/v1/webhooks', hook)).toBe(403);
  });
});

describe('limits of the fake', () => {
  test('a burst is refused by token, tells so in its headers, and is over after two seconds', async () => {
    const other = company.install(2).access_token;
    for (let index = 0; index < 160; index += 1) expect((await call('GET', '/api/v1/users/me')).status).toBe(200);
    const refused = await call('GET', '/api/v1/users/me');
    expect([
      refused.status,
      refused.headers.get('x-ratelimit-remaining'),
      refused.headers.get('x-ratelimit-reset'),
    ]).toEqual([429, '0', '2']);
    expect((await call('GET', '/api/v1/users/me', undefined, other)).status).toBe(200);
    clock.advance(2);
    expect((await call('GET', '/api/v1/users/me')).status).toBe(200);
  });

  test('whoever does not heed a refusal is shut out by the network, with a page', async () => {
    for (let index = 0; index < 173; index += 1) await call('GET', '/api/v1/users/me');
    clock.advance(60);
    const shut = await call('GET', '/api/v1/users/me');
    expect([shut.status, shut.headers.get('content-type'), shut.body]).toEqual([
      403,
      expect.stringContaining('text/html'),
      expect.stringContaining('Cloudflare'),
    ]);
    clock.advance(300);
    expect((await call('GET', '/api/v1/users/me')).status).toBe(200);
  });

  test('ten searches in two seconds, and the day’s tokens, by what each call costs', async () => {
    const search = '/api/v2/persons/search?term=kim&fields=email';
    for (let index = 0; index < 10; index += 1) expect((await call('GET', search)).status).toBe(200);
    expect((await call('GET', search)).status).toBe(429);
    clock.advance(2);
    const left = async () =>
      Number((await call('GET', '/api/v2/persons')).headers.get('x-daily-ratelimit-token-remaining'));
    expect(await left()).toBe(60_000 - 200 - 10);
    company.spendTokens(59_780);
    expect(await left()).toBe(0);
    expect((await call('GET', '/api/v1/users/me')).status).toBe(429);
    clock.advance(15 * 3600);
    token = company.install(1).access_token;
    expect((await call('GET', '/api/v1/users/me')).status).toBe(200);
  });
});

describe('webhooks of the fake', () => {
  let answers: { status: number; authorization: string | null; body: Record<string, Record<string, unknown>> }[];
  let respond: number;
  const listen = async (work: (url: string) => Promise<void>) => {
    const app = new Hono().post('/hook', async (c) => {
      const authorization = c.req.header('authorization') ?? null;
      answers.push({ status: respond, authorization, body: await c.req.json() });
      return c.body(null, respond as 200);
    });
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    await new Promise((ready) => server.once('listening', ready));
    try {
      await work(`http://127.0.0.1:${(server.address() as { port: number }).port}/hook`);
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  };
  beforeEach(() => {
    answers = [];
    respond = 204;
    begin({ reach: (url) => url });
  });
  const subscribe = (subscription_url: string, more: object = {}) =>
    call('POST', '/api/v1/webhooks', {
      subscription_url,
      event_action: '*',
      event_object: 'person',
      name: 'x',
      version: '2.0',
      http_auth_user: 'u',
      http_auth_password: 'p',
      ...more,
    });

  test('bear the password, say who changed what, and come again after 3, 30 and 150 seconds', async () => {
    await listen(async (url) => {
      await subscribe(url);
      respond = 500;
      const kim = company.create('person', { values: { name: 'Kim' } });
      for (const seconds of [0, 3, 30, 150, 3600]) {
        clock.advance(seconds);
        await fake.deliver();
      }
      expect(answers.map(({ body }) => body.meta!.attempt)).toEqual([1, 2, 3, 4]);
      expect(answers[0]!.authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
      expect(answers[0]!.body).toMatchObject({
        meta: { action: 'create', entity: 'person', entity_id: String(kim), company_id: '7001', change_source: 'app' },
        data: { name: 'Kim' },
        previous: null,
      });
    });
  });

  test('change tells the fields that changed, wrapped; nothing where nothing changed', async () => {
    const score = company.addField('Score', 'double');
    const tier = company.addField('Tier', 'enum', ['1']);
    const kim = company.create('person', { values: { name: 'Kim' } });
    await subscribe('https://app.test/');
    const fields = await dataOf<{ options: { id: number }[] }[]>('/api/v2/personFields');
    const { id } = fields.at(-1)!.options[0]!;
    const body = { custom_fields: { [score]: 5, [tier]: id } };
    await call('PATCH', `/api/v2/persons/${kim}`, body);
    await call('PATCH', `/api/v2/persons/${kim}`, body);
    const [event, ...others] = company.takeEvents();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      meta: { action: 'change', change_source: 'api', user_id: '1' },
      data: { custom_fields: { [score]: { type: 'double', value: 5 }, [tier]: { type: 'enum', id } } },
      previous: { custom_fields: { [score]: null, [tier]: null } },
    });
  });

  test('a merge tells both ends; a hidden person is not told to who may not see them', async () => {
    await subscribe('https://app.test/');
    const [kim, lee] = [
      company.create('person', { values: { name: 'Kim' } }),
      company.create('person', { values: { name: 'Lee' } }),
    ];
    company.takeEvents();
    company.mergePeople(kim, lee);
    expect(company.takeEvents().map(({ meta }) => meta)).toMatchObject([
      { action: 'change', entity_id: String(kim), merged_from_id: lee },
      { action: 'delete', entity_id: String(lee), merged_to_id: kim },
    ]);
    company.hide(1, 'person', kim);
    company.change('person', kim, { values: { name: 'Kimberly' } });
    expect(company.takeEvents()).toEqual([]);
  });

  test('ten first tries that fail lose what happens in the next half hour; three days of failing delete the hook', async () => {
    await listen(async (url) => {
      await subscribe(url);
      respond = 500;
      for (let index = 0; index < 10; index += 1) company.create('person', { values: { name: `P${index}` } });
      await fake.deliver();
      company.takeEvents();
      company.create('person', { values: { name: 'Lost' } });
      expect(company.takeEvents()).toEqual([]);
      clock.advance(1801);
      company.create('person', { values: { name: 'Told' } });
      expect(company.takeEvents()).toHaveLength(1);
      clock.advance(3 * 86_400);
      company.create('person', { values: { name: 'Last' } });
      await fake.deliver();
      expect(company.hooks()).toEqual([]);
    });
  });
});

test('the world survives a restart', async () => {
  const code = company.addField('Score', 'double');
  const kim = company.create('person', { values: { name: 'Kim' }, customFields: { [code]: 5 } });
  const memory = structuredClone(fake.remember());
  const again = createFakePipedrive({
    clock,
    clientId: 'client-1',
    clientSecret: 'secret-1',
    callbackUrl: 'https://app.test/callback',
    scopes: ['base'],
    address: () => 'http://127.0.0.1:1',
    memory,
  });
  expect(again.company(7001).fieldValues(kim)).toEqual({ Score: '5' });
  const headers = { authorization: `Bearer ${token}` };
  expect((await again.app.request(`/api/v2/persons/${kim}`, { headers })).status).toBe(200);
});
