import type { ImapFlow, SearchObject } from 'imapflow';
import type { MailboxVendor, SentMail, SentSearch } from '../../email/mailbox.ts';
import { type Folder, listFolders } from './folders.ts';
import { identityFields, type MailIdentity, readIdentity, threadOf } from './mail-identity.ts';
import { openFolder, searchUids } from './read-folder.ts';
import type { MailServers } from './servers.ts';

/**
 * How long after acceptance a server that files copies itself may take for it. Seen are seconds; it also outlasts a mail that
 * was still travelling when we stopped waiting.
 */
const copyLagSeconds = 600;
const mostCandidates = 500;
const daySeconds = 86_400;

/** Where our own id stands. */
const identityNames = ['message-id', 'x-salesos-message'];

type Search = Parameters<MailboxVendor['findSent']>[1];

/**
 * Looks for a mail of ours by both of its names, in Sent first and then everywhere: the rep may have thrown it away.
 *
 * A miss means "absent" only where the server files every mail it accepts, in the same step. Where we file the copy ourselves,
 * after the server said yes, a send that broke off has no copy either way: that stays unclear for ever, and is parked for a
 * person. Sending twice is never the guess.
 */
export async function findSent(
  client: ImapFlow,
  { filesSent }: MailServers,
  search: Search,
  now: Date,
): Promise<SentSearch> {
  const folders = await listFolders(client);
  const named = await findNamed(client, folders, search.messageIdHeader);
  if (named.mail) return { outcome: 'found', mail: named.mail };
  for (const folder of folders.filter(({ kind }) => kind === 'sent')) {
    const { mail, cut } = await compareCopies(client, folder, search);
    if (mail) return { outcome: 'found', mail };
    if (cut) return { outcome: 'unclear', reason: `more than ${mostCandidates} mails in the time in question` };
  }
  if (!filesSent) return { outcome: 'unclear', reason: 'this server files no copy of what it takes' };
  if (named.closed) return { outcome: 'unclear', reason: `the folder ${named.closed} could not be opened` };
  const trustedFrom = new Date(search.sentBefore.getTime() + copyLagSeconds * 1000);
  if (now >= trustedFrom) return { outcome: 'absent' };
  return { outcome: 'unclear', reason: `the server may not show it in Sent before ${trustedFrom.toISOString()}` };
}

/** Reads back one mail of ours; null while no copy of it is there. */
export async function readSent(client: ImapFlow, messageIdHeader: string): Promise<SentMail | null> {
  if (!messageIdHeader.startsWith('<')) return null;
  return (await findNamed(client, await listFolders(client), messageIdHeader)).mail;
}

/** By name, in every folder; `closed` is one that could not be looked into. */
async function findNamed(client: ImapFlow, folders: Folder[], messageIdHeader: string) {
  let closed: string | null = null;
  for (const folder of folders) {
    // A mail to somebody of the same server arrives under the same names: that proves the sending as well.
    if (!(await openFolder(client, folder))) closed = folder.path;
    else {
      const either = identityNames.map((name): SearchObject => ({ header: { [name]: messageIdHeader } }));
      const mail = await ours(client, await searchUids(client, { or: either }), messageIdHeader);
      if (mail) return { mail, closed };
    }
  }
  return { mail: null, closed };
}

/** Compares every copy of that time: not every server finds a header it does not know. */
async function compareCopies(client: ImapFlow, folder: Folder, search: Search) {
  if (!(await openFolder(client, folder))) return { mail: null, cut: false };
  const since = new Date(search.sentAfter.getTime() - daySeconds * 1000);
  const uids = await searchUids(client, { since });
  const mail = await ours(client, uids.slice(-mostCandidates), search.messageIdHeader);
  return { mail, cut: uids.length > mostCandidates };
}

async function ours(client: ImapFlow, uids: number[], messageIdHeader: string): Promise<SentMail | null> {
  if (uids.length === 0) return null;
  const copies = await client.fetchAll(uids.join(','), { uid: true, headers: identityFields }, { uid: true });
  for (const { headers } of copies) {
    const identity = readIdentity(headers ?? Buffer.alloc(0));
    if (isOurs(identity, messageIdHeader)) return asSentMail(identity, messageIdHeader);
  }
  return null;
}

const isOurs = ({ messageId, salesosMessage }: MailIdentity, id: string) => messageId === id || salesosMessage === id;

/** Our own Message-ID is the name of a sent mail: it is known before the server has any. */
export const asSentMail = (identity: MailIdentity, messageIdHeader: string): SentMail => ({
  providerMessageId: messageIdHeader,
  providerThreadId: threadOf(identity, messageIdHeader),
  wireMessageId: identity.messageId ?? messageIdHeader,
});
