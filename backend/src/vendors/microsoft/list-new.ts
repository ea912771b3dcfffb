import type { MailboxAccount, NewMail } from '../../email/mailbox.ts';
import { failOnOutage, sortReads } from '../unread-mails.ts';
import {
  type Cursor,
  type FolderMail,
  folders,
  type Pending,
  readCursor,
  type Stretch,
  writeCursor,
} from './cursor.ts';
import { presentPlaces, readFolder } from './delta.ts';
import { inOrder, readFolderIds } from './folder-mail.ts';
import type { Graph } from './graph-call.ts';
import { readMails } from './read-mail.ts';
import { resyncAfter, resyncMails } from './resync.ts';
import { overlapFrom, sweepFolders } from './sweep.ts';

/** New mail by delta per followed folder and a look at the others, or by a bounded resync where Graph no longer knows our place. */
export async function listNew(
  graph: Graph,
  account: MailboxAccount,
  cursorText: string | null,
  resyncFrom: Date,
  now: Date,
): Promise<NewMail> {
  if (cursorText === null) {
    const cursor = writeCursor({ ...(await presentPlace(graph, account, now)), pending: [] });
    return { mails: [], unreadable: [], cursor, hasMore: false, resynced: false };
  }
  const cursor = readCursor(cursorText);
  if (cursor?.resync) return continueResync(graph, account, cursor, cursor.resync, now);
  const step = cursor && (await readOn(graph, account, cursor, now));
  if (cursor && step) return finish(graph, account, cursor, step, now);
  // The new place is taken before looking back, so what arrives meanwhile is seen twice rather than never.
  const present = await presentPlace(graph, account, now);
  const resync = { from: `${resyncFrom.toISOString().slice(0, 19)}Z`, seen: [] };
  return continueResync(graph, account, { ...present, pending: cursor?.pending ?? [] }, resync, now);
}

type Place = Pick<Cursor, 'folderIds' | 'places' | 'swept'>;

/** Everything up to now counts as handed over. */
async function presentPlace(graph: Graph, account: MailboxAccount, now: Date): Promise<Place> {
  const folderIds = await readFolderIds(graph, account);
  const places = await presentPlaces(graph, account, now);
  const { swept } = await sweepFolders(graph, account, { from: overlapFrom(now), seen: [] }, folderIds, now);
  return { folderIds, places, swept };
}

interface Step {
  place: Place;
  fresh: FolderMail[];
  hasMore: boolean;
}

/** One page of each folder, unless mails of the last pages still wait to be read. Null when a place is lost. */
async function readOn(graph: Graph, account: MailboxAccount, cursor: Cursor, now: Date): Promise<Step | null> {
  const { folderIds, places, swept, pending } = cursor;
  const step: Step = { place: { folderIds, places: { ...places }, swept }, fresh: [], hasMore: true };
  if (pending.some(isFresh)) return step;
  step.hasMore = false;
  for (const folder of folders) {
    const page = await readFolder(graph, account, folder, places[folder]);
    if (!page) return null;
    step.place.places[folder] = page.place;
    step.fresh.push(...page.mails);
    step.hasMore ||= page.hasMore;
  }
  const others = await sweepFolders(graph, account, swept, folderIds, now);
  step.place.swept = others.swept;
  step.fresh.push(...others.mails);
  return step;
}

/** Reads what is new and what is due again; the rest waits in the cursor. */
async function finish(graph: Graph, account: MailboxAccount, cursor: Cursor, step: Step, now: Date): Promise<NewMail> {
  const known = [...cursor.pending, ...step.fresh.map(asPending)];
  const due = known.filter(({ nextAt }) => nextAt * 1000 <= now.getTime());
  const again = due.filter((mail) => !isFresh(mail));
  const fresh = inOrder(due.filter(isFresh));
  const repeated = await readMails(graph, account, again);
  const first = await readMails(graph, account, fresh);
  failOnOutage('Outlook', first.reads);
  const rest = [...repeated.rest, ...first.rest];
  const left = [...known.filter((mail) => !due.includes(mail)), ...rest];
  const { mails, unreadable, pending } = sortReads({
    reads: [...repeated.reads, ...first.reads],
    asked: again,
    left,
    now,
  });
  return {
    mails,
    unreadable,
    cursor: writeCursor({ ...step.place, pending }),
    hasMore: step.hasMore || rest.length > 0,
    resynced: false,
  };
}

async function continueResync(
  graph: Graph,
  account: MailboxAccount,
  cursor: Cursor,
  resync: Stretch,
  now: Date,
): Promise<NewMail> {
  const page = await resyncMails(graph, account, resync, cursor.folderIds);
  const { reads, rest } = await readMails(graph, account, page.mails);
  failOnOutage('Outlook', reads);
  const { mails, unreadable, pending } = sortReads({ reads, asked: [], left: cursor.pending, now });
  const goesOn = page.hasMore || rest.length > 0;
  const done = page.mails.slice(0, reads.length);
  const { folderIds, places, swept } = cursor;
  const next: Cursor = {
    folderIds,
    places,
    swept,
    pending,
    ...(goesOn ? { resync: resyncAfter(resync, done) } : {}),
  };
  // After the last one the deltas go on at once.
  return { mails, unreadable, cursor: writeCursor(next), hasMore: true, resynced: true };
}

const isFresh = (mail: Pending) => mail.attempts === 0;
const asPending = (mail: FolderMail): Pending => ({ ...mail, attempts: 0, nextAt: 0, reason: '' });
