import type { ImapFlow } from 'imapflow';
import type { MailboxAccount } from '../../email/mailbox.ts';
import { defaultTimeoutSeconds, type MailServerConfig } from './config.ts';
import { within } from './deadline.ts';
import { asUnavailable, type Imap } from './imap-session.ts';

/** Who is not asked again within this time is no longer wanted: the connection is closed. */
const watchSeconds = 20 * 60;
/** Each is an open connection of this process; the sweep reads the others. */
const mostWatched = 500;

interface Watched {
  client: ImapFlow;
  token: string;
  end: NodeJS.Timeout;
}

export interface Idle {
  /** Whom to tell that something arrived, by the address of the mailbox. */
  onNews(tell: (address: string) => void): void;
  /** Null where the server has no IDLE, or too many are watched already. Repeating it keeps the connection there is. */
  watch(account: MailboxAccount): Promise<{ expiresAt: Date } | null>;
  close(): void;
}

/**
 * A connection per mailbox on which the server says at once that something arrived (IDLE, RFC 2177). It only ever hastens the
 * sweep: a connection that dies is made again by the next `watch`.
 */
export function createIdle(config: MailServerConfig, imap: Imap): Idle {
  const watched = new Map<string, Watched>();
  let tell: (address: string) => void = () => {};

  function drop(key: string): void {
    const known = watched.get(key);
    if (!known) return;
    watched.delete(key);
    clearTimeout(known.end);
    known.client.close();
  }

  function keep(key: string, client: ImapFlow, token: string): { expiresAt: Date } {
    clearTimeout(watched.get(key)?.end);
    const end = setTimeout(() => drop(key), watchSeconds * 1000).unref();
    watched.set(key, { client, token, end });
    return { expiresAt: new Date(config.clock.now().getTime() + watchSeconds * 1000) };
  }

  async function begin(key: string, account: MailboxAccount, token: string) {
    const client = await imap.connect(account);
    try {
      if (!client.capabilities.has('IDLE')) throw new NoIdle();
      const seconds = config.timeoutSeconds ?? defaultTimeoutSeconds;
      await within(seconds, client.mailboxOpen('INBOX', { readOnly: true }), () => client.close());
    } catch (error) {
      client.close();
      if (error instanceof NoIdle) return null;
      throw asUnavailable(error);
    }
    client.on('exists', () => tell(account.address));
    client.on('close', () => watched.get(key)?.client === client && drop(key));
    void listen(client);
    // What came between the last reading and now.
    tell(account.address);
    return keep(key, client, token);
  }

  return {
    onNews(listener) {
      tell = listener;
    },
    async watch(account) {
      const key = `${account.tenantId} ${account.mailboxId}`;
      const token = await account.token();
      const known = watched.get(key);
      if (known?.client.usable && known.token === token) return keep(key, known.client, token);
      drop(key);
      return watched.size < mostWatched ? begin(key, account, token) : null;
    },
    close() {
      for (const key of [...watched.keys()]) drop(key);
    },
  };
}

class NoIdle extends Error {}

/** The library begins anew before the server's patience ends (`maxIdleTime`), and returns when something else is asked. */
async function listen(client: ImapFlow): Promise<void> {
  while (client.usable && (await client.idle().catch(() => false)) !== false);
}
