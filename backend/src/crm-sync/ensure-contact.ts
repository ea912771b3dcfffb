import { type Contact, findByRecord, recordReadAt } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { InvalidInput, NotFound, VendorUnavailable } from '../core/errors.ts';
import { connectionTo, crmVendor } from './connection.ts';
import { pullRecord } from './pull-record.ts';

/** A record's copy this old is read again before it is used; notices keep it fresher than that as a rule. */
const freshSeconds = 15 * 60;

/**
 * The contact of a CRM record. The CRM is asked when we do not know the record, or know it from long ago; when it does not
 * answer then, an old copy is better than none. Throws NotFound, Forbidden (not connected), InvalidInput (no person's record)
 * or VendorUnavailable.
 */
export async function ensureContact(
  ctx: Ctx,
  { crm, objectType, recordId }: { crm: string; objectType: string; recordId: string },
): Promise<Contact> {
  const vendor = crmVendor(ctx, crm);
  if (!vendor.personTypes.includes(objectType.toLowerCase()))
    throw new InvalidInput(`SalesOS writes to people. This ${vendor.name} record is none.`, { code: 'not_a_person' });
  const connection = await connectionTo(ctx, crm);
  const known = await findByRecord(ctx, crm, recordId);
  const readAt = await recordReadAt(ctx, crm, recordId);
  const age = readAt ? ctx.clock.now().getTime() - readAt.getTime() : Number.POSITIVE_INFINITY;
  if (known?.status === 'active' && age < freshSeconds * 1000) return known;
  try {
    const contact = await pullRecord(ctx, connection, recordId);
    if (contact?.status === 'active') return contact;
  } catch (error) {
    if (!(error instanceof VendorUnavailable && known?.status === 'active')) throw error;
    ctx.log.warn({ crm, error }, 'using an old copy of a contact');
    return known;
  }
  throw new NotFound('contact');
}
