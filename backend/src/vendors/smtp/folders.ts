import type { ImapFlow, ListResponse } from 'imapflow';
import { VendorUnavailable } from '../../core/errors.ts';
import type { ReceivedMail } from '../../email/mailbox.ts';

export interface Folder {
  path: string;
  kind: ReceivedMail['folder'];
  /** What the server says of it, where it says anything. */
  status: { uidValidity: string; uidNext: number; count: number } | null;
}

/** More than people have; the well-known ones come first. */
const mostFolders = 100;
/** Views of mails that lie elsewhere, and what was neither sent nor received. */
const leftOut = new Set(['\\All', '\\Flagged', '\\Drafts']);
const kinds: Record<string, ReceivedMail['folder']> = { '\\Inbox': 'inbox', '\\Sent': 'sent', '\\Junk': 'spam' };
const order: ReceivedMail['folder'][] = ['sent', 'inbox', 'spam', 'other'];

/** Every folder in which a reply can lie: a rule of the rep may file it anywhere, and the rep may throw it away at once. */
export async function listFolders(client: ImapFlow): Promise<Folder[]> {
  const listed = await client.list({ statusQuery: { uidNext: true, uidValidity: true, messages: true } });
  const folders = listed.filter(isReadable).map(asFolder);
  if (!folders.some(({ kind }) => kind === 'inbox')) {
    throw new VendorUnavailable('The mail server shows no inbox. We try again.', {
      code: 'imap_unavailable',
      retryAfterSeconds: 60,
    });
  }
  return folders.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind)).slice(0, mostFolders);
}

const isReadable = ({ flags, specialUse }: ListResponse): boolean =>
  !flags.has('\\Noselect') && !flags.has('\\NonExistent') && !leftOut.has(specialUse ?? '');

function asFolder({ path, specialUse, status }: ListResponse): Folder {
  const { uidValidity, uidNext, messages } = status ?? {};
  const isKnown = uidValidity !== undefined && uidNext !== undefined && messages !== undefined;
  return {
    path,
    kind: kinds[specialUse ?? ''] ?? 'other',
    status: isKnown ? { uidValidity: String(uidValidity), uidNext, count: messages } : null,
  };
}

/** Oldest first; of the same second, what we sent comes before what answers it. */
export function inOrder<R extends { receivedAt: string; kind: ReceivedMail['folder'] }>(mails: R[]): R[] {
  return mails.toSorted(
    (one, other) =>
      one.receivedAt.localeCompare(other.receivedAt) || order.indexOf(one.kind) - order.indexOf(other.kind),
  );
}
