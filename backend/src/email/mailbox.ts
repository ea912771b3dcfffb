/**
 * The socket a mail provider fills. Everything the product knows of Gmail, Outlook or an IMAP box passes through here.
 * A vendor translates; it decides nothing about sequences, retries or people.
 */

/**
 * A connected mailbox, as a vendor sees it. `token` gives a fresh access token, refreshed and persisted single-flight. A
 * vendor whose token was refused before its time passes that token, and gets another one: refreshed now, or already
 * refreshed by somebody else. Throws `MailboxDisconnected` when the grant is gone.
 */
export interface MailboxAccount {
  tenantId: string;
  mailboxId: string;
  address: string;
  token: (refused?: string) => Promise<string>;
}

/**
 * One mail with its identity fixed. `raw` is RFC 5322 with CRLF and ends up on the wire unchanged where the provider allows.
 * Besides Message-ID it carries `X-SalesOS-Message` with the same value: a provider that replaces the first keeps the
 * second, and `findSent` knows our mail by it.
 */
export interface OutgoingMail {
  raw: Buffer;
  to: string;
  /**
   * Gets the same mail unseen: neither `raw` nor what the recipient receives names it. Where a provider takes recipients one by
   * one and refuses only this one, the mail goes all the same, and `copyRefused` says so.
   */
  copyTo: string | null;
  /** Our own Message-ID, with angle brackets; some providers replace it on the wire. */
  messageIdHeader: string;
  /** The provider's thread to continue, for a follow-up. */
  providerThreadId: string | null;
}

/**
 * What became of a send. `unknown` means the provider may have taken it: it is settled by `findSent`, never by sending again.
 * `deferred` and `disconnected` mean that it certainly was not sent. `rejected` is final.
 */
export type SendResult =
  | { outcome: 'sent'; providerMessageId: string; providerThreadId: string; copyRefused?: string }
  | { outcome: 'rejected'; code: string; reason: string }
  | { outcome: 'deferred'; code: string; reason: string; retryAfterSeconds: number }
  | { outcome: 'disconnected'; reason: string }
  | { outcome: 'unknown'; reason: string };

/** A mail found in the Sent folder. `wireMessageId` is the Message-ID as the recipient sees it. */
export interface SentMail {
  providerMessageId: string;
  providerThreadId: string;
  wireMessageId: string;
}

/** `absent` is said only when the provider's index can be trusted to show a mail accepted before `sentBefore`. */
export type SentSearch =
  | { outcome: 'found'; mail: SentMail }
  | { outcome: 'absent' }
  | { outcome: 'unclear'; reason: string };

export interface ReceivedMail {
  providerMessageId: string;
  providerThreadId: string;
  receivedAt: Date;
  /** Where the provider filed it. `sent` is our own copy. */
  folder: 'inbox' | 'spam' | 'sent' | 'other';
  raw: Buffer;
}

/**
 * A mail the provider announces and fails to hand out. It is asked for again by every later `listNew` (the cursor remembers
 * it) while the mails behind it go on; `givenUp` says that this was the last time. Until then nobody can say that its
 * thread is silent.
 */
export interface UnreadableMail {
  providerMessageId: string;
  providerThreadId: string;
  reason: string;
  attempts: number;
  givenUp: boolean;
}

/**
 * Everything that arrived since the cursor, oldest first. Replays are allowed, gaps are not: a vendor that lost its place
 * lists again from `resyncFrom` and says `resynced`. `cursor` is opaque and is stored only after the mails were processed.
 */
export interface NewMail {
  mails: ReceivedMail[];
  unreadable: UnreadableMail[];
  cursor: string;
  hasMore: boolean;
  resynced: boolean;
}

/** Thrown by every call but `send` when the grant is refused for good: the mailbox must be connected again. */
export class MailboxDisconnected extends Error {
  override name = 'MailboxDisconnected';
}

export interface MailboxVendor {
  id: string;
  /** The name people know, as in "Gmail". */
  name: string;
  /** The provider's own ceilings; the mailbox settings can only be lower. */
  limits: { sendsPerDay: number; sendsPerMinute: number };
  profile(account: MailboxAccount): Promise<{ address: string; displayName: string | null }>;
  send(account: MailboxAccount, mail: OutgoingMail): Promise<SendResult>;
  findSent(
    account: MailboxAccount,
    search: { messageIdHeader: string; to: string; sentAfter: Date; sentBefore: Date },
  ): Promise<SentSearch>;
  /** Reads back a mail that `send` reported, for its Message-ID on the wire. */
  readSent(account: MailboxAccount, providerMessageId: string): Promise<SentMail | null>;
  /** `cursor` null: start at the present (nothing old is read). `resyncFrom` bounds a full resync. */
  listNew(account: MailboxAccount, cursor: string | null, resyncFrom: Date): Promise<NewMail>;
  /** Asks the provider to notify us; null where it cannot push. Renewed before `expiresAt`. */
  watch(account: MailboxAccount): Promise<{ expiresAt: Date } | null>;
}
