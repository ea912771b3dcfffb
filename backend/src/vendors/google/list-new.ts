import type { gmail_v1 } from '@googleapis/gmail';
import { VendorUnavailable } from '../../core/errors.ts';
import type { MailboxAccount, NewMail } from '../../email/mailbox.ts';
import { bytesOf, failOnOutage, type MailRef, type ReadMail, sortReads } from '../unread-mails.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import { asError, type Gmail } from './gmail-call.ts';
import { readMails } from './read-mail.ts';
import { resyncIds } from './resync.ts';

/** Records a page: a mail costs 20 of 6,000 units a minute, so one call leaves most of the minute to sending. */
const recordsPerCall = 100;
const recordsAtOnce = 5;
const mailsPerResyncCall = 50;
/** A mail may have 25 MB; a call stops early rather than hold many of them. */
const bytesPerCall = 20_000_000;

/** New mail by history.list, or by a bounded resync where Gmail no longer knows our place (about a week). */
export async function listNew(
  gmail: Gmail,
  account: MailboxAccount,
  cursorText: string | null,
  resyncFrom: Date,
  now: Date,
): Promise<NewMail> {
  if (cursorText === null) {
    const start = { historyId: await presentHistoryId(gmail, account), pending: [] };
    return { mails: [], unreadable: [], cursor: writeCursor(start), hasMore: false, resynced: false };
  }
  const cursor = readCursor(cursorText);
  if (cursor?.resync) return continueResync(gmail, account, cursor, now);
  const step = cursor && (await readHistory(gmail, account, cursor));
  if (cursor && step) return finish(gmail, account, cursor, step, now);
  // The new place is taken before looking back, so what arrives meanwhile is seen twice rather than never.
  const historyId = await presentHistoryId(gmail, account);
  const from = Math.floor(resyncFrom.getTime() / 1000);
  const lost: Cursor = { historyId, resync: { from, after: null }, pending: cursor?.pending ?? [] };
  return continueResync(gmail, account, lost, now);
}

interface Step {
  reads: ReadMail[];
  historyId: string;
  resync?: Cursor['resync'];
  hasMore: boolean;
}

/** Reads on from the cursor; null when Gmail no longer knows the place. */
async function readHistory(gmail: Gmail, account: MailboxAccount, cursor: Cursor): Promise<Step | null> {
  const answer = await gmail.call<gmail_v1.Schema$ListHistoryResponse>(account, {
    method: 'GET',
    path: 'history',
    query: { startHistoryId: cursor.historyId, historyTypes: 'messageAdded', maxResults: recordsPerCall },
  });
  if (!answer.ok && (answer.refusal.kind === 'not_found' || answer.refusal.kind === 'invalid')) return null;
  if (!answer.ok) throw asError(answer.refusal);
  const { history = [], nextPageToken, historyId } = answer.data;
  const seen = new Set<string>();
  const reads: ReadMail[] = [];
  let last = cursor.historyId;
  for (let start = 0; start < history.length; start += recordsAtOnce) {
    if (bytesOf(reads) > bytesPerCall) return { reads, historyId: last, hasMore: true };
    const records = history.slice(start, start + recordsAtOnce);
    const refs = records.flatMap(refsOf).filter(({ id }) => !seen.has(id));
    for (const { id } of refs) seen.add(id);
    reads.push(...(await readMails(gmail, account, refs)));
    last = records.at(-1)?.id ?? last;
  }
  return { reads, historyId: nextPageToken ? last : (historyId ?? last), hasMore: Boolean(nextPageToken) };
}

function refsOf(record: gmail_v1.Schema$History): MailRef[] {
  return (record.messagesAdded ?? []).flatMap(({ message }) =>
    message?.id && !message.labelIds?.includes('DRAFT') ? [{ id: message.id, threadId: message.threadId ?? '' }] : [],
  );
}

async function continueResync(gmail: Gmail, account: MailboxAccount, cursor: Cursor, now: Date): Promise<NewMail> {
  const resync = cursor.resync ?? { from: 0, after: null };
  const waiting = await resyncIds(gmail, account, resync);
  const reads: ReadMail[] = [];
  let done = 0;
  while (done < Math.min(waiting.length, mailsPerResyncCall) && bytesOf(reads) <= bytesPerCall) {
    const chunk = waiting.slice(done, done + recordsAtOnce);
    reads.push(...(await readMails(gmail, account, chunk)));
    done += chunk.length;
  }
  const inTime = reads.filter(
    (read) => read.outcome !== 'read' || read.mail.receivedAt.getTime() >= resync.from * 1000,
  );
  const after = waiting[done - 1]?.id ?? resync.after;
  const goesOn = done < waiting.length;
  const step: Step = { reads: inTime, historyId: cursor.historyId, hasMore: true };
  if (goesOn) step.resync = { from: resync.from, after };
  return { ...(await finish(gmail, account, cursor, step, now)), resynced: true };
}

/** Asks again for what failed before, notes what failed now, and writes the cursor. */
async function finish(gmail: Gmail, account: MailboxAccount, cursor: Cursor, step: Step, now: Date): Promise<NewMail> {
  const due = cursor.pending.filter(({ nextAt }) => nextAt * 1000 <= now.getTime());
  const left = cursor.pending.filter((pending) => !due.includes(pending));
  const reads = [...(await readMails(gmail, account, due)), ...step.reads];
  const { mails, unreadable, pending } = sortReads({ reads, asked: due, left, now });
  failOnOutage('Gmail', step.reads);
  const next: Cursor = { historyId: step.historyId, pending, ...(step.resync ? { resync: step.resync } : {}) };
  return { mails, unreadable, cursor: writeCursor(next), hasMore: step.hasMore, resynced: false };
}

async function presentHistoryId(gmail: Gmail, account: MailboxAccount): Promise<string> {
  const profile: gmail_v1.Schema$Profile = await gmail.read(account, { method: 'GET', path: 'profile' });
  if (!profile.historyId) throw new VendorUnavailable('Gmail did not say where the mailbox stands. We try again.');
  return profile.historyId;
}
