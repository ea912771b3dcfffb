import type { Ctx } from '../core/ctx.ts';
import { Forbidden, InvalidInput, VendorUnavailable } from '../core/errors.ts';
import { VendorError } from '../core/http.ts';
import { type Connection, connectionsOf, GrantRefused, markReconnect } from '../tenants/index.ts';
import { CrmDisconnected, type CrmVendor } from './crm.ts';

export function crmVendor(ctx: Pick<Ctx, 'sockets'>, crm: string): CrmVendor {
  const vendor = ctx.sockets.crms.get(crm);
  if (!vendor) throw new InvalidInput(`There is no CRM called “${crm}”.`, { code: 'unknown_crm' });
  return vendor;
}

/** The tenant's account of a CRM, ready to be asked. */
export async function connectionTo(ctx: Ctx, crm: string): Promise<Connection> {
  const connections = (await connectionsOf(ctx)).filter((connection) => connection.crm === crm);
  const connected = connections.find(({ status }) => status === 'connected');
  if (connected) return connected;
  throw notConnected(ctx, crm);
}

/**
 * Asks the CRM. A refused grant sets the connection to `reconnect` and is Forbidden to whoever waits; no answer is
 * VendorUnavailable.
 */
export async function askCrm<T>(
  ctx: Ctx,
  { id, crm, connectedAt }: Connection,
  ask: (vendor: CrmVendor) => Promise<T>,
): Promise<T> {
  const vendor = crmVendor(ctx, crm);
  try {
    return await ask(vendor);
  } catch (error) {
    if (isRefusal(error)) {
      await markReconnect(ctx, id, error.message, connectedAt);
      throw notConnected(ctx, crm, error.message);
    }
    if (error instanceof VendorError)
      throw new VendorUnavailable(`${vendor.name} does not answer. Please try again in a moment.`, {
        detail: error.message,
        retryAfterSeconds: error.retryAfterSeconds,
      });
    throw error;
  }
}

/** The CRM refuses us for good, whether its call or its tokens say so. */
export const isRefusal = (error: unknown): error is CrmDisconnected | GrantRefused =>
  error instanceof CrmDisconnected || error instanceof GrantRefused;

const notConnected = (ctx: Ctx, crm: string, detail?: string) =>
  new Forbidden(`${crmVendor(ctx, crm).name} is not connected. An admin must connect it in the settings of SalesOS.`, {
    code: 'crm_not_connected',
    detail,
  });
