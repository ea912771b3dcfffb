import { createHash } from 'node:crypto';
import { optOut } from '../compliance/index.ts';
import { type Contact, mergeRecords, saveFromCrm } from '../contacts/index.ts';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { enqueue } from '../core/jobs.ts';
import { type Connection, memberByOwnerId } from '../tenants/index.ts';
import type { CrmPerson } from './crm.ts';
import { forgetRecord } from './forget-record.ts';
import { prepareJob } from './prepare-crm.ts';
import { readPerson } from './read-person.ts';

/** Records that lead to records that lead to records: more than this is a circle. */
const longestTrail = 5;

/** Reads a record in the CRM and takes over what it says: the person, a merge, or that it is gone (null). */
export async function pullRecord(
  ctx: Ctx,
  connection: Connection,
  recordId: string,
  trail = longestTrail,
): Promise<Contact | null> {
  const { crm } = connection;
  const readAt = ctx.clock.now();
  const read = await readPerson(ctx, connection, recordId);
  if (read.outcome === 'found') return takeOver(ctx, connection, read.person, readAt);
  if (read.outcome === 'merged' && trail > 0) {
    // First, so that the person goes with the record it went into should that be gone too.
    await mergeRecords(ctx, crm, read.intoRecordId, [recordId]);
    return pullRecord(ctx, connection, read.intoRecordId, trail - 1);
  }
  await forgetRecord(ctx, connection, recordId);
  return null;
}

/** Takes over what the CRM says of a person. */
export async function takeOver(ctx: Ctx, { id, crm }: Connection, person: CrmPerson, readAt: Date): Promise<Contact> {
  return inTransaction(ctx, async (ctx) => {
    const contact = await saveFromCrm(ctx, crm, person, readAt);
    if (person.optedOut && contact.status === 'active') await optOut(ctx, contact.id, 'crm');
    const ownerUnknown = person.ownerId !== null && !(await memberByOwnerId(ctx, crm, person.ownerId));
    if (ownerUnknown) await enqueue(ctx, prepareJob, { id: onceAnHour(id, readAt), payload: { connectionId: id } });
    return contact;
  });
}

/** Two jobs with one id are one job. */
function onceAnHour(connectionId: string, at: Date): string {
  const hour = Math.floor(at.getTime() / 3_600_000);
  const hex = createHash('sha256').update(`${connectionId} ${hour}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
