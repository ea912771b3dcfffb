/** What a rep may open and change from a card. */
import { enrollRefusals } from '@salesos/shared/actions.ts';
import { DomainError, Forbidden } from '../core/errors.ts';
import { readGroup } from '../crm-sync/index.ts';
import type { CardCaller } from './authenticate.ts';

export interface RecordRef {
  objectType: string;
  recordId: string;
}

/**
 * HubSpot and Salesforce vouch for the user and not for the record: there the record is read through the account's own
 * connection, which proves that it exists in that account, and whoever cannot open it has no card on it (in Salesforce our
 * Apex asks before it calls). Pipedrive says which records this user may open; then those are shown, and the people of
 * those that are companies or deals, and nothing else.
 */
export async function mayOpen(caller: CardCaller, { objectType, recordId }: RecordRef): Promise<boolean> {
  const { ctx, crm, records } = caller;
  if (records === null) return true;
  const type = objectType.toLowerCase();
  if (records.objectType.toLowerCase() === type) return records.recordIds.includes(recordId);
  const vendor = ctx.sockets.crms.get(crm);
  if (!vendor?.personTypes.includes(type)) return false;
  records.personIds ??= await peopleOf(caller, records);
  return records.personIds.includes(recordId);
}

/** Throws Forbidden where the rep may not open the record. */
export async function requireRecord(caller: CardCaller, record: RecordRef): Promise<void> {
  if (!(await mayOpen(caller, record))) throw new Forbidden(enrollRefusals.NO_PERMISSION, { code: 'no_permission' });
}

/** Where the session does not list them, the CRM is asked, once per request. A record without people has none. */
async function peopleOf(
  { ctx, crm }: CardCaller,
  { objectType, recordIds }: { objectType: string; recordIds: string[] },
) {
  const people: string[] = [];
  for (const recordId of recordIds)
    try {
      const group = await readGroup(ctx, { crm, objectType, recordId });
      people.push(...group.people.map((person) => person.recordId));
    } catch (error) {
      if (!(error instanceof DomainError) || error.status >= 500) throw error;
    }
  return people;
}

export function requireAdmin({ member, crm }: CardCaller, what: string): void {
  if (member.role === 'admin') return;
  const who =
    crm === 'salesforce' ? 'whoever has the permission set “SalesOS Admin”' : 'the person who installed SalesOS';
  throw new Forbidden(`Only an admin can ${what}: ${who}.`);
}
