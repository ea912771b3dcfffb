import { Hono } from 'hono';
import type { Fault } from '../../../sandbox/fakes/faults.ts';
import { createFakeMicrosoft, type FakeMicrosoft } from '../../../sandbox/fakes/microsoft/fake-microsoft.ts';
import { serveFake } from '../../../sandbox/fakes/serve.ts';
import { type HandClock, handClock } from '../../core/clock.ts';
import { createHttp } from '../../core/http.ts';
import { createLog } from '../../core/log.ts';
import type { MailboxHarness, Trouble } from '../../email/mailbox.harness.ts';
import type { MailboxAccount } from '../../email/mailbox.ts';
import { renewingAccount } from '../renewing-account.harness.ts';
import type { MicrosoftConfig } from './config.ts';
import type { MicrosoftNotice } from './notices.ts';
import { watchMinutes } from './subscriptions.ts';
import { createMicrosoft, microsoftScopes } from './vendor.ts';

export const repAddress = 'maya.chen@northwind.example';
export const begin = new Date('2026-11-23T09:00:00Z');

/** The real vendor code against the sandbox's Microsoft over loopback, with a hand-driven clock and short time limits. */
export async function startMicrosoft({
  clock = handClock(begin),
  ...options
}: {
  clock?: HandClock;
  config?: Partial<MicrosoftConfig>;
  timeoutSeconds?: number;
} = {}) {
  const fake = createFakeMicrosoft({ clock, clientId: 'client-1', clientSecret: 'secret-1' });
  fake.addMailbox(repAddress, 'Maya Chen');
  const served = await serveFake(fake.app);
  const http = createHttp({
    clock,
    log: createLog('silent'),
    loopbackOnly: true,
    defaultTimeoutSeconds: options.timeoutSeconds ?? 1,
  });
  const notices: MicrosoftNotice[] = [];
  const endpoint = { status: 202, echo: (text: string) => text };
  // As the product's route does it.
  const ours = new Hono().post('/microsoft/notices', async (c) => {
    const notice = microsoft.verifyNotice(c.req.query(), await c.req.text());
    if (notice.kind === 'echo') return c.text(endpoint.echo(notice.text));
    notices.push(notice);
    return c.body(null, endpoint.status as 202);
  });
  const receiver = await serveFake(ours);
  const microsoft = createMicrosoft(
    {
      clock,
      clientId: 'client-1',
      clientSecret: 'secret-1',
      tenant: 'common',
      addresses: { login: served.url, graph: served.url },
      noticesUrl: `${receiver.url}/microsoft/notices`,
      noticeKey: Buffer.from('key of the notices'),
      ...options.config,
    },
    http,
  );
  const close = async () => {
    await http.close();
    await served.close();
    await receiver.close();
  };
  return { clock, fake, microsoft, http, served, notices, endpoint, close };
}

export type StartedMicrosoft = Awaited<ReturnType<typeof startMicrosoft>>;

/** The account of one mailbox, with a grant of its own. */
export const accountOf = (started: StartedMicrosoft, scopes = microsoftScopes, address = repAddress): MailboxAccount =>
  renewingAccount(
    { clock: started.clock, oauth: started.microsoft.oauth },
    address,
    started.fake.grant(address, scopes),
  );

export async function microsoftHarness(): Promise<MailboxHarness> {
  const started = await startMicrosoft();
  const { clock, fake, microsoft, close } = started;
  return {
    vendor: microsoft.mailbox,
    clock,
    account: accountOf(started),
    keepsMessageId: false,
    searchTrustedAfterSeconds: 600,
    watchSeconds: watchMinutes * 60,
    deliver: (raw, folder) => fake.deliver(repAddress, raw, folder),
    sent: () => fake.sentOf(repAddress),
    inboxOf: (address) => fake.inboxOf(address).map(({ raw }) => raw),
    trouble: (trouble) => addTrouble(fake, trouble),
    setSearchLag: (seconds) => {
      fake.settings.sentCopyLagSeconds = seconds;
    },
    trash: (providerMessageId) => fake.trashMessage(repAddress, providerMessageId),
    revokeGrant: () => fake.revoke(repAddress),
    killAccessTokens: () => fake.expireAccessTokens(repAddress),
    loseCursor: () => fake.forgetDelta(repAddress),
    refuseReading: (providerMessageId, times) =>
      fake.faults.next({
        kind: 'status',
        status: 500,
        body: '<html>Error 500</html>',
        contentType: 'text/html',
        times,
        match: ({ path }) => decodeURIComponent(path).endsWith(`/messages/${providerMessageId}/$value`),
      }),
    goDown: started.served.close,
    close,
  };
}

export function addTrouble(fake: FakeMicrosoft, { on, kind, waitUntil }: Trouble): void {
  const match = ({ method, path }: { method: string; path: string }) =>
    path.includes('/v1.0/') && (on === 'send' ? path.endsWith('/send') : method === 'GET');
  const throttled = JSON.stringify({ error: { code: 'ApplicationThrottled', message: 'Slow down' } });
  const faults: Record<Trouble['kind'], Fault> = {
    'answer lost': { kind: 'reset-after-accept' },
    'answer never comes': { kind: 'timeout-after-accept' },
    // The answer to a send is empty, so it can only break off within its headers.
    'answer cut short': { kind: on === 'send' ? 'reset-after-accept' : 'truncate-after-accept' },
    'answer slow': { kind: 'slow', delaySeconds: 0.1 },
    'error page': { kind: 'status', status: 502, body: '<html>Bad gateway</html>', contentType: 'text/html' },
    'rate limit in seconds': { kind: 'status', status: 429, body: throttled, retryAfter: '120' },
    'rate limit until': { kind: 'status', status: 503, body: throttled, retryAfter: waitUntil?.toUTCString() ?? '' },
  };
  fake.faults.next({ match, ...faults[kind] });
}
