import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { handClock } from '../../../src/core/clock.ts';
import { createProspectInboxes } from '../prospect-inboxes.ts';
import { type ServedFake, serveFake } from '../serve.ts';
import { createFakeMicrosoft, type FakeMicrosoft } from './fake-microsoft.ts';

/** What Graph refuses, the stand-in refuses. */
const rep = 'maya@northwind.example';
const allScopes = ['User.Read', 'Mail.ReadWrite', 'Mail.Send'];
const clock = handClock(new Date('2026-11-23T09:00:00Z'));
let fake: FakeMicrosoft;
let served: ServedFake;
let token: string;

beforeEach(async () => {
  clock.set(new Date('2026-11-23T09:00:00Z'));
  fake = createFakeMicrosoft({ clock, clientId: 'id', clientSecret: 'secret' });
  fake.addMailbox(rep, 'Maya Chen');
  served = await serveFake(fake.app);
  token = fake.grant(rep, allScopes).accessToken;
});
afterEach(() => served.close());

interface Answer {
  status: number;
  code: string;
  retryAfter: string | null;
  contentType: string | null;
  json: Record<string, unknown> & { value?: Record<string, unknown>[] };
}

async function call(method: string, path: string, more: { body?: string; headers?: Record<string, string> } = {}) {
  const answer = await fetch(path.startsWith('http') ? path : `${served.url}/v1.0/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, prefer: 'IdType="ImmutableId"', ...more.headers },
    ...(more.body === undefined ? {} : { body: more.body }),
  });
  const text = await answer.text();
  const json = text ? JSON.parse(text) : {};
  const { headers, status } = answer;
  const code = String(json.error?.code ?? '');
  return {
    status,
    code,
    json,
    retryAfter: headers.get('retry-after'),
    contentType: headers.get('content-type'),
  } as Answer;
}

const mime = (to = 'ada@contoso.example', id = 'own@northwind.example') =>
  Buffer.from(`From: someone@else.example\r\nTo: ${to}\r\nSubject: Hi\r\nMessage-ID: <${id}>\r\n\r\nHello`).toString(
    'base64',
  );
const draft = (body = mime(), headers: Record<string, string> = {}) =>
  call('POST', 'me/messages', { body, headers: { 'content-type': 'text/plain', ...headers } });
const idOf = ({ json }: Answer) => encodeURIComponent(String(json.id));
const send = (id: string) => call('POST', `me/messages/${id}/send`, { headers: { 'content-length': '0' } });

describe('drafts and sending', () => {
  test('an accepted send is an empty 202; From is the mailbox, Message-ID another one', async () => {
    const made = await draft();
    expect(made).toMatchObject({ status: 201, json: { isDraft: true, internetMessageId: '<own@northwind.example>' } });
    expect(await send(idOf(made))).toMatchObject({ status: 202, json: {}, contentType: null });
    const [mail] = fake.inboxOf('ada@contoso.example');
    expect(mail?.raw.toString()).toContain('From: Maya Chen <maya@northwind.example>\r\n');
    expect(mail?.raw.toString()).not.toContain('own@northwind.example');
    expect(await send(idOf(made))).toMatchObject({ status: 400 });
    expect(fake.timesAccepted('<own@northwind.example>')).toBe(1);
  });

  test('headers outside the standard are dropped from MIME until the mailbox met them as properties', async () => {
    const body = () => Buffer.from('To: ada@contoso.example\r\nX-Own: 1\r\n\r\nx').toString('base64');
    const properties = (id: string) =>
      JSON.stringify({
        singleValueExtendedProperties: [{ id: `String {00020386-0000-0000-C000-000000000046} ${id}`, value: '2' }],
      });
    const made = await draft(body());
    expect((await call('PATCH', `me/messages/${idOf(made)}`, { body: properties('Own') })).status).toBe(400);
    await send(idOf(made));
    const second = await draft(body());
    expect((await call('PATCH', `me/messages/${idOf(second)}`, { body: properties('Name X-Own') })).status).toBe(200);
    await send(idOf(second));
    await send(idOf(await draft(body())));
    const values = fake.inboxOf('ada@contoso.example').map(({ raw }) => /^X-Own: (.)/m.exec(raw.toString())?.[1]);
    expect(values).toEqual([undefined, '2', '1']);
  });

  test('a deleted draft lies in Deleted Items, and is gone when deleted there', async () => {
    const id = idOf(await draft());
    expect((await call('DELETE', `me/messages/${id}`)).status).toBe(204);
    expect((await call('GET', 'me/mailFolders/deleteditems/messages')).json.value).toHaveLength(1);
    expect((await call('DELETE', `me/messages/${id}`)).status).toBe(204);
    expect(await send(id)).toMatchObject({ status: 404 });
  });

  test('without the wish for immutable ids, an id is gone after the mail moved', async () => {
    const made = await draft(mime(), { prefer: '' });
    await send(idOf(made));
    expect(await call('GET', `me/messages/${idOf(made)}`)).toMatchObject({ status: 404, code: 'ErrorItemNotFound' });
  });

  test('until the copy is filed there is none', async () => {
    fake.settings.sentCopyLagSeconds = 30;
    const made = await draft();
    await send(idOf(made));
    expect((await call('GET', `me/messages/${idOf(made)}`)).status).toBe(404);
    clock.advance(30);
    expect(await call('GET', `me/messages/${idOf(made)}`)).toMatchObject({ status: 200, json: { isDraft: false } });
  });

  test.each([
    ['no base64', '%%%', 400, 'ErrorMimeContentInvalidBase64String'],
    ['base64 of odd length', 'abcde', 400, 'ErrorMimeContentInvalidBase64String'],
    ['the other alphabet', 'ab-_', 400, 'ErrorMimeContentInvalidBase64String'],
    ['nothing', '', 400, 'ErrorMimeContentInvalidBase64String'],
    ['too much', Buffer.alloc(4 * 1024 * 1024 + 1).toString('base64'), 413, 'ErrorMessageSizeExceeded'],
  ])('a draft of %s is refused', async (_, body, status, code) => {
    expect(await draft(body)).toMatchObject({ status, code });
  });

  test('a blind copy is delivered and named nowhere; one that is no address refuses the send', async () => {
    const withCopy = (bcc: string, id: string) =>
      draft(Buffer.from(`Bcc: ${bcc}\r\n${Buffer.from(mime('ada@contoso.example', id), 'base64')}`).toString('base64'));
    expect(await send(idOf(await withCopy('copy@copies.example', 'a@northwind.example')))).toMatchObject({
      status: 202,
    });
    const [copy, own] = ['copy@copies.example', 'ada@contoso.example'].map((address) => fake.inboxOf(address));
    expect([copy?.length, copy?.[0]?.raw.toString()]).toEqual([1, own?.[0]?.raw.toString()]);
    expect(own?.[0]?.raw.toString()).not.toMatch(/bcc|copies/i);
    const refused = await send(idOf(await withCopy('nobody at all', 'b@northwind.example')));
    expect(refused).toMatchObject({ status: 400, code: 'ErrorInvalidRecipients' });
  });

  test('without a recipient or a length, a send is refused', async () => {
    expect(await send(idOf(await draft(mime(''))))).toMatchObject({ status: 400, code: 'ErrorInvalidRecipients' });
    const made = await draft();
    expect(await call('POST', `me/messages/${idOf(made)}/send`, { body: '{}' })).toMatchObject({ status: 411 });
    expect(await send('ffffffff')).toMatchObject({ status: 400, code: 'ErrorInvalidIdMalformed' });
  });
});

describe('tokens', () => {
  test('expired, foreign, for another audience or too narrow: refused', async () => {
    const profile = () => call('GET', 'me');
    expect((await profile()).status).toBe(200);
    clock.advance(3600);
    expect(await profile()).toMatchObject({ status: 401, code: 'InvalidAuthenticationToken' });
    token = 'invented';
    expect((await profile()).status).toBe(401);
    token = fake.grant(rep, ['https://outlook.office.com/Mail.ReadWrite']).accessToken;
    expect((await profile()).status).toBe(401);
    token = fake.grant(rep, ['https://graph.microsoft.com/Mail.Read']).accessToken;
    expect(await profile()).toMatchObject({ status: 403, code: 'ErrorAccessDenied' });
    expect((await call('GET', 'me/messages')).status).toBe(200);
    expect((await draft()).status).toBe(403);
  });
});

describe('limits', () => {
  test.each([429, 503] as const)('the fifth call at once is refused (%i) with Retry-After', async (status) => {
    Object.assign(fake.settings, { answerMilliseconds: 30, throttleStatus: status });
    const answers = await Promise.all(Array.from({ length: 5 }, () => call('GET', 'me')));
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 200, 200, 200, status]);
    expect(answers.find((answer) => answer.status === status)).toMatchObject({
      code: 'ApplicationThrottled',
      retryAfter: '1',
    });
  });

  test('the 31st mail of a minute is refused, and stays a draft', async () => {
    for (let n = 0; n < 30; n += 1) expect((await send(idOf(await draft()))).status).toBe(202);
    const late = await draft();
    clock.advance(20);
    expect(await send(idOf(late))).toMatchObject({ status: 429, retryAfter: '40' });
    expect(fake.draftsOf(rep)).toHaveLength(1);
  });
});

describe('lists and deltas', () => {
  const since = '2026-11-23T08:00:00Z';
  const delta = (query = '') => call('GET', `me/mailFolders/inbox/messages/delta${query}`);
  const deliver = (n: number) => fake.deliver(rep, Buffer.from(`Subject: ${n}\r\n\r\n`));
  const link = ({ json }: Answer) => String(json['@odata.nextLink'] ?? json['@odata.deltaLink']);

  test('a round is paged and ends with a link for the next one', async () => {
    for (let n = 0; n < 12; n += 1) deliver(n);
    const first = await delta('?changeType=created');
    expect([first.json.value?.length, '@odata.nextLink' in first.json]).toEqual([10, true]);
    const second = await call('GET', link(first));
    expect([second.json.value?.length, '@odata.deltaLink' in second.json]).toEqual([2, true]);
    const { id } = deliver(12);
    expect((await call('GET', link(second))).json.value).toMatchObject([{ id }]);
    fake.moveMessage(rep, id, 'archive');
    expect((await call('GET', link(second))).json.value).toEqual([]);
  });

  test('a link of another mailbox or folder, or from too long ago, is refused', async () => {
    const place = link(await delta());
    expect((await call('GET', place.replace('inbox', 'junkemail'))).status).toBe(400);
    fake.addMailbox('liam@northwind.example', 'Liam');
    const own = token;
    token = fake.grant('liam@northwind.example', allScopes).accessToken;
    expect((await call('GET', place)).status).toBe(400);
    token = own;
    fake.forgetDelta(rep);
    expect(await call('GET', place)).toMatchObject({ status: 410, code: 'resyncRequired' });
    fake.settings.lostStateStatus = 404;
    expect(await call('GET', place)).toMatchObject({ status: 404, code: 'syncStateNotFound' });
  });

  test.each([
    ['a filter it has no answer to', `me/messages?$filter=contains(subject,'x')`, 'ErrorInvalidUrlQueryFilter'],
    [
      'an order by what is not filtered',
      `me/messages?$filter=sentDateTime ge ${since}&$orderby=receivedDateTime`,
      'InefficientFilter',
    ],
    [
      'a delta filtered by another time',
      `me/mailFolders/inbox/messages/delta?$filter=sentDateTime ge ${since}`,
      'ErrorInvalidUrlQueryFilter',
    ],
    ['a property that is not there', 'me/messages?$select=nothing', 'BadRequest'],
    ['a page too large', 'me/messages?$top=1001', 'BadRequest'],
    ['an unknown expansion', 'me/messages?$expand=attachments', 'BadRequest'],
  ])('%s is refused', async (_, path, code) => {
    deliver(1);
    expect(await call('GET', path)).toMatchObject({ status: 400, code });
  });
});

describe('subscriptions', () => {
  let receiver: ServedFake;
  beforeEach(async () => {
    const app = new Hono().post('/notices', (c) => c.text(c.req.query('validationToken') ?? ''));
    app.post('/page', (c) => c.html(c.req.query('validationToken') ?? ''));
    receiver = await serveFake(app);
  });
  afterEach(() => receiver.close());

  const subscribe = (change: object = {}) =>
    call('POST', 'subscriptions', {
      body: JSON.stringify({
        changeType: 'created',
        notificationUrl: `${receiver.url}/notices`,
        resource: "me/mailFolders('inbox')/messages",
        expirationDateTime: '2026-11-24T09:00:00Z',
        clientState: 'x'.repeat(128),
        ...change,
      }),
    });

  test('one is made after the handshake, listed without its secret, not made twice, and forgotten when it ends', async () => {
    const made = await subscribe();
    expect(made.status).toBe(201);
    expect((await call('GET', 'subscriptions')).json.value).toMatchObject([{ id: made.json.id, clientState: null }]);
    expect((await subscribe()).status).toBe(409);
    clock.advance(24 * 3600);
    token = fake.grant(rep, allScopes).accessToken;
    expect((await call('GET', 'subscriptions')).json.value).toEqual([]);
    const later = JSON.stringify({ expirationDateTime: '2026-11-26T09:00:00Z' });
    expect((await call('PATCH', `subscriptions/${made.json.id}`, { body: later })).status).toBe(404);
  });

  test('less than 45 minutes are raised, more than 10,080 refused', async () => {
    expect((await subscribe({ expirationDateTime: '2026-11-23T09:01:00Z' })).json.expirationDateTime).toBe(
      '2026-11-23T09:45:00.000Z',
    );
    expect((await subscribe({ expirationDateTime: '2026-11-30T09:00:01Z' })).status).toBe(400);
  });

  test.each([
    ['an address that nobody answers at', () => ({ notificationUrl: 'http://127.0.0.1:9/x' })],
    ['an answer that is a page', () => ({ notificationUrl: `${receiver.url}/page` })],
    ['a lifecycle address that does not answer', () => ({ lifecycleNotificationUrl: `${receiver.url}/none` })],
    ['an address without https', () => ({ notificationUrl: 'http://salesos.example/x' })],
    ['a secret too long', () => ({ clientState: 'x'.repeat(129) })],
    ['an unknown change', () => ({ changeType: 'read' })],
    ['an unknown resource', () => ({ resource: 'me/contacts' })],
    ['an end in the past', () => ({ expirationDateTime: '2026-11-22T09:00:00Z' })],
  ])('%s is refused', async (_, change) => {
    expect((await subscribe(change())).status).toBe(400);
    expect(fake.notices.alive()).toEqual([]);
  });
});

test('two fakes can share the world outside', () => {
  const inboxes = createProspectInboxes();
  const other = createFakeMicrosoft({ clock, clientId: 'id', clientSecret: 'secret', inboxes });
  inboxes.add('Ada@contoso.example', { at: clock.now(), from: 'a@b.example', raw: Buffer.from('x') });
  expect(other.inboxOf('ada@contoso.example')).toHaveLength(1);
  expect(other.prospects()).toEqual(['ada@contoso.example']);
});
