import { z } from 'zod';
import { getContact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { defineJob, enqueue } from '../core/jobs.ts';
import { type Connection, connectionsOf, crmAccount } from '../tenants/index.ts';
import { askCrm } from './connection.ts';
import { takeOver } from './pull-record.ts';

/**
 * Looks for a person in the account's other CRMs, by their first address: there too the score is shown, the mails are logged,
 * and somebody who opts out is heard. Two records with one address in a CRM are nobody's double and are left alone.
 */
export const findElsewhereJob = defineJob({
  name: 'crm-sync.find-elsewhere',
  payload: z.object({ contactId: z.uuid() }),
  retryLimit: 5,
  retryDelaySeconds: 60,
  timeoutSeconds: 120,
  async run(ctx, { contactId }) {
    const { status, addresses } = await getContact(ctx, contactId);
    const [address] = addresses;
    if (status !== 'active' || !address) return;
    for (const connection of await withoutRecord(ctx, contactId)) {
      const readAt = ctx.clock.now();
      const account = crmAccount(ctx, connection);
      const found = await askCrm(ctx, connection, (vendor) => vendor.findByAddress(account, address));
      const [person] = found;
      if (person && found.length === 1) await takeOver(ctx, connection, person, readAt);
    }
  },
});

/** In one CRM there is nothing to look for. */
export async function findElsewhere(ctx: Ctx, contactId: string): Promise<void> {
  if ((await withoutRecord(ctx, contactId)).length > 0)
    await enqueue(ctx, findElsewhereJob, { payload: { contactId } });
}

async function withoutRecord(ctx: Ctx, contactId: string): Promise<Connection[]> {
  const { records } = await getContact(ctx, contactId);
  const connected = (await connectionsOf(ctx)).filter(({ status }) => status === 'connected');
  return connected.filter(({ crm }) => records.every((record) => record.crm !== crm));
}
