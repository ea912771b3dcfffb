import { type Context, Hono } from 'hono';
import type { Clock } from '../../../src/core/clock.ts';
import { createFaults } from '../faults.ts';
import { createGrants, type GrantMemory } from '../grants.ts';
import { createProspectInboxes, type ProspectInboxes } from '../prospect-inboxes.ts';
import { acceptedMails, type SentRecord } from '../sent-record.ts';
import { createSender } from './accept-send.ts';
import { accessDenied, errorBody, GraphError, invalidToken } from './errors.ts';
import { createLimits } from './limits.ts';
import { loginRoutes } from './login.ts';
import { mailRoutes } from './mail.ts';
import { createMailboxes, type Folder, type Mailbox, type MailboxMemory } from './mailboxes.ts';
import type { Call, Handle } from './route.ts';
import { createSubscriptions, type SubscriptionMemory } from './subscriptions.ts';

export interface FakeMicrosoftOptions {
  clock: Clock;
  clientId: string;
  clientSecret: string;
  /** Registered redirect addresses; absent: any. */
  redirectUris?: string[];
  /** Where mail for the outside goes; absent: an own place. */
  inboxes?: ProspectInboxes;
  /** What an earlier one remembered. */
  memory?: MicrosoftMemory;
}

/** What outlives a restart. Notices under way are lost with the process, as they may be at any time. */
export interface MicrosoftMemory {
  grants: GrantMemory;
  mailboxes: MailboxMemory;
  subscriptions: SubscriptionMemory;
  sent: SentRecord[];
}

/**
 * Microsoft on loopback, in memory: sign-in, Outlook mail of Graph v1.0, subscriptions. Serve `app` and point both
 * addresses of the backend at it. Mail to an address without a mailbox here lands in `inboxOf(address)`.
 */
export function createFakeMicrosoft(options: FakeMicrosoftOptions) {
  const { clock, memory } = options;
  // Read at every use, so that a test can change them under way.
  const settings = {
    rotateRefreshTokens: true,
    keepsMessageId: false,
    sentCopyLagSeconds: 0,
    throttleStatus: 429 as 429 | 503,
    lostStateStatus: 410 as 410 | 404,
    deltaReplays: 0,
    /** Whether a sent copy still has the extended properties of its draft. */
    copyKeepsProperties: true,
    /** Real time that each call takes. */
    answerMilliseconds: 0,
  };
  const faults = createFaults();
  const grants = createGrants(clock, settings, memory?.grants);
  const subscriptions = createSubscriptions(clock, memory?.subscriptions);
  const mailboxes = createMailboxes(clock, subscriptions.announce, memory?.mailboxes);
  const limits = createLimits(clock, settings);
  const inboxes = options.inboxes ?? createProspectInboxes();
  const sender = createSender(clock, mailboxes, inboxes, limits, settings, memory?.sent);
  const requests: { method: string; url: string; prefer: string; contentType: string; body: string }[] = [];

  function enter(c: Context, scopes: string[]): Call {
    const token = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1];
    if (!token) throw invalidToken('Access token is empty.');
    const grant = grants.check(token);
    const mailbox = grant && mailboxes.get(grant.address);
    if (!grant || !mailbox) throw invalidToken('Lifetime validation failed, the token is expired.');
    if (grant.scopes.some((scope) => /^https:/.test(scope) && !scope.startsWith('https://graph.microsoft.com/'))) {
      throw invalidToken('Access token validation failure. Invalid audience.');
    }
    const owned = grant.scopes.map((scope) => scope.replace('https://graph.microsoft.com/', ''));
    if (!scopes.some((scope) => owned.includes(scope))) throw accessDenied();
    mailboxes.settle(mailbox);
    return { c, mailbox, grant };
  }

  const handle: Handle = (scopes, work) => async (c) => {
    try {
      const call = enter(c, scopes);
      return await limits.run(call.mailbox.address, async () => {
        if (settings.answerMilliseconds > 0) await new Promise((done) => setTimeout(done, settings.answerMilliseconds));
        return work(call);
      });
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return c.json(errorBody(error, clock.now()), error.status as 400, error.headers);
    }
  };

  const app = new Hono();
  app.use(async (c, next) => {
    const { method, url } = c.req;
    const body = method === 'POST' || method === 'PATCH' ? await c.req.text() : '';
    const prefer = c.req.header('prefer') ?? '';
    requests.push({
      method,
      url,
      prefer,
      contentType: c.req.header('content-type') ?? '',
      body: body.slice(0, 10_000),
    });
    if (requests.length > 1000) requests.shift();
    await next();
  });
  app.use(faults.middleware);
  app.route('/', loginRoutes({ ...options, redirectUris: options.redirectUris ?? null }, grants, mailboxes));
  app.route('/v1.0/me', mailRoutes(handle, mailboxes, sender, settings));
  app.route('/v1.0/subscriptions', subscriptions.routes(handle));

  const existing = (address: string): Mailbox => {
    const mailbox = mailboxes.get(address);
    if (!mailbox) throw new Error(`the fake has no mailbox ${address}`);
    mailboxes.settle(mailbox);
    return mailbox;
  };
  function moveMessage(address: string, id: string, folder: Folder): void {
    const mailbox = existing(address);
    const message = mailboxes.find(mailbox, id);
    if (!message) throw new Error(`the fake has no mail ${id}`);
    mailboxes.move(mailbox, message, folder);
  }
  const folderOf = (address: string, folder: string) =>
    [...existing(address).messages.values()].filter((message) => message.folder === folder);

  return {
    app,
    /** Everything that should outlive a restart, to be handed in as `memory`. */
    remember: (): MicrosoftMemory => ({
      grants: grants.remember(),
      mailboxes: mailboxes.remember(),
      subscriptions: subscriptions.remember(),
      sent: sender.ledger,
    }),
    settings,
    faults,
    notices: subscriptions,
    /** The last 1,000 requests, for checks against Microsoft's own description. */
    requests,
    addMailbox: (address: string, name: string): void => mailboxes.add(address, name),
    addresses: mailboxes.addresses,
    /** A grant without the consent page. */
    grant: grants.grant,
    /** A mail arrives from outside. */
    deliver(address: string, raw: Buffer, folder: 'inbox' | 'spam' = 'inbox'): { id: string; threadId: string } {
      const message = mailboxes.file(existing(address), raw, folder === 'spam' ? 'junkemail' : 'inbox');
      return { id: message.immutableId, threadId: message.conversationId };
    },
    /** The person, or a rule of theirs, moves a mail. */
    moveMessage,
    trashMessage: (address: string, id: string): void => moveMessage(address, id, 'deleteditems'),
    /** What lies in Drafts. */
    draftsOf: (address: string) => folderOf(address, 'drafts'),
    ...acceptedMails(sender.ledger, inboxes),
    revoke: (address: string): void => grants.revokeAddress(address),
    expireAccessTokens: (address: string): void => grants.expireAccessTokens(address),
    /** Delta tokens up to now are no longer known. */
    forgetDelta(address: string): void {
      const mailbox = existing(address);
      mailbox.serial += 1;
      mailbox.oldestSerial = mailbox.serial;
    },
    mostCallsAtOnce: (address: string): number => limits.mostAtOnce.get(address) ?? 0,
  };
}

export type FakeMicrosoft = ReturnType<typeof createFakeMicrosoft>;
