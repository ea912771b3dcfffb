import type { EventData } from '@salesos/shared/events.ts';
import { findByAddresses, getContact } from '../contacts/index.ts';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { parseAddress } from '../core/email-address.ts';
import { emit } from '../core/events.ts';
import { type SuppressionReason, saveSuppressions } from './queries.ts';
import { addressHint } from './suppress.ts';
import { addressKey, personKey } from './suppression-keys.ts';

export type OptOutSource = EventData<'contact.opted_out'>['source'];

/**
 * The person wants no more mail: none of their addresses is written to again, nor any they get later. `address` is the one
 * they were written to, in case the record has lost it. Everybody with one of these addresses is stopped in flight. Repeating
 * it changes nothing.
 */
export async function optOut(ctx: Ctx, contactId: string, source: OptOutSource, address?: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const contact = await getContact(ctx, contactId);
    const reason: SuppressionReason = source === 'complaint' || source === 'crm' ? source : 'opted_out';
    const given = [...contact.addresses, ...(address ? [address] : [])].map(parseAddress);
    const addresses = given.flatMap((parsed) => ('invalid' in parsed ? [] : [parsed]));
    const person = { key: personKey(ctx, contact.id), kind: 'person' as const, hint: null };
    const own = addresses.map(({ key, domain }) => {
      return { key: addressKey(ctx, key), kind: 'address' as const, hint: addressHint(domain) };
    });
    const distinct = new Map([person, ...own].map((row) => [row.key, { ...row, reason, source }]));
    const changed = await saveSuppressions(ctx, [...distinct.values()]);
    if (changed.length === 0) return;
    const sharing = await findByAddresses(
      ctx,
      addresses.map(({ key }) => key),
    );
    const people = new Set([contact.id, ...sharing.map(({ id }) => id)]);
    await emit(ctx, 'contact.opted_out', ...[...people].map((contactId) => ({ contactId, source })));
  });
}
