import { type Selectable, sql, type Updateable } from 'kysely';
import type { Ctx, System } from '../core/ctx.ts';
import type { Tables } from '../core/tables.ts';

export type ChangesRow = Selectable<Tables['crmChanges']>;

/** From now on the changes of this account are read; a cursor that is there stays. */
export async function beginChanges(ctx: Ctx, connectionId: string, now: Date): Promise<void> {
  const { tenantId } = ctx;
  await ctx.db
    .insertInto('crmChanges')
    .values({ tenantId, connectionId, cursor: null, notBefore: now, claimedUntil: null })
    .onConflict((conflict) =>
      conflict.columns(['tenantId', 'connectionId']).doUpdateSet({ notBefore: now, attemptCount: 0 }),
    )
    .execute();
}

/** The changes are read at `at`, or earlier where that was planned before, unless the CRM did not answer the last time. */
export async function hurryChanges(ctx: Ctx, connectionId: string, at: Date): Promise<void> {
  await ctx.db
    .updateTable('crmChanges')
    .set({ notBefore: at })
    .where('tenantId', '=', ctx.tenantId)
    .where('connectionId', '=', connectionId)
    .where('notBefore', '>', at)
    .where('attemptCount', '=', 0)
    .execute();
}

export async function endChanges(ctx: Ctx, connectionId: string): Promise<void> {
  await ctx.db
    .deleteFrom('crmChanges')
    .where('tenantId', '=', ctx.tenantId)
    .where('connectionId', '=', connectionId)
    .execute();
}

/** Claims accounts whose changes are due to be read, across tenants. */
export const claimChanges = (system: System, now: Date, until: Date, limit: number): Promise<ChangesRow[]> =>
  system.db
    .with('due', (db) =>
      db
        .selectFrom('crmChanges')
        .select(['tenantId', 'connectionId'])
        .where('notBefore', '<=', now)
        .where(({ or, eb }) => or([eb('claimedUntil', 'is', null), eb('claimedUntil', '<=', now)]))
        .orderBy('notBefore')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('crmChanges')
    .from('due')
    .set({ claimedUntil: until })
    .whereRef('crmChanges.tenantId', '=', 'due.tenantId')
    .whereRef('crmChanges.connectionId', '=', 'due.connectionId')
    .returningAll('crmChanges')
    .execute();

/** Settles a claim that is still ours; false when it lapsed meanwhile, and then nothing may be kept of what was read. */
export async function settleChanges(
  ctx: Ctx,
  row: ChangesRow,
  change: Updateable<Tables['crmChanges']>,
): Promise<boolean> {
  const settled = await ctx.db
    .updateTable('crmChanges')
    .set({ ...change, claimedUntil: null })
    .where('tenantId', '=', ctx.tenantId)
    .where('connectionId', '=', row.connectionId)
    .where('claimedUntil', '=', row.claimedUntil)
    .returning('connectionId')
    .executeTakeFirst();
  return settled !== undefined;
}

/** True while records of people in a sequence are looked after. */
export async function isWatching(ctx: Ctx, connectionId: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select 1 from crm_read where tenant_id = ${ctx.tenantId} and connection_id = ${connectionId}) as found
  `.execute(ctx.db);
  return rows[0]?.found ?? false;
}
