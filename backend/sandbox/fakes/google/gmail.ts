import { type Context, Hono } from 'hono';
import type { Clock } from '../../../src/core/clock.ts';
import type { Grants } from '../grants.ts';
import type { createSender } from './accept-send.ts';
import { badRequest, GoogleError, insufficientScopes, unauthenticated } from './errors.ts';
import { readingRoutes } from './gmail-reading.ts';
import type { Mailboxes, StoredMessage } from './mailboxes.ts';
import { base, type Call, type Handle } from './method-route.ts';
import { type Method, methods } from './methods.ts';
import type { createQuota } from './quota.ts';
import { readUpload } from './upload.ts';

const watchMilliseconds = 7 * 24 * 3600 * 1000;
const systemLabels = ['INBOX', 'SENT', 'SPAM', 'TRASH', 'DRAFT', 'UNREAD', 'STARRED', 'IMPORTANT'];

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

  const handle: Handle = (method, work) => async (c) => {
    try {
      const call = enter(c, method);
      return c.json(await quota.run(call.mailbox.address, method, async () => work(call)));
    } catch (error) {
      if (!(error instanceof GoogleError)) throw error;
      return c.json(error.body, error.code as 400, error.headers);
    }
  };

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

  app.route('/', readingRoutes(handle, clock, mailboxes));
  return app;
}

const briefly = ({ id, threadId, labelIds }: StoredMessage) => ({ id, threadId, labelIds });

async function readJson(c: Context): Promise<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(await c.req.text());
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {}
  throw badRequest('Invalid JSON payload received.');
}
