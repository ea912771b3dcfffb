import { ImapFlow } from 'imapflow';
import { VendorUnavailable } from '../../core/errors.ts';
import { type MailboxAccount, MailboxDisconnected } from '../../email/mailbox.ts';
import { defaultTimeoutSeconds, greetingShare, type MailServerConfig } from './config.ts';
import { within } from './deadline.ts';
import { assertNoTransaction, assertReachable, lookupFor } from './reach.ts';
import { type MailServers, readServers } from './servers.ts';
import { createSessionPool } from './session-pool.ts';

const idleSeconds = 30;
/** No mail that a provider takes is larger. */
const largestMailBytes = 60_000_000;

export interface Imap {
  /**
   * Works with a logged-in connection. Throws MailboxDisconnected when the login is refused for good, and VendorUnavailable for
   * everything else: what `use` returns was really said by the server.
   */
  use<T>(account: MailboxAccount, work: (client: ImapFlow, servers: MailServers) => Promise<T>): Promise<T>;
  /** A connection of its own, logged in; whoever asked closes it. Throws as `use` does. */
  connect(account: MailboxAccount): Promise<ImapFlow>;
  close(): void;
}

export function createImap(config: MailServerConfig): Imap {
  const pool = createSessionPool<ImapFlow>(idleSeconds, (client) => client.close());

  async function open(account: MailboxAccount): Promise<{ client: ImapFlow; token: string; isNew: boolean }> {
    const token = await account.token();
    for (let client = pool.take(keyOf(account, token)); client; client = pool.take(keyOf(account, token)))
      if (client.usable) return { client, token, isNew: false };
    return { ...(await connect(account, token)), isNew: true };
  }

  async function connect(account: MailboxAccount, token: string): Promise<{ client: ImapFlow; token: string }> {
    try {
      return { client: await openImap(config, readServers(token)), token };
    } catch (error) {
      if (!isLoginRefused(error)) throw asUnavailable(error);
      // A password that is refused is refused for good; a token may have a successor.
      const next = await account.token(token);
      try {
        return { client: await openImap(config, readServers(next)), token: next };
      } catch (again) {
        throw isLoginRefused(again) ? new MailboxDisconnected(replyOf(again)) : asUnavailable(again);
      }
    }
  }

  return {
    async use(account, work) {
      assertNoTransaction();
      let session = await open(account);
      // A connection that waited may have been closed by the server: one that just answered has not.
      if (!session.isNew && !(await answers(session.client, config))) {
        session.client.close();
        session = { ...(await connect(account, session.token)), isNew: true };
      }
      const { client, token } = session;
      try {
        const result = await work(guarded(client, config), readServers(token));
        pool.give(keyOf(account, token), client);
        return result;
      } catch (error) {
        client.close();
        throw asUnavailable(error);
      }
    },
    connect: async (account) => (await connect(account, await account.token())).client,
    close: pool.close,
  };
}

/** With the token in it, a mailbox that was connected anew has connections of its own. */
const keyOf = ({ tenantId, mailboxId }: MailboxAccount, token: string) => `${tenantId} ${mailboxId} ${token}`;

/** Connects and logs in. Throws what the library throws. */
export async function openImap(config: MailServerConfig, servers: MailServers): Promise<ImapFlow> {
  const { imap: server, user, secret } = servers;
  const seconds = config.timeoutSeconds ?? defaultTimeoutSeconds;
  assertReachable(server, config.loopbackOnly);
  const client = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    doSTARTTLS: server.security === 'starttls',
    auth: secret.kind === 'password' ? { user, pass: secret.password } : { user, accessToken: secret.accessToken },
    tls: { lookup: lookupFor(config.loopbackOnly) } as NonNullable<ConstructorParameters<typeof ImapFlow>[0]>['tls'],
    logger: false,
    disableAutoIdle: true,
    // IDLE begins anew this often: before the library takes the silence for a dead connection, which is after five minutes.
    maxIdleTime: 4 * 60_000,
    connectionTimeout: seconds * 1000,
    greetingTimeout: seconds * 1000 * greetingShare,
    maxLiteralSize: largestMailBytes,
    maxResponseSize: largestMailBytes * 2,
    maxLineLength: 10_000_000,
  });
  // A connection that breaks fails the command that runs; an idle one is found dead when it is wanted.
  client.on('error', () => {});
  await within(seconds, client.connect(), () => client.close());
  return client;
}

async function answers(client: ImapFlow, config: MailServerConfig): Promise<boolean> {
  const seconds = config.timeoutSeconds ?? defaultTimeoutSeconds;
  return within(seconds, client.noop(), () => client.close()).then(
    () => client.usable,
    () => false,
  );
}

/** The same client, each of whose commands has an end: a server that says nothing is hung up on. */
function guarded(client: ImapFlow, config: MailServerConfig): ImapFlow {
  const seconds = config.timeoutSeconds ?? defaultTimeoutSeconds;
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        const result: unknown = value.apply(target, given);
        return result instanceof Promise ? within(seconds, result, () => target.close()) : result;
      };
    },
  });
}

interface ImapError {
  message?: string;
  code?: string;
  authenticationFailed?: boolean;
  serverResponseCode?: string;
  responseText?: string;
  response?: unknown;
}

const passing = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'CORRUPTION', 'OVERQUOTA']);

/** Refused as somebody unknown, and not because the server is busy (RFC 5530). */
export function isLoginRefused(error: unknown): boolean {
  const { authenticationFailed, serverResponseCode } = (error ?? {}) as ImapError;
  if (!authenticationFailed || passing.has(serverResponseCode?.toUpperCase() ?? '')) return false;
  return !/too many|tempora|try again|rate limit|server error/i.test(replyOf(error));
}

/** What the server said, for the log and for people who know servers. */
export function replyOf(error: unknown): string {
  const { message, responseText, response } = (error ?? {}) as ImapError;
  const text = responseText || (typeof response === 'string' && response) || message || String(error);
  return text.replace(/\s+/g, ' ').trim().slice(0, 500);
}

export function asUnavailable(error: unknown): Error {
  if (error instanceof VendorUnavailable || error instanceof MailboxDisconnected) return error;
  const { code, serverResponseCode } = (error ?? {}) as ImapError;
  return new VendorUnavailable('The mail server did not answer as expected. We try again.', {
    code: 'imap_unavailable',
    detail: `${serverResponseCode ?? code ?? ''} ${replyOf(error)}`.trim(),
    retryAfterSeconds: 60,
  });
}
