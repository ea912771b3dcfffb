import { type EnrollRefusal, enrollRefusals } from '@salesos/shared/actions.ts';
import { contactStatuses } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { parseAddress } from '../core/email-address.ts';
import { getTenant } from '../tenants/index.ts';
import { finalReasons, readSuppressions, type SuppressionReason } from './queries.ts';
import { addressKey, domainKey, domainsOf, personKey } from './suppression-keys.ts';

/** Why somebody must not be written to; the code is what a workflow branches on. */
export interface Refusal {
  code: EnrollRefusal;
  sentence: string;
}

/**
 * Whether each of these people may be written to at this address, in the order given; null means yes. Asked at enrollment, at
 * render and inside the transaction that lets a mail go. Three queries, however many people.
 */
export async function mayContact(
  ctx: Ctx,
  people: { contactId: string; address: string }[],
): Promise<(Refusal | null)[]> {
  if (people.length === 0) return [];
  const { postalAddress } = await getTenant(ctx);
  const statuses = await contactStatuses(ctx, [...new Set(people.map(({ contactId }) => contactId))]);
  const asked = people.map(({ contactId, address }) => ({
    status: statuses.get(contactId),
    ...keysOf(ctx, contactId, address),
  }));
  const suppressed = await readSuppressions(ctx, [...new Set(asked.flatMap(({ keys }) => keys))]);
  return asked.map(({ status, problem, keys }) => {
    if (!status) return refuse('RECORD_NOT_FOUND');
    if (status === 'deleted' || status === 'erased') return refuse('DELETED');
    if (problem) return refuse(problem);
    const reasons = keys.flatMap((key) => suppressed.get(key)?.reason ?? []);
    if (reasons.some(isOptOut)) return refuse('OPTED_OUT');
    if (reasons.length > 0) return refuse('SUPPRESSED');
    return postalAddress ? null : refuse('NO_POSTAL_ADDRESS');
  });
}

function keysOf(ctx: Ctx, contactId: string, address: string): { keys: string[]; problem: EnrollRefusal | null } {
  const parsed = parseAddress(address);
  if ('invalid' in parsed) return { keys: [], problem: address.trim() === '' ? 'NO_ADDRESS' : 'INVALID_ADDRESS' };
  const domains = domainsOf(parsed.domain).map((domain) => domainKey(ctx, domain));
  return { keys: [personKey(ctx, contactId), addressKey(ctx, parsed.key), ...domains], problem: null };
}

const isOptOut = (reason: SuppressionReason) => reason === 'crm' || finalReasons.includes(reason);

const refuse = (code: EnrollRefusal): Refusal => ({ code, sentence: enrollRefusals[code] });
