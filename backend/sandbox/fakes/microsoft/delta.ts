import type { Context } from 'hono';
import { badRequest, invalidQuery, syncStateLost } from './errors.ts';
import type { Folder, Mailbox, StoredMessage } from './mailboxes.ts';
import { viewer } from './message-view.ts';
import { compileFilter, compileOrder } from './query.ts';

/** Where a round stands: the state inside $skiptoken and $deltatoken. */
interface Place {
  owner: string;
  folder: Folder;
  /** null: the first round, which lists the folder. */
  after: number | null;
  upTo: number;
  offset: number;
  filter: string;
  changeType: string;
}

export interface DeltaSettings {
  lostStateStatus: 410 | 404;
  /** How many changes at the end of a round are told again in the next one. */
  deltaReplays: number;
}

/** GET …/messages/delta: a full round of the folder, then rounds of its changes. */
export function deltaPage(c: Context, mailbox: Mailbox, folder: Folder, settings: DeltaSettings): object {
  const place = readPlace(c, mailbox, folder, settings);
  const size = Number(/odata\.maxpagesize=(\d+)/i.exec(c.req.header('prefer') ?? '')?.[1] ?? 10);
  const found = place.after === null ? listFolder(mailbox, place) : listChanges(mailbox, place, place.after);
  const items = found.slice(place.offset, place.offset + size);
  const view = viewer(c);
  const rest = place.offset + size < found.length;
  const next: Place = rest
    ? { ...place, offset: place.offset + size }
    : { ...place, after: Math.max(mailbox.oldestSerial, place.upTo - settings.deltaReplays), offset: 0 };
  return {
    value: items.map(({ message, removed }) =>
      removed ? { id: message.immutableId, '@removed': { reason: 'deleted' } } : view(message),
    ),
    [rest ? '@odata.nextLink' : '@odata.deltaLink']: linkTo(c, rest ? '$skiptoken' : '$deltatoken', next),
  };
}

function readPlace(c: Context, mailbox: Mailbox, folder: Folder, settings: DeltaSettings): Place {
  const query = new URL(c.req.url).searchParams;
  const token = query.get('$skiptoken') ?? query.get('$deltatoken');
  if (token !== null) {
    const place = readToken(token);
    if (!place || place.owner !== mailbox.address || place.folder !== folder) throw badRequest('Badly formed token.');
    if ((place.after ?? place.upTo) < mailbox.oldestSerial) throw syncStateLost(settings.lostStateStatus);
    return query.has('$skiptoken') ? place : { ...place, upTo: mailbox.serial };
  }
  const filter = query.get('$filter') ?? '';
  if (filter && !/^receivedDateTime (ge|gt) \S+$/.test(filter))
    throw invalidQuery('Delta filters by receivedDateTime.');
  const changeType = query.get('changeType') ?? '';
  return { owner: mailbox.address, folder, after: null, upTo: mailbox.serial, offset: 0, filter, changeType };
}

type Item = { message: StoredMessage; removed: boolean };

function listFolder(mailbox: Mailbox, place: Place): Item[] {
  const fits = place.filter ? compileFilter(place.filter) : () => true;
  return [...mailbox.messages.values()]
    .filter((message) => message.folder === place.folder && fits(message))
    .toSorted(compileOrder('', place.filter))
    .map((message) => ({ message, removed: false }));
}

/** The last change of each mail. */
function listChanges(mailbox: Mailbox, place: Place, after: number): Item[] {
  const fits = place.filter ? compileFilter(place.filter) : () => true;
  const latest = new Map<string, Item>();
  for (const { serial, folder, kind, message } of mailbox.changes) {
    if (serial <= after || serial > place.upTo || folder !== place.folder || !fits(message)) continue;
    latest.delete(message.immutableId);
    latest.set(message.immutableId, { message, removed: kind === 'deleted' });
  }
  return [...latest.values()].filter(({ removed }) => place.changeType !== 'created' || !removed);
}

function linkTo(c: Context, kind: '$skiptoken' | '$deltatoken', place: Place): string {
  const url = new URL(c.req.url);
  const select = url.searchParams.get('$select');
  const token = Buffer.from(JSON.stringify(place)).toString('base64url');
  return `${url.origin}${url.pathname}?${kind}=${token}${select ? `&$select=${select}` : ''}`;
}

function readToken(token: string): Place | null {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Place;
  } catch {
    return null;
  }
}
