import type { User } from '@microsoft/microsoft-graph-types';
import type { Http } from '../../core/http.ts';
import type { MailboxVendor } from '../../email/mailbox.ts';
import type { MicrosoftConfig } from './config.ts';
import { findSent, readSent } from './find-sent.ts';
import { createGraph } from './graph-call.ts';
import { listNew } from './list-new.ts';
import { createSend, sendsPerMinute } from './send.ts';
import { watch } from './subscriptions.ts';

/** Outlook as a mailbox. */
export function createMailbox(config: MicrosoftConfig, http: Http): MailboxVendor {
  const graph = createGraph(config, http);
  return {
    id: 'microsoft',
    name: 'Outlook',
    // Exchange Online: 10,000 recipients in 24 hours, 30 mails a minute.
    limits: { sendsPerDay: 10_000, sendsPerMinute },

    async profile(account) {
      const user = await graph.read<User>(account, {
        method: 'GET',
        path: 'me?$select=displayName,mail,userPrincipalName',
      });
      // Personal accounts may have no `mail`; a guest's principal name is no address.
      const principal = user.userPrincipalName?.includes('#EXT#') ? null : user.userPrincipalName;
      return { address: user.mail ?? principal ?? account.address, displayName: user.displayName || null };
    },
    send: createSend(graph, config.clock),
    findSent: (account, search) => findSent(graph, account, search, config.clock.now()),
    readSent: (account, providerMessageId) => readSent(graph, account, providerMessageId),
    listNew: (account, cursor, resyncFrom) => listNew(graph, account, cursor, resyncFrom, config.clock.now()),
    watch: (account) => watch(graph, config, account),
  };
}
