import { type Selectable, sql, type Updateable } from 'kysely';
import type { Ctx, System } from '../../core/ctx.ts';
import { newId } from '../../core/ids.ts';
import { readTogether } from '../../core/read-together.ts';
import type { Ramp, Tables } from '../../core/tables.ts';

export interface NewMailbox {
  vendor: string;
  address: string;
  displayName: string | null;
  ownerMemberId: string | null;
  dailyCap: number;
  hourlyCap?: number;
  ramp?: Ramp;
  spacingSeconds: number;
  timeZone: string;
  cursor: string;
}

/** Stores a connected mailbox; one that was connected before comes back under its old id. */
export async function upsertMailbox(ctx: Ctx, mailbox: NewMailbox) {
  const now = ctx.clock.now();
  const values = {
    ...mailbox,
    ramp: mailbox.ramp && JSON.stringify(mailbox.ramp),
    tenantId: ctx.tenantId,
    id: newId(now),
    status: 'connected' as const,
    statusReason: null,
    sentOn: null,
    lastSentAt: null,
    reservedUntil: null,
    syncedAt: now,
    nextSyncAt: now,
    watchExpiresAt: null,
    createdAt: now,
  };
  return (
    ctx.db
      .insertInto('mailbox')
      .values(values)
      // The cursor stays where it was, so that what arrived while the mailbox was away is read now.
      .onConflict((conflict) =>
        conflict.columns(['tenantId', 'address']).doUpdateSet({
          status: 'connected',
          statusReason: null,
          nextSyncAt: now,
          vendor: mailbox.vendor,
          healthSince: now,
        }),
      )
      .returningAll()
      .executeTakeFirstOrThrow()
  );
}

export const getMailboxRow = readTogether(async (db, keys) => {
  const { rows } = await sql<Selectable<Tables['mailbox']>>`
    select b.* from unnest(${keys.map((key) => key.tenantId)}::uuid[], ${keys.map((key) => key.id)}::uuid[]) as wanted(tenant_id, id)
    join mailbox b on b.tenant_id = wanted.tenant_id and b.id = wanted.id`.execute(db);
  return rows;
});

export async function getMailboxRows(ctx: Ctx, ids: string[]) {
  const rows = await Promise.all(ids.map((id) => getMailboxRow(ctx, id)));
  return rows.filter((row) => row !== undefined);
}

export async function listMailboxRows(ctx: Ctx, ownerMemberId?: string) {
  let query = ctx.db.selectFrom('mailbox').selectAll().where('tenantId', '=', ctx.tenantId);
  if (ownerMemberId) query = query.where('ownerMemberId', '=', ownerMemberId);
  return query.orderBy('address').execute();
}

export async function updateMailboxRow(ctx: Ctx, id: string, change: Updateable<Tables['mailbox']>) {
  return ctx.db
    .updateTable('mailbox')
    .set(change)
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** Nobody is asked any more to reply to this mailbox. */
export async function forgetReplyTo(ctx: Ctx, mailboxId: string): Promise<void> {
  await ctx.db
    .updateTable('mailbox')
    .set({ replyTo: null, replyToMailboxId: null })
    .where('tenantId', '=', ctx.tenantId)
    .where('replyToMailboxId', '=', mailboxId)
    .execute();
}

/** Changes a mailbox that is in the status given; undefined when it is in another one. */
export async function changeStatus(
  ctx: Ctx,
  id: string,
  from: Tables['mailbox']['status'],
  change: Updateable<Tables['mailbox']>,
) {
  return ctx.db
    .updateTable('mailbox')
    .set(change)
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .where('status', '=', from)
    .returningAll()
    .executeTakeFirst();
}

export async function saveCursor(ctx: Ctx, id: string, cursor: string, nextSyncAt: Date): Promise<void> {
  await ctx.db
    .updateTable('mailbox')
    .set({ cursor, syncedAt: ctx.clock.now(), nextSyncAt })
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .execute();
}

export async function postponeSync(ctx: Ctx, id: string, nextSyncAt: Date): Promise<void> {
  await ctx.db
    .updateTable('mailbox')
    .set({ nextSyncAt })
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .execute();
}

/** Mailboxes whose inbox should be read by now; takes them, so that other workers leave them alone until `until`. */
export async function takeMailboxesToSync(
  system: System,
  now: Date,
  until: Date,
  limit: number,
): Promise<{ tenantId: string; id: string }[]> {
  const { rows } = await sql<{ tenantId: string; id: string }>`
    update mailbox b set next_sync_at = ${until}
    from (select tenant_id, id from mailbox where status in ('connected', 'paused') and next_sync_at <= ${now} order by next_sync_at limit ${limit} for update skip locked) due
    where b.tenant_id = due.tenant_id and b.id = due.id returning b.tenant_id, b.id`.execute(system.db);
  return rows;
}

/** Mailboxes whose push subscription runs out before `before`, or was never made. */
/** Connected mailboxes whose watch ends before `before`, a page at a time: behind `after`, by id. */
export async function mailboxesToWatch(system: System, before: Date, limit: number, after: string | null) {
  return system.db
    .selectFrom('mailbox')
    .select(['tenantId', 'id'])
    .where('status', '=', 'connected')
    .where((is) => is.or([is('watchExpiresAt', 'is', null), is('watchExpiresAt', '<', before)]))
    .$if(after !== null, (query) => query.where('id', '>', after))
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** A provider ended its push subscription: it is made again at the next look. */
export async function rewatch(system: System, vendor: string, address: string): Promise<void> {
  await system.db
    .updateTable('mailbox')
    .set({ watchExpiresAt: null })
    .where('vendor', '=', vendor)
    .where('address', '=', address)
    .where('status', '=', 'connected')
    .execute();
}

/** A push names an address; every tenant that connected it wants to know. Returns how many there are. */
export async function syncNow(system: System, vendor: string, address: string): Promise<number> {
  const rows = await system.db
    .updateTable('mailbox')
    .set({ nextSyncAt: system.clock.now() })
    .where('vendor', '=', vendor)
    .where('address', '=', address)
    .where('status', 'in', ['connected', 'paused'])
    .returning('id')
    .execute();
  return rows.length;
}

/** Across tenants: how many mailboxes send and read now. */
export async function countMailboxes(system: System): Promise<number> {
  const { count } = await system.db
    .selectFrom('mailbox')
    .select((is) => is.fn.countAll().as('count'))
    .where('status', '=', 'connected')
    .executeTakeFirstOrThrow();
  return Number(count);
}
