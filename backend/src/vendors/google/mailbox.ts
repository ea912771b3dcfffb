import type { gmail_v1 } from '@googleapis/gmail';
import type { Http } from '../../core/http.ts';
import type { MailboxVendor } from '../../email/mailbox.ts';
import type { GoogleConfig } from './config.ts';
import { findSent, readSent } from './find-sent.ts';
import { createGmail } from './gmail-call.ts';
import { listNew } from './list-new.ts';
import { send } from './send.ts';

/** What arrives; our own sends need no notice. */
const watchedLabels = ['INBOX', 'SPAM'];

/** Gmail as a mailbox. */
export function createMailbox(config: GoogleConfig, http: Http): MailboxVendor {
  const gmail = createGmail(config, http);
  return {
    id: 'google',
    name: 'Gmail',
    // Workspace: 2,000 mails in 24 hours; 6,000 quota units a minute at 120 a mail (send and read back).
    limits: { sendsPerDay: 2000, sendsPerMinute: 50 },

    async profile(account) {
      const profile: gmail_v1.Schema$Profile = await gmail.read(account, { method: 'GET', path: 'profile' });
      const aliases: gmail_v1.Schema$ListSendAsResponse = await gmail.read(account, {
        method: 'GET',
        path: 'settings/sendAs',
      });
      const address = profile.emailAddress ?? account.address;
      const own = aliases.sendAs?.find((alias) => alias.sendAsEmail?.toLowerCase() === address.toLowerCase());
      return { address, displayName: own?.displayName || null };
    },
    send: (account, mail) => send(gmail, account, mail),
    findSent: (account, search) => findSent(gmail, account, search, config.clock.now()),
    readSent: (account, providerMessageId) => readSent(gmail, account, providerMessageId),
    listNew: (account, cursor, resyncFrom) => listNew(gmail, account, cursor, resyncFrom, config.clock.now()),
    async watch(account) {
      if (config.topicName === null) return null;
      const watch: gmail_v1.Schema$WatchResponse = await gmail.read(account, {
        method: 'POST',
        path: 'watch',
        body: JSON.stringify({
          topicName: config.topicName,
          labelIds: watchedLabels,
          labelFilterBehavior: 'INCLUDE',
        }),
      });
      return { expiresAt: new Date(Number(watch.expiration)) };
    },
  };
}
