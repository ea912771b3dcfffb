/** What a rep may open and change from a card. */
import { enrollRefusals } from '@salesos/shared/actions.ts';
import { Forbidden } from '../core/errors.ts';
import type { CardCaller } from './authenticate.ts';

export interface RecordRef {
  objectType: string;
  recordId: string;
}

/**
 * HubSpot and Salesforce vouch for the user and not for the record: there the record is read through the account's own
 * connection, which proves that it exists in that account, and whoever cannot open it has no card on it (in Salesforce our
 * Apex asks before it calls). Pipedrive says which records this user may open; then nothing else is shown.
 */
export function mayOpen({ ctx, crm, records }: CardCaller, { objectType, recordId }: RecordRef): boolean {
  if (records === null) return true;
  const type = objectType.toLowerCase();
  if (records.objectType.toLowerCase() === type) return records.recordIds.includes(recordId);
  const isPerson = ctx.sockets.crms.get(crm)?.personTypes.includes(type) ?? false;
  return isPerson && (records.personIds?.includes(recordId) ?? false);
}

/** Throws Forbidden where the rep may not open the record. */
export function requireRecord(caller: CardCaller, record: RecordRef): void {
  if (!mayOpen(caller, record)) throw new Forbidden(enrollRefusals.NO_PERMISSION, { code: 'no_permission' });
}

export function requireAdmin({ member }: CardCaller, what: string): void {
  if (member.role !== 'admin') throw new Forbidden(`Only an admin can ${what}: the person who installed SalesOS.`);
}
