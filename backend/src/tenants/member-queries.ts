import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Ctx } from '../core/ctx.ts';
import type { Tables } from '../core/tables.ts';

export type MemberRow = Selectable<Tables['member']>;
export type IdentityRow = Selectable<Tables['memberIdentity']>;

export const readMember = (ctx: Ctx, id: string): Promise<MemberRow | undefined> =>
  members(ctx).where('id', '=', id).executeTakeFirst();

export const readMembers = (ctx: Ctx): Promise<MemberRow[]> => members(ctx).orderBy('name').orderBy('id').execute();

const members = (ctx: Ctx) => ctx.db.selectFrom('member').selectAll().where('tenantId', '=', ctx.tenantId);

export async function insertMember(ctx: Ctx, member: Insertable<Tables['member']>): Promise<void> {
  await ctx.db.insertInto('member').values(member).execute();
}

export const changeMember = (
  ctx: Ctx,
  id: string,
  change: Updateable<Tables['member']>,
): Promise<MemberRow | undefined> =>
  ctx.db
    .updateTable('member')
    .set(change)
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();

const identities = (ctx: Ctx) => ctx.db.selectFrom('memberIdentity').selectAll().where('tenantId', '=', ctx.tenantId);

export const readIdentity = (ctx: Ctx, crm: string, crmUserId: string): Promise<IdentityRow | undefined> =>
  identities(ctx).where('crm', '=', crm).where('crmUserId', '=', crmUserId).executeTakeFirst();

export const readIdentitiesOf = (ctx: Ctx, memberId: string): Promise<IdentityRow[]> =>
  identities(ctx).where('memberId', '=', memberId).orderBy('crm').orderBy('crmUserId').execute();

export const readIdentityByOwner = (ctx: Ctx, crm: string, ownerId: string): Promise<IdentityRow | undefined> =>
  identities(ctx).where('crm', '=', crm).where('crmOwnerId', '=', ownerId).orderBy('memberId').executeTakeFirst();

/** The identities with this address, the oldest member first. */
export const readIdentitiesByEmail = (ctx: Ctx, email: string): Promise<IdentityRow[]> =>
  identities(ctx).where('email', '=', email).orderBy('memberId').execute();

export const readAdminIdentities = (ctx: Ctx, crm: string): Promise<IdentityRow[]> =>
  identities(ctx).where('crm', '=', crm).where('isAdmin', '=', true).orderBy('memberId').execute();

export async function insertIdentity(ctx: Ctx, identity: Insertable<Tables['memberIdentity']>): Promise<void> {
  await ctx.db.insertInto('memberIdentity').values(identity).execute();
}

export async function changeIdentity(
  ctx: Ctx,
  crm: string,
  crmUserId: string,
  change: Updateable<Tables['memberIdentity']>,
): Promise<void> {
  await ctx.db
    .updateTable('memberIdentity')
    .set(change)
    .where('tenantId', '=', ctx.tenantId)
    .where('crm', '=', crm)
    .where('crmUserId', '=', crmUserId)
    .execute();
}
