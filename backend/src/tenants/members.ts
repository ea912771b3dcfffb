import { type Ctx, inTransaction } from '../core/ctx.ts';
import { Conflict, NotFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import {
  changeIdentity,
  changeMember,
  type IdentityRow,
  insertIdentity,
  insertMember,
  type MemberRow,
  readIdentitiesByEmail,
  readIdentitiesOf,
  readIdentity,
  readIdentityByOwner,
  readMember,
  readMembers,
} from './member-queries.ts';
import { lockTenant } from './queries.ts';

/** A colleague. Each CRM knows them under ids of its own. */
export type Member = MemberRow;

/** What a CRM says of a colleague; absent is unknown, and what was known stays. */
interface Said {
  crm: string;
  crmUserId: string;
  email: string;
  name?: string | undefined;
  crmOwnerId?: string;
  isAdmin?: boolean;
}

/** The member behind a request that the CRM signed. Somebody new is a rep; a changed name or address is taken over. */
export const memberFromIdentity = (
  ctx: Ctx,
  { crm, crmUserId, email, name }: { crm: string; crmUserId: string; email: string; name?: string },
): Promise<Member> => save(ctx, { crm, crmUserId, email, name });

/** The person who connects a CRM is an admin, also when they were a rep before, unless the CRM says that they are none. */
export const saveInstaller = (
  ctx: Ctx,
  crm: string,
  user: { id: string; email: string | null; name?: string; isAdmin?: boolean },
): Promise<Member> =>
  save(ctx, {
    crm,
    crmUserId: user.id,
    email: user.email ?? '',
    name: user.name,
    isAdmin: user.isAdmin ?? true,
  });

/** Takes over the CRM's list of record owners. Owners without a user (a former colleague) are nobody who could send. */
export async function syncOwners(
  ctx: Ctx,
  crm: string,
  owners: { ownerId: string; userId: string | null; email: string; name: string }[],
): Promise<void> {
  for (const { ownerId, userId, email, name } of owners)
    if (userId !== null) await save(ctx, { crm, crmUserId: userId, crmOwnerId: ownerId, email, name });
}

export async function getMember(ctx: Ctx, id: string): Promise<Member> {
  const member = await readMember(ctx, id);
  if (!member) throw new NotFound('colleague');
  return member;
}

export const listMembers = (ctx: Ctx): Promise<Member[]> => readMembers(ctx);

/** How the CRMs know this member. */
export const identitiesOf = (ctx: Ctx, memberId: string): Promise<IdentityRow[]> => readIdentitiesOf(ctx, memberId);

/** The member who owns records under this owner id of the CRM, which is not the user id. */
export async function memberByOwnerId(ctx: Ctx, crm: string, ownerId: string): Promise<Member | null> {
  const identity = await readIdentityByOwner(ctx, crm, ownerId);
  return identity ? getMember(ctx, identity.memberId) : null;
}

/** The member whom a CRM knows under this user id, and how that CRM knows them; null for somebody it never told us of. */
export async function memberByUserId(
  ctx: Ctx,
  crm: string,
  crmUserId: string,
): Promise<{ member: Member; identity: IdentityRow } | null> {
  const identity = await readIdentity(ctx, crm, crmUserId);
  return identity ? { member: await getMember(ctx, identity.memberId), identity } : null;
}

/** Makes a colleague an admin or a rep. The last admin stays one: somebody must be able to change settings. */
export async function setMemberRole(ctx: Ctx, memberId: string, role: Member['role']): Promise<Member> {
  return inTransaction(ctx, async (ctx) => {
    await lockTenant(ctx);
    const member = await getMember(ctx, memberId);
    const others = (await readMembers(ctx)).filter(({ id, role }) => id !== memberId && role === 'admin');
    if (role === 'rep' && member.role === 'admin' && others.length === 0)
      throw new Conflict('This is the only admin. Make somebody else an admin first.', { code: 'last_admin' });
    return (await changeMember(ctx, memberId, { role }))!;
  });
}

/**
 * Saves what a CRM says. Somebody whom it shows for the first time is the colleague with the same address in another CRM: the
 * CRMs vouch for their users' addresses. Later changes of an address change no member into another.
 */
async function save(ctx: Ctx, said: Said): Promise<Member> {
  const { crm, crmUserId } = said;
  const email = said.email.trim().toLowerCase();
  const known = await readIdentity(ctx, crm, crmUserId);
  if (known) return takeOver(ctx, known, { ...said, email });
  return inTransaction(ctx, async (ctx) => {
    // One new identity at a time: two that are one person must find each other.
    await lockTenant(ctx);
    const meanwhile = await readIdentity(ctx, crm, crmUserId);
    if (meanwhile) return takeOver(ctx, meanwhile, { ...said, email });
    const memberId = (await sameColleague(ctx, crm, email)) ?? (await create(ctx, email));
    const identity = { tenantId: ctx.tenantId, crm, crmUserId, memberId, crmOwnerId: null, email, name: null };
    await insertIdentity(ctx, identity);
    return takeOver(ctx, { ...identity, isAdmin: false }, { ...said, email });
  });
}

/** The member with this address in another CRM; two users of one CRM are two people, whatever their addresses. */
async function sameColleague(ctx: Ctx, crm: string, email: string): Promise<string | null> {
  if (email === '') return null;
  const [found] = await readIdentitiesByEmail(ctx, email);
  if (!found) return null;
  const all = await readIdentitiesOf(ctx, found.memberId);
  return all.some((identity) => identity.crm === crm) ? null : found.memberId;
}

async function create(ctx: Ctx, email: string): Promise<string> {
  const createdAt = ctx.clock.now();
  const id = newId(createdAt);
  await insertMember(ctx, { tenantId: ctx.tenantId, id, email, name: email, createdAt });
  return id;
}

/** Only what this CRM says anew changes the member: two CRMs that know two names do not take turns. */
async function takeOver(ctx: Ctx, known: IdentityRow, said: Said): Promise<Member> {
  const now = {
    email: said.email || known.email,
    name: said.name?.trim() || known.name,
    crmOwnerId: said.crmOwnerId ?? known.crmOwnerId,
    isAdmin: said.isAdmin ?? known.isAdmin,
  };
  const keys = Object.keys(now) as (keyof typeof now)[];
  if (keys.some((key) => now[key] !== known[key])) await changeIdentity(ctx, known.crm, known.crmUserId, now);
  const member = await getMember(ctx, known.memberId);
  const email = now.email !== known.email || member.email === '' ? now.email : member.email;
  const name = now.name !== known.name ? now.name : member.name;
  const change = { email, name: name || email, role: said.isAdmin ? ('admin' as const) : member.role };
  const same = change.email === member.email && change.name === member.name && change.role === member.role;
  return same ? member : (await changeMember(ctx, member.id, change))!;
}
