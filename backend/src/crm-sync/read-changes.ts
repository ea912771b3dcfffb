import { type Ctx, inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { Forbidden } from '../core/errors.ts';
import { inParallel } from '../core/jobs.ts';
import { connectionsOf, crmAccount } from '../tenants/index.ts';
import { type ChangesRow, claimChanges, endChanges, isWatching, settleChanges } from './change-queries.ts';
import { askCrm, crmVendor } from './connection.ts';
import { later, longestRetrySeconds, retrySeconds, watchedSeconds } from './retry.ts';
import { takeFrom } from './take-notices.ts';

const batch = 20;
const atOnce = 8;
/** Longer than one page takes with every call at its time limit. */
const leaseSeconds = 300;
const quietSeconds = 600;

/**
 * Reads what changed in the accounts of CRMs that are asked for it: every minute while people of the account are in a
 * sequence, else every ten minutes. One page per run and account; an account that fails waits alone.
 */
export async function readChanges(system: System): Promise<boolean> {
  const now = system.clock.now();
  const rows = await claimChanges(system, now, later(now, leaseSeconds), batch);
  const more = await inParallel(rows, atOnce, (row) => readPage(tenantContext(system, row.tenantId), row));
  return more.some((hasMore) => hasMore) || rows.length === batch;
}

async function readPage(ctx: Ctx, row: ChangesRow): Promise<boolean> {
  const connection = (await connectionsOf(ctx)).find(({ id }) => id === row.connectionId);
  if (!connection || connection.status === 'uninstalled' || !crmVendor(ctx, connection.crm).readChanges) {
    await endChanges(ctx, row.connectionId);
    return false;
  }
  // Connecting it again makes it due at once.
  const wait = (seconds: number, attemptCount: number) =>
    settleChanges(ctx, row, { notBefore: later(ctx.clock.now(), seconds), attemptCount });
  if (connection.status !== 'connected') {
    await wait(longestRetrySeconds, 0);
    return false;
  }
  try {
    const account = crmAccount(ctx, connection);
    const page = await askCrm(ctx, connection, (vendor) => vendor.readChanges!(account, row.cursor));
    // The effect and the cursor are kept together: whoever dies before this reads the same page again.
    return await inTransaction(ctx, async (ctx) => {
      const seconds = page.hasMore ? 0 : (await isWatching(ctx, row.connectionId)) ? watchedSeconds : quietSeconds;
      const notBefore = later(ctx.clock.now(), seconds);
      const isOurs = await settleChanges(ctx, row, { cursor: page.cursor, notBefore, attemptCount: 0 });
      if (isOurs) await takeFrom(ctx, connection, page.notices);
      return isOurs && page.hasMore;
    });
  } catch (error) {
    ctx.log.warn({ error, crm: connection.crm, connectionId: connection.id }, 'changes not read');
    const seconds = error instanceof Forbidden ? longestRetrySeconds : retrySeconds(error, row.attemptCount);
    await wait(seconds, row.attemptCount + 1);
    return false;
  }
}
