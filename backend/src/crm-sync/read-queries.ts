import { type Selectable, sql } from 'kysely';
import type { Ctx, System } from '../core/ctx.ts';
import type { Tables } from '../core/tables.ts';

export type ReadRow = Selectable<Tables['crmRead']>;

/** Asks for records to be read at `at`, or earlier where that was asked before. */
export async function scheduleReads(ctx: Ctx, connectionId: string, recordIds: string[], at: Date): Promise<void> {
  if (recordIds.length === 0) return;
  const rows = [...new Set(recordIds)].map((recordId) => ({
    tenantId: ctx.tenantId,
    connectionId,
    recordId,
    notBefore: at,
    claimedUntil: null,
  }));
  await ctx.db
    .insertInto('crmRead')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['tenantId', 'connectionId', 'recordId']).doUpdateSet({
        revision: sql`crm_read.revision + 1`,
        notBefore: sql`least(crm_read.not_before, excluded.not_before)`,
      }),
    )
    .execute();
}

/** Whatever waits to be read in any of the tenant's CRMs is read now. */
export async function hurryReads(ctx: Ctx, now: Date): Promise<void> {
  await ctx.db
    .updateTable('crmRead')
    .set({ notBefore: now, attemptCount: 0 })
    .where('tenantId', '=', ctx.tenantId)
    .where('notBefore', '>', now)
    .execute();
}

/** Claims records that are due to be read, across tenants; an account in which everything changed keeps no other waiting. */
export async function claimReads(system: System, now: Date, until: Date, limit: number): Promise<ReadRow[]> {
  return system.db
    .with('due', (db) =>
      db
        .selectFrom('crmRead')
        .select(['tenantId', 'connectionId', 'recordId'])
        .where('notBefore', '<=', now)
        .where(({ or, eb }) => or([eb('claimedUntil', 'is', null), eb('claimedUntil', '<=', now)]))
        .where(
          sql<boolean>`(tenant_id, connection_id, record_id) in (
            select tenant_id, connection_id, record_id from (
              select *, row_number() over (partition by connection_id order by not_before) as place from crm_read
              where not_before <= ${now} and (claimed_until is null or claimed_until <= ${now})
            ) as ranked order by place, not_before limit ${limit})`,
        )
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('crmRead')
    .from('due')
    .set({ claimedUntil: until })
    .whereRef('crmRead.tenantId', '=', 'due.tenantId')
    .whereRef('crmRead.connectionId', '=', 'due.connectionId')
    .whereRef('crmRead.recordId', '=', 'due.recordId')
    .returningAll('crmRead')
    .execute();
}

/** A record was read: it is read again at `again`, at once when it changed meanwhile, or no more. */
export async function finishRead(ctx: Ctx, row: ReadRow, again: Date | null): Promise<void> {
  const unchanged = sql<boolean>`crm_read.revision = ${row.revision}`;
  if (again === null) await readsAt(ctx, row).where(unchanged).execute();
  await ctx.db
    .updateTable('crmRead')
    .set({
      claimedUntil: null,
      attemptCount: 0,
      ...(again ? { notBefore: sql`case when ${unchanged} then ${again}::timestamptz else not_before end` } : {}),
    })
    .where('tenantId', '=', ctx.tenantId)
    .where('connectionId', '=', row.connectionId)
    .where('recordId', '=', row.recordId)
    .execute();
}

export async function postponeRead(ctx: Ctx, row: ReadRow, notBefore: Date): Promise<void> {
  await ctx.db
    .updateTable('crmRead')
    .set({ claimedUntil: null, attemptCount: row.attemptCount + 1, notBefore })
    .where('tenantId', '=', ctx.tenantId)
    .where('connectionId', '=', row.connectionId)
    .where('recordId', '=', row.recordId)
    .execute();
}

const readsAt = (ctx: Ctx, { connectionId, recordId }: Pick<ReadRow, 'connectionId' | 'recordId'>) =>
  ctx.db
    .deleteFrom('crmRead')
    .where('tenantId', '=', ctx.tenantId)
    .where('connectionId', '=', connectionId)
    .where('recordId', '=', recordId);

/** Notes the keys of notices; answers those that are new. The CRM's account says whose they are. */
export async function insertNotices(
  system: System,
  crm: string,
  notices: { accountId: string; key: string }[],
): Promise<Set<string>> {
  const receivedAt = system.clock.now();
  const inserted = await system.db
    .insertInto('crmNotice')
    .values(notices.map(({ accountId, key }) => ({ crm, accountId, key, receivedAt })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .execute();
  return new Set(inserted.map((row) => row.key));
}

export async function deleteNoticesBefore(system: System, before: Date): Promise<void> {
  await system.db.deleteFrom('crmNotice').where('receivedAt', '<', before).execute();
}
