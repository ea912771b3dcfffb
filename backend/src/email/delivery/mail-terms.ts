import { trackingLevelsFor } from '../../compliance/index.ts';
import { type Contact, copyAddressesOf } from '../../contacts/index.ts';
import type { Ctx } from '../../core/ctx.ts';
import { connectionsOf, getTenant } from '../../tenants/index.ts';
import type { NewMessage } from './messages.ts';

/** How much is measured of a mail, and who gets it as a blind copy. */
export type MailTerms = Pick<NewMessage, 'trackingLevel' | 'copyCrm' | 'copyTo'>;

/**
 * On which terms a mail to each of these people leaves, in order. Where the account wants copies instead of activities, and a
 * connected CRM takes them for this person, one goes there. Such a mail is not tracked: the copy has the same pixel and links,
 * and whoever reads it in the CRM would count as the person.
 */
export async function mailTermsFor(ctx: Ctx, contacts: Contact[]): Promise<MailTerms[]> {
  const levels = await trackingLevelsFor(ctx, contacts);
  const copies = await copiesFor(ctx, contacts);
  return contacts.map(({ id }, index) => {
    const copy = copies.get(id);
    return copy
      ? { trackingLevel: 'none', copyCrm: copy.crm, copyTo: copy.address }
      : { trackingLevel: levels[index]!, copyCrm: null, copyTo: null };
  });
}

async function copiesFor(ctx: Ctx, contacts: Contact[]): Promise<Map<string, { crm: string; address: string }>> {
  if ((await getTenant(ctx)).mailLogging !== 'smart_bcc') return new Map();
  const connected = (await connectionsOf(ctx)).filter(({ status }) => status === 'connected').map(({ crm }) => crm);
  const found = await copyAddressesOf(
    ctx,
    contacts.map(({ id }) => id),
  );
  // The first of a person's counts, and a later entry of a Map wins.
  const usable = found.filter(({ crm }) => connected.includes(crm)).reverse();
  return new Map(usable.map(({ contactId, crm, address }) => [contactId, { crm, address }]));
}
