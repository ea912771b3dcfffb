import type { Clock } from '../../core/clock.ts';

export interface GoogleConfig {
  clock: Clock;
  clientId: string;
  clientSecret: string;
  addresses: GoogleAddresses;
  /** Pub/Sub topic that Gmail publishes to; null: this installation polls only. */
  topicName: string | null;
  /** What a push must prove; null refuses every push. */
  push: { audience: string; serviceAccount: string } | null;
}

/** Base addresses, so that a proxy or the sandbox can stand in for Google. */
export interface GoogleAddresses {
  accounts: string;
  oauth: string;
  gmail: string;
  certs: string;
}

export const googleAddresses: GoogleAddresses = {
  accounts: 'https://accounts.google.com',
  oauth: 'https://oauth2.googleapis.com',
  gmail: 'https://gmail.googleapis.com',
  certs: 'https://www.googleapis.com/oauth2/v3/certs',
};
