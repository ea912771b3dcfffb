import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Ctx, System } from '../core/ctx.ts';
import { readTogether } from '../core/read-together.ts';
import type { Tables } from '../core/tables.ts';

export type TenantRow = Selectable<Tables['tenant']>;
export type ConnectionRow = Selectable<Tables['crmConnection']>;
export type GrantRow = Selectable<Tables['vendorGrant']>;
export type ApiKeyRow = Selectable<Tables['apiKey']>;

export const readTenant = (ctx: Ctx): Promise<TenantRow | undefined> =>
  ctx.db.selectFrom('tenant').selectAll().where('id', '=', ctx.tenantId).executeTakeFirst();

export async function insertTenant(system: System, tenant: Insertable<Tables['tenant']>): Promise<void> {
  await system.db.insertInto('tenant').values(tenant).execute();
}

export const changeTenant = (ctx: Ctx, change: Updateable<Tables['tenant']>): Promise<TenantRow | undefined> =>
  ctx.db.updateTable('tenant').set(change).where('id', '=', ctx.tenantId).returningAll().executeTakeFirst();

/** Lets one transaction of the tenant at a time pass; rows that refer to the tenant do not wait. */
export async function lockTenant(ctx: Ctx): Promise<void> {
  await ctx.db.selectFrom('tenant').select('id').where('id', '=', ctx.tenantId).forNoKeyUpdate().executeTakeFirst();
}

// Connections

/** Across tenants: an account of a CRM belongs to one tenant. */
export const readConnectionByAccount = (system: System, crm: string, accountId: string) =>
  system.db
    .selectFrom('crmConnection')
    .selectAll()
    .where('crm', '=', crm)
    .where('accountId', '=', accountId)
    .executeTakeFirst();

export const readConnections = (ctx: Ctx): Promise<ConnectionRow[]> =>
  ctx.db.selectFrom('crmConnection').selectAll().where('tenantId', '=', ctx.tenantId).orderBy('id').execute();

/** The connections that these tokens serve. */
export const readConnectionsByGrant = (ctx: Ctx, grantId: string): Promise<ConnectionRow[]> =>
  ctx.db
    .selectFrom('crmConnection')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('grantId', '=', grantId)
    .execute();

export const readConnection = (ctx: Ctx, id: string): Promise<ConnectionRow | undefined> =>
  ctx.db
    .selectFrom('crmConnection')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();

export async function insertConnection(ctx: Ctx, row: Insertable<Tables['crmConnection']>): Promise<void> {
  await ctx.db.insertInto('crmConnection').values(row).execute();
}

/** Changes a connection that is in one of the states given. Undefined when it is in another one. */
export const changeConnection = (
  ctx: Ctx,
  id: string,
  from: ConnectionRow['status'][],
  change: Updateable<Tables['crmConnection']>,
): Promise<ConnectionRow | undefined> =>
  ctx.db
    .updateTable('crmConnection')
    .set(change)
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .where('status', 'in', from)
    .returningAll()
    .executeTakeFirst();

// Grants

export const readGrant = readTogether(async (db, keys) => {
  const { rows } = await sql<GrantRow>`
    select g.* from unnest(${keys.map((key) => key.tenantId)}::uuid[], ${keys.map((key) => key.id)}::uuid[]) as wanted(tenant_id, id)
    join vendor_grant g on g.tenant_id = wanted.tenant_id and g.id = wanted.id`.execute(db);
  return rows;
});

export const readGrants = (ctx: Ctx): Promise<GrantRow[]> =>
  ctx.db.selectFrom('vendorGrant').selectAll().where('tenantId', '=', ctx.tenantId).execute();

/** Across tenants: tokens of connected CRMs that have ended. */
export const readEndedCrmGrants = (system: System, now: Date, limit: number) =>
  system.db
    .selectFrom('vendorGrant')
    .select(['tenantId', 'id'])
    .where('expiresAt', '<=', now)
    .where('refusedAt', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('crmConnection')
          .select('crmConnection.id')
          .whereRef('crmConnection.tenantId', '=', 'vendorGrant.tenantId')
          .whereRef('crmConnection.crm', '=', 'vendorGrant.vendor')
          .where('crmConnection.status', '=', 'connected'),
      ),
    )
    // By lot: grants that cannot be renewed now, however many, keep no other waiting for long.
    .orderBy(sql`random()`)
    .limit(limit)
    .execute();

export async function saveGrant(ctx: Ctx, grant: Omit<GrantRow, 'tenantId'>): Promise<void> {
  await ctx.db
    .insertInto('vendorGrant')
    .values({ ...grant, tenantId: ctx.tenantId })
    .onConflict((conflict) => conflict.columns(['tenantId', 'id']).doUpdateSet(grant))
    .execute();
}

/** Changes a grant whose tokens are still those that were read; false when somebody replaced them since. */
export async function changeGrant(
  ctx: Ctx,
  seen: GrantRow,
  change: Updateable<Tables['vendorGrant']>,
): Promise<boolean> {
  const changed = await unchangedGrant(ctx, seen).set(change).returning('id').executeTakeFirst();
  return changed !== undefined;
}

/** Seals the same tokens anew, unless somebody renews them now: they must find the row as it was read. */
export async function resealGrant(ctx: Ctx, seen: GrantRow, sealedTokens: string): Promise<void> {
  await unchangedGrant(ctx, seen).set({ sealedTokens }).where('refreshingUntil', 'is', null).execute();
}

/** The tokens are refused from now on, whoever found out. */
export async function refuseGrant(ctx: Ctx, id: string, refusedAt: Date): Promise<void> {
  await ctx.db
    .updateTable('vendorGrant')
    .set({ refusedAt, refreshingUntil: null })
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .where('refusedAt', 'is', null)
    .execute();
}

/** Takes the right to refresh: only one has it at a time, and it lapses should its holder die. */
export async function leaseGrant(ctx: Ctx, seen: GrantRow, now: Date, until: Date): Promise<boolean> {
  const leased = await unchangedGrant(ctx, seen)
    .set({ refreshingUntil: until })
    .where('refusedAt', 'is', null)
    .where((where) => where.or([where('refreshingUntil', 'is', null), where('refreshingUntil', '<=', now)]))
    .returning('id')
    .executeTakeFirst();
  return leased !== undefined;
}

const unchangedGrant = (ctx: Ctx, seen: GrantRow) =>
  ctx.db
    .updateTable('vendorGrant')
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', seen.id)
    .where('sealedTokens', '=', seen.sealedTokens);

export const deleteGrant = (ctx: Ctx, id: string): Promise<GrantRow | undefined> =>
  ctx.db
    .deleteFrom('vendorGrant')
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();

// Connect attempts

export async function insertState(system: System, row: Insertable<Tables['oauthState']>): Promise<void> {
  await system.db.insertInto('oauthState').values(row).execute();
}

/** Reads a state and forgets it in one statement, so that it works once. */
export const takeState = (system: System, vendor: string, state: string) =>
  system.db
    .deleteFrom('oauthState')
    .where('state', '=', state)
    .where('vendor', '=', vendor)
    .returningAll()
    .executeTakeFirst();

export async function deleteStatesBefore(system: System, now: Date): Promise<void> {
  await system.db.deleteFrom('oauthState').where('expiresAt', '<=', now).execute();
}

// API keys

export const insertApiKey = (ctx: Ctx, row: Insertable<Tables['apiKey']>): Promise<ApiKeyRow> =>
  ctx.db.insertInto('apiKey').values(row).returningAll().executeTakeFirstOrThrow();

export const readApiKeys = (ctx: Ctx): Promise<ApiKeyRow[]> =>
  ctx.db.selectFrom('apiKey').selectAll().where('tenantId', '=', ctx.tenantId).orderBy('id', 'desc').execute();

export const readApiKey = (ctx: Ctx, id: string): Promise<ApiKeyRow | undefined> =>
  ctx.db.selectFrom('apiKey').selectAll().where('tenantId', '=', ctx.tenantId).where('id', '=', id).executeTakeFirst();

/** Across tenants: the key itself says whose it is. */
export const readLiveApiKeyByHash = (system: System, hash: string) =>
  system.db
    .selectFrom('apiKey')
    .innerJoin('tenant', 'tenant.id', 'apiKey.tenantId')
    .selectAll('apiKey')
    .where('apiKey.hash', '=', hash)
    .where('apiKey.revokedAt', 'is', null)
    .where('tenant.status', '=', 'active')
    .executeTakeFirst();

export async function changeApiKey(ctx: Ctx, id: string, change: Updateable<Tables['apiKey']>): Promise<void> {
  await ctx.db.updateTable('apiKey').set(change).where('tenantId', '=', ctx.tenantId).where('id', '=', id).execute();
}
