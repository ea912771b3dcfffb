import { generateKeyPairSync } from 'node:crypto';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { repAddress } from '../../email/mailbox.harness.ts';
import { accountOf, type StartedGoogle, startGoogle } from './mailbox.harness.ts';

const audience = 'https://salesos.example/push';
const serviceAccount = 'push@project.iam.gserviceaccount.com';

let started: StartedGoogle;
let endpoint: ServerType;
let received: { headers: { authorization: string | null }; body: string }[];
let answerWith: number;

beforeEach(async () => {
  received = [];
  answerWith = 204;
  const app = new Hono().post('/push', async (c) => {
    received.push({ headers: { authorization: c.req.header('authorization') ?? null }, body: await c.req.text() });
    return new Response(null, { status: answerWith });
  });
  const port = await new Promise<number>((ready) => {
    endpoint = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, (address) => ready(address.port));
  });
  const target = {
    endpoint: `http://127.0.0.1:${port}/push`,
    audience,
    serviceAccount,
    subscription: 'projects/p/subscriptions/s',
  };
  started = await startGoogle({ pushTarget: target });
  await started.google.mailbox.watch(accountOf(started));
});
afterEach(async () => {
  await started.close();
  endpoint.close();
});

const arrive = () => started.fake.deliver(repAddress, Buffer.from('From: a@b.example\r\n\r\nhi'));
const body = JSON.stringify({
  message: { data: Buffer.from(JSON.stringify({ emailAddress: repAddress, historyId: 7 })).toString('base64') },
});
const verify = (authorization: string | null, text = body) => started.google.verifyPush({ authorization }, text);
const token = (overrides: Parameters<StartedGoogle['fake']['notices']['signToken']>[0] = {}) =>
  `Bearer ${started.fake.notices.signToken(overrides)}`;

describe('a push notice', () => {
  test('of an arriving mail is accepted and names mailbox and history', async () => {
    arrive();
    await started.fake.notices.pump();
    expect(received).toHaveLength(1);
    const notice = await started.google.verifyPush(received[0]!.headers, received[0]!.body);
    expect(notice).toEqual({ address: repAddress, historyId: expect.stringMatching(/^\d+$/) });
  });

  test('is sent again until it is taken', async () => {
    answerWith = 500;
    arrive();
    await started.fake.notices.pump();
    answerWith = 204;
    started.clock.advance(11);
    await started.fake.notices.pump();
    started.clock.advance(60);
    await started.fake.notices.pump();
    expect(received).toHaveLength(2);
  });

  test('comes at most once a second, and not after the watch ended', async () => {
    for (let mails = 0; mails < 5; mails += 1) arrive();
    await started.fake.notices.pump();
    expect(received).toHaveLength(1);
    started.clock.advance(7 * 24 * 3600);
    arrive();
    await started.fake.notices.pump();
    expect(received).toHaveLength(1);
  });

  test('can be lost, doubled, late and out of order', async () => {
    const { notices } = started.fake;
    for (const kind of ['lose', 'double', 'delay'] as const) {
      notices.next({ kind, delaySeconds: 120 });
      started.clock.advance(2);
      arrive();
      await notices.pump();
    }
    expect(received).toHaveLength(2);
    started.clock.advance(120);
    await notices.pump();
    expect(received).toHaveLength(3);
    notices.hold();
    for (let mails = 0; mails < 3; mails += 1) {
      started.clock.advance(2);
      arrive();
    }
    await notices.release('reversed');
    const ids = received
      .slice(3)
      .map(({ body }) => (JSON.parse(body) as { message: { messageId: string } }).message.messageId);
    expect(ids.map(Number)).toEqual(ids.map(Number).toSorted((one, other) => other - one));
    expect(ids).toHaveLength(3);
  });
});

describe('a forged push is refused', () => {
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

  test('while the genuine one passes, with either form of the issuer', async () => {
    await expect(verify(token())).resolves.toEqual({ address: repAddress, historyId: '7' });
    await expect(verify(token({ claims: { iss: 'accounts.google.com' } }))).resolves.toBeDefined();
  });

  test.each([
    ['without a token', () => null],
    ['with another scheme', () => token().replace('Bearer', 'Basic')],
    ['with something that is no token', () => 'Bearer a.b.c'],
    ["signed with a stranger's key", () => token({ key: stranger.privateKey })],
    ['with an unknown key id', () => token({ header: { kid: 'other' } })],
    ['without a signature algorithm', () => token({ header: { alg: 'none' } })],
    ['with a symmetric algorithm', () => token({ header: { alg: 'HS256' } })],
    ['for another audience', () => token({ claims: { aud: 'https://elsewhere.example' } })],
    ['from another issuer', () => token({ claims: { iss: 'https://accounts.example' } })],
    ['from another service account', () => token({ claims: { email: 'x@project.iam.gserviceaccount.com' } })],
    ['from an unverified address', () => token({ claims: { email_verified: false } })],
    ['with claims as text', () => token({ claims: { email_verified: 'true' } })],
    ['that is too old', () => token({ claims: { exp: started.clock.now().getTime() / 1000 - 61 } })],
    ['from the future', () => token({ claims: { iat: started.clock.now().getTime() / 1000 + 61 } })],
    [
      'with claims changed after signing',
      () => token().replace(/\.[\w-]+\./, `.${Buffer.from('{}').toString('base64url')}.`),
    ],
    ['with a cut signature', () => token().slice(0, -4)],
  ])('%s', async (_, authorization) => {
    await expect(verify(authorization())).rejects.toMatchObject({ status: 401, code: 'push_refused' });
  });

  test('and a genuine one with strange content is bad input', async () => {
    for (const text of ['', '{', '[]', '{"message":{}}', '{"message":{"data":"e30="}}', '{"message":{"data":"%%%"}}']) {
      await expect(verify(token(), text)).rejects.toMatchObject({ status: 422, code: 'invalid_push' });
    }
  });

  test('and invented key ids do not make us fetch keys all the time', async () => {
    await verify(token());
    for (let n = 0; n < 20; n += 1) await verify(token({ header: { kid: `k${n}` } })).catch(() => undefined);
    const fetches = () => started.fake.requests.filter(({ url }) => url.endsWith('/certs')).length;
    expect(fetches()).toBe(1);
    started.clock.advance(61);
    await verify(token({ header: { kid: 'new' } })).catch(() => undefined);
    expect(fetches()).toBe(2);
  });

  test('and keys past their time are not trusted', async () => {
    await verify(token());
    started.clock.advance(3601);
    started.fake.faults.next({ kind: 'status', status: 503, match: ({ path }) => path.endsWith('/certs') });
    await expect(verify(token())).rejects.toMatchObject({ status: 503 });
    await expect(verify(token())).rejects.toMatchObject({ status: 401 });
    started.clock.advance(61);
    await expect(verify(token())).resolves.toBeDefined();
  });
});
