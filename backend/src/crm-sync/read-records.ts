import { type Contact, findByRecord, getContact } from '../contacts/index.ts';
import { type Ctx, inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { Forbidden } from '../core/errors.ts';
import { type Connection, connectionsOf } from '../tenants/index.ts';
import { hurryChanges } from './change-queries.ts';
import { findElsewhere } from './find-elsewhere.ts';
import { pullRecord } from './pull-record.ts';
import { claimReads, finishRead, postponeRead, type ReadRow, scheduleReads } from './read-queries.ts';
import { later, longestRetrySeconds, retrySeconds, watchedSeconds } from './retry.ts';
import type { CrmSources } from './sources.ts';

/** Worked on together, so that the people of one account are read in few calls. */
const batch = 50;
const leaseSeconds = 300;
/** Notices can be lost, so whoever is in a sequence is read again after this long, spread over a third more. */
const sweepSeconds = 6 * 3600;
const longestSweepSeconds = (sweepSeconds * 4) / 3;

/**
 * Reads records that changed, or that are due for a look, and takes over what the CRM says. A bounded batch per run; the CRM's
 * own allowance bounds the rest.
 */
export async function readRecords(system: System, sources: CrmSources): Promise<boolean> {
  const now = system.clock.now();
  const rows = await claimReads(system, now, later(now, leaseSeconds), batch);
  const done = await Promise.all(rows.map((row) => readOne(tenantContext(system, row.tenantId), sources, row)));
  return rows.length === batch && done.every((ok) => ok);
}

async function readOne(ctx: Ctx, sources: CrmSources, row: ReadRow): Promise<boolean> {
  const connections = await connectionsOf(ctx);
  const connection = connections.find(({ id }) => id === row.connectionId);
  if (!connection) {
    await finishRead(ctx, row, null);
    return true;
  }
  try {
    // Where the app was removed nothing can be read, but it is once somebody installs it again.
    const contact =
      connection.status === 'uninstalled'
        ? await findByRecord(ctx, connection.crm, row.recordId)
        : await pullRecord(ctx, connection, row.recordId);
    const inFlight = contact ? await isInFlight(ctx, sources, contact) : false;
    const now = ctx.clock.now();
    if (contact && inFlight && wasConnectedLately(connections, now)) await findElsewhere(ctx, contact.id);
    await finishRead(ctx, row, inFlight ? nextLook(now, row.recordId) : null);
    return true;
  } catch (error) {
    ctx.log.warn({ error, crm: connection.crm, recordId: row.recordId }, 'record not read');
    const wait = error instanceof Forbidden ? longestRetrySeconds : retrySeconds(error, row.attemptCount);
    await postponeRead(ctx, row, later(ctx.clock.now(), wait));
    return false;
  }
}

async function isInFlight(ctx: Ctx, sources: CrmSources, { id, status }: Contact): Promise<boolean> {
  return status === 'active' && ((await sources.summaries(ctx, [id])).get(id)?.inFlight ?? false);
}

/** Whoever is in a sequence may have a record, and an opt-out, in a CRM that was connected since they were last looked at. */
const wasConnectedLately = (connections: Connection[], now: Date): boolean =>
  connections.some(
    ({ status, connectedAt }) => status === 'connected' && connectedAt > later(now, -longestSweepSeconds),
  );

/** Somebody begins a sequence: from now on their records are looked at now and then. */
export async function watchRecords(ctx: Ctx, contactId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const { records } = await getContact(ctx, contactId);
    const now = ctx.clock.now();
    for (const { id, crm } of await connectionsOf(ctx)) {
      for (const record of records.filter((record) => record.crm === crm))
        await scheduleReads(ctx, id, [record.recordId], nextLook(now, record.recordId));
      await hurryChanges(ctx, id, later(now, watchedSeconds));
    }
  });
}

/** Ten thousand people enrolled in one minute are not all read in one minute. */
function nextLook(now: Date, recordId: string): Date {
  let mixed = 0;
  for (const character of recordId) mixed = (mixed * 31 + character.charCodeAt(0)) % 1_000_003;
  return later(now, sweepSeconds + ((mixed % 1000) / 1000) * (longestSweepSeconds - sweepSeconds));
}
