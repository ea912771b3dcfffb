import type { Http } from '../../core/http.ts';
import type { MailServerConfig } from './config.ts';
import { createMailbox } from './mailbox.ts';
import { createOAuth } from './oauth.ts';
import { createTryServers } from './try-servers.ts';

export type { MailServerConfig } from './config.ts';

/** Mailboxes of any provider, by SMTP and IMAP. */
export function createMailServers(config: MailServerConfig, http: Http) {
  const mailbox = createMailbox(config);
  const oauth = createOAuth(config, http);
  return {
    id: 'smtp' as const,
    oauth,
    mailbox,
    tryServers: createTryServers(config, oauth.refresh),
    onNews: mailbox.onNews,
    close: mailbox.close,
  };
}
