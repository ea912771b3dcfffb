import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { handClock } from '../../../src/core/clock.ts';
import { verifySignature } from '../../../src/vendors/hubspot/request-signature.ts';
import { createFakeHubSpot, type FakeHubSpot, type PortalControls } from './index.ts';

const publicBaseUrl = 'https://api.example.com';
const scopes = ['oauth', 'crm.objects.contacts.read', 'crm.objects.contacts.write', 'crm.schemas.contacts.write'];

/** The app on the other end: it answers what the test says and keeps what it got, checked as the product checks it. */
const clock = handClock(new Date('2026-03-02T09:00:00.000Z'));
let answer: (c: Context) => Response | Promise<Response>;
let received: { target: string; version: string; body: unknown }[];
let server: ServerType;
let fake: FakeHubSpot;
let portal: PortalControls;
let token: string;

beforeEach(async () => {
  received = [];
  answer = (c) => c.json({});
  const app = new Hono().all('*', async (c) => {
    const rawBody = Buffer.from(await c.req.arrayBuffer());
    const url = new URL(c.req.url);
    const target = url.pathname + url.search;
    const headers = { get: (name: string) => c.req.header(name) ?? null };
    const verdict = verifySignature(
      { method: c.req.method, target, headers, rawBody },
      { clientSecret: 'secret-1', publicBaseUrl, now: clock.now() },
    );
    const withoutV3 = { get: (name: string) => (name === 'x-hubspot-signature-v3' ? null : headers.get(name)) };
    const older = verifySignature(
      { method: c.req.method, target, headers: withoutV3, rawBody },
      { clientSecret: 'secret-1', publicBaseUrl, now: clock.now() },
    );
    const version = verdict.valid && older.valid ? `${verdict.version}+${older.version}` : 'invalid';
    received.push({ target, version, body: rawBody.length > 0 ? JSON.parse(rawBody.toString()) : null });
    return answer(c);
  });
  server = await new Promise((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(started));
  });
  const local = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  fake = createFakeHubSpot({
    clock,
    clientId: 'client-1',
    clientSecret: 'secret-1',
    appId: 9,
    scopes,
    redirectUrls: [],
    webhookTargetUrl: `${publicBaseUrl}/notices/hubspot`,
    reach: (url) => url.replace(publicBaseUrl, local),
  });
  portal = fake.addPortal({
    id: 123,
    name: 'Acme',
    timeZone: 'Europe/Amsterdam',
    users: [{ userId: 71, ownerId: '301', email: "o'brien+rep@seller.test", firstName: 'Robin', lastName: 'Vos' }],
  });
  token = portal.install().access_token;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await fake.app.request(path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null, headers: response.headers };
}
const contacts = '/crm/objects/2026-09/contacts';

describe('notices', () => {
  test('are posted as signed arrays of at most 100', async () => {
    for (let index = 0; index < 120; index += 1) portal.createContact({});
    expect(await fake.notices.deliver()).toBe(120);
    expect(received.map((request) => [request.version, (request.body as unknown[]).length])).toEqual([
      ['v3+v1', 100],
      ['v3+v1', 20],
    ]);
    expect(received[0]?.body).toContainEqual(
      expect.objectContaining({ portalId: 123, appId: 9, subscriptionType: 'contact.creation', attemptNumber: 0 }),
    );
  });

  test('that are not taken come again later, up to ten times', async () => {
    portal.createContact({});
    answer = (c) => c.text('no', 400);
    expect(await fake.notices.deliver()).toBe(0);
    expect(await fake.notices.deliver()).toBe(0);
    expect(received).toHaveLength(1);
    for (let hour = 0; hour < 60; hour += 1) {
      clock.advance(1800);
      await fake.notices.deliver();
    }
    expect(received).toHaveLength(11);
    expect(fake.notices.waiting()).toBe(0);
  });

  test('can be lost, doubled, reversed and late', async () => {
    const [first] = [portal.createContact({}), portal.createContact({})];
    fake.notices.doubleAll();
    fake.notices.reverse();
    fake.notices.delayAll(30);
    expect(await fake.notices.deliver()).toBe(0);
    clock.advance(30);
    expect(await fake.notices.deliver()).toBe(4);
    expect(received[0]?.body).toHaveLength(4);
    expect(received[0]?.body).toMatchObject([{}, {}, {}, { objectId: Number(first) }]);
    portal.createContact({});
    fake.notices.loseAll();
    expect(await fake.notices.deliver()).toBe(0);
  });
});

describe('a workflow action', () => {
  const action = { actionUrl: `${publicBaseUrl}/hubspot/actions/enroll`, objectProperties: ['email', 'firstname'] };
  const run = () =>
    fake.workflows.run(123, action, portal.createContact({ email: `kim${portal.contactIds().length}@acme.test` }), {
      sequenceId: 's',
    });

  test('is called with a signed request, and its outputs are kept', async () => {
    answer = (c) => c.json({ outputFields: { hs_execution_state: 'SUCCESS', result: 'enrolled' } });
    expect(await run()).toMatchObject({ state: 'succeeded', outputFields: { result: 'enrolled' }, attempts: 1 });
    expect(received[0]).toMatchObject({
      version: 'v3+v2',
      body: {
        callbackId: expect.stringMatching(/^ap-123-/),
        origin: { portalId: 123 },
        object: { objectType: 'CONTACT', properties: { email: 'kim0@acme.test', firstname: null } },
        inputFields: { sequenceId: 's' },
      },
    });
  });

  test('is repeated with the same callback id after a server error, and given up after a refusal', async () => {
    answer = (c) => c.text('', 503);
    const failing = await run();
    expect(failing.state).toBe('waiting');
    await fake.workflows.retryDue();
    expect(received).toHaveLength(1);
    answer = (c) => c.json({ outputFields: { hs_execution_state: 'FAIL_CONTINUE' } });
    clock.advance(60);
    await fake.workflows.retryDue();
    expect(failing).toMatchObject({ state: 'failed_and_continued', attempts: 2 });
    const ids = received.map((request) => (request.body as { callbackId: string }).callbackId);
    expect(ids[0]).toBe(ids[1]);
    answer = (c) => c.text('', 400);
    expect((await run()).state).toBe('failed');
  });

  test('offers its choices page by page', async () => {
    const optionsUrl = `${publicBaseUrl}/hubspot/actions/options`;
    answer = async (c) => {
      const { fetchOptions } = await c.req
        .json<{ fetchOptions: { after?: string } }>()
        .catch(() => received.at(-1)?.body as never);
      return fetchOptions.after
        ? c.json({ options: [{ label: 'B', value: 'b' }] })
        : c.json({ options: [{ label: 'A', value: 'a' }], after: '1' });
    };
    const choices = await fake.workflows.options(123, { optionsUrl, inputFieldName: 'sequenceId', query: 'x' });
    expect(choices.map((choice) => choice.value)).toEqual(['a', 'b']);
  });
});

describe('a request of a card', () => {
  const who = { portalId: 123, userId: 71 };
  test('says who asks, signed', async () => {
    await fake.signedFetch(who, `${publicBaseUrl}/cards/contact?x=a b`, { method: 'POST', body: { recordId: '1' } });
    const asked = new URL(received[0]?.target ?? '', publicBaseUrl).searchParams;
    expect(received[0]?.version).toBe('v3+v2');
    expect(Object.fromEntries(asked)).toEqual({
      x: 'a b',
      userId: '71',
      portalId: '123',
      userEmail: "o'brien+rep@seller.test",
      appId: '9',
    });
  });

  test('is repeated once after a server error, never after a refusal', async () => {
    answer = (c) => c.text('', received.length === 1 ? 500 : 200);
    expect((await fake.signedFetch(who, `${publicBaseUrl}/a`)).status).toBe(200);
    expect(received).toHaveLength(2);
    answer = (c) => c.text('', 409);
    expect((await fake.signedFetch(who, `${publicBaseUrl}/a`)).status).toBe(409);
    expect(received).toHaveLength(3);
  });

  test('takes https addresses and users of the portal only', async () => {
    await expect(fake.signedFetch(who, 'http://api.example.com/')).rejects.toThrow('https');
    await expect(fake.signedFetch({ portalId: 123, userId: 1 }, publicBaseUrl)).rejects.toThrow('no user');
  });
});

describe('the API refuses what HubSpot refuses', () => {
  test('the 111th call in ten seconds, with the headers that say so', async () => {
    for (let index = 0; index < 110; index += 1) expect((await call('GET', `${contacts}/1`)).status).toBe(404);
    const refused = await call('GET', `${contacts}/1`);
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' });
    expect(refused.headers.get('x-hubspot-ratelimit-remaining')).toBe('0');
    clock.advance(11);
    expect((await call('GET', `${contacts}/1`)).status).toBe(404);
  });

  test('unknown properties, wrong kinds, read-only values and double addresses', async () => {
    const create = (properties: Record<string, string>) => call('POST', contacts, { properties });
    expect(await create({ nonsense: '1' })).toMatchObject({
      status: 400,
      body: {
        category: 'VALIDATION_ERROR',
        correlationId: expect.any(String),
        errors: [{ code: 'PROPERTY_DOESNT_EXIST' }],
      },
    });
    expect((await create({ email: 'no address' })).status).toBe(400);
    expect((await create({ hs_object_id: '1' })).status).toBe(400);
    const kim = portal.createContact({ email: 'kim@acme.test' });
    expect(await create({ email: 'KIM@acme.test' })).toMatchObject({
      status: 409,
      body: { category: 'CONFLICT', message: expect.stringContaining(kim) },
    });
  });

  test('a missing scope, and names it', async () => {
    expect(await call('GET', '/crm/owners/2026-09')).toMatchObject({
      status: 403,
      body: {
        category: 'MISSING_SCOPES',
        errors: [{ context: { requiredGranularScopes: ['crm.objects.owners.read'] } }],
      },
    });
  });

  test('groups and properties that exist, batches of 101, doubled ids, a search that is too wide', async () => {
    const group = { name: 'g', label: 'G' };
    expect((await call('POST', '/crm/properties/2026-09/contacts/groups', group)).status).toBe(201);
    expect((await call('POST', '/crm/properties/2026-09/contacts/groups', group)).status).toBe(409);
    const row = { id: portal.createContact({}), properties: {} };
    expect((await call('POST', `${contacts}/batch/update`, { inputs: [row, row] })).status).toBe(400);
    const many = Array.from({ length: 101 }, () => ({ properties: {} }));
    expect((await call('POST', `${contacts}/batch/create`, { inputs: many })).status).toBe(400);
    expect((await call('POST', `${contacts}/search`, { limit: 201 })).status).toBe(400);
  });

  test('one bad row refuses a batch without trace ids and is reported alone with them', async () => {
    const inputs = [{ properties: { firstname: 'Kim' } }, { properties: { nonsense: '1' } }];
    expect((await call('POST', `${contacts}/batch/create`, { inputs })).status).toBe(400);
    expect(portal.contactIds()).toHaveLength(0);
    const traced = inputs.map((input, index) => ({ ...input, objectWriteTraceId: `t${index}` }));
    expect(await call('POST', `${contacts}/batch/create`, { inputs: traced })).toMatchObject({
      status: 207,
      body: {
        numErrors: 1,
        results: [{ objectWriteTraceId: 't0' }],
        errors: [{ category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['t1'] } }],
      },
    });
  });
});

test('search sees a record some seconds late, reading sees it at once, on the old paths as well', async () => {
  const kim = portal.createContact({ email: 'kim@acme.test' });
  const body = { filterGroups: [{ filters: [{ propertyName: 'email', operator: 'EQ', value: 'kim@acme.test' }] }] };
  expect((await call('GET', `/crm/v3/objects/contacts/${kim}`)).status).toBe(200);
  expect((await call('POST', '/crm/v3/objects/contacts/search', body)).body).toMatchObject({ total: 0 });
  clock.advance(10);
  expect((await call('POST', '/crm/v3/objects/contacts/search', body)).body).toMatchObject({ total: 1 });
});

test('upsert creates once and updates after that, by a unique property only', async () => {
  const upsert = (idProperty: string, firstname: string) =>
    call('POST', `${contacts}/batch/upsert`, {
      inputs: [{ id: 'kim@acme.test', idProperty, properties: { firstname } }],
    });
  expect((await upsert('email', 'Kim')).body).toMatchObject({ results: [{ new: true }] });
  expect((await upsert('email', 'Lee')).body).toMatchObject({ results: [{ new: false }] });
  expect((await upsert('firstname', 'Lee')).status).toBe(400);
});

test('merge, privacy deletion and archive over the API are announced', async () => {
  const [a, b] = [portal.createContact({ email: 'a@acme.test' }), portal.createContact({ email: 'b@acme.test' })];
  fake.notices.take();
  const merged = await call('POST', `${contacts}/merge`, { primaryObjectId: a, objectIdToMerge: b });
  const { id } = merged.body as { id: string };
  expect((await call('GET', `${contacts}/${a}`)).body).toMatchObject({ id });
  expect((await call('POST', `${contacts}/gdpr-delete`, { objectId: id })).status).toBe(204);
  const other = portal.createContact({});
  expect((await call('DELETE', `${contacts}/${other}`)).status).toBe(204);
  const kinds = fake.notices
    .take()
    .flat()
    .map((notice) => notice.subscriptionType);
  expect(kinds).toEqual([
    'contact.merge',
    'contact.privacyDeletion',
    'contact.deletion',
    'contact.creation',
    'contact.deletion',
  ]);
});
