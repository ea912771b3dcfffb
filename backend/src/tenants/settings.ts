import type { Ctx } from '../core/ctx.ts';
import { InvalidInput, NotFound } from '../core/errors.ts';
import type { MailLogging, TrackingLevel } from '../core/tables.ts';
import { isZone } from '../core/zoned-time.ts';
import { changeTenant, readTenant, type TenantRow } from './queries.ts';

/** One customer: a company that installed SalesOS in its CRM. */
export type Tenant = TenantRow;

const longestAddress = 500;
const longestName = 200;

export async function getTenant(ctx: Ctx): Promise<Tenant> {
  const tenant = await readTenant(ctx);
  if (!tenant) throw new NotFound('account');
  return tenant;
}

/** Changes the settings that are given; an empty postal address takes it away, and then no sequence mail leaves. */
export async function updateTenant(
  ctx: Ctx,
  change: {
    postalAddress?: string;
    trackingLevel?: TrackingLevel;
    timeZone?: string;
    name?: string;
    samePersonPolicy?: Tenant['samePersonPolicy'];
    mailLogging?: MailLogging;
  },
): Promise<Tenant> {
  const { trackingLevel, timeZone, samePersonPolicy, mailLogging } = change;
  const postalAddress = change.postalAddress?.trim();
  const name = change.name?.trim();
  if (postalAddress !== undefined && postalAddress.length > longestAddress)
    throw wrong('/postalAddress', `The postal address has at most ${longestAddress} characters.`);
  if (timeZone !== undefined && !isZone(timeZone))
    throw wrong('/timeZone', `“${timeZone}” is no time zone. Use a name such as Europe/Berlin.`);
  if (name !== undefined && (name === '' || name.length > longestName))
    throw wrong('/name', `The name of the account has 1 to ${longestName} characters.`);
  const set = {
    ...(postalAddress === undefined ? {} : { postalAddress: postalAddress || null }),
    ...(trackingLevel ? { trackingLevel } : {}),
    ...(timeZone ? { timeZone } : {}),
    ...(name ? { name } : {}),
    ...(samePersonPolicy ? { samePersonPolicy } : {}),
    ...(mailLogging ? { mailLogging } : {}),
  };
  if (Object.keys(set).length === 0) return getTenant(ctx);
  const tenant = await changeTenant(ctx, set);
  if (!tenant) throw new NotFound('account');
  return tenant;
}

const wrong = (pointer: string, message: string) =>
  new InvalidInput(message, { fields: [{ pointer, code: 'invalid', message }] });
