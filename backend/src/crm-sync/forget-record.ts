import { deleteByRecord, findByRecord } from '../contacts/index.ts';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import type { Connection } from '../tenants/index.ts';
import { deleteWrites } from './write-queries.ts';

/** The record is deleted in its CRM: what waits to be written there is dropped, also where another CRM still has the person. */
export async function forgetRecord(ctx: Ctx, { id, crm }: Connection, recordId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await deleteByRecord(ctx, crm, recordId, 'deleted');
    const contact = await findByRecord(ctx, crm, recordId);
    if (contact?.records.every((record) => record.crm !== crm)) await deleteWrites(ctx, contact.id, 'unwritten', id);
  });
}
