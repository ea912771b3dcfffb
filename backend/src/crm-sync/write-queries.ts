import { type Selectable, sql } from 'kysely';
import type { Ctx, System } from '../core/ctx.ts';
import { json } from '../core/db.ts';
import { newId } from '../core/ids.ts';
import type { Tables } from '../core/tables.ts';

export type WriteRow = Selectable<Tables['crmWrite']>;
export interface NewWrite {
  connectionId: string;
  contactId: string;
  recordId: string;
  key: string;
}

/** Queues a mail; one that is queued or written already stays as it is. */
export async function insertEmailWrites(ctx: Ctx, writes: (NewWrite & { payload: object; held: boolean })[]) {
  if (writes.length === 0) return;
  const rows = writes.map(({ held, payload, ...write }) => newRow(ctx, 'email', write, payload, held));
  await ctx.db
    .insertInto('crmWrite')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['tenantId', 'connectionId', 'key']).doNothing())
    .execute();
}

/** Queues the fields of a person or a task, or notes on the row that is there that they changed once more. */
export async function touchWrites(ctx: Ctx, kind: 'fields' | 'task', writes: (NewWrite & { held: boolean })[]) {
  if (writes.length === 0) return;
  const now = ctx.clock.now();
  const rows = writes.map(({ held, ...write }) => newRow(ctx, kind, write, {}, held));
  await ctx.db
    .insertInto('crmWrite')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['tenantId', 'connectionId', 'key']).doUpdateSet({
        revision: sql`crm_write.revision + 1`,
        // A row that waits after a refusal of the moment keeps waiting; one under way is seen again when it is settled.
        notBefore: sql`case when crm_write.state = 'pending' then crm_write.not_before else ${now}::timestamptz end`,
        state: sql`case when crm_write.state in ('writing', 'held') then crm_write.state else 'pending' end`,
        updatedAt: now,
      }),
    )
    .execute();
}

function newRow(ctx: Ctx, kind: WriteRow['kind'], write: NewWrite, payload: object, held: boolean) {
  const now = ctx.clock.now();
  return {
    ...write,
    tenantId: ctx.tenantId,
    id: newId(now),
    kind,
    payload: JSON.stringify(payload),
    state: held ? ('held' as const) : ('pending' as const),
    notBefore: now,
    claimedUntil: null,
    crmId: null,
    failureCode: null,
    failureReason: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** The tasks of a person that were queued at any time. */
export async function readTaskKeys(ctx: Ctx, contactId: string): Promise<string[]> {
  const rows = await ctx.db
    .selectFrom('crmWrite')
    .select('key')
    .distinct()
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', contactId)
    .where('kind', '=', 'task')
    .execute();
  return rows.map((row) => row.key);
}

/** What a worker that died was writing: nobody knows how far it came. Across tenants. */
export async function takeBackLapsed(system: System, now: Date): Promise<void> {
  await system.db
    .updateTable('crmWrite')
    .set({ state: 'pending', maybeWritten: true, claimedUntil: null })
    .where('state', '=', 'writing')
    .where('claimedUntil', '<=', now)
    .execute();
}

/**
 * Claims about `limit` due rows across tenants, from each account the same number, so that one with ten thousand keeps no
 * other waiting; where there are more accounts than room, the lot decides. The mails of one person go to a CRM one after the
 * other, in the order in which they were sent and received, so only the earliest unfinished one of each is claimed.
 */
export async function claimWrites(system: System, now: Date, until: Date, limit: number): Promise<WriteRow[]> {
  const due = sql<boolean>`write.state = 'pending' and write.not_before <= ${now}`;
  const isItsTurn = sql<boolean>`(write.kind <> 'email' or not exists (
    select from crm_write earlier
    where earlier.tenant_id = write.tenant_id and earlier.contact_id = write.contact_id
      and earlier.connection_id = write.connection_id and earlier.kind = 'email'
      and earlier.state in ('pending', 'writing', 'held')
      and (earlier.payload->>'at', earlier.id) < (write.payload->>'at', write.id)))`;
  return system.db
    .with('account', (db) =>
      db
        .selectFrom((all) =>
          all.selectFrom('crmWrite as write').select('connectionId').distinct().where(due).as('waiting'),
        )
        .select('connectionId')
        .orderBy(sql`random()`)
        .limit(limit),
    )
    .with('free', (db) =>
      db
        .selectFrom('account')
        .innerJoinLateral(
          (lateral) =>
            lateral
              .selectFrom('crmWrite as write')
              .select(['write.tenantId', 'write.id'])
              .whereRef('write.connectionId', '=', 'account.connectionId')
              .where(due)
              .where(isItsTurn)
              .orderBy('write.notBefore')
              .limit(sql<number>`(select ceil(${limit}::numeric / greatest(count(*), 1)) from account)::int`)
              .forUpdate('write')
              .skipLocked()
              .as('row'),
          (join) => join.onTrue(),
        )
        .select(['row.tenantId', 'row.id']),
    )
    .updateTable('crmWrite')
    .from('free')
    .set({ state: 'writing', claimedUntil: until })
    .whereRef('crmWrite.tenantId', '=', 'free.tenantId')
    .whereRef('crmWrite.id', '=', 'free.id')
    .returningAll('crmWrite')
    .execute();
}

export interface Settlement {
  state: 'written' | 'refused' | 'pending' | 'held';
  crmId?: string | null;
  payload?: object;
  notBefore?: Date;
  attemptCount: number;
  maybeWritten: boolean;
  failureCode: string | null;
  failureReason: string | null;
}

/**
 * Settles a row that is still ours; false when its claim lapsed meanwhile. What changed while it was written is written
 * again, whatever became of this try.
 */
export async function settleWrite(ctx: Ctx, row: WriteRow, settlement: Settlement): Promise<boolean> {
  const { state, payload, ...rest } = settlement;
  const done = state === 'written' || state === 'refused';
  const settled = await ctx.db
    .updateTable('crmWrite')
    .set({
      ...rest,
      ...(payload ? { payload: json(payload) as never } : {}),
      ...(state === 'written' ? { writtenRevision: row.revision } : {}),
      state: done ? sql`case when revision > ${row.revision} then 'pending' else ${state} end` : state,
      claimedUntil: null,
      updatedAt: ctx.clock.now(),
    })
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', row.id)
    .where('state', '=', 'writing')
    .where('claimedUntil', '=', row.claimedUntil)
    .returning('id')
    .executeTakeFirst();
  return settled !== undefined;
}

/** While a CRM is not connected its rows wait. */
export async function holdWrites(ctx: Ctx, connectionId: string): Promise<void> {
  await writesOf(ctx, connectionId).set({ state: 'held' }).where('state', '=', 'pending').execute();
}

/** What waited is due, and so is what was refused for one of these problems of the account. */
export async function releaseWrites(ctx: Ctx, connectionId: string, codes: string[]): Promise<void> {
  await writesOf(ctx, connectionId)
    .set({ state: 'pending', notBefore: ctx.clock.now() })
    .where(({ or, and, eb }) =>
      or([
        eb('state', '=', 'held'),
        ...(codes.length > 0 ? [and([eb('state', '=', 'refused'), eb('failureCode', 'in', codes)])] : []),
      ]),
    )
    .execute();
}

const writesOf = (ctx: Ctx, connectionId: string) =>
  ctx.db.updateTable('crmWrite').where('tenantId', '=', ctx.tenantId).where('connectionId', '=', connectionId);

/** The mails of a merged person belong to the survivor now; the survivor has fields of their own. */
export async function moveWrites(ctx: Ctx, fromContactId: string, toContactId: string): Promise<void> {
  await deleteWrites(ctx, fromContactId, 'fields');
  await ctx.db
    .updateTable('crmWrite')
    .set({ contactId: toContactId })
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', fromContactId)
    .execute();
}

export async function deleteWrites(
  ctx: Ctx,
  contactId: string,
  what: 'fields' | 'unwritten' | 'all',
  connectionId?: string,
): Promise<void> {
  let query = ctx.db.deleteFrom('crmWrite').where('tenantId', '=', ctx.tenantId).where('contactId', '=', contactId);
  if (connectionId) query = query.where('connectionId', '=', connectionId);
  if (what === 'fields') query = query.where('kind', '=', 'fields');
  if (what === 'unwritten') query = query.where('state', '!=', 'written');
  await query.execute();
}

/** Rows of a person that were refused, or that have been tried in vain `attempts` times; newest first. */
export const readTroubledWrites = (ctx: Ctx, contactId: string, attempts: number, limit: number): Promise<WriteRow[]> =>
  ctx.db
    .selectFrom('crmWrite')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', contactId)
    .where(({ or, and, eb }) =>
      or([
        eb('state', '=', 'refused'),
        and([eb('state', 'in', ['pending', 'writing']), eb('attemptCount', '>=', attempts)]),
      ]),
    )
    .orderBy('updatedAt', 'desc')
    .limit(limit)
    .execute();
