import { Hono } from 'hono';
import type { Fault } from '../../../sandbox/fakes/faults.ts';
import { createFakeMicrosoft, type FakeMicrosoft } from '../../../sandbox/fakes/microsoft/fake-microsoft.ts';
import { serveFake } from '../../../sandbox/fakes/serve.ts';
import { type HandClock, handClock } from '../../core/clock.ts';
import { begin, type MailboxHarness, repAddress, type Trouble } from '../../email/mailbox.harness.ts';
import type { MailboxAccount } from '../../email/mailbox.ts';
import { mailboxFaults, readingFault } from '../faults.harness.ts';
import { reachFake } from '../reach-fake.harness.ts';
import { renewingAccount } from '../renewing-account.harness.ts';
import { repMailbox } from '../rep-mailbox.harness.ts';
import type { MicrosoftConfig } from './config.ts';
import type { MicrosoftNotice } from './notices.ts';
import { watchMinutes } from './subscriptions.ts';
import { createMicrosoft, microsoftScopes } from './vendor.ts';

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
  const reached = await reachFake(fake.app, { clock, timeoutSeconds: options.timeoutSeconds });
  const { url } = reached;
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
      addresses: { login: url, graph: url },
      noticesUrl: `${receiver.url}/microsoft/notices`,
      noticeKey: Buffer.from('key of the notices'),
      ...options.config,
    },
    reached.http,
  );
  const close = async () => {
    await reached.close();
    await receiver.close();
  };
  return { clock, fake, microsoft, url, notices, endpoint, goDown: reached.goDown, close };
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
  const { clock, fake, microsoft, goDown, close } = started;
  return {
    ...repMailbox(fake),
    vendor: microsoft.mailbox,
    clock,
    account: accountOf(started),
    watchSeconds: watchMinutes * 60,
    trouble: (trouble) => addTrouble(fake, trouble),
    setSearchLag: (seconds) => {
      fake.settings.sentCopyLagSeconds = seconds;
    },
    loseCursor: () => fake.forgetDelta(repAddress),
    refuseReading: (providerMessageId, times) =>
      fake.faults.next({
        ...readingFault,
        times,
        match: ({ path }) => decodeURIComponent(path).endsWith(`/messages/${providerMessageId}/$value`),
      }),
    goDown,
    close,
  };
}

export function addTrouble(fake: FakeMicrosoft, { on, kind, waitUntil }: Trouble): void {
  const match = ({ method, path }: { method: string; path: string }) =>
    path.includes('/v1.0/') && (on === 'send' ? path.endsWith('/send') : method === 'GET');
  const throttled = JSON.stringify({ error: { code: 'ApplicationThrottled', message: 'Slow down' } });
  const faults: Record<Trouble['kind'], Fault> = {
    ...mailboxFaults,
    // The answer to a send is empty, so it can only break off within its headers.
    'answer cut short': mailboxFaults[on === 'send' ? 'answer lost' : 'answer cut short'],
    'rate limit in seconds': { kind: 'status', status: 429, body: throttled, retryAfter: '120' },
    'rate limit until': { kind: 'status', status: 503, body: throttled, retryAfter: waitUntil?.toUTCString() ?? '' },
  };
  fake.faults.next({ match, ...faults[kind] });
}
