import type { Ctx, System } from '../../core/ctx.ts';
import { tenantContext } from '../../core/ctx.ts';
import { inParallel } from '../../core/jobs.ts';
import { wake } from '../../core/wakeups.ts';
import { MailboxDisconnected } from '../mailbox.ts';
import {
  mailboxesToWatch,
  postponeSync,
  saveCursor,
  syncNow,
  takeMailboxesToSync,
  updateMailboxRow,
} from '../mailboxes/mailbox-queries.ts';
import { getMailbox, loseMailbox, type Mailbox, mailboxAccount, mailboxVendor } from '../mailboxes/mailboxes.ts';
import { ingest } from './ingest.ts';

/** A push may be lost, so every inbox is read at least this often. */
const sweepSeconds = 120;
/** A mailbox that lost its place lists this far back. */
const resyncDays = 8;
const renewWatchBeforeDays = 3;
const atOnce = 20;

export interface Synced {
  cursor: string;
  unreadThreads: string[];
}

/**
 * Takes in everything new of one mailbox and returns the cursor it reached. Two at once do no harm: a mail is taken in
 * once, and the cursor only ever moves to where everything before it was taken in.
 */
export async function syncMailbox(ctx: Ctx, mailbox: Mailbox, account = mailboxAccount(ctx, mailbox)): Promise<Synced> {
  const mailboxId = mailbox.id;
  const vendor = mailboxVendor(ctx, mailbox.vendor);
  const resyncFrom = new Date((mailbox.syncedAt ?? mailbox.createdAt).getTime() - resyncDays * 86_400_000);
  let cursor = mailbox.cursor;
  const unreadThreads: string[] = [];
  for (;;) {
    const page = await vendor.listNew(account, cursor, resyncFrom);
    for (const mail of page.mails) await ingest(ctx, mailbox, mail);
    for (const { givenUp, providerMessageId, providerThreadId, reason } of page.unreadable) {
      if (givenUp) ctx.log.error({ mailboxId, providerMessageId, reason }, 'a mail could not be read and was given up');
      else unreadThreads.push(providerThreadId);
    }
    if (page.cursor !== cursor)
      await saveCursor(ctx, mailboxId, page.cursor, new Date(ctx.clock.now().getTime() + sweepSeconds * 1000));
    cursor = page.cursor;
    if (!page.hasMore) return { cursor, unreadThreads };
  }
}

export const syncWakeup = 'email.sync';

/** The provider says that something is new in a mailbox: it is read at once. Returns how many accounts it is connected to. */
export async function nudgeMailbox(system: System, vendor: string, address: string): Promise<number> {
  const count = await syncNow(system, vendor, address);
  if (count > 0) wake(system, syncWakeup);
  return count;
}

/** Reads the inboxes whose turn it is: pushes bring theirs forward, the sweep brings all of them. */
export async function syncDue(system: System): Promise<boolean> {
  const now = system.clock.now();
  const next = new Date(now.getTime() + sweepSeconds * 1000);
  const due = await takeMailboxesToSync(system, now, next, atOnce);
  await inParallel(due, 8, ({ tenantId, id }) =>
    attend(tenantContext(system, tenantId), id, async (ctx) => syncMailbox(ctx, await getMailbox(ctx, id))),
  );
  return due.length === atOnce;
}

/**
 * Renews push subscriptions before they run out. What a provider only grants for minutes (IDLE, which is a connection of this
 * process) is renewed each time.
 */
export async function renewWatches(system: System): Promise<boolean> {
  const soon = new Date(system.clock.now().getTime() + renewWatchBeforeDays * 86_400_000);
  let last: string | null = null;
  do {
    const due: { tenantId: string; id: string }[] = await mailboxesToWatch(system, soon, atOnce, last);
    last = due.length === atOnce ? due.at(-1)!.id : null;
    await inParallel(due, 4, ({ tenantId, id }) =>
      attend(tenantContext(system, tenantId), id, async (ctx) => {
        const mailbox = await getMailbox(ctx, id);
        const watch = await mailboxVendor(ctx, mailbox.vendor).watch(mailboxAccount(ctx, mailbox));
        // A provider that cannot push is asked again in a while; the sweep reads it meanwhile.
        await updateMailboxRow(ctx, id, { watchExpiresAt: watch?.expiresAt ?? new Date(soon.getTime() + 86_400_000) });
      }),
    );
  } while (last !== null);
  return false;
}

/** One mailbox's trouble is its own: it is noted, and the others go on. */
async function attend(ctx: Ctx, mailboxId: string, work: (ctx: Ctx) => Promise<unknown>): Promise<void> {
  try {
    await work(ctx);
  } catch (error) {
    if (error instanceof MailboxDisconnected) return loseMailbox(ctx, mailboxId, error.message);
    ctx.log.warn({ error, mailboxId }, 'mailbox could not be read');
    await postponeSync(ctx, mailboxId, new Date(ctx.clock.now().getTime() + 60_000));
  }
}
