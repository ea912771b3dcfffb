import { z } from 'zod';
import { type Ctx, inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { Forbidden, NotFound } from '../core/errors.ts';
import { defineJob, enqueue } from '../core/jobs.ts';
import {
  type Connection,
  connectionsOf,
  crmAccount,
  dueProblems,
  forgetProblems,
  noteProblem,
  syncOwners,
} from '../tenants/index.ts';
import { askCrm, crmVendor } from './connection.ts';
import { CrmRefused } from './crm.ts';
import { handOverKey } from './hand-over-key.ts';
import { releaseWrites } from './write-queries.ts';

const dueAtOnce = 50;

/**
 * Makes a connected CRM ready: it has our key, the `salesos_*` fields exist, and we know who owns records. Safe to repeat.
 * What the account forbids is a problem of the connection, which stays connected, and does not keep the rest from being done.
 * What was refused for such a problem is tried again. A CRM that does not answer is a problem too, or nobody would try it again
 * after the last of these tries.
 */
export const prepareJob = defineJob({
  name: 'crm-sync.prepare-crm',
  payload: z.object({ connectionId: z.uuid() }),
  retryLimit: 8,
  retryDelaySeconds: 30,
  timeoutSeconds: 300,
  async run(ctx, { connectionId }) {
    const connection = (await connectionsOf(ctx)).find(({ id }) => id === connectionId);
    if (connection?.status !== 'connected') return;
    try {
      await prepare(ctx, connection);
    } catch (error) {
      // Refused for good: somebody connects it again, and that is said already.
      if (!(error instanceof Forbidden))
        await noteProblem(ctx, connectionId, notReady(crmVendor(ctx, connection.crm).name));
      throw error;
    }
  },
});

async function prepare(ctx: Ctx, connection: Connection): Promise<void> {
  const account = crmAccount(ctx, connection);
  const refusals = [
    await refusalOf(handOverKey(ctx, connection)),
    await refusalOf(askCrm(ctx, connection, (vendor) => vendor.ensureFields(account))),
  ].filter((refusal) => refusal !== null);
  const owners = await askCrm(ctx, connection, (vendor) => vendor.listOwners(account));
  await syncOwners(ctx, connection.crm, owners);
  await inTransaction(ctx, async (ctx) => {
    const still = refusals.map(({ code }) => code);
    const codes = await forgetProblems(ctx, connection.id, still);
    for (const { code, message, howToFix } of refusals)
      await noteProblem(ctx, connection.id, { code, sentence: message, howToFix });
    // And a row that was held just while the CRM was being connected.
    await releaseWrites(ctx, connection.id, [...codes, ...still]);
  });
}

const notReady = (crmName: string) => ({
  code: 'NOT_READY',
  sentence: `${crmName} did not answer when SalesOS set itself up there.`,
  howToFix: 'SalesOS tries again by itself. If this stays for a day, ask whoever runs SalesOS for you.',
});

async function refusalOf(step: Promise<void>): Promise<CrmRefused | null> {
  try {
    await step;
    return null;
  } catch (error) {
    if (error instanceof CrmRefused) return error;
    throw error;
  }
}

/** An admin says that the CRM was put right: it is tried now. */
export async function retryPreparation(ctx: Ctx, connectionId: string): Promise<void> {
  const connection = (await connectionsOf(ctx)).find(({ id }) => id === connectionId);
  if (!connection || connection.status === 'uninstalled') throw new NotFound('CRM connection');
  await enqueue(ctx, prepareJob, { payload: { connectionId } });
}

/** Nobody pressed “try again” for a day: it is tried all the same. */
export async function retryProblems(system: System): Promise<boolean> {
  const due = await dueProblems(system, dueAtOnce);
  for (const { tenantId, connectionId } of due)
    await enqueue(tenantContext(system, tenantId), prepareJob, { payload: { connectionId } });
  return due.length === dueAtOnce;
}
