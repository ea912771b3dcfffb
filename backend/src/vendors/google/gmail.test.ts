import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { repAddress } from '../../email/mailbox.harness.ts';
import type { MailboxAccount, OutgoingMail } from '../../email/mailbox.ts';
import { accountOf, type StartedGoogle, startGoogle } from './mailbox.harness.ts';
import { googleScopes } from './oauth.ts';

let started: StartedGoogle;
let account: MailboxAccount;
beforeEach(async () => {
  started = await startGoogle();
  account = accountOf(started);
});
afterEach(() => started.close());

function mail(id: number, more: Partial<OutgoingMail> & { text?: string } = {}): OutgoingMail {
  const messageIdHeader = `<${id}@northwind.example>`;
  const raw = Buffer.from(
    `From: ${repAddress}\r\nTo: ada@contoso.example\r\nSubject: Hello\r\nMessage-ID: ${messageIdHeader}\r\n\r\n${more.text ?? 'x'}`,
  );
  return { raw, to: 'ada@contoso.example', copyTo: null, messageIdHeader, providerThreadId: null, ...more };
}

const send = (outgoing: OutgoingMail) => started.google.mailbox.send(account, outgoing);

describe('limits of Gmail', () => {
  test.each([429, 403] as const)(
    '60 sends use up the minute; the next is deferred (%i), and goes a minute later',
    async (code) => {
      started.fake.settings.quotaErrorCode = code;
      for (let id = 0; id < 60; id += 1) expect(await send(mail(id))).toMatchObject({ outcome: 'sent' });
      expect(started.fake.quotaUnitsOf(repAddress)).toBe(6000);
      expect(await send(mail(60))).toMatchObject({ outcome: 'deferred', retryAfterSeconds: 60 });
      started.clock.advance(60);
      expect(await send(mail(60))).toMatchObject({ outcome: 'sent' });
      expect(started.fake.sentOf(repAddress)).toHaveLength(61);
    },
  );

  test('the daily limit defers to the moment the sentence names', async () => {
    started.fake.settings.sendsPerDay = 2;
    await send(mail(1));
    started.clock.advance(3600);
    await send(mail(2));
    expect(await send(mail(3))).toMatchObject({ outcome: 'deferred', retryAfterSeconds: 23 * 3600 });
  });

  test('a mail that is too large is rejected', async () => {
    const text = 'x'.repeat(25 * 1024 * 1024);
    await started.close();
    started = await startGoogle({ timeoutSeconds: 10 });
    account = accountOf(started);
    expect(await send(mail(1, { text }))).toMatchObject({ outcome: 'rejected', code: 'uploadTooLarge' });
  });
});

describe('a grant that is too narrow', () => {
  test('cannot send', async () => {
    account = accountOf(started, googleScopes.slice(1));
    expect(await send(mail(1))).toMatchObject({ outcome: 'disconnected' });
  });

  test('cannot read', async () => {
    account = accountOf(started, googleScopes.slice(0, 1));
    await expect(started.google.mailbox.listNew(account, null, new Date(0))).rejects.toThrow('insufficientPermissions');
  });
});

describe('before the mail is posted nothing is unknown', () => {
  test.each([
    ['fails', { kind: 'status', status: 503, body: 'down' }],
    ['breaks off', { kind: 'reset-after-accept' }],
    ['never answers', { kind: 'timeout-before' }],
  ] as const)('a token endpoint that %s defers', async (_, fault) => {
    started.fake.expireAccessTokens(repAddress);
    started.fake.faults.next({ ...fault, match: ({ path }) => path === '/token' });
    expect(await send(mail(1))).toMatchObject({ outcome: 'deferred' });
    expect(started.fake.sentOf(repAddress)).toEqual([]);
  });

  test('a second refusal of a fresh token is a lost connection, not a loop', async () => {
    started.fake.faults.next({
      kind: 'status',
      status: 401,
      body: '{}',
      times: 99,
      match: ({ path }) => path.endsWith('send'),
    });
    expect(await send(mail(1))).toMatchObject({ outcome: 'disconnected' });
    expect(started.fake.requests.filter(({ url }) => url.endsWith('/messages/send'))).toHaveLength(2);
  });
});

test('without a topic there is no watch', async () => {
  await started.close();
  started = await startGoogle({ config: { topicName: null } });
  expect(await started.google.mailbox.watch(accountOf(started))).toBeNull();
});

interface DiscoveryMethod {
  httpMethod: string;
  path: string;
  scopes: string[];
  parameters: Record<string, { enum?: string[]; repeated?: boolean; required?: boolean; location: string }>;
}

/** Google's own description of Gmail, where this machine has it. */
function readDiscovery(): DiscoveryMethod[] | null {
  const file = fileURLToPath(new URL('../../../../../shared/specs/google/gmail.v1.json', import.meta.url));
  interface Resource {
    methods?: Record<string, DiscoveryMethod>;
    resources?: Record<string, Resource>;
  }
  const methodsOf = (resource: Resource): DiscoveryMethod[] => [
    ...Object.values(resource.methods ?? {}),
    ...Object.values(resource.resources ?? {}).flatMap(methodsOf),
  ];
  try {
    return methodsOf(JSON.parse(readFileSync(file, 'utf8')) as Resource);
  } catch {
    return null;
  }
}

const discovery = readDiscovery();

test.skipIf(discovery === null)(
  "every request fits Google's discovery document (skipped where it is absent)",
  async () => {
    const { mailbox } = started.google;
    const start = await mailbox.listNew(account, null, new Date(0));
    await mailbox.profile(account);
    await mailbox.watch(account);
    const sent = await send(mail(1));
    if (sent.outcome === 'sent') await mailbox.readSent(account, sent.providerMessageId);
    const window = { sentAfter: new Date('2026-11-23T08:00:00Z'), sentBefore: new Date('2026-11-23T10:00:00Z') };
    await mailbox.findSent(account, { messageIdHeader: '<x@y.example>', to: 'ada@contoso.example', ...window });
    await mailbox.listNew(account, start.cursor, new Date(0));
    started.fake.forgetHistory(repAddress);
    await mailbox.listNew(account, start.cursor, new Date(0));

    const calls = started.fake.requests.filter(({ url }) => url.includes('/gmail/'));
    const used = new Set<string>();
    for (const { method, url } of calls) {
      const { pathname, searchParams } = new URL(url);
      const known = discovery?.find((one) => one.httpMethod === method && templateFits(one.path, pathname.slice(1)));
      expect(known, `${method} ${pathname}`).toBeDefined();
      if (!known) continue;
      used.add(known.path);
      expect(
        known.scopes.some((scope) => googleScopes.includes(scope)),
        `scope for ${known.path}`,
      ).toBe(true);
      for (const [name, value] of searchParams) {
        const parameter = known.parameters[name];
        expect(parameter?.location, `${known.path} ${name}`).toBe('query');
        if (parameter?.enum) expect(parameter.enum).toContain(value);
      }
    }
    expect(used.size).toBe(7);
  },
);

function templateFits(template: string, path: string): boolean {
  return new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path);
}
