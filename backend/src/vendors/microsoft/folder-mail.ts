import type { MailFolder, Message } from '@microsoft/microsoft-graph-types';
import type { MailboxAccount } from '../../email/mailbox.ts';
import { type FolderIds, type FolderMail, folders } from './cursor.ts';
import { type Graph, query } from './graph-call.ts';

/** The ids under which messages name the followed folders. */
export async function readFolderIds(graph: Graph, account: MailboxAccount): Promise<FolderIds> {
  const [sentitems = '', inbox = '', junkemail = ''] = await readIds(graph, account, folders);
  return { sentitems, inbox, junkemail };
}

/** The ids of folders with well-known names, in their order. */
export function readIds(graph: Graph, account: MailboxAccount, names: readonly string[]): Promise<string[]> {
  return Promise.all(
    names.map(async (name) => {
      const path = `me/mailFolders/${name}?$select=id`;
      return (await graph.read<MailFolder>(account, { method: 'GET', path })).id ?? '';
    }),
  );
}

/** Nothing for a draft: it was neither sent nor received. */
export function asFolderMail(message: Message, folder: FolderMail['folder']): FolderMail[] {
  const { id, conversationId, receivedDateTime, isDraft } = message;
  if (!id || isDraft) return [];
  return [{ id, threadId: conversationId ?? '', folder, receivedAt: receivedDateTime ?? '' }];
}

export interface ListPage {
  mails: FolderMail[];
  next: string | undefined;
}

/** The first page of everything received since then, in all folders, oldest first. */
export const listSince = (from: string, pageSize: number): string =>
  `me/messages${query({
    $select: 'id,conversationId,receivedDateTime,isDraft,parentFolderId',
    $filter: `receivedDateTime ge ${from}`,
    $orderby: 'receivedDateTime',
    $top: pageSize,
  })}`;

/** One page of such a list; `next` leads to the following one. */
export async function readList(
  graph: Graph,
  account: MailboxAccount,
  path: string,
  folderIds: FolderIds,
): Promise<ListPage> {
  const page = await graph.read<{ value?: Message[]; '@odata.nextLink'?: string }>(account, { method: 'GET', path });
  const mails = (page.value ?? []).flatMap((message) =>
    asFolderMail(message, folders.find((folder) => folderIds[folder] === message.parentFolderId) ?? 'other'),
  );
  return { mails, next: page['@odata.nextLink'] && graph.pathOf(page['@odata.nextLink']) };
}

const order: FolderMail['folder'][] = [...folders, 'other'];

/** Oldest first; of the same second, what we sent comes before what answers it. */
export function inOrder<R extends FolderMail>(mails: R[]): R[] {
  return mails.toSorted(
    (one, other) =>
      one.receivedAt.localeCompare(other.receivedAt) || order.indexOf(one.folder) - order.indexOf(other.folder),
  );
}
