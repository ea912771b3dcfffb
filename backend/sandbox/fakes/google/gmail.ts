import { type Context, Hono } from 'hono';
import type { Clock } from '../../../src/core/clock.ts';
import type { createSender } from './accept-send.ts';
import { badRequest, GoogleError, insufficientScopes, notFound, unauthenticated } from './errors.ts';
import type { Grant, Grants } from './grants.ts';
import type { Mailbox, Mailboxes, StoredMessage } from './mailboxes.ts';
import { type Format, viewMessage } from './message-view.ts';
import { type Method, methods, scope } from './methods.ts';
import type { createQuota } from './quota.ts';
import { compileSearch } from './search.ts';
import { readUpload } from './upload.ts';

const watchMilliseconds = 7 * 24 * 3600 * 1000;
const systemLabels = ['INBOX', 'SENT', 'SPAM', 'TRASH', 'DRAFT', 'UNREAD', 'STARRED', 'IMPORTANT'];

interface Call {
  c: Context;
  mailbox: Mailbox;
  grant: Grant;
}

/** gmail.googleapis.com/gmail/v1, the methods SalesOS may use. */
export function gmailRoutes(parts: {
  clock: Clock;
  grants: Grants;
  mailboxes: Mailboxes;
  quota: ReturnType<typeof createQuota>;
  sender: ReturnType<typeof createSender>;
  topicName: string;
}): Hono {
  const { clock, grants, mailboxes, quota, sender } = parts;
  const app = new Hono();

  function enter(c: Context, method: Method): Call {
    const token = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1];
    const grant = token ? grants.check(token) : null;
    const mailbox = grant && mailboxes.get(grant.address);
    if (!grant || !mailbox) throw unauthenticated();
    const user = (c.req.param('userId') ?? '').toLowerCase();
    if (user !== 'me' && user !== mailbox.address) {
      throw new GoogleError(403, 'forbidden', `Delegation denied for ${grant.address}`);
    }
    if (!grant.scopes.some((owned) => (methods[method].scopes as string[]).includes(owned))) throw insufficientScopes();
    return { c, mailbox, grant };
  }

  /** Runs a method behind authentication, scope and quota. */
  const handle = (method: Method, work: (call: Call) => Promise<object> | object) => async (c: Context) => {
    try {
      const call = enter(c, method);
      return c.json(await quota.run(call.mailbox.address, method, async () => work(call)));
    } catch (error) {
      if (!(error instanceof GoogleError)) throw error;
      return c.json(error.body, error.code as 400, error.headers);
    }
  };

  const base = '/gmail/v1/users/:userId';

  app.get(
    `${base}/profile`,
    handle('getProfile', ({ mailbox }) => ({
      emailAddress: mailbox.address,
      messagesTotal: mailbox.messages.size,
      threadsTotal: new Set([...mailbox.messages.values()].map((message) => message.threadId)).size,
      historyId: String(mailbox.historyId),
    })),
  );

  app.get(
    `${base}/settings/sendAs`,
    handle('sendAs.list', ({ mailbox }) => ({
      sendAs: [{ sendAsEmail: mailbox.address, displayName: mailbox.name, isPrimary: true, isDefault: true }],
    })),
  );

  app.get(
    `${base}/labels`,
    handle('labels.list', () => ({ labels: systemLabels.map((name) => ({ id: name, name, type: 'system' })) })),
  );

  app.post(
    `${base}/messages/send`,
    handle('messages.send', async ({ c, mailbox }) => {
      const body = await readJson(c);
      if (typeof body.raw !== 'string' || body.raw === '') {
        throw badRequest("'raw' RFC822 payload message string or uploading message via /upload/* URL required");
      }
      if (!/^[A-Za-z0-9_-]+=*$/.test(body.raw)) throw badRequest('Invalid value for ByteString');
      const threadId = typeof body.threadId === 'string' ? body.threadId : undefined;
      return briefly(sender.send(mailbox, Buffer.from(body.raw, 'base64url'), threadId));
    }),
  );

  app.post(
    `/upload${base}/messages/send`,
    handle('messages.send', async ({ c, mailbox }) => {
      const { raw, threadId } = await readUpload(c);
      return briefly(sender.send(mailbox, raw, threadId));
    }),
  );

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

  app.post(
    `${base}/watch`,
    handle('watch', async ({ c, mailbox }) => {
      const body = await readJson(c);
      if (body.topicName !== parts.topicName) throw badRequest(`Invalid topicName does not match ${parts.topicName}`);
      const labelIds = Array.isArray(body.labelIds) ? body.labelIds.map(String) : [];
      const expiresAt = clock.now().getTime() + watchMilliseconds;
      mailbox.watch = { labelIds, expiresAt };
      return { historyId: String(mailbox.historyId), expiration: String(expiresAt) };
    }),
  );

  app.post(
    `${base}/stop`,
    handle('stop', ({ mailbox }) => {
      mailbox.watch = null;
      return {};
    }),
  );

  return app;
}

const briefly = ({ id, threadId, labelIds }: StoredMessage) => ({ id, threadId, labelIds });

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

async function readJson(c: Context): Promise<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(await c.req.text());
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {}
  throw badRequest('Invalid JSON payload received.');
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
