import type { Ctx } from '../core/ctx.ts';
import { NotFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { type MemberRow, readMember, readMemberByOwner, readMemberByUser, saveMember } from './queries.ts';

/** A colleague, known by the CRM's user id. */
export type Member = MemberRow;

/** The member behind a request that the CRM signed. Somebody new is a rep; a changed name or address is taken over. */
export async function memberFromIdentity(
  ctx: Ctx,
  identity: { crm: string; crmUserId: string; email: string; name?: string },
): Promise<Member> {
  const { crm, crmUserId } = identity;
  const email = identity.email.trim().toLowerCase();
  const known = await readMemberByUser(ctx, crm, crmUserId);
  const name = identity.name?.trim() || known?.name || email;
  if (known && known.email === email && known.name === name) return known;
  return saveMember(ctx, newMember(ctx, { crm, crmUserId, email, name }), { email, name });
}

/** The person who installs the app is an admin, also when they were a rep before. The CRM may not tell the address yet. */
export async function saveInstaller(
  ctx: Ctx,
  crm: string,
  user: { id: string; email: string | null },
): Promise<Member> {
  const email = user.email?.toLowerCase() ?? '';
  const member = newMember(ctx, { crm, crmUserId: user.id, email, name: email });
  return saveMember(ctx, { ...member, role: 'admin' }, { role: 'admin' });
}

/** Takes over the CRM's list of record owners. Owners without a user (a former colleague) are nobody who could send. */
export async function syncOwners(
  ctx: Ctx,
  crm: string,
  owners: { ownerId: string; userId: string | null; email: string; name: string }[],
): Promise<void> {
  for (const owner of owners) {
    if (owner.userId === null) continue;
    const email = owner.email.trim().toLowerCase();
    const person = { crm, crmUserId: owner.userId, crmOwnerId: owner.ownerId, email, name: owner.name.trim() || email };
    const known = await readMemberByUser(ctx, crm, owner.userId);
    if (known?.crmOwnerId === owner.ownerId && known.email === email && known.name === person.name) continue;
    const { crmOwnerId, name } = person;
    await saveMember(ctx, newMember(ctx, person), { crmOwnerId, email, name });
  }
}

export async function getMember(ctx: Ctx, id: string): Promise<Member> {
  const member = await readMember(ctx, id);
  if (!member) throw new NotFound('colleague');
  return member;
}

/** The member who owns records under this owner id of the CRM, which is not the user id. */
export const memberByOwnerId = async (ctx: Ctx, crm: string, ownerId: string): Promise<Member | null> =>
  (await readMemberByOwner(ctx, crm, ownerId)) ?? null;

const newMember = (ctx: Ctx, person: Pick<Member, 'crm' | 'crmUserId' | 'email' | 'name'> & Partial<Member>) => {
  const createdAt = ctx.clock.now();
  return { crmOwnerId: null, role: 'rep' as const, ...person, id: newId(createdAt), createdAt };
};
