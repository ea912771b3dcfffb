import { getContact } from '../contacts/index.ts';
import { type Ctx, inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { Forbidden } from '../core/errors.ts';
import { inParallel } from '../core/jobs.ts';
import { connectionsOf } from '../tenants/index.ts';
import { pullRecord } from './pull-record.ts';
import { claimReads, finishRead, postponeRead, type ReadRow, scheduleReads } from './read-queries.ts';
import { later, longestRetrySeconds, retrySeconds } from './retry.ts';
import type { CrmSources } from './sources.ts';

const batch = 50;
const atOnce = 8;
const leaseSeconds = 300;
/** Notices can be lost, so whoever is in a sequence is read again after this long, spread over a third more. */
const sweepSeconds = 6 * 3600;

/**
 * Reads records that changed, or that are due for a look, and takes over what the CRM says. A bounded batch per run; the CRM's
 * own allowance bounds the rest.
 */
export async function readRecords(system: System, sources: CrmSources): Promise<boolean> {
  const now = system.clock.now();
  const rows = await claimReads(system, now, later(now, leaseSeconds), batch);
  const done = await inParallel(rows, atOnce, (row) => readOne(tenantContext(system, row.tenantId), sources, row));
  return rows.length === batch && done.every((ok) => ok);
}

async function readOne(ctx: Ctx, sources: CrmSources, row: ReadRow): Promise<boolean> {
  const connection = (await connectionsOf(ctx)).find(({ id }) => id === row.connectionId);
  if (!connection || connection.status === 'uninstalled') {
    await finishRead(ctx, row, null);
    return true;
  }
  try {
    const contact = await pullRecord(ctx, connection, row.recordId);
    const inFlight =
      contact?.status === 'active' && (await sources.summaries(ctx, [contact.id])).get(contact.id)?.inFlight;
    await finishRead(ctx, row, inFlight ? nextLook(ctx.clock.now(), row.recordId) : null);
    return true;
  } catch (error) {
    ctx.log.warn({ error, crm: connection.crm, recordId: row.recordId }, 'record not read');
    const wait = error instanceof Forbidden ? longestRetrySeconds : retrySeconds(error, row.attemptCount);
    await postponeRead(ctx, row, later(ctx.clock.now(), wait));
    return false;
  }
}

/** Somebody begins a sequence: from now on their records are looked at now and then. */
export async function watchRecords(ctx: Ctx, contactId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const { records } = await getContact(ctx, contactId);
    const now = ctx.clock.now();
    for (const { id, crm, status } of await connectionsOf(ctx)) {
      if (status === 'uninstalled') continue;
      for (const record of records.filter((record) => record.crm === crm))
        await scheduleReads(ctx, id, [record.recordId], nextLook(now, record.recordId));
    }
  });
}

/** Ten thousand people enrolled in one minute are not all read in one minute. */
function nextLook(now: Date, recordId: string): Date {
  let mixed = 0;
  for (const character of recordId) mixed = (mixed * 31 + character.charCodeAt(0)) % 1_000_003;
  return later(now, sweepSeconds + ((mixed % 1000) / 1000) * (sweepSeconds / 3));
}
