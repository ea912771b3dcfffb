import { type Ctx, inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { NotFound } from '../core/errors.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import { accessToken, dropGrant, storeGrant } from './grants.ts';
import { saveInstaller } from './members.ts';
import type { Grant } from './oauth.ts';
import {
  type ConnectionRow,
  changeConnection,
  changeTenant,
  insertConnection,
  insertTenant,
  readConnection,
  readConnectionByAccount,
  readConnections,
  readGrants,
} from './queries.ts';

/** A CRM account in which SalesOS is, or was, installed. */
export type Connection = ConnectionRow;

/**
 * Installing the app in a CRM account makes the tenant; installing it again in the same account finds it again. The person
 * who installs is an admin.
 */
export async function installCrm(
  system: System,
  { crm, grant }: { crm: string; grant: Grant },
): Promise<{ tenantId: string; connectionId: string }> {
  const found = await readConnectionByAccount(system, crm, grant.accountId);
  try {
    return await inTransaction(system, (system) => install(system, crm, grant, found));
  } catch (error) {
    // Two installs of one account at once: the other one made the tenant.
    const made = found ? undefined : await readConnectionByAccount(system, crm, grant.accountId);
    if (!made) throw error;
    return inTransaction(system, (system) => install(system, crm, grant, made));
  }
}

async function install(system: System, crm: string, grant: Grant, found: Connection | undefined) {
  const now = system.clock.now();
  const { accountId, accountName, tokens } = grant;
  const tenantId = found?.tenantId ?? newId(now);
  const connectionId = found?.id ?? newId(now);
  const ctx = tenantContext(system, tenantId);
  const apiUrl = tokens.apiUrl ?? null;
  const connected = {
    status: 'connected',
    statusReason: null,
    scopes: tokens.scopes,
    connectedAt: now,
    apiUrl,
  } as const;
  if (found) {
    await changeConnection(ctx, connectionId, ['connected', 'reconnect', 'uninstalled'], connected);
    await changeTenant(ctx, { status: 'active' });
  } else {
    await insertTenant(system, { id: tenantId, name: accountName ?? `Account ${accountId}`, createdAt: now });
    await insertConnection(ctx, { tenantId, id: connectionId, crm, accountId, createdAt: now, ...connected });
  }
  await storeGrant(ctx, { id: connectionId, vendor: crm, account: accountId, tokens });
  if (grant.user) await saveInstaller(ctx, crm, grant.user);
  await emit(ctx, 'crm.connected', { crm, accountId });
  return { tenantId, connectionId };
}

/** Whose account of a CRM this is; undefined when SalesOS never was installed there. */
export const findConnection = (system: System, crm: string, accountId: string): Promise<Connection | undefined> =>
  readConnectionByAccount(system, crm, accountId);

/** The tenant's CRM accounts, uninstalled ones included. */
export const connectionsOf = (ctx: Ctx): Promise<Connection[]> => readConnections(ctx);

/** The CRM refused us because the app was removed. Installed again since, it stays. */
export async function forgetUninstalled(ctx: Ctx, connectionId: string): Promise<void> {
  const connection = await readConnection(ctx, connectionId);
  if (connection?.status === 'reconnect') await uninstallCrm(ctx, connectionId);
}

/** A connected CRM account as its vendor wants it. */
export const crmAccount = (ctx: Ctx, { id, accountId, apiUrl }: Pick<Connection, 'id' | 'accountId' | 'apiUrl'>) => ({
  tenantId: ctx.tenantId,
  connectionId: id,
  accountId,
  apiUrl,
  token: (refused?: string): Promise<string> => accessToken(ctx, id, refused),
});

/**
 * The app was removed from the CRM account. Its tokens are forgotten; with the last CRM the tenant is disconnected and loses
 * the tokens of its mailboxes too. What people know of their contacts stays, for the day they install it again.
 */
export async function uninstallCrm(ctx: Ctx, connectionId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const connection = await readConnection(ctx, connectionId);
    if (!connection) throw new NotFound('CRM connection');
    const change = { status: 'uninstalled', statusReason: 'SalesOS was removed from the CRM.' } as const;
    const changed = await changeConnection(ctx, connectionId, ['connected', 'reconnect'], change);
    if (!changed) return;
    await dropGrant(ctx, connectionId);
    const others = (await readConnections(ctx)).filter((other) => other.status !== 'uninstalled');
    if (others.length === 0) {
      await changeTenant(ctx, { status: 'disconnected' });
      for (const { id, vendor } of await readGrants(ctx)) {
        await dropGrant(ctx, id);
        await emit(ctx, 'grant.lost', { grantId: id, vendor, reason: change.statusReason, uninstalled: false });
      }
    }
    const { crm, accountId } = connection;
    await emit(ctx, 'crm.disconnected', { crm, accountId, reason: 'uninstalled' });
  });
}
