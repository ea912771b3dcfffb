import { contactIdsInDomain, findByAddresses } from '../contacts/index.ts';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { parseAddress } from '../core/email-address.ts';
import { Conflict, InvalidInput } from '../core/errors.ts';
import { emit } from '../core/events.ts';
import {
  deleteSuppressions,
  finalReasons,
  readSuppressionPage,
  readSuppressions,
  type SuppressionReason,
  type SuppressionRow,
  saveSuppressions,
} from './queries.ts';
import { addressKey, domainKey, domainsOf, personKey } from './suppression-keys.ts';

/** An address or a domain that is never written to. Only its HMAC is kept, so `value` is a hint: the domain. */
export interface Suppression {
  id: string;
  kind: 'address' | 'domain';
  value: string;
  reason: SuppressionReason;
  source: string;
  createdAt: Date;
}

interface Target {
  kind: 'address' | 'domain';
  value: string;
}

/**
 * Never write to an address, or to a domain and those below it, again. People in flight are stopped, unless it is a bounce,
 * which stops them by itself. What is suppressed already stays as it is, but for a stronger reason.
 */
export async function suppress(
  ctx: Ctx,
  { reason, source, ...target }: Target & { reason: SuppressionReason; source: string },
): Promise<Suppression> {
  const { key, value, hint } = read(ctx, target);
  return inTransaction(ctx, async (ctx) => {
    const [changed] = await saveSuppressions(ctx, [{ key, kind: target.kind, hint, reason, source }]);
    if (!changed) return view((await readSuppressions(ctx, [key])).get(key)!);
    if (reason !== 'hard_bounce') {
      const ids =
        target.kind === 'domain'
          ? await contactIdsInDomain(ctx, value)
          : (await findByAddresses(ctx, [value])).map((contact) => contact.id);
      await emit(ctx, 'contact.opted_out', ...ids.map((contactId) => ({ contactId, source: 'api' as const })));
    }
    return view(changed);
  });
}

/** Allows an address or a domain again. Somebody who unsubscribed or complained stays as they wished: a Conflict. */
export async function unsuppress(ctx: Ctx, target: Target): Promise<{ removed: boolean }> {
  const { key, value } = read(ctx, target);
  return inTransaction(ctx, async (ctx) => {
    const row = (await readSuppressions(ctx, [key])).get(key);
    if (row && finalReasons.includes(row.reason))
      throw new Conflict('This person asked not to be written to. Only they can take that back.');
    // The CRM's word counts for the person too, and goes with it.
    const people = target.kind === 'address' ? await findByAddresses(ctx, [value]) : [];
    const removed = await deleteSuppressions(ctx, [key, ...people.map(({ id }) => personKey(ctx, id))]);
    return { removed: removed > 0 };
  });
}

/** Why an address is not written to, whether by itself or by its domain; null when it is. */
export async function isSuppressed(ctx: Ctx, address: string): Promise<Suppression | null> {
  const parsed = parseAddress(address);
  if ('invalid' in parsed) return null;
  const keys = [addressKey(ctx, parsed.key), ...domainsOf(parsed.domain).map((domain) => domainKey(ctx, domain))];
  const found = await readSuppressions(ctx, keys);
  const row = keys.map((key) => found.get(key)).find((row) => row !== undefined);
  return row ? view(row) : null;
}

/** Suppressed addresses and domains, newest first. `before` is the id of the last one seen. */
export const listSuppressions = async (
  ctx: Ctx,
  page: { before: string | null; limit: number },
): Promise<Suppression[]> => (await readSuppressionPage(ctx, page)).map(view);

export const addressHint = (domain: string): string => `•••@${domain}`;

function read(ctx: Ctx, { kind, value }: Target): { key: string; value: string; hint: string } {
  // A domain is read as that of an address, so both have one spelling.
  const parsed = parseAddress(kind === 'domain' ? `postmaster@${value.trim().replace(/^@/, '')}` : value);
  if ('invalid' in parsed)
    throw new InvalidInput(parsed.invalid, {
      fields: [{ pointer: '/value', code: 'invalid', message: parsed.invalid }],
    });
  const { domain, key } = parsed;
  return kind === 'domain'
    ? { key: domainKey(ctx, domain), value: domain, hint: domain }
    : { key: addressKey(ctx, key), value: key, hint: addressHint(domain) };
}

const view = ({ key, kind, hint, reason, source, createdAt }: SuppressionRow): Suppression => ({
  id: key,
  kind: kind === 'domain' ? 'domain' : 'address',
  value: hint ?? '',
  reason,
  source,
  createdAt,
});
