import type { Recipient, SendRules } from '../../compliance/index.ts';
import type { TrackingLevel } from '../../core/tables.ts';

/**
 * The states of a message:
 *
 *   scheduled ⇄ held            waits for its time; held while the enrollment or the mailbox is paused
 *   scheduled → claimed         a worker has it; nothing can have left yet
 *   claimed → sending           the intent is committed: it may leave from now on, under this identity only
 *   sending → sent              the provider has it
 *   sending → scheduled         the provider certainly does not have it: tried again with the same identity
 *   sending → parked            nobody can tell whether the provider has it: a person must look
 *   → failed, cancelled         final
 */
export type MessageState = 'scheduled' | 'held' | 'claimed' | 'sending' | 'sent' | 'failed' | 'cancelled' | 'parked';

/** When a message may leave, in its recipient's zone, and how many of its sequence may leave a day. */
export interface MessageWindow {
  rules: SendRules;
  recipient: Recipient;
  sequence?: { id: string; dailyCap: number };
}

/** A message with its words and its time, before it has an identity. */
export interface NewMessage {
  contactId: string;
  mailboxId: string;
  toAddress: string;
  enrollmentId: string | null;
  stepIndex: number | null;
  template: { id: string; version: number } | null;
  /** The words themselves, for a mail written by hand. */
  content: { subject: string; html: string | null; text: string | null } | null;
  variables: Record<string, string>;
  notBefore: Date;
  /** Null: at any hour. A mail written by hand has no enrollment either, and no pace holds it. */
  window: MessageWindow | null;
  replyInThread: boolean;
  /** A reply after this moment cancels the message. */
  repliesSince: Date | null;
  trackingLevel: TrackingLevel;
  /** The CRM that gets it as a blind copy, and the address there. */
  copyCrm: string | null;
  copyTo: string | null;
  whyWaiting: string | null;
}

/** What must be known to send one message. */
export interface ClaimedMessage {
  tenantId: string;
  id: string;
  mailboxId: string;
  contactId: string;
  enrollmentId: string | null;
  stepIndex: number | null;
  templateId: string | null;
  templateVersion: number | null;
  content: NewMessage['content'];
  variables: Record<string, string>;
  toAddress: string;
  replyInThread: boolean;
  repliesSince: Date | null;
  trackingLevel: TrackingLevel;
  copyCrm: string | null;
  copyTo: string | null;
  trackingToken: string;
  messageIdHeader: string;
  attemptCount: number;
  claimId: string;
}

/** The proof that nobody had replied: which inboxes were read, when, and up to where. */
export interface ReplyCheck {
  startedAt: string;
  finishedAt: string;
  mailboxes: { mailboxId: string; cursor: string | null; note?: string }[];
  /** Threads with a mail that the provider announced and could not hand out: nobody can say that they are silent. */
  unreadThreads: string[];
}
