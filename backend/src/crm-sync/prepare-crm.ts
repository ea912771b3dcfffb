import { z } from 'zod';
import { defineJob } from '../core/jobs.ts';
import { connectionsOf, crmAccount, syncOwners } from '../tenants/index.ts';
import { askCrm } from './connection.ts';
import { releaseWrites } from './write-queries.ts';

/** Makes a connected CRM ready: the `salesos_*` fields exist, and we know who owns records. Safe to repeat. */
export const prepareJob = defineJob({
  name: 'crm-sync.prepare-crm',
  payload: z.object({ connectionId: z.uuid() }),
  retryLimit: 8,
  retryDelaySeconds: 30,
  timeoutSeconds: 300,
  async run(ctx, { connectionId }) {
    const connection = (await connectionsOf(ctx)).find(({ id }) => id === connectionId);
    if (connection?.status !== 'connected') return;
    const account = crmAccount(ctx, connection);
    const owners = await askCrm(ctx, connection, async (vendor) => {
      await vendor.ensureFields(account);
      return vendor.listOwners(account);
    });
    await syncOwners(ctx, connection.crm, owners);
    // A row that was held just while the CRM was being connected.
    await releaseWrites(ctx, connectionId);
  },
});
