import { type Context, Hono } from 'hono';
import type { Clock } from '../../../src/core/clock.ts';
import { createNoticeQueue } from '../notice-queue.ts';
import { badRequest, GraphError } from './errors.ts';
import type { Change, Mailbox } from './mailboxes.ts';
import { type Handle, read } from './route.ts';

export interface Subscription {
  id: string;
  owner: Mailbox;
  changeType: string;
  resource: string;
  notificationUrl: string;
  lifecycleNotificationUrl: string | null;
  clientState: string | null;
  expiresAt: number;
  /** Set by `reauthorizationRequired`: nothing is told until it is renewed. */
  silenced: boolean;
}

export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';

const longestMinutes = 10_080;
const shortestMinutes = 45;
const perMailbox = 1000;
const keptSeconds = 4 * 3600;
const redeliverySeconds = 10;
const handshakeMilliseconds = 10_000;
const noticeMilliseconds = 3000;
const resourceShape = /^\/?me\/mailFolders\('(\w+)'\)\/messages$/i;

/** What outlives a restart; an owner is the mailbox of the same memory. */
export interface SubscriptionMemory {
  subscriptions: Map<string, Subscription>;
  serial: number;
}

/** graph.microsoft.com/v1.0/subscriptions, its handshake, and the notices it sends. */
export function createSubscriptions(
  clock: Clock,
  memory: SubscriptionMemory = { subscriptions: new Map(), serial: 0 },
) {
  const { subscriptions } = memory;
  let { serial } = memory;
  const queue = createNoticeQueue<{ url: string; body: object }>({ clock, post, redeliverySeconds, keptSeconds });

  const alive = () => {
    const now = clock.now().getTime();
    for (const { id, expiresAt } of subscriptions.values()) if (expiresAt <= now) subscriptions.delete(id);
    return [...subscriptions.values()];
  };

  function routes(handle: Handle): Hono {
    const app = new Hono();
    app.get(
      '/',
      handle(read, ({ c, mailbox }) =>
        c.json({
          value: alive()
            .filter(({ owner }) => owner === mailbox)
            .map((one) => view(one)),
        }),
      ),
    );
    app.post(
      '/',
      handle(read, async ({ c, mailbox }) => {
        const subscription = await create(mailbox, await readJson(c));
        return c.json({ ...view(subscription), clientState: subscription.clientState }, 201);
      }),
    );
    app.patch(
      '/:id',
      handle(read, async ({ c, mailbox }) => {
        const known = find(c, mailbox);
        known.expiresAt = readExpiry((await readJson(c)).expirationDateTime);
        known.silenced = false;
        return c.json(view(known));
      }),
    );
    app.delete(
      '/:id',
      handle(read, ({ c, mailbox }) => {
        subscriptions.delete(find(c, mailbox).id);
        return c.body(null, 204);
      }),
    );
    return app;
  }

  function find(c: Context, mailbox: Mailbox): Subscription {
    const known = alive().find(({ id, owner }) => id === c.req.param('id') && owner === mailbox);
    if (!known) throw new GraphError(404, 'ResourceNotFound', 'The object was not found.');
    return known;
  }

  async function create(owner: Mailbox, body: Record<string, unknown>): Promise<Subscription> {
    const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string) : null);
    const changeType = text('changeType') ?? '';
    const resource = text('resource') ?? '';
    const clientState = text('clientState');
    const notificationUrl = readUrl(text('notificationUrl'));
    const lifecycleNotificationUrl = body.lifecycleNotificationUrl ? readUrl(text('lifecycleNotificationUrl')) : null;
    if (!/^(created|updated|deleted)(,(created|updated|deleted))*$/.test(changeType)) throw badRequest('changeType');
    if (!resourceShape.test(resource)) throw badRequest(`Resource '${resource}' is not supported.`);
    if (clientState !== null && clientState.length > 128) throw badRequest('clientState exceeds 128 characters.');
    const expiresAt = readExpiry(body.expirationDateTime);
    const own = alive().filter((one) => one.owner === owner);
    if (own.length >= perMailbox) throw new GraphError(403, 'Forbidden', 'Subscription quota of the mailbox exceeded.');
    if (own.some((one) => one.resource === resource && one.notificationUrl === notificationUrl)) {
      throw new GraphError(409, 'Conflict', 'Duplicate subscription.');
    }
    for (const url of [notificationUrl, lifecycleNotificationUrl]) if (url) await shakeHands(url);
    serial += 1;
    const id = `7f105c7d-2dc5-4530-97cd-${String(serial).padStart(12, '0')}`;
    const made: Subscription = {
      id,
      owner,
      changeType,
      resource,
      notificationUrl,
      lifecycleNotificationUrl,
      clientState,
      expiresAt,
      silenced: false,
    };
    subscriptions.set(id, made);
    return made;
  }

  function readExpiry(value: unknown): number {
    const at = Date.parse(String(value));
    const now = clock.now().getTime();
    if (Number.isNaN(at) || at <= now) throw badRequest('expirationDateTime must be in the future.');
    if (at > now + longestMinutes * 60_000) {
      throw badRequest(`Subscription expiration can only be ${longestMinutes} minutes in the future.`);
    }
    return Math.max(at, now + shortestMinutes * 60_000);
  }

  async function shakeHands(url: string): Promise<void> {
    const token = 'Validation: Testing client application reachability for subscription Request-Id: 71+aé&=?';
    const target = new URL(url);
    target.searchParams.set('validationToken', token);
    const answer = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      signal: AbortSignal.timeout(handshakeMilliseconds),
    }).catch(() => null);
    const plain = answer?.headers.get('content-type')?.startsWith('text/plain') ?? false;
    if (answer?.status !== 200 || !plain || (await answer.text()) !== token) {
      throw new GraphError(400, 'ValidationError', 'Subscription validation request failed.');
    }
  }

  async function post({ url, body }: { url: string; body: object }): Promise<boolean> {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ value: [body] }),
      signal: AbortSignal.timeout(noticeMilliseconds),
    });
    return answer.ok;
  }

  return {
    ...queue,
    remember: (): SubscriptionMemory => ({ subscriptions, serial }),
    routes,
    alive,
    /** A folder changed. */
    announce(mailbox: Mailbox, { kind, folder, message }: Change): void {
      for (const one of alive()) {
        const watched = resourceShape.exec(one.resource)?.[1]?.toLowerCase();
        if (one.owner !== mailbox || one.silenced || watched !== folder || !one.changeType.includes(kind)) continue;
        const resource = `Users/${mailbox.userId}/Messages/${message.movingId}`;
        queue.publish({
          url: one.notificationUrl,
          body: {
            ...common(one),
            changeType: kind,
            resource,
            resourceData: { '@odata.type': '#Microsoft.Graph.Message', '@odata.id': resource, id: message.movingId },
          },
        });
      }
    },
    /** Tells the app about its subscriptions of a mailbox; a removed one is gone. */
    lifecycle(address: string, lifecycleEvent: LifecycleEvent): void {
      for (const one of alive()) {
        if (one.owner.address !== address) continue;
        if (lifecycleEvent === 'subscriptionRemoved') subscriptions.delete(one.id);
        if (lifecycleEvent === 'reauthorizationRequired') one.silenced = true;
        if (one.lifecycleNotificationUrl)
          queue.publish({ url: one.lifecycleNotificationUrl, body: { ...common(one), lifecycleEvent } });
      }
    },
  };
}

const common = (one: Subscription) => ({
  subscriptionId: one.id,
  subscriptionExpirationDateTime: new Date(one.expiresAt).toISOString(),
  clientState: one.clientState,
  tenantId: one.owner.tenantId,
});

const view = (one: Subscription) => ({
  id: one.id,
  resource: one.resource,
  changeType: one.changeType,
  notificationUrl: one.notificationUrl,
  lifecycleNotificationUrl: one.lifecycleNotificationUrl,
  clientState: null,
  expirationDateTime: new Date(one.expiresAt).toISOString(),
});

/** Public addresses must have https; this machine's own may go without. */
function readUrl(text: string | null): string {
  const url = text && URL.canParse(text) ? new URL(text) : null;
  const allowed = url?.protocol === 'https:' || url?.hostname === '127.0.0.1';
  if (!text || !allowed) throw badRequest('Notification endpoint must be an absolute https URL.');
  return text;
}

async function readJson(c: Context): Promise<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(await c.req.text());
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {}
  throw badRequest('Unable to read JSON request payload.');
}
