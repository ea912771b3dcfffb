import type { Http } from '../../core/http.ts';
import type { GoogleConfig } from './config.ts';
import { createMailbox } from './mailbox.ts';
import { createOAuth } from './oauth.ts';
import { createVerifyPush } from './push.ts';

export { type GoogleAddresses, type GoogleConfig, googleAddresses } from './config.ts';
export { googleScopes } from './oauth.ts';
export type { PushNotice, VerifyPush } from './push.ts';

/** Google: sign-in for a mailbox, Gmail, and its push notices. */
export function createGoogle(config: GoogleConfig, http: Http) {
  const mailbox = createMailbox(config, http);
  return {
    id: 'google' as const,
    oauth: createOAuth(config, http, mailbox),
    mailbox,
    verifyPush: createVerifyPush(config, http),
  };
}

/**
 * Our own allowance per mailbox, below Google's 6,000 units a minute: a mail takes three calls of 122 units together, and
 * 50 mails a minute are the ceiling; reading a mail is one call of 20. What exceeds it all the same Google answers with 429.
 */
export const googleBudget = { calls: 250, windowSeconds: 60 };

export type Google = ReturnType<typeof createGoogle>;
