import { type Ctx, inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { Conflict, NotFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { oauthVendor } from './connect.ts';
import { type Connection, serve, serveByAdmin, waitForAdmin } from './connections.ts';
import { storeGrant } from './grants.ts';
import { readAdminIdentities } from './member-queries.ts';
import { saveInstaller } from './members.ts';
import type { Grant, OAuthVendor } from './oauth.ts';
import {
  changeConnection,
  changeTenant,
  insertConnection,
  insertTenant,
  lockTenant,
  readConnectionByAccount,
  readConnections,
  readTenant,
} from './queries.ts';

interface Install {
  crm: string;
  grant: Grant;
  /** The tenant that the CRM is added to; absent when the install itself makes the tenant. */
  tenantId?: string;
}

/**
 * Installing the app in a CRM account makes the tenant, or adds the CRM to the tenant that is given; installing it again in
 * the same account finds it again. Where every colleague installs, each one's tokens are kept, and the first admin's serve
 * the sync; until one has installed, the connection waits. Throws Conflict for an account that belongs to another tenant
 * (`crm_account_taken`), for somebody who may not replace the tokens that serve it (`crm_admin_needed`), and for a second
 * account of a CRM in one tenant (`crm_other_account`): their record ids would mix.
 */
export async function installCrm(
  system: System,
  request: Install,
): Promise<{ tenantId: string; connectionId: string; memberId: string | null }> {
  const { crm, grant } = request;
  const found = await readConnectionByAccount(system, crm, grant.accountId);
  try {
    return await inTransaction(system, (system) => install(system, request, found));
  } catch (error) {
    // Two installs of one account at once: the other one made the tenant.
    const made = found ? undefined : await readConnectionByAccount(system, crm, grant.accountId);
    if (!made) throw error;
    return inTransaction(system, (system) => install(system, request, made));
  }
}

async function install(system: System, { crm, grant, tenantId: wanted }: Install, found: Connection | undefined) {
  const now = system.clock.now();
  const { accountId, accountName, tokens } = grant;
  const vendor = oauthVendor(system, crm);
  if (found && wanted && found.tenantId !== wanted)
    throw new Conflict(`This ${vendor.name} account is connected to another SalesOS account.`, {
      code: 'crm_account_taken',
    });
  const tenantId = found?.tenantId ?? wanted ?? newId(now);
  const ctx = tenantContext(system, tenantId);
  // With a link from the settings an admin of SalesOS stands behind it.
  if (found?.status === 'connected' && !wanted) await requireAdmin(ctx, vendor, grant);
  if (!found && !wanted)
    await insertTenant(system, { id: tenantId, name: accountName ?? `Account ${accountId}`, createdAt: now });
  // One at a time: of two admins who install, one serves the sync.
  await lockTenant(ctx);
  const connection = found ?? (await add(ctx, crm, vendor.name, accountId));
  const { isPerUser = false } = vendor;
  const user = grant.user && { ...grant.user, isAdmin: grant.user.isAdmin ?? !isPerUser };
  const member = user ? await saveInstaller(ctx, crm, user) : null;
  if (isPerUser && !member) throw new Error(`${vendor.name} did not say who installed SalesOS.`);
  const grantId = isPerUser ? member!.id : connection.id;
  await storeGrant(ctx, { id: grantId, vendor: crm, account: accountId, tokens });
  await changeTenant(ctx, { status: 'active' });
  const seen = { scopes: tokens.scopes, apiUrl: tokens.apiUrl ?? null };
  if (!isPerUser) await serve(ctx, connection, { ...seen, grantId });
  else {
    await changeConnection(ctx, connection.id, ['connected', 'reconnect', 'uninstalled'], seen);
    if (!(await serveByAdmin(ctx, connection))) await waitForAdmin(ctx, connection.id);
  }
  return { tenantId, connectionId: connection.id, memberId: member?.id ?? null };
}

/** Where an admin of the CRM connected, nobody who sees less takes their place: what is not seen is taken for deleted. */
async function requireAdmin(ctx: Ctx, { id, name, isPerUser }: OAuthVendor, { user }: Grant): Promise<void> {
  if (isPerUser || user?.isAdmin !== false || (await readAdminIdentities(ctx, id)).length === 0) return;
  throw new Conflict(
    `This ${name} account is connected already. Only an admin of it, or a link from the settings of SalesOS, connects it anew.`,
    { code: 'crm_admin_needed' },
  );
}

async function add(ctx: Ctx, crm: string, crmName: string, accountId: string): Promise<Connection> {
  const { tenantId, clock } = ctx;
  if (!(await readTenant(ctx))) throw new NotFound('account');
  if ((await readConnections(ctx)).some((other) => other.crm === crm))
    throw new Conflict(
      `Another ${crmName} account is, or was, connected to this SalesOS account. A second one needs a SalesOS account of its own.`,
      { code: 'crm_other_account' },
    );
  const now = clock.now();
  const connection: Connection = {
    tenantId,
    id: newId(now),
    crm,
    accountId,
    status: 'reconnect',
    statusReason: null,
    scopes: [],
    apiUrl: null,
    grantId: null,
    connectedAt: now,
    createdAt: now,
  };
  await insertConnection(ctx, connection);
  return connection;
}
