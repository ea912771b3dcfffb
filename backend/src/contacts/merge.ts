import { type Ctx, inTransaction } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import {
  changeContact,
  lockContact,
  moveRecords,
  moveTrail,
  readAddresses,
  readRecord,
  replaceAddresses,
  saveRecord,
} from './queries.ts';

/**
 * The CRM merged records into one, which may have an id of its own. The people become one too: the survivor has all records
 * and addresses, and whoever keeps rows about the others moves them on `contact.merged`. Old record ids keep leading to the
 * survivor. Repeating it, and records we do not know, change nothing.
 */
export async function mergeRecords(
  ctx: Ctx,
  crm: string,
  intoRecordId: string,
  mergedRecordIds: string[],
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const oldIds = mergedRecordIds.filter((id) => id !== intoRecordId);
    const into = await readRecord(ctx, crm, intoRecordId);
    const known = [];
    for (const id of oldIds) known.push(await readRecord(ctx, crm, id));
    const first = into ?? known.find((record) => record !== undefined);
    if (!first) return;
    const others = new Set(known.flatMap((record) => record?.contactId ?? []));
    others.delete(first.contactId);
    // Always in the same order, so that two merges never wait for each other.
    for (const id of [first.contactId, ...others].sort()) await lockContact(ctx, id);
    const { contactId, objectType } = first;
    for (const id of others) await absorb(ctx, contactId, id);
    await saveRecord(ctx, { crm, objectType, contactId, recordId: intoRecordId, isCurrent: true });
    for (const recordId of oldIds) await saveRecord(ctx, { crm, objectType, contactId, recordId, isCurrent: false });
  });
}

/** Makes two people one, whose rows the caller has locked. The survivor's own values stay until its records are read again. */
export async function absorb(ctx: Ctx, survivorId: string, otherId: string): Promise<void> {
  const addresses = [...(await readAddresses(ctx, survivorId)), ...(await readAddresses(ctx, otherId))];
  await replaceAddresses(ctx, otherId, []);
  await replaceAddresses(ctx, survivorId, [...new Set(addresses)]);
  await moveRecords(ctx, otherId, survivorId);
  await moveTrail(ctx, otherId, survivorId);
  await changeContact(ctx, otherId, { status: 'merged', mergedIntoId: survivorId });
  await emit(ctx, 'contact.merged', { contactId: survivorId, mergedContactId: otherId });
}
