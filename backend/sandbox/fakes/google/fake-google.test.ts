import { type gmail_v1, gmail as gmailClient } from '@googleapis/gmail';
import { OAuth2Client } from 'google-auth-library';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { handClock } from '../../../src/core/clock.ts';
import { composeHardBounce, composeOutOfOffice, composeReply } from '../prospect-mail.ts';
import { type ServedFake, serveFake } from '../serve.ts';
import { createFakeGoogle, type FakeGoogle } from './fake-google.ts';
import { fullScope, scope } from './methods.ts';
import { createQuota } from './quota.ts';

/** Google's own client libraries talk to the fake: what they cannot do here, the fake gets wrong. */
const rep = 'maya@northwind.example';
const clock = handClock(new Date('2026-11-23T09:00:00Z'));
let fake: FakeGoogle;
let served: ServedFake;
let gmail: gmail_v1.Gmail;

beforeEach(async () => {
  clock.set(new Date('2026-11-23T09:00:00Z'));
  fake = createFakeGoogle({ clock, clientId: 'id', clientSecret: 'secret' });
  fake.addMailbox(rep, 'Maya Chen');
  served = await serveFake(fake.app);
  gmail = connect([fullScope]);
});
afterEach(() => served.close());

function connect(scopes: string[]): gmail_v1.Gmail {
  const auth = new OAuth2Client({
    clientId: 'id',
    clientSecret: 'secret',
    endpoints: { oauth2TokenUrl: `${served.url}/token` },
  });
  auth.setCredentials({ refresh_token: fake.grant(rep, scopes).refreshToken });
  // GET is repeated three times by default, whatever Retry-After says.
  return gmailClient({ version: 'v1', auth, rootUrl: `${served.url}/`, retry: false });
}

const raw = (lines: string[] = []) =>
  Buffer.from([`From: ${rep}`, 'To: ada@contoso.example', 'Subject: Hi', ...lines, '', 'Hello'].join('\r\n'));
const send = async (mail: Buffer, threadId?: string) =>
  (await gmail.users.messages.send({ userId: 'me', requestBody: { raw: mail.toString('base64url'), threadId } })).data;
const statusOf = (call: Promise<unknown>) =>
  call.then(
    () => 200,
    (error: { code?: unknown; status?: unknown }) => Number(error.status ?? error.code),
  );

describe("with Google's own client", () => {
  test('a mail is sent, read in every format, searched and found in its thread', async () => {
    const { id, threadId } = await send(
      raw(['Message-ID: <own@northwind.example>', 'X-SalesOS-Message: <own@northwind.example>']),
    );
    const read = async (format: string) =>
      (await gmail.users.messages.get({ userId: 'me', id: id ?? '', format })).data;
    expect((await read('minimal')).payload).toBeUndefined();
    expect(Buffer.from((await read('raw')).raw ?? '', 'base64url').toString()).toContain('\r\n\r\nHello');
    expect((await read('full')).payload?.body?.data).toBe(Buffer.from('Hello').toString('base64url'));
    const headers = (await read('metadata')).payload?.headers ?? [];
    const wireId = headers.find(({ name }) => name === 'Message-ID')?.value ?? '';
    expect(wireId).toMatch(/@mail\.gmail\.com>$/);
    expect(headers).toContainEqual({ name: 'X-SalesOS-Message', value: '<own@northwind.example>' });
    const find = async (q: string) => (await gmail.users.messages.list({ userId: 'me', q })).data.messages ?? [];
    expect(await find(`rfc822msgid:${wireId.slice(1, -1)}`)).toEqual([{ id, threadId }]);
    expect(await find('rfc822msgid:own@northwind.example')).toEqual([]);
    expect(await find('in:sent from:maya after:2026/11/23')).toHaveLength(1);
    expect(await find(`after:${clock.now().getTime() / 1000 + 1}`)).toEqual([]);
    const thread = await gmail.users.threads.get({ userId: 'me', id: threadId ?? '' });
    expect(thread.data.messages).toHaveLength(1);
    expect(fake.timesAccepted('<own@northwind.example>')).toBe(1);
  });

  test('a blind copy is delivered and named nowhere; one that is no address refuses the mail', async () => {
    await send(raw(['Bcc: copy@copies.example']));
    const [copy, own] = ['copy@copies.example', 'ada@contoso.example'].map((address) => fake.inboxOf(address));
    expect([copy?.length, copy?.[0]?.raw.toString()]).toEqual([1, own?.[0]?.raw.toString()]);
    expect(own?.[0]?.raw.toString()).not.toMatch(/bcc|copies/i);
    expect(await statusOf(send(raw(['Bcc: nobody at all'])))).toBe(400);
    expect(fake.inboxOf('ada@contoso.example')).toHaveLength(1);
  });

  test('an upload carries the bytes', async () => {
    const body = raw(['Message-ID: <up@northwind.example>']).toString();
    await gmail.users.messages.send(
      { userId: 'me', requestBody: {}, media: { mimeType: 'message/rfc822', body } },
      // Uploads ignore the client's own rootUrl.
      { rootUrl: `${served.url}/` },
    );
    expect(fake.sentOf(rep)[0]?.raw.toString()).toBe(body);
    expect(fake.inboxOf('ada@contoso.example')).toHaveLength(1);
  });

  test('history is paged, and forgotten after a week', async () => {
    const start = (await gmail.users.getProfile({ userId: 'me' })).data.historyId ?? '';
    for (let n = 0; n < 5; n += 1) fake.deliver(rep, Buffer.from(`Subject: ${n}\r\n\r\n`));
    const list = (pageToken?: string) =>
      gmail.users.history.list({
        userId: 'me',
        startHistoryId: start,
        historyTypes: ['messageAdded'],
        maxResults: 3,
        pageToken,
      });
    const first = (await list()).data;
    const second = (await list(first.nextPageToken ?? '')).data;
    expect([first.history?.length, second.history?.length, second.nextPageToken]).toEqual([3, 2, undefined]);
    clock.advance(8 * 24 * 3600);
    // The client judges its token by the machine's clock.
    gmail = connect([fullScope]);
    expect(await statusOf(list())).toBe(404);
  });

  test('a thread is continued only with matching references and subject', async () => {
    const first = await send(raw());
    const wireId = fake.sentOf(rep)[0]?.wireMessageId ?? '';
    const threadOf = async (mail: Buffer) => (await send(mail, first.threadId ?? '')).threadId;
    expect(await threadOf(raw([`References: ${wireId}`]))).toBe(first.threadId);
    expect(await threadOf(raw())).not.toBe(first.threadId);
    const other = Buffer.from(
      raw([`In-Reply-To: ${wireId}`])
        .toString()
        .replace('Subject: Hi', 'Subject: Other'),
    );
    expect(await threadOf(other)).not.toBe(first.threadId);
    expect(await statusOf(send(raw(), 'abcdef'))).toBe(404);
  });

  test("a prospect's answers arrive in the thread; an away message with its own subject does not", async () => {
    const { threadId } = await send(raw());
    const original = fake.inboxOf('ada@contoso.example')[0]?.raw ?? Buffer.alloc(0);
    const at = clock.now();
    const deliver = (mail: Buffer) => fake.deliver(rep, mail).threadId;
    expect(deliver(composeReply({ original, at, text: 'Yes' }))).toBe(threadId);
    expect(deliver(composeReply({ original, at, from: 'bob@contoso.example', text: 'Me too' }))).toBe(threadId);
    expect(deliver(composeHardBounce({ original, at }))).toBe(threadId);
    expect(deliver(composeOutOfOffice({ original, at, backOn: at }))).not.toBe(threadId);
  });

  test('scopes are enforced per method', async () => {
    const sender = connect([scope.send]);
    expect(await statusOf(sender.users.messages.list({ userId: 'me' }))).toBe(403);
    const reader = connect([scope.readonly]);
    const body = { raw: raw().toString('base64url') };
    expect(await statusOf(reader.users.messages.send({ userId: 'me', requestBody: body }))).toBe(403);
    const metadata = connect([scope.metadata]);
    expect(await statusOf(metadata.users.messages.list({ userId: 'me' }))).toBe(200);
    expect(await statusOf(metadata.users.messages.list({ userId: 'me', q: 'x' }))).toBe(403);
    expect(await statusOf(gmail.users.getProfile({ userId: 'other@northwind.example' }))).toBe(403);
  });

  test('expired access, a withdrawn grant and a wrong topic are refused', async () => {
    const watch = (topicName?: string) => gmail.users.watch({ userId: 'me', requestBody: { topicName } });
    expect(await statusOf(watch())).toBe(400);
    expect((await watch(fake.topicName)).data.expiration).toBe(String(clock.now().getTime() + 7 * 24 * 3600_000));
    const { accessToken } = fake.grant(rep, [fullScope]);
    const profile = () =>
      fetch(`${served.url}/gmail/v1/users/me/profile`, { headers: { authorization: `Bearer ${accessToken}` } });
    expect((await profile()).status).toBe(200);
    clock.advance(3600);
    expect((await profile()).status).toBe(401);
    fake.revoke(rep);
    expect(await statusOf(gmail.users.getProfile({ userId: 'me' }))).toBe(401);
  });
});

test('a search does not show a mail before the index caught up', async () => {
  fake.settings.searchLagSeconds = 30;
  await send(raw());
  const count = async () =>
    (await gmail.users.messages.list({ userId: 'me', q: 'in:sent' })).data.messages?.length ?? 0;
  expect(await count()).toBe(0);
  clock.advance(30);
  expect(await count()).toBe(1);
});

test('more than ten requests of a user at once are too many', async () => {
  const quota = createQuota(clock, { quotaErrorCode: 429 });
  let finish = () => {};
  const waiting = new Promise<void>((done) => {
    finish = done;
  });
  const running = Array.from({ length: 10 }, () => quota.run(rep, 'messages.list', () => waiting));
  await expect(quota.run(rep, 'messages.list', () => waiting)).rejects.toMatchObject({ code: 429 });
  await expect(quota.run('other@northwind.example', 'messages.list', async () => 'fine')).resolves.toBe('fine');
  finish();
  await Promise.all(running);
  await expect(quota.run(rep, 'messages.list', async () => 'fine')).resolves.toBe('fine');
});

test('seeded faults are the same again with the same seed', async () => {
  const run = async () => {
    const other = createFakeGoogle({ clock, clientId: 'id', clientSecret: 'secret' });
    other.faults.randomly(7, 0.3, [
      { kind: 'status', status: 500 },
      { kind: 'status', status: 429 },
    ]);
    const statuses: number[] = [];
    for (let n = 0; n < 30; n += 1) statuses.push((await other.app.request('/oauth2/v3/certs')).status);
    return statuses;
  };
  const first = await run();
  expect(first).toEqual(await run());
  expect(new Set(first)).toEqual(new Set([200, 429, 500]));
});
