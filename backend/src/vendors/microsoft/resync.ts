import type { MailboxAccount } from '../../email/mailbox.ts';
import type { FolderIds, FolderMail, Stretch } from './cursor.ts';
import { inOrder, listSince, readList } from './folder-mail.ts';
import type { Graph } from './graph-call.ts';

const mailsPerCall = 50;

/**
 * The next mails of a resync, oldest first over all folders. By the list and not by delta, which has no such order and whose
 * filtered rounds end after 5,000 mails.
 */
export async function resyncMails(
  graph: Graph,
  account: MailboxAccount,
  resync: Stretch,
  folderIds: FolderIds,
): Promise<{ mails: FolderMail[]; hasMore: boolean }> {
  const unseen: FolderMail[] = [];
  let next: string | undefined = listSince(resync.from, mailsPerCall);
  while (next && unseen.length <= mailsPerCall) {
    const page = await readList(graph, account, next, folderIds);
    unseen.push(...page.mails.filter(({ id }) => !resync.seen.includes(id)));
    next = page.next;
  }
  return { mails: inOrder(unseen.slice(0, mailsPerCall)), hasMore: unseen.length > mailsPerCall };
}

/** Where a resync goes on after these mails, the last of which is the newest. */
export function resyncAfter(resync: Stretch, done: FolderMail[]): Stretch {
  const from = done.at(-1)?.receivedAt ?? resync.from;
  const sameSecond = done.filter(({ receivedAt }) => receivedAt === from).map(({ id }) => id);
  const earlier = from === resync.from ? resync.seen : [];
  return { from, seen: [...earlier, ...sameSecond] };
}
