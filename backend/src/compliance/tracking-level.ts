import { trackingLevels } from '@salesos/shared/cards.ts';
import { countryCode } from '../contacts/index.ts';
import type { TrackingLevel } from '../core/tables.ts';

/**
 * Countries in which opens of a single person may only be measured with that person's consent; hygiene (the day of the last
 * open, to stop writing to dead addresses) needs none.
 *   France: CNIL, délibération 2026-042, in force 14 July 2026, https://www.cnil.fr/fr/recommandation-pixel-suivi-courriels
 *   Italy: Garante, provvedimento 284/2026, in force 29 October 2026, https://www.garanteprivacy.it (doc. web 10241943)
 */
const consentNeeded: { countries: string[]; from: Date; atMost: TrackingLevel }[] = [
  { countries: ['FR', 'GF', 'GP', 'MQ', 'RE', 'YT'], from: new Date('2026-07-14T00:00:00+02:00'), atMost: 'hygiene' },
  { countries: ['IT'], from: new Date('2026-10-29T00:00:00+01:00'), atMost: 'hygiene' },
];

export interface TrackedPerson {
  /** A code or a name; where it is unknown, an address that ends in a country (`.fr`) tells it. */
  country: string | null;
  address: string | null;
  /** The person agreed to be tracked. */
  consented: boolean;
}

/** How much may be measured of mails to this person: the account's level, lowered where the law of the country says so. */
export function trackingLevelOf(account: TrackingLevel, person: TrackedPerson, now: Date): TrackingLevel {
  if (person.consented) return account;
  const country = countryCode(person.country) ?? countryCode(person.address?.split('.').at(-1) ?? null);
  const rule = consentNeeded.find(({ countries, from }) => country && countries.includes(country) && from <= now);
  return rule ? lower(account, rule.atMost) : account;
}

const lower = (one: TrackingLevel, other: TrackingLevel): TrackingLevel =>
  trackingLevels.indexOf(one) < trackingLevels.indexOf(other) ? one : other;
