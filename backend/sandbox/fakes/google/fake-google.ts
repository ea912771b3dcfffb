import { Hono } from 'hono';
import type { Clock } from '../../../src/core/clock.ts';
import { createFaults } from '../faults.ts';
import { createGrants, type GrantMemory } from '../grants.ts';
import { createProspectInboxes, type ProspectInboxes } from '../prospect-inboxes.ts';
import { acceptedMails, type SentRecord } from '../sent-record.ts';
import { createSender } from './accept-send.ts';
import { gmailRoutes } from './gmail.ts';
import { createMailboxes, type HistoryRecord, type Mailbox, type MailboxMemory } from './mailboxes.ts';
import { oauthRoutes } from './oauth.ts';
import { createPubsub, type PushTarget } from './pubsub.ts';
import { createQuota } from './quota.ts';

export interface FakeGoogleOptions {
  clock: Clock;
  clientId: string;
  clientSecret: string;
  /** Registered redirect addresses; absent: any. */
  redirectUris?: string[];
  /** Where mail for the outside goes; absent: an own place. */
  inboxes?: ProspectInboxes;
  pushTarget?: PushTarget;
  topicName?: string;
  /** How long a mail stays invisible to `q` searches. */
  searchLagSeconds?: number;
  /** 2,000 for Workspace, 500 for a personal account. */
  sendsPerDay?: number;
  rotateRefreshTokens?: boolean;
  quotaErrorCode?: 403 | 429;
  /** Adds X-Google-Original-Message-ID on send, which the API is not known to do reliably. */
  keepsOriginalMessageId?: boolean;
  /** What an earlier one remembered. */
  memory?: GoogleMemory;
}

/** What outlives a restart. Pushes under way are lost with the process, as they may be at any time. */
export interface GoogleMemory {
  grants: GrantMemory;
  mailboxes: MailboxMemory;
  sent: SentRecord[];
}

/**
 * Google on loopback, in memory: OAuth with a consent page, Gmail v1, Pub/Sub push. Serve `app` and point every Google
 * address of the backend at it. Mail to an address without a mailbox here lands in `inboxOf(address)`.
 */
export function createFakeGoogle(options: FakeGoogleOptions) {
  const { clock, memory } = options;
  const topicName = options.topicName ?? 'projects/salesos/topics/gmail';
  // Read at every use, so that a test can change them under way.
  const settings = {
    searchLagSeconds: options.searchLagSeconds ?? 0,
    sendsPerDay: options.sendsPerDay ?? 2000,
    rotateRefreshTokens: options.rotateRefreshTokens ?? false,
    quotaErrorCode: options.quotaErrorCode ?? 429,
    keepsOriginalMessageId: options.keepsOriginalMessageId ?? false,
  };
  const faults = createFaults();
  const grants = createGrants(clock, settings, memory?.grants);
  const pubsub = createPubsub(clock, options.pushTarget ?? null);
  const mailboxes = createMailboxes(clock, settings, notify, memory?.mailboxes);
  const quota = createQuota(clock, settings);
  const inboxes = options.inboxes ?? createProspectInboxes();
  const sender = createSender(clock, mailboxes, inboxes, settings, memory?.sent);
  const requests: { method: string; url: string }[] = [];

  function notify(mailbox: Mailbox, record: HistoryRecord): void {
    const { watch } = mailbox;
    if (!watch || watch.expiresAt <= clock.now().getTime()) return;
    if (watch.labelIds.length > 0 && !record.message.labelIds.some((label) => watch.labelIds.includes(label))) return;
    pubsub.publish(mailbox.address, record.id);
  }

  const app = new Hono();
  app.use(async (c, next) => {
    requests.push({ method: c.req.method, url: c.req.url });
    if (requests.length > 1000) requests.shift();
    await next();
  });
  app.use(faults.middleware);
  app.route('/', oauthRoutes({ ...options, redirectUris: options.redirectUris ?? null }, grants, mailboxes));
  app.route('/', gmailRoutes({ clock, grants, mailboxes, quota, sender, topicName }));
  app.get('/oauth2/v3/certs', (c) => c.json(pubsub.jwks, 200, { 'cache-control': 'public, max-age=20000' }));

  const existing = (address: string): Mailbox => {
    const mailbox = mailboxes.get(address);
    if (!mailbox) throw new Error(`the fake has no mailbox ${address}`);
    return mailbox;
  };

  return {
    app,
    /** Everything that should outlive a restart, to be handed in as `memory`. */
    remember: (): GoogleMemory => ({
      grants: grants.remember(),
      mailboxes: mailboxes.remember(),
      sent: sender.ledger,
    }),
    topicName,
    settings,
    faults,
    notices: pubsub,
    /** The last 1,000 requests, for checks against Google's own description. */
    requests,
    addMailbox: (address: string, name: string): void => {
      mailboxes.add(address, name);
    },
    addresses: mailboxes.addresses,
    /** A grant without the consent page. */
    grant: grants.grant,
    /** A mail arrives from outside. */
    deliver(address: string, raw: Buffer, folder: 'inbox' | 'spam' = 'inbox'): { id: string; threadId: string } {
      const labels = folder === 'spam' ? ['SPAM', 'UNREAD'] : ['INBOX', 'UNREAD'];
      const { id, threadId } = mailboxes.file(existing(address), raw, labels, 'by-reference');
      return { id, threadId };
    },
    /** The person deletes a mail for good. */
    deleteMessage: (address: string, id: string): void => mailboxes.remove(existing(address), id),
    /** The person moves a mail to the trash, where it keeps its other labels. */
    trashMessage(address: string, id: string): void {
      existing(address).messages.get(id)?.labelIds.push('TRASH');
    },
    ...acceptedMails(sender.ledger, inboxes),
    revoke: (address: string): void => grants.revokeAddress(address),
    expireAccessTokens: (address: string): void => grants.expireAccessTokens(address),
    /** Gmail forgets the history up to now: the next history.list from an older id is a 404. */
    forgetHistory(address: string): void {
      const mailbox = existing(address);
      mailbox.oldestHistoryId = mailbox.historyId + 1;
      mailbox.historyId += 7;
    },
    watchOf: (address: string) => existing(address).watch,
    quotaUnitsOf: quota.unitsOf,
  };
}

export type FakeGoogle = ReturnType<typeof createFakeGoogle>;
