import type { ImapFlow } from 'imapflow';
import { listFolders } from './folders.ts';
import { openFolder, searchUids } from './read-folder.ts';

/** Puts a copy of a sent mail into Sent, unless one is there: a server may file it after all. */
export async function fileCopy(client: ImapFlow, raw: Buffer, messageIdHeader: string): Promise<void> {
  const sent = (await listFolders(client)).find(({ kind }) => kind === 'sent');
  if (!sent || !(await openFolder(client, sent))) return;
  const present = await searchUids(client, { header: { 'message-id': messageIdHeader } });
  if (present.length === 0) await client.append(sent.path, raw, ['\\Seen']);
}
