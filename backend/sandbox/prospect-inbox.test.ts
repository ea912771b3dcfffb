import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { handClock } from '../src/core/clock.ts';
import { createFakeGoogle, type FakeGoogle } from './fakes/google/fake-google.ts';
import { createProspectInbox, type ProspectInbox } from './prospect-inbox.ts';

const rep = 'alex@acme.example';
const scopes = ['https://www.googleapis.com/auth/gmail.modify'];
const kim = 'kim@nordlys.example';
const requests: { url: string; body: string }[] = [];
let backend: Server;
let origin: string;
let google: FakeGoogle;
let inbox: ProspectInbox;
const clock = handClock(new Date('2026-11-24T09:00:00Z'));

beforeAll(async () => {
  backend = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      requests.push({ url: request.url ?? '', body });
      response.end();
    });
  });
  await new Promise<void>((ready) => backend.listen(0, '127.0.0.1', ready));
  origin = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
});
afterAll(() => void backend.close());

beforeEach(() => {
  requests.length = 0;
  google = createFakeGoogle({ clock, clientId: 'c', clientSecret: 's' });
  google.addMailbox(rep, 'Alex Morgan');
  inbox = createProspectInbox(google, clock, origin);
});

/** Alex writes to Kim through the fake's own API. */
async function alexWrites(unsubscribeUrl: string) {
  const raw = [
    `From: Alex Morgan <${rep}>`,
    `To: ${kim}`,
    'Subject: A quieter peak season',
    'Message-ID: <one@acme.example>',
    `List-Unsubscribe: <${unsubscribeUrl}>`,
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    'Content-Type: text/plain',
    '',
    'Hi Kim, worth fifteen minutes?',
  ].join('\r\n');
  await gmail('messages/send', { raw: Buffer.from(raw).toString('base64url') });
  const [mail] = await inbox.list(kim);
  if (!mail) throw new Error('nothing arrived');
  return mail;
}

/** Calls the fake's Gmail as the rep's connected app does. */
async function gmail(path: string, body?: object): Promise<{ messages?: { id: string }[]; raw?: string }> {
  const { accessToken } = google.grant(rep, scopes);
  const answer = await google.app.request(`/gmail/v1/users/me/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { messages?: { id: string }[]; raw?: string };
}

/** The newest mail in the rep's inbox. */
async function newest() {
  const { messages } = await gmail('messages?labelIds=INBOX');
  const { raw } = await gmail(`messages/${messages?.[0]?.id}?format=raw`);
  return PostalMime.parse(Buffer.from(raw ?? '', 'base64url'));
}

test('a mail that was sent is listed and can be read', async () => {
  const mail = await alexWrites(`${origin}/u/1`);
  expect(mail).toMatchObject({ fromName: 'Alex Morgan', subject: 'A quieter peak season', direction: 'received' });
  const detail = await inbox.detail(mail.id);
  expect(detail?.text).toContain('fifteen minutes');
  expect(detail?.oneClick).toBe(true);
});

test('a reply reaches the rep’s mailbox in the thread and shows in the prospect’s own list', async () => {
  const mail = await alexWrites(`${origin}/u/1`);
  await inbox.act(mail.id, { kind: 'reply', text: 'Thursday at 10?' });
  const reply = await newest();
  expect(reply.from?.address).toBe(kim);
  expect(reply.inReplyTo).toBe((await PostalMime.parse((await inbox.detail(mail.id))?.source ?? '')).messageId);
  expect((await inbox.list(kim)).map(({ direction }) => direction)).toContain('sent');
});

test('a reply from another address comes from that address', async () => {
  const mail = await alexWrites(`${origin}/u/1`);
  await inbox.act(mail.id, { kind: 'reply_from', address: 'kim@home.example', text: 'From home.' });
  expect((await newest()).from?.address).toBe('kim@home.example');
});

test('one-click unsubscribe posts what RFC 8058 asks for', async () => {
  const mail = await alexWrites(`${origin}/u/1`);
  await inbox.act(mail.id, { kind: 'unsubscribe' });
  expect(requests).toEqual([{ url: '/u/1', body: 'List-Unsubscribe=One-Click' }]);
});

test('an unsubscribe address outside the machine is never asked', async () => {
  const mail = await alexWrites('https://elsewhere.example/u/1');
  await expect(inbox.act(mail.id, { kind: 'unsubscribe' })).rejects.toThrow('no one-click address');
});

test('an unknown mail is answered with null', async () => {
  expect(await inbox.detail('in-7-nobody@example.com')).toBeNull();
  expect(await inbox.act('in-7-nobody@example.com', { kind: 'bounce', permanent: true })).toBeNull();
});
