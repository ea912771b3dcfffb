import type { Ctx } from '../core/ctx.ts';
import { type Connection, crmAccount, hasOrgKey, newOrgKey, saveOrgKey } from '../tenants/index.ts';
import { askCrm, crmVendor } from './connection.ts';

/**
 * Gives the CRM's own server code the key by which it calls us, once for each connect. It works only after the CRM has taken
 * it, so one whose answer was lost is of no use to anybody and is replaced by the next try. Throws as the vendor does.
 */
export async function handOverKey(ctx: Ctx, connection: Connection): Promise<void> {
  const { takeKey } = crmVendor(ctx, connection.crm);
  if (!takeKey || (await hasOrgKey(ctx, connection.id, connection.connectedAt))) return;
  const key = newOrgKey();
  await askCrm(ctx, connection, () => takeKey(crmAccount(ctx, connection), key));
  await saveOrgKey(ctx, connection.id, key, connection.connectedAt);
}
