import type { Contact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { InvalidInput, NotFound } from '../core/errors.ts';
import { crmAccount } from '../tenants/index.ts';
import { askCrm, connectionTo, crmVendor } from './connection.ts';
import { takeOver } from './pull-record.ts';

export interface Group {
  name: string;
  /** There are more people than these, who changed last. */
  isCut: boolean;
  people: { contact: Contact; objectType: string; recordId: string }[];
}

/**
 * The people of a company, account or deal, read from the CRM and kept as contacts; those we know as deleted or erased are
 * left out. Throws NotFound, Forbidden (not connected), InvalidInput (no such kind of record) or VendorUnavailable.
 */
export async function readGroup(
  ctx: Ctx,
  { crm, objectType, recordId }: { crm: string; objectType: string; recordId: string },
): Promise<Group> {
  const { groupTypes, name: crmName } = crmVendor(ctx, crm);
  if (!groupTypes.includes(objectType.toLowerCase()))
    throw new InvalidInput(`This ${crmName} record has no people of its own.`, { code: 'not_a_group' });
  const connection = await connectionTo(ctx, crm);
  const account = crmAccount(ctx, connection);
  const readAt = ctx.clock.now();
  const group = await askCrm(ctx, connection, (vendor) => vendor.readGroup(account, objectType, recordId));
  if (group.outcome === 'missing') throw new NotFound('record');
  const people: Group['people'] = [];
  for (const person of group.people) {
    const contact = await takeOver(ctx, connection, person, readAt);
    if (contact.status === 'active') people.push({ contact, objectType: person.objectType, recordId: person.recordId });
  }
  return { name: group.name, isCut: group.isCut, people };
}
