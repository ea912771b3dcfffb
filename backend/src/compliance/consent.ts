import type { Contact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { parseAddress } from '../core/email-address.ts';
import { InvalidInput } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { TrackingLevel } from '../core/tables.ts';
import { getTenant } from '../tenants/index.ts';
import { insertConsent, readTrackingConsents } from './queries.ts';
import { addressKey } from './suppression-keys.ts';
import { trackingLevelOf } from './tracking-level.ts';

/** Notes that a person agreed to be tracked, or took it back: who, when, where, and to which version of the text. */
export async function recordConsent(
  ctx: Ctx,
  consent: { address: string; granted: boolean; source: string; textVersion: string },
): Promise<void> {
  const parsed = parseAddress(consent.address);
  if ('invalid' in parsed) throw new InvalidInput(parsed.invalid);
  const { granted, source, textVersion } = consent;
  const at = ctx.clock.now();
  await insertConsent(ctx, {
    tenantId: ctx.tenantId,
    id: newId(at),
    personKey: addressKey(ctx, parsed.key),
    purpose: 'tracking',
    granted,
    source,
    textVersion,
    actor: `${ctx.actor.kind} ${ctx.actor.id}`,
    at,
  });
}

type Person = Pick<Contact, 'country' | 'addresses'>;

/** How much may be measured of mails to each of these people, in order, in two queries. */
export async function trackingLevelsFor(ctx: Ctx, contacts: Person[]): Promise<TrackingLevel[]> {
  const { trackingLevel } = await getTenant(ctx);
  if (trackingLevel === 'none') return contacts.map(() => trackingLevel);
  const keys = contacts.map(({ addresses }) => (addresses[0] ? addressKey(ctx, addresses[0]) : ''));
  const consents = await readTrackingConsents(ctx, [...new Set(keys)]);
  return contacts.map(({ country, addresses }, index) =>
    trackingLevelOf(
      trackingLevel,
      { country, address: addresses[0] ?? null, consented: consents.has(keys[index]!) },
      ctx.clock.now(),
    ),
  );
}
