import type { Clock } from '../../../src/core/clock.ts';
import type { ProspectInboxes } from '../prospect-inboxes.ts';
import {
  addressesOf,
  headerOf,
  joinMail,
  makeHeader,
  recipientsOf,
  type SplitMail,
  sameSubject,
  splitMail,
} from '../rfc822.ts';
import type { SentRecord } from '../sent-record.ts';
import { badRequest, GoogleError, notFound, sendLimit } from './errors.ts';
import { type Mailbox, type Mailboxes, referencedMessage, type StoredMessage } from './mailboxes.ts';

const largestMailBytes = 25 * 1024 * 1024;
const recipientsPerMail = 500;
const dayMilliseconds = 24 * 3600 * 1000;

/** messages.send: checks, rewrites identity as the Gmail API does, files the Sent copy and delivers. */
export function createSender(
  clock: Clock,
  mailboxes: Mailboxes,
  inboxes: ProspectInboxes,
  settings: { sendsPerDay: number; keepsOriginalMessageId: boolean },
  ledger: SentRecord[] = [],
) {
  let serial = ledger.length;

  function identify(mailbox: Mailbox, raw: Buffer): { wire: SplitMail; wireMessageId: string } {
    const wire = splitMail(raw);
    serial += 1;
    const wireMessageId = `<CAF${serial.toString(36).padStart(6, '0')}+${clock.now().getTime().toString(36)}@mail.gmail.com>`;
    const own = headerOf(wire, 'Message-ID');
    const hidden = new Set(['message-id', 'bcc', 'return-path']);
    wire.headers = wire.headers.filter((header) => !hidden.has(header.name.toLowerCase()));
    if (addressesOf(headerOf(wire, 'From'))[0] !== mailbox.address) {
      wire.headers = wire.headers.filter((header) => header.name.toLowerCase() !== 'from');
      wire.headers.push(makeHeader('From', `${mailbox.name} <${mailbox.address}>`));
    }
    if (!headerOf(wire, 'Date')) {
      wire.headers.push(makeHeader('Date', clock.now().toUTCString().replace('GMT', '+0000')));
    }
    if (own && settings.keepsOriginalMessageId) wire.headers.push(makeHeader('X-Google-Original-Message-ID', own));
    wire.headers.push(makeHeader('Message-ID', wireMessageId));
    return { wire, wireMessageId };
  }

  /** The asked thread, when the mail refers to a mail in it and keeps the subject; otherwise a new thread. */
  function threadFor(mailbox: Mailbox, raw: Buffer, asked: string | undefined): { id: string } | 'new' {
    if (asked === undefined) return 'new';
    if (![...mailbox.messages.values()].some((message) => message.threadId === asked)) throw notFound();
    const referred = referencedMessage(mailbox, raw);
    return referred?.threadId === asked && sameSubject(raw, referred.raw) ? { id: asked } : 'new';
  }

  function checkDay(mailbox: Mailbox): void {
    const now = clock.now().getTime();
    mailbox.sendTimes = mailbox.sendTimes.filter((time) => time > now - dayMilliseconds);
    if (mailbox.sendTimes.length >= settings.sendsPerDay) {
      throw sendLimit(new Date((mailbox.sendTimes[0] ?? now) + dayMilliseconds));
    }
  }

  function send(mailbox: Mailbox, raw: Buffer, askedThread: string | undefined): StoredMessage {
    if (raw.length > largestMailBytes) throw new GoogleError(413, 'uploadTooLarge', 'Message too large.');
    const recipients = readRecipients(raw);
    checkDay(mailbox);
    const thread = threadFor(mailbox, raw, askedThread);
    const { wire, wireMessageId } = identify(mailbox, raw);
    const wireRaw = joinMail(wire);
    const labels = recipients.includes(mailbox.address) ? ['SENT', 'INBOX', 'UNREAD'] : ['SENT'];
    const message = mailboxes.file(mailbox, wireRaw, labels, thread);
    mailbox.sendTimes.push(clock.now().getTime());
    ledger.push({
      providerMessageId: message.id,
      providerThreadId: message.threadId,
      from: mailbox.address,
      recipients,
      at: clock.now(),
      ownMessageId: headerOf(raw, 'Message-ID'),
      salesosMessage: headerOf(raw, 'X-SalesOS-Message'),
      wireMessageId,
      raw,
      wireRaw,
    });
    for (const recipient of recipients) deliverOut(mailbox, recipient, wireRaw);
    return message;
  }

  function deliverOut(sender: Mailbox, recipient: string, raw: Buffer): void {
    if (recipient === sender.address) return;
    const own = mailboxes.get(recipient);
    if (own) {
      mailboxes.file(own, raw, ['INBOX', 'UNREAD'], 'by-reference');
      return;
    }
    inboxes.add(recipient, { at: clock.now(), from: sender.address, raw });
  }

  return { send, ledger };
}

function readRecipients(raw: Buffer): string[] {
  const recipients = recipientsOf(raw);
  const wrong = recipients.find(({ valid }) => !valid);
  if (wrong) throw badRequest(`Invalid ${wrong.field} header`);
  if (recipients.length === 0) throw badRequest('Recipient address required');
  if (recipients.length > recipientsPerMail) throw badRequest('Too many recipients');
  return recipients.map(({ address }) => address);
}
