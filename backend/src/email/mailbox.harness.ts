import type { HandClock } from '../core/clock.ts';
import type { MailboxAccount, MailboxVendor, OutgoingMail } from './mailbox.ts';

/** Whose mailbox it is. */
export const repAddress = 'maya.chen@northwind.example';
/** When a harness's clock begins. */
export const begin = new Date('2026-11-23T09:00:00Z');

/** What happens to the next matching request. Rate limits come in seconds (120), or as a moment (`waitUntil`). */
export interface Trouble {
  on: 'send' | 'read';
  kind:
    | 'answer lost'
    | 'answer never comes'
    | 'answer cut short'
    | 'answer slow'
    | 'error page'
    | 'rate limit in seconds'
    | 'rate limit until';
  waitUntil?: Date;
}

/** A vendor with its fake behind it, one connected mailbox, and hands to make trouble with. */
export interface MailboxHarness {
  vendor: MailboxVendor;
  clock: HandClock;
  account: MailboxAccount;
  /** False where the provider replaces our Message-ID on the wire. */
  keepsMessageId: boolean;
  /** After this time a search that finds nothing means "absent". */
  searchTrustedAfterSeconds: number;
  /** How long a watch lasts; null where the provider cannot push. */
  watchSeconds: number | null;
  deliver(raw: Buffer, folder?: 'inbox' | 'spam'): { id: string; threadId: string };
  /** Everything the provider accepted from the mailbox, oldest first. */
  sent(): { ownMessageId: string | null; wireMessageId: string; providerThreadId: string; wireRaw: Buffer }[];
  inboxOf(address: string): Buffer[];
  trouble(trouble: Trouble): void;
  setSearchLag(seconds: number): void;
  /** The rep throws a mail away. */
  trash(providerMessageId: string): void;
  /** The person withdraws the grant. */
  revokeGrant(): void;
  /** Access tokens die early; the grant lives. */
  killAccessTokens(): void;
  /** The provider forgets every place we noted. */
  loseCursor(): void;
  /** Reading this mail fails so many times. */
  refuseReading(providerMessageId: string, times: number): void;
  /** The provider stops answering on its address. */
  goDown(): Promise<void>;
  close(): Promise<void>;
}

interface OutgoingInput {
  id?: number;
  to?: string;
  copyTo?: string;
  subject?: string;
  replyTo?: string;
  thread?: string;
  body?: Buffer;
}

/** A mail of the rep, as the composer writes it. */
export function outgoing(input: OutgoingInput = {}): OutgoingMail {
  const { id = 1, to = 'ada@contoso.example', subject = 'A question about Contoso', replyTo, thread } = input;
  const messageIdHeader = `<0190f0b2-${id}@northwind.example>`;
  const lines = [
    `From: Maya Chen <${repAddress}>`,
    `To: ${to}`,
    `Subject: ${subject}`,
    'Date: Mon, 23 Nov 2026 09:00:00 +0000',
    `Message-ID: ${messageIdHeader}`,
    ...(replyTo ? [`In-Reply-To: ${replyTo}`, `References: ${replyTo}`] : []),
    `X-SalesOS-Message: ${messageIdHeader}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
  ];
  const body = input.body ?? Buffer.from('Hello Ada,\r\n\r\nshall we talk?\r\n');
  const raw = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
  return { raw, to, copyTo: input.copyTo ?? null, messageIdHeader, providerThreadId: thread ?? null };
}

/** A mail from outside; `id` is its subject. */
export function incoming({ id }: { id: string }): Buffer {
  return Buffer.from(
    `From: Ada <ada@contoso.example>\r\nTo: ${repAddress}\r\nSubject: ${id}\r\nMessage-ID: <${id.replaceAll(' ', '-')}@contoso.example>\r\n\r\nHello ${id}\r\n`,
  );
}
