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
  saveSaid,
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
    const oldIds = [...new Set(mergedRecordIds)].filter((id) => id !== intoRecordId);
    const records = await lockedWith(ctx, async () => {
      const known = [];
      for (const id of [intoRecordId, ...oldIds]) known.push((await readRecord(ctx, crm, id)) ?? []);
      return known.flat();
    });
    const [first] = records;
    if (!first) return;
    const { contactId } = first;
    const others = new Set(records.map((record) => record.contactId));
    others.delete(contactId);
    for (const id of others) await absorb(ctx, contactId, id);
    const now = ctx.clock.now();
    for (const recordId of [intoRecordId, ...oldIds]) {
      // A record that is new to us is read soon, and then says itself what it is.
      const { objectType } = records.find((record) => record.recordId === recordId) ?? first;
      const isCurrent = recordId === intoRecordId;
      await saveRecord(ctx, { crm, objectType, contactId, recordId, isCurrent });
      // An answer from before the merge does not bring it back.
      if (!isCurrent) await saveSaid(ctx, crm, recordId, null, now);
    }
  });
}

/**
 * Reads what leads to people and locks those people. Whoever held a lock may have made one person of two, so it is read again
 * until it leads to those who are locked. Always in the same order, so that two merges do not wait for each other.
 */
export async function lockedWith<T extends { contactId: string }>(ctx: Ctx, read: () => Promise<T[]>): Promise<T[]> {
  const locked = new Set<string>();
  for (;;) {
    const found = await read();
    const missing = [...new Set(found.map(({ contactId }) => contactId))].filter((id) => !locked.has(id));
    if (missing.length === 0) return found;
    for (const id of missing.sort()) {
      await lockContact(ctx, id);
      locked.add(id);
    }
  }
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
