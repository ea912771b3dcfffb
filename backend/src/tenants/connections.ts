/** Connected CRM accounts: whose tokens serve them, and what becomes of them when those are lost. */
import { type Ctx, inTransaction, type System } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { accessToken } from './grants.ts';
import { readAdminIdentities } from './member-queries.ts';
import { GrantRefused } from './oauth.ts';
import { readProblems } from './problem-queries.ts';
import type { ConnectionProblem } from './problems.ts';
import {
  type ConnectionRow,
  changeConnection,
  readConnection,
  readConnectionByAccount,
  readConnections,
  readGrants,
  refuseGrant,
} from './queries.ts';

/** A CRM account in which SalesOS is, or was, installed. */
export type Connection = ConnectionRow;

/** Whose account of a CRM this is; undefined when SalesOS never was installed there. */
export const findConnection = (system: System, crm: string, accountId: string): Promise<Connection | undefined> =>
  readConnectionByAccount(system, crm, accountId);

/** The tenant's CRM accounts, uninstalled ones included, with what an admin must change there. */
export async function connectionsOf(ctx: Ctx): Promise<(Connection & { problems: ConnectionProblem[] })[]> {
  const connections = await readConnections(ctx);
  const problems = Map.groupBy(await readProblems(ctx), ({ connectionId }) => connectionId);
  return connections.map((connection) => ({ ...connection, problems: problems.get(connection.id) ?? [] }));
}

/** A connected CRM account as its vendor wants it. */
export const crmAccount = (
  ctx: Ctx,
  { id, accountId, apiUrl, grantId }: Pick<Connection, 'id' | 'accountId' | 'apiUrl' | 'grantId'>,
) => ({
  tenantId: ctx.tenantId,
  connectionId: id,
  accountId,
  apiUrl,
  token: async (refused?: string): Promise<string> => {
    if (grantId === null) throw new GrantRefused(adminMissing);
    return accessToken(ctx, grantId, refused);
  },
});

/** These tokens serve the account from now on. */
export async function serve(
  ctx: Ctx,
  { id, crm, accountId }: Connection,
  change: { grantId: string; scopes?: string[]; apiUrl?: string | null },
): Promise<void> {
  await changeConnection(ctx, id, ['connected', 'reconnect', 'uninstalled'], {
    status: 'connected',
    statusReason: null,
    connectedAt: ctx.clock.now(),
    ...change,
  });
  await emit(ctx, 'crm.connected', { crm, accountId });
}

/**
 * Chooses whose tokens serve an account in which every colleague installs: those that do, else another admin's. False, and
 * nothing is changed, when no admin's are left.
 */
export async function serveByAdmin(ctx: Ctx, { id, crm, accountId }: Connection): Promise<boolean> {
  const living = (await readGrants(ctx)).filter(
    ({ vendor, account, refusedAt }) => vendor === crm && account === accountId && refusedAt === null,
  );
  const admins = await readAdminIdentities(ctx, crm);
  const able = admins.flatMap(({ memberId }) => (living.some((grant) => grant.id === memberId) ? [memberId] : []));
  const seen = (await readConnection(ctx, id))!;
  const grantId = able.find((memberId) => memberId === seen.grantId) ?? able[0];
  if (!grantId) return false;
  if (seen.status !== 'connected' || seen.grantId !== grantId) await serve(ctx, seen, { grantId });
  return true;
}

/** No admin's tokens are there: nothing is read or written until an admin installs the app. */
export async function waitForAdmin(ctx: Ctx, connectionId: string): Promise<void> {
  const waiting = { status: 'reconnect', statusReason: adminMissing, grantId: null } as const;
  await changeConnection(ctx, connectionId, ['reconnect', 'uninstalled'], waiting);
  await disconnect(ctx, connectionId, waiting);
}

/**
 * A connected CRM refuses us: another admin's tokens take over where there are any, else an admin must connect it again.
 * Repeating it, or another id, changes nothing; neither does a refusal that belongs to an earlier connect (`connectedAt` is
 * the one that was refused).
 */
export async function markReconnect(ctx: Ctx, connectionId: string, reason: string, connectedAt?: Date): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const seen = await readConnection(ctx, connectionId);
    if (seen?.status !== 'connected' || (connectedAt && seen.connectedAt > connectedAt)) return;
    if (isPerUser(ctx, seen.crm)) {
      if (seen.grantId) await refuseGrant(ctx, seen.grantId, ctx.clock.now());
      if (await serveByAdmin(ctx, seen)) return;
    }
    await disconnect(ctx, connectionId, { status: 'reconnect', statusReason: reason });
  });
}

async function disconnect(
  ctx: Ctx,
  connectionId: string,
  change: { status: 'reconnect'; statusReason: string; grantId?: null },
): Promise<void> {
  const connection = await changeConnection(ctx, connectionId, ['connected'], change);
  if (!connection) return;
  const { crm, accountId } = connection;
  await emit(ctx, 'crm.disconnected', { crm, accountId, reason: 'refused' });
}

const adminMissing =
  'An admin of the CRM account must install SalesOS: a colleague’s access does not show all records.';

/** True where every colleague installs for themselves. */
const isPerUser = (ctx: Pick<Ctx, 'sockets'>, crm: string): boolean => ctx.sockets.oauth.get(crm)?.isPerUser ?? false;
