import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { VendorUnavailable } from '../../core/errors.ts';
import type { FolderMail, Place } from './cursor.ts';
import type { Folder } from './folders.ts';
import { identityFields, mailId, readIdentity, threadOf } from './mail-identity.ts';

const mailsPerFolder = 100;
const daySeconds = 86_400;

export interface FolderStep {
  place: Place;
  mails: FolderMail[];
  hasMore: boolean;
  /** The place had been lost. */
  resynced: boolean;
}

export interface OpenedFolder {
  uidValidity: string;
  uidNext: number;
  count: number;
}

/** Opens a folder; null when it is gone or not ours to read. Throws when the server cannot be asked at all. */
export async function openFolder(
  client: ImapFlow,
  { path, kind }: Pick<Folder, 'path' | 'kind'>,
): Promise<OpenedFolder | null> {
  try {
    const { uidValidity, uidNext, exists } = await client.mailboxOpen(path, { readOnly: true });
    const opened = { uidValidity: String(uidValidity), uidNext: uidNext || 0, count: exists || 0 };
    // Some servers leave UIDNEXT out.
    if (!opened.uidNext) opened.uidNext = ((await searchUids(client, { all: true })).at(-1) ?? 0) + 1;
    return opened;
  } catch (error) {
    const refused = (error as { responseStatus?: string }).responseStatus === 'NO';
    if (refused && kind === 'other' && client.usable) return null;
    throw error;
  }
}

/** What came to a folder since its place, at most a hundred mails; `lostFrom` is how far to look back where the place is lost. */
export async function readFolder(
  client: ImapFlow,
  folder: Folder,
  place: Place | null,
  lostFrom: Date,
): Promise<FolderStep | null> {
  const opened = await openFolder(client, folder);
  if (!opened) return null;
  const known = place?.uidValidity === opened.uidValidity ? await readOn(client, opened, place) : null;
  const { from, uids, present } = known ?? (await startAt(client, opened, lostFrom));
  const page = uids.slice(0, mailsPerFolder);
  const hasMore = uids.length > page.length;
  const found = page.length > 0 ? await fetchMails(client, folder, opened.uidValidity, page) : [];
  const { resync } = from;
  const uidNext = hasMore ? (page.at(-1) ?? 0) + 1 : Math.max(from.uidNext, present);
  return {
    place: {
      uidValidity: opened.uidValidity,
      uidNext,
      count: hasMore ? from.count : opened.count,
      ...(resync && uidNext < resync.below ? { resync } : {}),
    },
    mails: found.filter((mail) => !resync || mail.uid >= resync.below || mail.receivedAt >= resync.from),
    hasMore,
    resynced: known === null,
  };
}

interface Start {
  from: Place;
  /** What is to be read, ascending. */
  uids: number[];
  /** The next UID the folder will give, as far as anything shows. */
  present: number;
}

/**
 * Reads on from a place. Null when the server contradicts it: its next number lies behind the place, or it has more mails than
 * the new ones account for, so that one came in under a number that was passed.
 */
async function readOn(client: ImapFlow, opened: OpenedFolder, place: Place): Promise<Start | null> {
  // A range up to * always holds the newest mail, even when that one lies below the range.
  const listed = await searchUids(client, { uid: `${place.uidNext}:*` });
  const present = Math.max(opened.uidNext, (listed.at(-1) ?? 0) + 1);
  const uids = listed.filter((uid) => uid >= place.uidNext);
  const isBehind = present < place.uidNext;
  const isHidden = !place.resync && opened.count > place.count + uids.length;
  return isBehind || isHidden ? null : { from: place, uids, present };
}

/** Begins so that nothing since `lostFrom` is missed: dates of a search are whole days of the server's own zone. */
async function startAt(client: ImapFlow, opened: OpenedFolder, lostFrom: Date): Promise<Start> {
  const since = new Date(Math.max(0, lostFrom.getTime() - daySeconds * 1000));
  const uids = await searchUids(client, { since });
  const present = Math.max(opened.uidNext, (uids.at(-1) ?? 0) + 1);
  const { uidValidity } = opened;
  const resync = { from: lostFrom.toISOString(), below: present };
  return { from: { uidValidity, uidNext: uids[0] ?? present, count: 0, resync }, uids, present };
}

/** Throws where the library only says false: a search that failed found nothing out. */
export async function searchUids(client: ImapFlow, query: Parameters<ImapFlow['search']>[0]): Promise<number[]> {
  const found = await client.search(query, { uid: true });
  if (!Array.isArray(found)) {
    throw new VendorUnavailable('The mail server did not search the mailbox. We try again.', {
      code: 'imap_unavailable',
      retryAfterSeconds: 60,
    });
  }
  return found;
}

async function fetchMails(
  client: ImapFlow,
  { path, kind }: Folder,
  uidValidity: string,
  uids: number[],
): Promise<FolderMail[]> {
  const fetched = await client.fetchAll(
    uids.join(','),
    { uid: true, internalDate: true, size: true, headers: identityFields },
    { uid: true },
  );
  const wanted = new Set(uids);
  // Unasked answers come in between (flags that changed), and twice.
  const byUid = new Map(
    fetched.filter(({ uid, size }) => wanted.has(uid) && size !== undefined).map((one) => [one.uid, one]),
  );
  return [...byUid.values()].map((one) => asFolderMail(one, { path, kind, uidValidity }));
}

function asFolderMail(message: FetchMessageObject, at: Pick<FolderMail, 'path' | 'kind' | 'uidValidity'>): FolderMail {
  const identity = readIdentity(message.headers ?? Buffer.alloc(0));
  const place = { ...at, uid: message.uid };
  const date = new Date(message.internalDate ?? 0);
  const receivedAt = Number.isNaN(date.getTime()) ? new Date(0) : date;
  const id = mailId(identity, place, receivedAt, message.size ?? 0);
  return { ...place, id, threadId: threadOf(identity, id), receivedAt: receivedAt.toISOString() };
}
