import type { ImapFlow } from 'imapflow';
import { bytesOf, type ReadMail } from '../unread-mails.ts';
import type { FolderMail } from './cursor.ts';
import { replyOf } from './imap-session.ts';
import { openFolder } from './read-folder.ts';

/** A mail may have 25 MB and more; a call stops early rather than hold many of them. */
const bytesPerCall = 20_000_000;
const mailsPerCall = 100;

/**
 * Reads mails with their bytes, in the given order, as many as one call may hold. One that breaks the connection is the last of
 * the call. A folder that was renumbered since, or is gone, has lost its mails: they are announced anew where they are now.
 */
export async function readMails<R extends FolderMail>(
  client: ImapFlow,
  mails: R[],
): Promise<{ reads: ReadMail<R>[]; rest: R[] }> {
  const reads: ReadMail<R>[] = [];
  const open = { path: '', uidValidity: '' };
  for (const mail of mails) {
    if (reads.length >= mailsPerCall || bytesOf(reads) > bytesPerCall || !client.usable) break;
    if (open.path !== mail.path) {
      const opened = await openFolder(client, { path: mail.path, kind: 'other' });
      Object.assign(open, { path: mail.path, uidValidity: opened?.uidValidity ?? '' });
    }
    reads.push(open.uidValidity === mail.uidValidity ? await readMail(client, mail) : { outcome: 'gone' });
  }
  return { reads, rest: mails.slice(reads.length) };
}

async function readMail<R extends FolderMail>(client: ImapFlow, ref: R): Promise<ReadMail<R>> {
  try {
    const answer = await client.fetchOne(String(ref.uid), { uid: true, source: true }, { uid: true });
    if (!answer || answer.uid !== ref.uid) return { outcome: 'gone' };
    if (!answer.source) return { outcome: 'unreadable', ref, reason: 'the server handed out a mail without bytes' };
    const { id, threadId, kind, receivedAt } = ref;
    return {
      outcome: 'read',
      mail: {
        providerMessageId: id,
        providerThreadId: threadId,
        receivedAt: new Date(receivedAt),
        folder: kind,
        raw: answer.source,
      },
    };
  } catch (error) {
    return { outcome: 'unreadable', ref, reason: replyOf(error) };
  }
}
