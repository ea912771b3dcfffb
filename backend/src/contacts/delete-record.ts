import { type Ctx, inTransaction } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { lockedWith } from './merge.ts';
import {
  changeContact,
  forgetSaid,
  hasRecords,
  lockContact,
  readRecord,
  replaceAddresses,
  saveRecord,
  saveSaid,
} from './queries.ts';
import { refreshContact } from './refresh-contact.ts';

/**
 * The record is gone from its CRM. `deleted` may be undone by the CRM; a person whom another record still shows stays.
 * `erased` (a privacy deletion), in whichever CRM, removes what we know of the person for good and keeps only ids, and the
 * suppressions, which are no longer readable. Either way a person who is gone is stopped by reaction. A record that was
 * merged away is not the person, unless the person asked to be erased.
 */
export async function deleteByRecord(
  ctx: Ctx,
  crm: string,
  recordId: string,
  reason: 'deleted' | 'erased',
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const [record] = await lockedWith(ctx, async () => [(await readRecord(ctx, crm, recordId)) ?? []].flat());
    if (!record || (reason === 'deleted' && !record.isCurrent)) return;
    const contact = await lockContact(ctx, record.contactId);
    if (!contact || contact.status === 'erased' || contact.status === reason) return;
    const now = ctx.clock.now();
    await saveRecord(ctx, { ...record, isCurrent: false });
    await saveSaid(ctx, crm, recordId, null, now);
    if (reason === 'deleted' && (await hasRecords(ctx, contact.id))) {
      await refreshContact(ctx, contact, now, true);
      return;
    }
    const at = { status: reason, fetchedAt: now };
    await changeContact(ctx, contact.id, reason === 'erased' ? { ...nothingPersonal, ...at } : at);
    if (reason === 'erased') {
      await replaceAddresses(ctx, contact.id, []);
      await forgetSaid(ctx, contact.id);
    }
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
