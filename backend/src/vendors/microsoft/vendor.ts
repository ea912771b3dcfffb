import type { Http } from '../../core/http.ts';
import type { MicrosoftConfig } from './config.ts';
import { createMailbox } from './mailbox.ts';
import { createVerifyNotice } from './notices.ts';
import { createOAuth } from './oauth.ts';

export { type MicrosoftAddresses, type MicrosoftConfig, microsoftAddresses } from './config.ts';
export type { MicrosoftNotice, VerifyNotice } from './notices.ts';
export { microsoftScopes } from './oauth.ts';

/** Microsoft: sign-in for a mailbox, Outlook through Graph, and its notices. */
export function createMicrosoft(config: MicrosoftConfig, http: Http) {
  const mailbox = createMailbox(config, http);
  return {
    id: 'microsoft' as const,
    oauth: createOAuth(config, http, mailbox),
    mailbox,
    verifyNotice: createVerifyNotice(config),
  };
}

/** Our own allowance per mailbox, below Graph's 10,000 calls in ten minutes. */
export const microsoftBudget = { calls: 9000, windowSeconds: 600 };
