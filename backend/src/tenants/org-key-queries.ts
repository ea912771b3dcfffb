import type { Insertable } from 'kysely';
import type { Ctx, System } from '../core/ctx.ts';
import type { Tables } from '../core/tables.ts';

/** Across tenants: the key itself says whose it is. */
export const readConnectionByKey = (system: System, crm: string, hash: string, now: Date) =>
  system.db
    .selectFrom('orgKey')
    .innerJoin('crmConnection', (join) =>
      join
        .onRef('crmConnection.tenantId', '=', 'orgKey.tenantId')
        .onRef('crmConnection.id', '=', 'orgKey.connectionId'),
    )
    .selectAll('crmConnection')
    .where('orgKey.hash', '=', hash)
    .where('crmConnection.crm', '=', crm)
    .where('crmConnection.status', '!=', 'uninstalled')
    .where(({ or, eb }) => or([eb('orgKey.endsAt', 'is', null), eb('orgKey.endsAt', '>', now)]))
    .executeTakeFirst();

export async function insertOrgKey(ctx: Ctx, row: Insertable<Tables['orgKey']>): Promise<void> {
  await ctx.db.insertInto('orgKey').values(row).execute();
}

/** The key without an end, if it was saved at or after `since`. */
export const readOrgKeySince = (ctx: Ctx, connectionId: string, since: Date) =>
  ctx.db
    .selectFrom('orgKey')
    .select('id')
    .where('tenantId', '=', ctx.tenantId)
    .where('connectionId', '=', connectionId)
    .where('endsAt', 'is', null)
    .where('createdAt', '>=', since)
    .executeTakeFirst();

export async function deleteEndedOrgKeys(ctx: Ctx, connectionId: string, now: Date): Promise<void> {
  await keysOf(ctx, connectionId).where('endsAt', '<=', now).execute();
}

/** Keys without an end get one: all, or those that were saved before a moment. */
export async function endOrgKeys(ctx: Ctx, connectionId: string, endsAt: Date, savedBefore?: Date): Promise<void> {
  const lasting = ctx.db
    .updateTable('orgKey')
    .set({ endsAt })
    .where('tenantId', '=', ctx.tenantId)
    .where('connectionId', '=', connectionId)
    .where('endsAt', 'is', null);
  await (savedBefore ? lasting.where('createdAt', '<', savedBefore) : lasting).execute();
}

export async function deleteOrgKeys(ctx: Ctx, connectionId: string): Promise<void> {
  await keysOf(ctx, connectionId).execute();
}

const keysOf = (ctx: Ctx, connectionId: string) =>
  ctx.db.deleteFrom('orgKey').where('tenantId', '=', ctx.tenantId).where('connectionId', '=', connectionId);
