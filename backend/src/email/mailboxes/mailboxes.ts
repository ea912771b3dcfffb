import type { EventData } from '@salesos/shared/events.ts';
import { type Ctx, inTransaction } from '../../core/ctx.ts';
import { recordDecisions } from '../../core/decisions.ts';
import { Conflict, InvalidInput, NotFound } from '../../core/errors.ts';
import { emit } from '../../core/events.ts';
import { dayOf, isoDateOf, wallOf } from '../../core/zoned-time.ts';
import { accessToken, dropGrant, type Grant, GrantRefused, getTenant, storeGrant } from '../../tenants/index.ts';
import { holdUnsent, releaseHeld } from '../delivery/message-queries.ts';
import { insertSendSettings } from '../domains/send-settings-queries.ts';
import { type MailboxAccount, MailboxDisconnected, type MailboxVendor } from '../mailbox.ts';
import {
  changeStatus,
  forgetReplyTo,
  getMailboxRow,
  listMailboxRows,
  updateMailboxRow,
  upsertMailbox,
} from './mailbox-queries.ts';

declare module '../../core/ctx.ts' {
  interface Sockets {
    /** By vendor id. */
    mailboxes: Map<string, MailboxVendor>;
  }
}

export type Mailbox = NonNullable<Awaited<ReturnType<typeof getMailboxRow>>>;

/** What a new mailbox begins with; its settings change it. */
const defaultDailyCap = 100;
const defaultHourlyCap = 20;
const defaultSpacingSeconds = 90;
const defaultRamp = { startPerDay: 20, addPerDay: 5 };
/** No company gets more mails a day than this from one account, until its settings say otherwise. */
const defaultRecipientDomainCap = 50;

const pauseRuleVersion = 'pause-1';

/** A token is read at most this long before it is used; when it was read it had at least 20 seconds to live. */
const tokenHeldMilliseconds = 5000;

/** A mailbox as its vendor wants it; the token is refreshed when needed and read only when used. */
export function mailboxAccount(ctx: Ctx, mailbox: { id: string; address: string }): MailboxAccount {
  let held: { token: string; at: number } | undefined;
  return {
    tenantId: ctx.tenantId,
    mailboxId: mailbox.id,
    address: mailbox.address,
    token: async (refused) => {
      const at = ctx.clock.now().getTime();
      if (held && held.token !== refused && at - held.at < tokenHeldMilliseconds) return held.token;
      try {
        held = { token: await accessToken(ctx, mailbox.id, refused), at };
        return held.token;
      } catch (error) {
        if (error instanceof GrantRefused) throw new MailboxDisconnected(error.message, { cause: error });
        throw error;
      }
    },
  };
}

export function mailboxVendor(ctx: Ctx, id: string): MailboxVendor {
  const vendor = ctx.sockets.mailboxes.get(id);
  if (!vendor) throw new InvalidInput(`Mailboxes of the kind “${id}” are not supported.`);
  return vendor;
}

/** Connects a mailbox with the grant of a finished OAuth round trip. Mails that waited for it leave when it is their time. */
export async function connectMailbox(
  ctx: Ctx,
  vendorId: string,
  grant: Grant,
  ownerMemberId: string | null,
): Promise<Mailbox> {
  const vendor = mailboxVendor(ctx, vendorId);
  const fresh: MailboxAccount = {
    tenantId: ctx.tenantId,
    mailboxId: 'connecting',
    address: grant.accountId,
    token: async () => grant.tokens.accessToken,
  };
  const profile = await vendor.profile(fresh);
  // From here on everything that arrives is read; nothing old is.
  const start = await vendor.listNew(fresh, null, ctx.clock.now());
  const { timeZone } = await getTenant(ctx);
  return inTransaction(ctx, async (ctx) => {
    const mailbox = await upsertMailbox(ctx, {
      vendor: vendorId,
      address: profile.address.toLowerCase(),
      displayName: profile.displayName,
      ownerMemberId,
      dailyCap: Math.min(defaultDailyCap, vendor.limits.sendsPerDay),
      hourlyCap: defaultHourlyCap,
      ramp: { ...defaultRamp, since: isoDateOf(dayOf(wallOf(timeZone, ctx.clock.now().getTime()))) },
      spacingSeconds: defaultSpacingSeconds,
      timeZone,
      cursor: start.cursor,
    });
    await insertSendSettings(ctx, defaultRecipientDomainCap);
    await storeGrant(ctx, { id: mailbox.id, vendor: vendorId, account: mailbox.address, tokens: grant.tokens });
    await releaseHeld(ctx, { mailboxId: mailbox.id }, 'mailbox', null);
    await emit(ctx, 'mailbox.connected', { mailboxId: mailbox.id });
    return mailbox;
  });
}

/** The provider refused us: nothing leaves and nothing is read until somebody connects the mailbox again. */
export async function loseMailbox(ctx: Ctx, mailboxId: string, reason: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const mailbox = await getMailboxRow(ctx, mailboxId);
    if (!mailbox || mailbox.status === 'reconnect' || mailbox.status === 'disconnected') return;
    await updateMailboxRow(ctx, mailboxId, { status: 'reconnect', statusReason: reason });
    await holdUnsent(ctx, { mailboxId }, 'mailbox', whyNotSending({ ...mailbox, status: 'reconnect' })!);
    await emit(ctx, 'mailbox.disconnected', { mailboxId, reason });
  });
}

/** Why nothing may leave from a mailbox now, as a sentence for people; null when it may. */
export function whyNotSending({ address, status, statusReason }: Mailbox): string | null {
  switch (status) {
    case 'connected':
      return null;
    case 'paused':
      return `${address} is paused. ${statusReason ?? 'Resume it in the settings.'}`;
    case 'reconnect':
      return `${address} must be connected again in the settings before it can send.`;
    case 'disconnected':
      return `${address} was disconnected.`;
  }
}

export interface Limitation {
  cause: EventData<'mailbox.limited'>['cause'];
  /** What happened and what to do, for people. */
  reason: string;
  inputs: Record<string, unknown>;
}

/**
 * Sends nothing more from a mailbox until a person resumes it; it is still read. Does nothing to one that does not send, and
 * then returns null.
 */
export async function pauseMailbox(
  ctx: Ctx,
  mailboxId: string,
  { cause, reason, inputs }: Limitation,
): Promise<Mailbox | null> {
  return inTransaction(ctx, async (ctx) => {
    const change = { status: 'paused' as const, statusReason: reason };
    // Its bounces are counted anew, except after a pause by hand: or whoever pauses and resumes would make them forgotten.
    const counted = cause === 'by_hand' ? {} : { healthSince: ctx.clock.now() };
    const paused = await changeStatus(ctx, mailboxId, 'connected', { ...change, ...counted });
    if (!paused) return null;
    await holdUnsent(ctx, { mailboxId }, 'mailbox', whyNotSending(paused)!);
    await recordDecisions(ctx, {
      subject: 'mailbox.pause',
      subjectId: mailboxId,
      contactId: null,
      outcome: cause,
      reason,
      ruleVersion: pauseRuleVersion,
      inputs,
    });
    await emit(ctx, 'mailbox.limited', { mailboxId, cause, reason });
    return paused;
  });
}

/** As asked by a person. A mailbox that is paused already keeps its reason: what it names is still to be mended. */
export async function pauseMailboxByHand(ctx: Ctx, mailboxId: string): Promise<Mailbox> {
  const { name } = ctx.actor;
  const paused = await pauseMailbox(ctx, mailboxId, {
    cause: 'by_hand',
    reason: `Paused by ${name}. Its mails wait until it is resumed; replies are still read.`,
    inputs: { by: name },
  });
  return paused ?? requireConnection(ctx, mailboxId);
}

/** A person has seen to it: the mailbox sends again. */
export async function resumeMailbox(ctx: Ctx, mailboxId: string): Promise<Mailbox> {
  return inTransaction(ctx, async (ctx) => {
    const resumed = await changeStatus(ctx, mailboxId, 'paused', { status: 'connected', statusReason: null });
    if (!resumed) return requireConnection(ctx, mailboxId);
    await releaseHeld(ctx, { mailboxId }, 'mailbox', null);
    await emit(ctx, 'mailbox.resumed', { mailboxId });
    return resumed;
  });
}

/** A mailbox as it stands; one that must be connected again can be neither paused nor resumed. */
async function requireConnection(ctx: Ctx, mailboxId: string): Promise<Mailbox> {
  const mailbox = await getMailbox(ctx, mailboxId);
  if (mailbox.status === 'connected' || mailbox.status === 'paused') return mailbox;
  throw new Conflict(whyNotSending(mailbox)!, { code: 'mailbox_disconnected' });
}

/** Disconnects for good, as asked by a person. Its unsent mails are held until it is connected again. */
export async function disconnectMailbox(ctx: Ctx, mailboxId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const mailbox = await getMailbox(ctx, mailboxId);
    if (mailbox.status === 'disconnected') return;
    await updateMailboxRow(ctx, mailboxId, {
      status: 'disconnected',
      statusReason: `Disconnected by ${ctx.actor.name}.`,
    });
    await holdUnsent(ctx, { mailboxId }, 'mailbox', `${mailbox.address} was disconnected.`);
    await forgetReplyTo(ctx, mailboxId);
    await dropGrant(ctx, mailboxId);
    await emit(ctx, 'mailbox.disconnected', { mailboxId, reason: 'Disconnected by a colleague.' });
  });
}

export async function getMailbox(ctx: Ctx, id: string): Promise<Mailbox> {
  const mailbox = await getMailboxRow(ctx, id);
  if (!mailbox) throw new NotFound('mailbox');
  return mailbox;
}

export const listMailboxes = (ctx: Ctx, ownerMemberId?: string): Promise<Mailbox[]> =>
  listMailboxRows(ctx, ownerMemberId);

/** The mailbox that sends for a member: their own, or the only one there is. */
export async function mailboxFor(ctx: Ctx, memberId: string | null): Promise<Mailbox | null> {
  const mailboxes = (await listMailboxRows(ctx)).filter((mailbox) => mailbox.status === 'connected');
  return (
    mailboxes.find((mailbox) => memberId !== null && mailbox.ownerMemberId === memberId) ??
    (mailboxes.length === 1 ? mailboxes[0]! : null)
  );
}
