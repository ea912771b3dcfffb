import { beforeAll, describe, expect, test } from 'vitest';
import { addContact, addMailbox } from '../../testing/fixtures.ts';
import { memberFromIdentity } from '../tenants/index.ts';
import { type Customer, startApi, type TestApi } from './api.harness.ts';

let on: TestApi;
let acme: Customer;
beforeAll(async () => {
  on = await startApi();
});

const template = { name: 'Intro', subject: 'Hello {{first_name}}', text: 'Hi {{first_name}}' };
const templates = async (key: string) => (await on.call(key, 'GET', '/v1/templates')).body.data.length as number;

describe('a write', () => {
  beforeAll(async () => {
    acme = await on.customer();
  });

  test('is done once for one Idempotency-Key, and its repeat gets the same answer', async () => {
    const once = { 'idempotency-key': 'same' };
    const first = await on.call(acme.key, 'POST', '/v1/templates', template, once);
    const second = await on.call(acme.key, 'POST', '/v1/templates', template, once);
    expect(first.status).toBe(201);
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await templates(acme.key)).toBe(1);
  });

  test('with the key of another request is refused with 422', async () => {
    const once = { 'idempotency-key': 'same' };
    const other = await on.call(acme.key, 'POST', '/v1/templates', { ...template, name: 'Other' }, once);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    const elsewhere = await on.call(acme.key, 'POST', '/v1/suppressions', { kind: 'domain', value: 'x.example' }, once);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  test('that was refused leaves its key free', async () => {
    const once = { 'idempotency-key': 'refused-first' };
    const bad = await on.call(acme.key, 'POST', '/v1/templates', { ...template, text: '{{nope' }, once);
    expect(bad.status).toBe(422);
    const good = await on.call(acme.key, 'POST', '/v1/templates', template, once);
    expect(good.status).toBe(201);
  });

  test('twenty at once with one key are one', async () => {
    const before = await templates(acme.key);
    const once = { 'idempotency-key': 'race' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => on.call(acme.key, 'POST', '/v1/templates', template, once)),
    );
    expect(await templates(acme.key)).toBe(before + 1);
    const done = answers.filter(({ status }) => status === 201);
    expect(done.length).toBeGreaterThan(0);
    expect(new Set(done.map(({ body }) => body.id)).size).toBe(1);
    for (const { status, body } of answers) if (status !== 201) expect(body.code).toBe('idempotency_key_running');
  });

  test('as a dry run answers and stores nothing', async () => {
    const before = await templates(acme.key);
    const answer = await on.call(acme.key, 'POST', '/v1/templates?dryRun=true', template);
    expect([answer.status, answer.body.name]).toEqual([201, 'Intro']);
    expect(answer.headers.get('salesos-dry-run')).toBe('true');
    expect(await templates(acme.key)).toBe(before);
    expect((await on.call(acme.key, 'GET', `/v1/templates/${answer.body.id}`)).status).toBe(404);
  });
});

describe('an API key', () => {
  test('is shown once, not even to a repeat of the request that made it', async () => {
    const once = { 'idempotency-key': 'new-key' };
    const body = { name: 'ci', scopes: ['contacts:read'] };
    const first = await on.call(acme.key, 'POST', '/v1/api-keys', body, once);
    expect(first.body.key).toMatch(/^sos_/);
    const second = await on.call(acme.key, 'POST', '/v1/api-keys', body, once);
    expect(second.body).toEqual({ ...first.body, key: null });
    const stored = await acme.ctx.db.selectFrom('idempotencyKey').select('body').execute();
    expect(JSON.stringify(stored)).not.toContain(first.body.key);
  });

  test('cannot make one that may do more than itself', async () => {
    const { body: small } = await on.call(acme.key, 'POST', '/v1/api-keys', { name: 'k', scopes: ['api_keys:write'] });
    const answer = await on.call(small.key, 'POST', '/v1/api-keys', { name: 'x', scopes: ['emails:send'] });
    expect([answer.status, answer.body.code]).toEqual([403, 'missing_scope']);
  });

  test('that is unknown, malformed or revoked is refused, and says how to send one', async () => {
    const { body } = await on.call(acme.key, 'POST', '/v1/api-keys', { name: 'gone', scopes: ['contacts:read'] });
    expect((await on.call(body.key, 'GET', '/v1/contacts')).status).toBe(200);
    await on.call(acme.key, 'DELETE', `/v1/api-keys/${body.apiKey.id}`);
    for (const key of [body.key, 'sos_unknown', '', "' or 1=1 --"]) {
      const answer = await on.call(key, 'GET', '/v1/contacts');
      expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  test('keeps the version it was first used with, and refuses one that does not exist', async () => {
    const answer = await on.call(acme.key, 'GET', '/v1/me');
    expect(answer.headers.get('salesos-version')).toBe('2026-11-21');
    const { body } = await on.call(acme.key, 'GET', '/v1/api-keys');
    expect(body.data.find(({ id }: { id: string }) => id === answer.body.key.id).apiVersion).toBe('2026-11-21');
    const future = await on.call(acme.key, 'GET', '/v1/me', undefined, { 'salesos-version': '2031-01-01' });
    expect([future.status, future.body.code]).toEqual([400, 'unsupported_version']);
  });
});

test('a colleague is made an admin and a rep again; the last admin stays one', async () => {
  const { key, ctx } = await on.customer();
  const sam = await memberFromIdentity(ctx, { crm: 'hubspot', crmUserId: '8', email: 'sam@acme.example' });
  const setRole = (id: string, role: string) => on.call(key, 'PATCH', `/v1/members/${id}`, { role });
  expect((await setRole(sam.id, 'admin')).body).toMatchObject({
    role: 'admin',
    crms: [{ crm: 'hubspot', userId: '8' }],
  });
  expect((await setRole(sam.id, 'rep')).body.role).toBe('rep');
  const { body } = await on.call(key, 'GET', '/v1/members');
  const admin = body.data.find(({ role }: { role: string }) => role === 'admin');
  expect(body.data).toHaveLength(2);
  expect(await setRole(admin.id, 'rep')).toMatchObject({ status: 409, body: { code: 'last_admin' } });
});

test('pages are walked without a gap or a repeat while rows are added', async () => {
  const { key } = await on.customer();
  const made: string[] = [];
  const add = async () => {
    await on.world.advance(1);
    return (await on.call(key, 'POST', '/v1/templates', template)).body.id as string;
  };
  for (let n = 0; n < 5; n++) made.push(await add());
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await on.call(key, 'GET', `/v1/templates?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.data.map(({ id }: { id: string }) => id));
    await add();
    if (!body.hasMore) break;
    cursor = body.nextCursor;
  }
  expect(seen).toEqual(made.toReversed());
  for (const bad of ['x', 'YWZ0ZXI6', '../..', made[0]]) {
    const answer = await on.call(key, 'GET', `/v1/templates?cursor=${encodeURIComponent(bad!)}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_cursor']);
  }
});

test('a person is enrolled, refused and enrolled in bulk, one result per item', async () => {
  const { key, ctx } = await on.customer();
  const [kim, ann] = [await addContact(ctx), await addContact(ctx, { address: 'ann@prospect.example' })];
  await addMailbox(ctx);
  const { body: made } = await on.call(key, 'POST', '/v1/templates', template);
  const definition = { steps: [{ kind: 'email', templateId: made.id }] };
  const { body: sequence } = await on.call(key, 'POST', '/v1/sequences', { name: 'Intro', definition });
  const early = await on.call(key, 'POST', '/v1/enrollments', { contactId: kim, sequenceId: sequence.id });
  expect(early.body).toMatchObject({ result: 'refused', errorCode: 'SEQUENCE_NOT_FOUND' });
  expect((await on.call(key, 'POST', `/v1/sequences/${sequence.id}/publish`)).body.status).toBe('published');

  const dry = await on.call(key, 'POST', '/v1/enrollments?dryRun=true', { contactId: kim, sequenceId: sequence.id });
  expect(dry.body.result).toBe('enrolled');
  expect((await on.call(key, 'GET', `/v1/enrollments?contactId=${kim}`)).body.data).toEqual([]);

  const unknown = sequence.id;
  const items = [kim, unknown, ann, kim].map((contactId) => ({ contactId, sequenceId: sequence.id }));
  const bulk = await on.call(key, 'POST', '/v1/enrollments/bulk', { items });
  expect(bulk.body.results.map(({ result, errorCode }: Record<string, string>) => [result, errorCode])).toEqual([
    ['enrolled', ''],
    ['refused', 'RECORD_NOT_FOUND'],
    ['enrolled', ''],
    ['already_in', ''],
  ]);
  const [enrollment] = (await on.call(key, 'GET', `/v1/enrollments?contactId=${kim}`)).body.data;
  expect((await on.call(key, 'POST', `/v1/enrollments/${enrollment.id}/pause`)).body.status).toBe('paused');
  expect((await on.call(key, 'POST', `/v1/enrollments/${enrollment.id}/resume`)).body.status).toBe('active');
  expect((await on.call(key, 'POST', `/v1/enrollments/${enrollment.id}/stop`)).body.stopReason).toBe('manual');
  const why = await on.call(key, 'GET', `/v1/decisions?contactId=${kim}`);
  expect(why.body.data.map(({ subject }: { subject: string }) => subject)).toContain('enrollment.enroll');
});
