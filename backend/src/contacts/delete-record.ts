import { type Ctx, inTransaction } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { changeContact, lockContact, readRecord, replaceAddresses, saveRecord } from './queries.ts';

/**
 * The record is gone from its CRM. `deleted` may be undone by the CRM; `erased` (a privacy deletion) removes what we know of
 * the person for good and keeps only ids, and the suppressions, which are no longer readable. Either way the person is
 * stopped by reaction. A record that was merged away is not the person, unless the person asked to be erased.
 */
export async function deleteByRecord(
  ctx: Ctx,
  crm: string,
  recordId: string,
  reason: 'deleted' | 'erased',
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const record = await readRecord(ctx, crm, recordId);
    if (!record || (reason === 'deleted' && !record.isCurrent)) return;
    const contact = await lockContact(ctx, record.contactId);
    if (!contact || contact.status === 'erased' || contact.status === reason) return;
    const at = { status: reason, fetchedAt: ctx.clock.now() };
    await saveRecord(ctx, { ...record, isCurrent: false });
    await changeContact(ctx, contact.id, reason === 'erased' ? { ...nothingPersonal, ...at } : at);
    if (reason === 'erased') await replaceAddresses(ctx, contact.id, []);
    await emit(ctx, 'contact.deleted', { contactId: contact.id, reason });
  });
}

const nothingPersonal = {
  firstName: null,
  lastName: null,
  jobTitle: null,
  companyName: null,
  ownerMemberId: null,
  timeZone: null,
  timeZoneSource: 'account',
  country: null,
  properties: '{}',
} as const;
