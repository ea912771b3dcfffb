import type { Fault } from '../../../sandbox/fakes/faults.ts';
import {
  createFakeGoogle,
  type FakeGoogle,
  type FakeGoogleOptions,
} from '../../../sandbox/fakes/google/fake-google.ts';
import { serveFake } from '../../../sandbox/fakes/serve.ts';
import { type HandClock, handClock } from '../../core/clock.ts';
import { createHttp } from '../../core/http.ts';
import { createLog } from '../../core/log.ts';
import type { MailboxHarness, Trouble } from '../../email/mailbox.harness.ts';
import type { MailboxAccount } from '../../email/mailbox.ts';
import { renewingAccount } from '../renewing-account.harness.ts';
import type { GoogleConfig } from './config.ts';
import { googleScopes } from './oauth.ts';
import { createGoogle } from './vendor.ts';

export const repAddress = 'maya.chen@northwind.example';
const begin = new Date('2026-11-23T09:00:00Z');

/** The real vendor code against the sandbox's Google over loopback, with a hand-driven clock and short time limits. */
export async function startGoogle({
  clock = handClock(begin),
  ...options
}: Partial<Omit<FakeGoogleOptions, 'clock'>> & {
  clock?: HandClock;
  config?: Partial<GoogleConfig>;
  timeoutSeconds?: number;
} = {}) {
  const fake = createFakeGoogle({ clock, clientId: 'client-1', clientSecret: 'secret-1', ...options });
  fake.addMailbox(repAddress, 'Maya Chen');
  const served = await serveFake(fake.app);
  const http = createHttp({
    clock,
    log: createLog('silent'),
    loopbackOnly: true,
    defaultTimeoutSeconds: options.timeoutSeconds ?? 1,
  });
  const google = createGoogle(
    {
      clock,
      clientId: 'client-1',
      clientSecret: 'secret-1',
      addresses: {
        accounts: served.url,
        oauth: served.url,
        gmail: served.url,
        certs: `${served.url}/oauth2/v3/certs`,
      },
      topicName: fake.topicName,
      push: { audience: 'https://salesos.example/push', serviceAccount: 'push@project.iam.gserviceaccount.com' },
      ...options.config,
    },
    http,
  );
  const close = async () => {
    await http.close();
    await served.close();
  };
  return { clock, fake, google, http, served, close };
}

export type StartedGoogle = Awaited<ReturnType<typeof startGoogle>>;

/** The account of one mailbox, with a grant of its own. */
export const accountOf = (started: StartedGoogle, scopes = googleScopes, address = repAddress): MailboxAccount =>
  renewingAccount({ clock: started.clock, oauth: started.google.oauth }, address, started.fake.grant(address, scopes));

export async function googleHarness(): Promise<MailboxHarness> {
  const started = await startGoogle();
  const { clock, fake, google, close } = started;
  return {
    vendor: google.mailbox,
    clock,
    account: accountOf(started),
    keepsMessageId: false,
    searchTrustedAfterSeconds: 600,
    watchSeconds: 7 * 24 * 3600,
    deliver: (raw, folder) => fake.deliver(repAddress, raw, folder),
    sent: () => fake.sentOf(repAddress),
    inboxOf: (address) => fake.inboxOf(address).map(({ raw }) => raw),
    trouble: (trouble) => addTrouble(fake, trouble),
    setSearchLag: (seconds) => {
      fake.settings.searchLagSeconds = seconds;
    },
    trash: (providerMessageId) => fake.trashMessage(repAddress, providerMessageId),
    revokeGrant: () => fake.revoke(repAddress),
    killAccessTokens: () => fake.expireAccessTokens(repAddress),
    loseCursor: () => fake.forgetHistory(repAddress),
    refuseReading: (providerMessageId, times) =>
      fake.faults.next({
        kind: 'status',
        status: 500,
        body: '<html>Error 500</html>',
        contentType: 'text/html',
        times,
        match: ({ path }) => path.endsWith(`/messages/${providerMessageId}`),
      }),
    goDown: started.served.close,
    close,
  };
}

export function addTrouble(fake: FakeGoogle, { on, kind, waitUntil }: Trouble): void {
  const match = ({ method, path }: { method: string; path: string }) =>
    path.includes('/gmail/') && (on === 'send' ? path.endsWith('/messages/send') : method === 'GET');
  const limit = (message: string) =>
    JSON.stringify({
      error: { code: 429, message, errors: [{ message, domain: 'usageLimits', reason: 'rateLimitExceeded' }] },
    });
  const faults: Record<Trouble['kind'], Fault> = {
    'answer lost': { kind: 'reset-after-accept' },
    'answer never comes': { kind: 'timeout-after-accept' },
    'answer cut short': { kind: 'truncate-after-accept' },
    'answer slow': { kind: 'slow', delaySeconds: 0.1 },
    'error page': { kind: 'status', status: 502, body: '<html>Bad gateway</html>', contentType: 'text/html' },
    'rate limit in seconds': { kind: 'status', status: 429, body: limit('Slow down'), retryAfter: '120' },
    'rate limit until': {
      kind: 'status',
      status: 429,
      body: limit(`User-rate limit exceeded.  Retry after ${waitUntil?.toISOString()}`),
    },
  };
  fake.faults.next({ match, ...faults[kind] });
}
