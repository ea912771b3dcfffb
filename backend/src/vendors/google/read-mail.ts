import type { gmail_v1 } from '@googleapis/gmail';
import { VendorError } from '../../core/http.ts';
import type { MailboxAccount, ReceivedMail } from '../../email/mailbox.ts';
import type { MailRef, ReadMail } from '../unread-mails.ts';
import { asError, type Gmail } from './gmail-call.ts';

const concurrentReads = 5;

/** Reads mails with their bytes, in the given order. Throws what concerns the whole mailbox: rate, grant, no connection. */
export async function readMails(gmail: Gmail, account: MailboxAccount, refs: MailRef[]): Promise<ReadMail[]> {
  const results: ReadMail[] = [];
  for (let start = 0; start < refs.length; start += concurrentReads) {
    const chunk = refs.slice(start, start + concurrentReads);
    results.push(...(await Promise.all(chunk.map((ref) => readMail(gmail, account, ref)))));
  }
  return results;
}

async function readMail(gmail: Gmail, account: MailboxAccount, ref: MailRef): Promise<ReadMail> {
  try {
    const path = `messages/${encodeURIComponent(ref.id)}`;
    const answer = await gmail.call<gmail_v1.Schema$Message>(account, {
      method: 'GET',
      path,
      query: { format: 'raw' },
    });
    if (answer.ok) return received(ref, answer.data);
    const { kind, code, message } = answer.refusal;
    if (kind === 'not_found') return { outcome: 'gone' };
    if (kind === 'failed' || kind === 'invalid') return { outcome: 'unreadable', ref, reason: `${code}: ${message}` };
    throw asError(answer.refusal);
  } catch (error) {
    // A mail whose answer never ends or breaks off; a refused connection concerns them all.
    if (!(error instanceof VendorError) || !error.outcomeUnknown) throw error;
    return { outcome: 'unreadable', ref, reason: error.message };
  }
}

function received(ref: MailRef, message: gmail_v1.Schema$Message): ReadMail {
  const labels = message.labelIds ?? [];
  if (labels.includes('DRAFT') || labels.includes('CHAT')) return { outcome: 'gone' };
  const receivedAt = new Date(Number(message.internalDate));
  if (!message.raw || Number.isNaN(receivedAt.getTime())) {
    return { outcome: 'unreadable', ref, reason: 'Gmail handed out a mail without bytes or date' };
  }
  return {
    outcome: 'read',
    mail: {
      providerMessageId: ref.id,
      providerThreadId: message.threadId ?? ref.threadId,
      receivedAt,
      folder: folderOf(labels),
      raw: Buffer.from(message.raw, 'base64url'),
    },
  };
}

function folderOf(labels: string[]): ReceivedMail['folder'] {
  if (labels.includes('SENT')) return 'sent';
  if (labels.includes('SPAM')) return 'spam';
  return labels.includes('INBOX') ? 'inbox' : 'other';
}
