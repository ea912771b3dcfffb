import type { ImapFlow } from 'imapflow';
import type { NewMail } from '../../email/mailbox.ts';
import { failOnOutage, sortReads } from '../unread-mails.ts';
import { type Cursor, type FolderMail, type Pending, type Place, readCursor, writeCursor } from './cursor.ts';
import { type Folder, inOrder, listFolders } from './folders.ts';
import { openFolder, readFolder } from './read-folder.ts';
import { readMails } from './read-mail.ts';

/** New mail of every folder by its UIDs; a folder whose place is lost (UIDVALIDITY changed) is looked through from `resyncFrom`. */
export async function listNew(
  client: ImapFlow,
  cursorText: string | null,
  resyncFrom: Date,
  now: Date,
): Promise<NewMail> {
  if (cursorText === null) {
    const cursor = writeCursor({ folders: await presentPlaces(client), pending: [] });
    return { mails: [], unreadable: [], cursor, hasMore: false, resynced: false };
  }
  const cursor = readCursor(cursorText) ?? { folders: {}, pending: [] };
  // What the last call found is read before anything else is looked for.
  const step = cursor.pending.some(isFresh)
    ? { folders: cursor.folders, fresh: [], hasMore: true, resynced: false }
    : await readFolders(client, cursor.folders, resyncFrom);
  return finish(client, cursor, step, now);
}

/** Everything up to now counts as handed over. */
async function presentPlaces(client: ImapFlow): Promise<Cursor['folders']> {
  const folders: Cursor['folders'] = {};
  for (const folder of await listFolders(client)) {
    const opened = folder.kind === 'other' && folder.status ? folder.status : await openFolder(client, folder);
    if (opened) folders[folder.path] = opened;
  }
  return folders;
}

interface Step {
  folders: Cursor['folders'];
  fresh: FolderMail[];
  hasMore: boolean;
  resynced: boolean;
}

async function readFolders(client: ImapFlow, places: Cursor['folders'], resyncFrom: Date): Promise<Step> {
  const step: Step = { folders: {}, fresh: [], hasMore: false, resynced: false };
  for (const folder of await listFolders(client)) {
    const place = places[folder.path] ?? null;
    const read = isUnchanged(folder, place) ? null : await readFolder(client, folder, place, resyncFrom);
    if (read) {
      step.fresh.push(...read.mails);
      step.hasMore ||= read.hasMore;
      step.resynced ||= read.resynced;
    }
    const next = read?.place ?? place;
    if (next) step.folders[folder.path] = next;
  }
  return step;
}

/** The inbox is always opened: what a server says of a folder from outside may lag. */
function isUnchanged({ kind, status }: Folder, place: Place | null): boolean {
  if (kind === 'inbox' || !status || !place || place.resync) return false;
  return status.uidValidity === place.uidValidity && status.uidNext === place.uidNext && status.count <= place.count;
}

/** Reads what is new and what is due again; the rest waits in the cursor. */
async function finish(client: ImapFlow, cursor: Cursor, step: Step, now: Date): Promise<NewMail> {
  const known = [...cursor.pending, ...step.fresh.map(asPending)];
  const due = known.filter(({ nextAt }) => nextAt * 1000 <= now.getTime());
  const again = due.filter((mail) => !isFresh(mail));
  const first = await readMails(client, inOrder(due.filter(isFresh)));
  failOnOutage('IMAP', first.reads);
  const repeated = await readMails(client, again);
  const rest = [...repeated.rest, ...first.rest];
  const { mails, unreadable, pending } = sortReads({
    reads: [...repeated.reads, ...first.reads],
    asked: again,
    left: [...known.filter((mail) => !due.includes(mail)), ...rest],
    now,
  });
  return {
    mails,
    unreadable,
    cursor: writeCursor({ folders: step.folders, pending }),
    hasMore: step.hasMore || first.rest.length > 0,
    resynced: step.resynced,
  };
}

const isFresh = (mail: Pending) => mail.attempts === 0;
const asPending = (mail: FolderMail): Pending => ({ ...mail, attempts: 0, nextAt: 0, reason: '' });
