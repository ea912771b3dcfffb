import type { gmail_v1 } from '@googleapis/gmail';
import type { MailboxAccount } from '../../email/mailbox.ts';
import type { MailRef } from '../unread-mails.ts';
import type { Gmail } from './gmail-call.ts';

/**
 * What a resync still has to read, oldest first. Search is bounded by time but lags behind; the newest hundred listed
 * without it cover that lag. Some of them may be older than `from`, which only their date tells.
 */
export async function resyncIds(
  gmail: Gmail,
  account: MailboxAccount,
  { from, after }: { from: number; after: string | null },
): Promise<MailRef[]> {
  const newest = await listPage(gmail, account, { maxResults: 100 });
  const found: MailRef[] = [];
  let pageToken: string | null = null;
  do {
    const query: Record<string, string | number> = { q: `after:${from}`, maxResults: 500 };
    if (pageToken) query.pageToken = pageToken;
    const page: Page = await listPage(gmail, account, query);
    found.push(...page.refs);
    pageToken = page.nextPageToken;
  } while (pageToken);
  const listed = new Set(newest.refs.map(({ id }) => id));
  const newestFirst = [...newest.refs, ...found.filter(({ id }) => !listed.has(id))];
  const oldestFirst = newestFirst.reverse();
  // A mark that was deleted meanwhile is not found: then everything is read once more, which is allowed.
  return oldestFirst.slice(oldestFirst.findIndex(({ id }) => id === after) + 1);
}

interface Page {
  refs: MailRef[];
  nextPageToken: string | null;
}

async function listPage(gmail: Gmail, account: MailboxAccount, query: Record<string, string | number>): Promise<Page> {
  const page: gmail_v1.Schema$ListMessagesResponse = await gmail.read(account, {
    method: 'GET',
    path: 'messages',
    query: { ...query, includeSpamTrash: true },
  });
  const refs: MailRef[] = (page.messages ?? []).flatMap(({ id, threadId }) =>
    id ? [{ id, threadId: threadId ?? '' }] : [],
  );
  return { refs, nextPageToken: page.nextPageToken ?? null };
}
