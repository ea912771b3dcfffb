import type { Message } from '@microsoft/microsoft-graph-types';
import type { MailboxAccount } from '../../email/mailbox.ts';
import { type Cursor, type FolderMail, folders } from './cursor.ts';
import { folderMail, inOrder } from './delta.ts';
import { type Graph, query } from './graph-call.ts';

const mailsPerCall = 50;

/**
 * The next mails of a resync, oldest first over all folders. By the list and not by delta, which has no such order and whose
 * filtered rounds end after 5,000 mails.
 */
export async function resyncMails(
  graph: Graph,
  account: MailboxAccount,
  resync: NonNullable<Cursor['resync']>,
): Promise<{ mails: FolderMail[]; hasMore: boolean }> {
  const found: FolderMail[] = [];
  for (const folder of folders) {
    const unseen: FolderMail[] = [];
    let next: string | undefined = `me/mailFolders/${folder}/messages${query({
      $select: 'id,conversationId,receivedDateTime,isDraft',
      $filter: `receivedDateTime ge ${resync.from}`,
      $orderby: 'receivedDateTime',
      $top: mailsPerCall,
    })}`;
    while (next && unseen.length <= mailsPerCall) {
      const page: { value?: Message[]; '@odata.nextLink'?: string } = await graph.read(account, {
        method: 'GET',
        path: next,
      });
      const mails = (page.value ?? []).flatMap((message) => folderMail(folder, message));
      unseen.push(...mails.filter(({ id }) => !resync.seen.includes(id)));
      next = page['@odata.nextLink'] && graph.pathOf(page['@odata.nextLink']);
    }
    found.push(...unseen);
  }
  return { mails: inOrder(found).slice(0, mailsPerCall), hasMore: found.length > mailsPerCall };
}

/** Where a resync goes on after these mails, the last of which is the newest. */
export function resyncAfter(resync: NonNullable<Cursor['resync']>, done: FolderMail[]): NonNullable<Cursor['resync']> {
  const from = done.at(-1)?.receivedAt ?? resync.from;
  const sameSecond = done.filter(({ receivedAt }) => receivedAt === from).map(({ id }) => id);
  const earlier = from === resync.from ? resync.seen : [];
  return { from, seen: [...earlier, ...sameSecond] };
}
