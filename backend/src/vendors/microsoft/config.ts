import type { Clock } from '../../core/clock.ts';

export interface MicrosoftConfig {
  clock: Clock;
  clientId: string;
  clientSecret: string;
  /** Who may sign in: `common` for work and personal accounts, `organizations`, or one directory's id. */
  tenant: string;
  addresses: MicrosoftAddresses;
  /** Where Graph posts its notices (https); null: this installation polls only. */
  noticesUrl: string | null;
  /** Makes the secret of each subscription. Must not change while subscriptions live (seven days). */
  noticeKey: Buffer;
}

/** Base addresses, so that a proxy or the sandbox can stand in for Microsoft. */
export interface MicrosoftAddresses {
  login: string;
  graph: string;
}

export const microsoftAddresses: MicrosoftAddresses = {
  login: 'https://login.microsoftonline.com',
  graph: 'https://graph.microsoft.com',
};
