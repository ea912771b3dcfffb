import type { MailboxAccount } from '../../email/mailbox.ts';
import type { FolderIds, FolderMail, Stretch } from './cursor.ts';
import { listSince, readList } from './folder-mail.ts';
import type { Graph } from './graph-call.ts';

/** Covers the difference of the clocks and mails that become visible a little late. */
const overlapSeconds = 600;
const pageSize = 200;

/**
 * What arrived in folders that are not followed by delta: a rule of the rep may file a reply at once, or the rep delete it
 * before we look.
 */
export async function sweepFolders(
  graph: Graph,
  account: MailboxAccount,
  swept: Stretch,
  folderIds: FolderIds,
  now: Date,
): Promise<{ mails: FolderMail[]; swept: Stretch }> {
  const found: FolderMail[] = [];
  let next: string | undefined = listSince(swept.from, pageSize);
  while (next) {
    const page = await readList(graph, account, next, folderIds);
    found.push(...page.mails.filter(({ folder }) => folder === 'other'));
    next = page.next;
  }
  const from = overlapFrom(now);
  const seen = found.filter(({ receivedAt }) => receivedAt >= from).map(({ id }) => id);
  return { mails: found.filter(({ id }) => !swept.seen.includes(id)), swept: { from, seen } };
}

/** Where a sweep begins that looks at this moment. */
export const overlapFrom = (now: Date): string =>
  `${new Date(now.getTime() - overlapSeconds * 1000).toISOString().slice(0, 19)}Z`;
