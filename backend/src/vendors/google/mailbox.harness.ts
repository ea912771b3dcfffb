import type { Fault } from '../../../sandbox/fakes/faults.ts';
import {
  createFakeGoogle,
  type FakeGoogle,
  type FakeGoogleOptions,
} from '../../../sandbox/fakes/google/fake-google.ts';
import { type HandClock, handClock } from '../../core/clock.ts';
import { begin, type MailboxHarness, repAddress, type Trouble } from '../../email/mailbox.harness.ts';
import type { MailboxAccount } from '../../email/mailbox.ts';
import { mailboxFaults, readingFault } from '../faults.harness.ts';
import { reachFake } from '../reach-fake.harness.ts';
import { renewingAccount } from '../renewing-account.harness.ts';
import { repMailbox } from '../rep-mailbox.harness.ts';
import type { GoogleConfig } from './config.ts';
import { googleScopes } from './oauth.ts';
import { createGoogle } from './vendor.ts';

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
  const reached = await reachFake(fake.app, { clock, timeoutSeconds: options.timeoutSeconds });
  const { url } = reached;
  const google = createGoogle(
    {
      clock,
      clientId: 'client-1',
      clientSecret: 'secret-1',
      addresses: {
        accounts: url,
        oauth: url,
        gmail: url,
        certs: `${url}/oauth2/v3/certs`,
      },
      topicName: fake.topicName,
      push: { audience: 'https://salesos.example/push', serviceAccount: 'push@project.iam.gserviceaccount.com' },
      ...options.config,
    },
    reached.http,
  );
  return { clock, fake, google, goDown: reached.goDown, close: reached.close };
}

export type StartedGoogle = Awaited<ReturnType<typeof startGoogle>>;

/** The account of one mailbox, with a grant of its own. */
export const accountOf = (started: StartedGoogle, scopes = googleScopes, address = repAddress): MailboxAccount =>
  renewingAccount({ clock: started.clock, oauth: started.google.oauth }, address, started.fake.grant(address, scopes));

export async function googleHarness(): Promise<MailboxHarness> {
  const started = await startGoogle();
  const { clock, fake, google, goDown, close } = started;
  return {
    ...repMailbox(fake),
    vendor: google.mailbox,
    clock,
    account: accountOf(started),
    watchSeconds: 7 * 24 * 3600,
    trouble: (trouble) => addTrouble(fake, trouble),
    setSearchLag: (seconds) => {
      fake.settings.searchLagSeconds = seconds;
    },
    loseCursor: () => fake.forgetHistory(repAddress),
    refuseReading: (providerMessageId, times) =>
      fake.faults.next({
        ...readingFault,
        times,
        match: ({ path }) => path.endsWith(`/messages/${providerMessageId}`),
      }),
    goDown,
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
    ...mailboxFaults,
    'rate limit in seconds': { kind: 'status', status: 429, body: limit('Slow down'), retryAfter: '120' },
    'rate limit until': {
      kind: 'status',
      status: 429,
      body: limit(`User-rate limit exceeded.  Retry after ${waitUntil?.toISOString()}`),
    },
  };
  fake.faults.next({ match, ...faults[kind] });
}
