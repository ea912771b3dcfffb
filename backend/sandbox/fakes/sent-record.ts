import type { ProspectInboxes } from './prospect-inboxes.ts';

/** One mail that a provider accepted: what proves "exactly once". */
export interface AcceptedMail {
  from: string;
  recipients: string[];
  at: Date;
  /** The Message-ID the caller wrote, null when it wrote none. */
  ownMessageId: string | null;
  /** The caller's X-SalesOS-Message header. */
  salesosMessage: string | null;
  /** As it was handed over. */
  raw: Buffer;
}

/** The same of a provider that gives ids of its own, and may change the mail on its way. */
export interface SentRecord extends AcceptedMail {
  providerMessageId: string;
  providerThreadId: string;
  wireMessageId: string;
  /** As it left. */
  wireRaw: Buffer;
}

/** What a provider accepted, and where it went. */
export const acceptedMails = <Mail extends AcceptedMail>(ledger: Mail[], inboxes: ProspectInboxes) => ({
  /** Everything accepted from a mailbox, oldest first. */
  sentOf: (address: string) => ledger.filter(({ from }) => from === address.toLowerCase()),
  /** How often a mail of ours was accepted, by our Message-ID or X-SalesOS-Message value: 1 is the promise. */
  timesAccepted: (ownId: string): number =>
    ledger.filter((mail) => mail.ownMessageId === ownId || mail.salesosMessage === ownId).length,
  /** What a prospect received, oldest first. */
  inboxOf: inboxes.of,
  /** Every outside address that ever got a mail. */
  prospects: inboxes.addresses,
});
