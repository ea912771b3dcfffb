import type { MailboxVendor } from '../../email/mailbox.ts';
import type { MailServerConfig } from './config.ts';
import { findSent, readSent } from './find-sent.ts';
import { createIdle, type Idle } from './idle.ts';
import { createImap } from './imap-session.ts';
import { listNew } from './list-new.ts';
import { createSender } from './send.ts';

/** Any mailbox with an SMTP and an IMAP server. */
export function createMailbox(config: MailServerConfig): MailboxVendor & Pick<Idle, 'onNews' | 'close'> {
  const imap = createImap(config);
  const sender = createSender(config, imap);
  const idle = createIdle(config, imap);
  const now = () => config.clock.now();
  return {
    id: 'smtp',
    name: 'SMTP and IMAP',
    // Nobody publishes what a mail server takes: hosters mostly allow 300 an hour and up to a few thousand a day.
    limits: { sendsPerDay: 2000, sendsPerMinute: 30 },

    profile: (account) =>
      imap.use(account, async (client, { displayName }) => {
        await client.noop();
        return { address: account.address, displayName };
      }),
    send: sender.send,
    findSent: (account, search) => imap.use(account, (client, servers) => findSent(client, servers, search, now())),
    readSent: (account, providerMessageId) => imap.use(account, (client) => readSent(client, providerMessageId)),
    listNew: (account, cursor, resyncFrom) => imap.use(account, (client) => listNew(client, cursor, resyncFrom, now())),
    watch: idle.watch,
    onNews: idle.onNews,
    close() {
      idle.close();
      sender.close();
      imap.close();
    },
  };
}
