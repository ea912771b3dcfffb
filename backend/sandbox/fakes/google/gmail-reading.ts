import { type Context, Hono } from 'hono';
import type { Clock } from '../../../src/core/clock.ts';
import type { Grant } from '../grants.ts';
import { badRequest, GoogleError, notFound } from './errors.ts';
import type { Mailboxes } from './mailboxes.ts';
import { type Format, viewMessage } from './message-view.ts';
import { base, type Handle } from './method-route.ts';
import { scope } from './methods.ts';
import { compileSearch } from './search.ts';

/** Messages, threads and history. */
export function readingRoutes(handle: Handle, clock: Clock, mailboxes: Mailboxes): Hono {
  const app = new Hono();

  app.get(
    `${base}/messages`,
    handle('messages.list', ({ c, mailbox, grant }) => {
      const query = c.req.query('q');
      if (query && isMetadataOnly(grant)) {
        throw new GoogleError(403, 'forbidden', "Metadata scope does not support 'q' parameter");
      }
      const search = query ? compileSearch(query) : null;
      const labels = c.req.queries('labelIds') ?? [];
      const hiddenToo = c.req.query('includeSpamTrash') === 'true' || search?.anywhere || labels.includes('SPAM');
      const found = [...mailbox.messages.values()]
        .filter((message) => hiddenToo || !message.labelIds.some((label) => label === 'SPAM' || label === 'TRASH'))
        .filter((message) => labels.every((label) => message.labelIds.includes(label)))
        .filter((message) => !search || (message.searchableAt <= clock.now().getTime() && search.test(message)))
        .toSorted((one, other) => other.internalDate - one.internalDate || other.historyId - one.historyId);
      const { items, nextPageToken } = page(c, found, 500);
      return {
        ...(items.length > 0 ? { messages: items.map(({ id, threadId }) => ({ id, threadId })) } : {}),
        ...(nextPageToken ? { nextPageToken } : {}),
        resultSizeEstimate: found.length,
      };
    }),
  );

  app.get(
    `${base}/messages/:id`,
    handle('messages.get', ({ c, mailbox, grant }) => {
      const id = c.req.param('id') ?? '';
      if (!/^[0-9a-f]{1,16}$/.test(id)) throw badRequest('Invalid id value');
      const format = readFormat(c, grant);
      const message = mailbox.messages.get(id);
      if (!message) throw notFound();
      return viewMessage(message, format, c.req.queries('metadataHeaders') ?? []);
    }),
  );

  app.get(
    `${base}/threads/:id`,
    handle('threads.get', ({ c, mailbox, grant }) => {
      const id = c.req.param('id') ?? '';
      const format = readFormat(c, grant);
      const messages = [...mailbox.messages.values()].filter((message) => message.threadId === id);
      if (messages.length === 0) throw notFound();
      const headers = c.req.queries('metadataHeaders') ?? [];
      return {
        id,
        historyId: String(Math.max(...messages.map((message) => message.historyId))),
        messages: messages.map((message) => viewMessage(message, format, headers)),
      };
    }),
  );

  app.get(
    `${base}/history`,
    handle('history.list', ({ c, mailbox }) => {
      const start = c.req.query('startHistoryId');
      if (!start || !/^\d+$/.test(start)) throw badRequest('Missing or invalid startHistoryId');
      const since = mailboxes.historySince(mailbox, Number(start));
      if (!since) throw notFound();
      const types = c.req.queries('historyTypes') ?? [];
      const label = c.req.query('labelId');
      const found = since
        .filter(({ kind }) => types.length === 0 || types.includes(kind.replace('messagesAdded', 'messageAdded')))
        .filter(({ message }) => !label || message.labelIds.includes(label));
      const { items, nextPageToken } = page(c, found, 500);
      return {
        ...(items.length > 0
          ? {
              history: items.map(({ id, kind, message }) => ({
                id: String(id),
                messages: [{ id: message.id, threadId: message.threadId }],
                [kind]: [{ message }],
              })),
            }
          : {}),
        ...(nextPageToken ? { nextPageToken } : {}),
        historyId: String(mailbox.historyId),
      };
    }),
  );

  return app;
}

const isMetadataOnly = (grant: Grant) =>
  grant.scopes.every((owned) => owned === scope.metadata || owned === scope.send);

function readFormat(c: Context, grant: Grant): Format {
  const format = (c.req.query('format') ?? 'full').toLowerCase();
  if (!['minimal', 'metadata', 'full', 'raw'].includes(format)) throw badRequest(`Invalid value at 'format'`);
  if (isMetadataOnly(grant) && (format === 'full' || format === 'raw')) {
    throw new GoogleError(403, 'forbidden', `Metadata scope doesn't allow format ${format.toUpperCase()}`);
  }
  return format as Format;
}

/** `pageToken` is the offset; good enough while nothing is deleted between two pages, and Gmail promises no more. */
function page<T>(c: Context, all: T[], most: number): { items: T[]; nextPageToken: string | null } {
  const size = Math.min(Number(c.req.query('maxResults') ?? 100) || 100, most);
  const token = c.req.query('pageToken');
  if (token !== undefined && !/^\d+$/.test(token)) throw badRequest('Invalid pageToken');
  const start = Number(token ?? 0);
  const end = start + size;
  return { items: all.slice(start, end), nextPageToken: end < all.length ? String(end) : null };
}
