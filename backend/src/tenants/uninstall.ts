import { type Ctx, inTransaction } from '../core/ctx.ts';
import { NotFound } from '../core/errors.ts';
import { emit } from '../core/events.ts';
import { serveByAdmin, waitForAdmin } from './connections.ts';
import { dropGrant } from './grants.ts';
import { readIdentitiesOf, readIdentity } from './member-queries.ts';
import { deleteOrgKeys } from './org-key-queries.ts';
import { deleteProblems } from './problem-queries.ts';
import { changeConnection, changeTenant, deleteGrant, readConnection, readConnections, readGrants } from './queries.ts';

const removed = 'SalesOS was removed from the CRM.';

/**
 * The app was removed from the CRM account. Its tokens and keys are forgotten; with the last CRM the tenant is disconnected
 * and loses the tokens of its mailboxes too. What people know of their contacts stays, for the day they install it again.
 */
export async function uninstallCrm(ctx: Ctx, connectionId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const connection = await readConnection(ctx, connectionId);
    if (!connection) throw new NotFound('CRM connection');
    const { crm, accountId } = connection;
    const change = { status: 'uninstalled', statusReason: removed, grantId: null } as const;
    const changed = await changeConnection(ctx, connectionId, ['connected', 'reconnect'], change);
    if (!changed) return;
    await deleteOrgKeys(ctx, connectionId);
    await deleteProblems(ctx, connectionId, []);
    for (const { id, vendor, account } of await readGrants(ctx))
      if (vendor === crm && account === accountId) await dropGrant(ctx, id);
    const others = (await readConnections(ctx)).filter((other) => other.status !== 'uninstalled');
    if (others.length === 0) {
      await changeTenant(ctx, { status: 'disconnected' });
      for (const { id, vendor } of await readGrants(ctx)) {
        await dropGrant(ctx, id);
        await emit(ctx, 'grant.lost', { grantId: id, vendor, reason: removed, uninstalled: false });
      }
    }
    await emit(ctx, 'crm.disconnected', { crm, accountId, reason: 'uninstalled' });
  });
}

/**
 * A colleague removed the app where everybody installs for themselves. Their tokens are forgotten and their mailboxes rest
 * (by reaction to `member.left`). If their tokens served the sync, another admin's do from now on, or an admin must install
 * again; when nobody is left, the app is uninstalled. Repeating it, and a user who is nobody, change nothing.
 */
export async function uninstallMember(ctx: Ctx, { crm, crmUserId }: { crm: string; crmUserId: string }): Promise<void> {
  const identity = await readIdentity(ctx, crm, crmUserId);
  if (identity) await forgetMember(ctx, crm, identity.memberId);
}

async function forgetMember(ctx: Ctx, crm: string, memberId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    // The vendor has revoked them itself.
    if (!(await deleteGrant(ctx, memberId))) return;
    await emit(ctx, 'member.left', { memberId, crm });
    const connection = (await readConnections(ctx)).find((connection) => connection.crm === crm);
    if (!connection || connection.status === 'uninstalled') return;
    const left = (await readGrants(ctx)).filter(
      ({ vendor, account }) => vendor === crm && account === connection.accountId,
    );
    if (left.length === 0) return uninstallCrm(ctx, connection.id);
    if (connection.grantId === memberId && !(await serveByAdmin(ctx, connection)))
      await waitForAdmin(ctx, connection.id);
  });
}

/** The vendor refused tokens because the app was removed. Installed again since, all stays. */
export async function forgetUninstalled(ctx: Ctx, grantId: string): Promise<void> {
  const connection = await readConnection(ctx, grantId);
  if (connection?.status === 'reconnect') await uninstallCrm(ctx, connection.id);
  const lost = (await readGrants(ctx)).find((grant) => grant.id === grantId && grant.refusedAt !== null);
  if (!lost || connection) return;
  const identities = await readIdentitiesOf(ctx, grantId);
  if (identities.some(({ crm }) => crm === lost.vendor)) await forgetMember(ctx, lost.vendor, grantId);
}
