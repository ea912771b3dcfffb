import { VendorError } from '../../core/http.ts';
import type { MailboxAccount, ReceivedMail } from '../../email/mailbox.ts';
import { bytesOf, type ReadMail } from '../unread-mails.ts';
import type { FolderMail } from './cursor.ts';
import { asError, type Graph } from './graph-call.ts';

/** A mail may have 25 MB and more; a call stops early rather than hold many of them. */
const bytesPerCall = 20_000_000;
const concurrentReads = 4;
const folderNames: Record<FolderMail['folder'], ReceivedMail['folder']> = {
  sentitems: 'sent',
  inbox: 'inbox',
  junkemail: 'spam',
  other: 'other',
};

/**
 * Reads mails with their bytes, in the given order, as many as one call may hold. Throws what concerns the whole mailbox:
 * rate, grant, no connection.
 */
export async function readMails<R extends FolderMail>(
  graph: Graph,
  account: MailboxAccount,
  mails: R[],
): Promise<{ reads: ReadMail<R>[]; rest: R[] }> {
  const reads: ReadMail<R>[] = [];
  while (reads.length < mails.length && bytesOf(reads) <= bytesPerCall) {
    const chunk = mails.slice(reads.length, reads.length + concurrentReads);
    reads.push(...(await Promise.all(chunk.map((mail) => readMail(graph, account, mail)))));
  }
  return { reads, rest: mails.slice(reads.length) };
}

async function readMail<R extends FolderMail>(graph: Graph, account: MailboxAccount, ref: R): Promise<ReadMail<R>> {
  try {
    const path = `me/messages/${encodeURIComponent(ref.id)}/$value`;
    const done = await graph.call(account, { method: 'GET', path });
    if (done.ok) return received(ref, done.answer.body);
    const { kind, code, message } = done.refusal;
    if (kind === 'not_found') return { outcome: 'gone' };
    if (kind === 'failed' || kind === 'invalid') return { outcome: 'unreadable', ref, reason: `${code}: ${message}` };
    throw asError(done.refusal);
  } catch (error) {
    // A mail whose answer never ends or breaks off; a refused connection concerns them all.
    if (!(error instanceof VendorError) || !error.outcomeUnknown) throw error;
    return { outcome: 'unreadable', ref, reason: error.message };
  }
}

function received<R extends FolderMail>(ref: R, raw: Buffer): ReadMail<R> {
  const receivedAt = new Date(ref.receivedAt);
  if (raw.length === 0 || Number.isNaN(receivedAt.getTime())) {
    return { outcome: 'unreadable', ref, reason: 'Outlook handed out a mail without bytes or date' };
  }
  const folder = folderNames[ref.folder];
  return {
    outcome: 'read',
    mail: { providerMessageId: ref.id, providerThreadId: ref.threadId, receivedAt, folder, raw },
  };
}
