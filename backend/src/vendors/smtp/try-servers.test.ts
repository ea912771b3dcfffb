import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHttp } from '../../core/http.ts';
import { createLog } from '../../core/log.ts';
import { repAddress } from '../../email/mailbox.harness.ts';
import { repPassword, type StartedMailServer, startMailServer } from './mailbox.harness.ts';
import { readServers } from './servers.ts';
import type { MailServersForm } from './try-servers.ts';
import { createMailServers } from './vendor.ts';

let started: StartedMailServer;
let vendor: ReturnType<typeof createMailServers>;
let form: MailServersForm;
beforeEach(async () => {
  started = await startMailServer();
  const { clock, servers } = started;
  const http = createHttp({ clock, log: createLog('silent'), loopbackOnly: true, defaultTimeoutSeconds: 1 });
  vendor = createMailServers({ clock, loopbackOnly: true, timeoutSeconds: 1 }, http);
  const login = { kind: 'password', password: repPassword } as const;
  const { imap, smtp } = servers;
  form = { address: repAddress, displayName: 'Maya Chen', user: repAddress, imap, smtp, login };
});
afterEach(async () => {
  vendor.close();
  await started.close();
});

const tryWith = (change: Partial<MailServersForm>) => vendor.tryServers({ ...form, ...change });

describe('what worked is kept', () => {
  test.each([true, false])('with whether the server files copies: %s', async (filesSent) => {
    started.fake.settings.filesSent = filesSent;
    const tried = await tryWith({});
    if (!('grant' in tried)) throw new Error(tried.problem);
    expect(readServers(tried.grant.tokens.accessToken)).toEqual({ ...started.servers, filesSent });
    expect(tried.grant.accountId).toBe(repAddress);
    expect(started.fake.sentOf(repAddress)).toHaveLength(1);
  });

  test('a token is fetched before, and another one whenever it ends', async () => {
    const answers = [200, 200, 400, 503];
    const http = {
      request: async () => {
        const status = answers.shift() ?? 500;
        const body = { access_token: started.fake.issueToken(repAddress), expires_in: 600, refresh_token: 'r2' };
        return { status, headers: {}, body: Buffer.alloc(0), text: () => JSON.stringify(body), json: () => body };
      },
      fetch: () => globalThis.fetch,
      close: async () => {},
    };
    const { clock } = started;
    const withTokens = createMailServers({ clock, loopbackOnly: true, timeoutSeconds: 1 }, http);
    const login = {
      kind: 'token',
      tokenUrl: 'https://login.example/token',
      clientId: 'c',
      clientSecret: 's',
      refreshToken: 'r1',
    } as const;
    const tried = await withTokens.tryServers({ ...form, login });
    if (!('grant' in tried)) throw new Error(tried.problem);
    const { tokens } = tried.grant;
    expect(tokens.expiresAt.getTime() - clock.now().getTime()).toBe(600_000);
    expect(JSON.parse(tokens.refreshToken)).toMatchObject({ refreshToken: 'r2' });
    const renewed = await withTokens.oauth.refresh(tokens.refreshToken, repAddress);
    expect(readServers(renewed.accessToken)).toMatchObject({ filesSent: true, secret: { kind: 'token' } });
    await expect(withTokens.oauth.refresh(tokens.refreshToken, repAddress)).rejects.toThrow('no longer takes');
    await expect(withTokens.oauth.refresh(tokens.refreshToken, repAddress)).rejects.toThrow('try again');
    withTokens.close();
  });
});

test('a password that was refused once has no successor', async () => {
  await expect(vendor.oauth.refresh('', repAddress)).rejects.toThrow('no longer takes the password');
});

describe('what did not work is said in a sentence', () => {
  const problemOf = async (change: Partial<MailServersForm>) => {
    const tried = await tryWith(change);
    return 'problem' in tried ? tried.problem : 'connected';
  };

  test('the two servers swapped', async () => {
    const { imap, smtp } = form;
    expect(await problemOf({ imap: smtp })).toContain('does not greet as an incoming (IMAP) server');
    expect(await problemOf({ smtp: imap })).toMatch(/no outgoing \(SMTP\) server|does not greet/);
  });

  test('a server that takes connections and says nothing', async () => {
    started.fake.troubles.next({ protocol: 'smtp', kind: 'silence-after', commands: ['CONNECT'] });
    expect(await problemOf({})).toContain('does not greet as an outgoing (SMTP) server');
  });

  test('servers of two different mailboxes: replies would never be seen', async () => {
    started.fake.troubles.next({ protocol: 'smtp', kind: 'reply', commands: ['MESSAGE'], reply: '250 2.0.0 Ok' });
    expect(await problemOf({})).toContain('did not arrive');
  });

  test('an incoming server that breaks off while the test mail is looked for', async () => {
    started.fake.troubles.next({ protocol: 'imap', kind: 'break-after', commands: ['LIST'] });
    expect(await problemOf({})).toContain('incoming (IMAP) server');
  });

  test('a wrong password at either server', async () => {
    expect(await problemOf({ login: { kind: 'password', password: 'wrong' } })).toContain(
      'incoming (IMAP) server does not accept',
    );
    started.fake.troubles.next({ protocol: 'smtp', kind: 'reply', commands: ['AUTH'], reply: '535 5.7.8 No' });
    expect(await problemOf({})).toContain('outgoing (SMTP) server does not accept');
  });
});
