import type { Clock } from '../src/core/clock.ts';
import type { MailboxVendor, OutgoingMail, ReceivedMail, SendResult } from '../src/email/mailbox.ts';

/** What the next send does. `crash` accepts the mail or not and then the process is gone. */
export type SendBehaviour =
  | 'accept'
  | 'accept_and_lose_answer'
  | 'lose_request'
  | 'defer'
  | 'crash_before'
  | 'crash_after';

export class Crash extends Error {
  override name = 'Crash';
}

export interface AcceptedMail {
  mailbox: string;
  to: string;
  messageIdHeader: string;
  at: Date;
  /** As the recipient sees it. */
  wireMessageId: string;
  /** Position in the provider's history: what came before it was visible when it was accepted. */
  sequence: number;
}

/**
 * A mail provider as a model: exact, in memory, and as unreliable as asked. It keeps the ledger that decides whether a
 * mail was sent once, and knows what was visible in an inbox at every moment.
 */
export function createModelProvider(clock: Clock) {
  const sent: AcceptedMail[] = [];
  const inboxes = new Map<string, (ReceivedMail & { sequence: number })[]>();
  const behaviours: SendBehaviour[] = [];
  let sequence = 0;
  /** Milliseconds that pass in each call; moved by the test's clock. */
  let onCall: () => void = () => {};
  let isDead: () => boolean = () => false;

  const step = () => {
    if (isDead()) throw new Crash('this process is gone');
    onCall();
  };

  function accept(mailbox: string, mail: OutgoingMail): SendResult {
    sequence++;
    const { to, messageIdHeader } = mail;
    sent.push({ mailbox, to, messageIdHeader, wireMessageId: messageIdHeader, at: clock.now(), sequence });
    return {
      outcome: 'sent',
      providerMessageId: `sent-${sequence}`,
      providerThreadId: mail.providerThreadId ?? `thread-${sequence}`,
    };
  }

  const vendor: MailboxVendor = {
    id: 'model',
    name: 'Model mail',
    limits: { sendsPerDay: 1_000_000, sendsPerMinute: 1_000_000 },
    profile: async (account) => ({ address: account.address, displayName: 'Robin Vale' }),
    async send(account, mail) {
      step();
      const behaviour = behaviours.shift() ?? 'accept';
      switch (behaviour) {
        case 'accept':
          return accept(account.address, mail);
        case 'accept_and_lose_answer':
          accept(account.address, mail);
          return { outcome: 'unknown', reason: 'the answer was lost' };
        case 'lose_request':
          return { outcome: 'unknown', reason: 'the request was lost' };
        case 'defer':
          return { outcome: 'deferred', code: 'busy', reason: 'busy', retryAfterSeconds: 30 };
        case 'crash_before':
          throw new Crash('before the provider had it');
        case 'crash_after':
          accept(account.address, mail);
          throw new Crash('after the provider had it');
      }
    },
    async findSent(_account, search) {
      step();
      const found = sent.find((mail) => mail.messageIdHeader === search.messageIdHeader);
      if (!found) return { outcome: 'absent' };
      return {
        outcome: 'found',
        mail: {
          providerMessageId: `sent-${found.sequence}`,
          providerThreadId: `thread-${found.sequence}`,
          wireMessageId: found.messageIdHeader,
        },
      };
    },
    async readSent(_account, providerMessageId) {
      step();
      const found = sent.find((mail) => `sent-${mail.sequence}` === providerMessageId);
      return found
        ? { providerMessageId, providerThreadId: `thread-${found.sequence}`, wireMessageId: found.messageIdHeader }
        : null;
    },
    async listNew(account, cursor) {
      step();
      const from = cursor === null ? Number.POSITIVE_INFINITY : Number(cursor);
      const mails = (inboxes.get(account.address) ?? []).filter((mail) => mail.sequence > from);
      return { mails, unreadable: [], cursor: String(sequence), hasMore: false, resynced: false };
    },
    watch: async () => null,
  };

  return {
    vendor,
    sent,
    behaviours,
    /** Puts a mail into an inbox, visible from now on. Returns its place in history. */
    receive(mailbox: string, mail: IncomingMail): number {
      sequence++;
      const raw = incomingMail(mailbox, mail, sequence, clock.now());
      const box = inboxes.get(mailbox) ?? [];
      box.push({
        providerMessageId: `in-${sequence}`,
        providerThreadId: `thread-in-${sequence}`,
        receivedAt: clock.now(),
        folder: 'inbox',
        raw,
        sequence,
      });
      inboxes.set(mailbox, box);
      return sequence;
    },
    /** The place in history that a reading saw is its cursor. */
    seenUpTo: (_mailbox: string, cursor: string): number => Number(cursor),
    onEachCall(callback: () => void) {
      onCall = callback;
    },
    dieWhen(check: () => boolean) {
      isDead = check;
    },
  };
}

export interface IncomingMail {
  from: string;
  subject: string;
  text: string;
  inReplyTo?: string;
  headers?: string[];
}

/** A mail from outside, as its server hands it over; `number` makes its Message-ID. */
export function incomingMail(mailbox: string, mail: IncomingMail, number: number, at: Date): Buffer {
  const lines = [
    `From: ${mail.from}`,
    `To: ${mailbox}`,
    `Subject: ${mail.subject}`,
    `Message-ID: <in-${number}@prospect.example>`,
    `Date: ${at.toUTCString()}`,
    ...(mail.inReplyTo ? [`In-Reply-To: ${mail.inReplyTo}`, `References: ${mail.inReplyTo}`] : []),
    ...(mail.headers ?? []),
    'Content-Type: text/plain; charset=utf-8',
    '',
    mail.text,
  ];
  return Buffer.from(lines.join('\r\n'));
}

export type ModelProvider = ReturnType<typeof createModelProvider>;
