import { getContacts } from '../contacts/index.ts';
import { type Ctx, type System, tenantContext } from '../core/ctx.ts';
import { inParallel } from '../core/jobs.ts';
import { type Connection, connectionsOf, markReconnect } from '../tenants/index.ts';
import { crmVendor, isRefusal } from './connection.ts';
import type { WriteResult } from './crm.ts';
import { accountToWrite } from './echoes.ts';
import { type Prepared, prepareFields, prepareMails, prepareTasks } from './prepare-writes.ts';
import { later } from './retry.ts';
import { failed, settle } from './settle-writes.ts';
import type { CrmSources } from './sources.ts';
import { claimWrites, takeBackLapsed, type WriteRow } from './write-queries.ts';

const batch = 200;
const accountsAtOnce = 8;
/** Longer than a batch takes with every call at its time limit. */
const leaseSeconds = 600;

/** Writes what is due to the CRMs: one batch per connected account and kind, settled row by row. */
export async function writeRows(system: System, sources: CrmSources): Promise<boolean> {
  const now = system.clock.now();
  await takeBackLapsed(system, now);
  const rows = await claimWrites(system, now, later(now, leaseSeconds), batch);
  const accounts = [...Map.groupBy(rows, (row) => row.connectionId).values()];
  await inParallel(accounts, accountsAtOnce, async (rows) => {
    const ctx = tenantContext(system, rows[0]!.tenantId);
    const connection = (await connectionsOf(ctx)).find(({ id }) => id === rows[0]!.connectionId);
    try {
      await writeAccount(ctx, sources, connection, rows);
    } catch (error) {
      // One account's trouble is not the others'.
      ctx.log.error({ error, connectionId: connection?.id }, 'account not written');
      const outcomes = rows.map((row) => ({ row, result: failed(error, row) }));
      await settle(ctx, connection, outcomes);
    }
  });
  // Until nothing is due: of an account with much a part was claimed.
  return rows.length > 0;
}

async function writeAccount(
  ctx: Ctx,
  sources: CrmSources,
  connection: Connection | undefined,
  rows: WriteRow[],
): Promise<void> {
  if (connection?.status !== 'connected')
    return settle(
      ctx,
      connection,
      rows.map((row) => ({ row, held: row.maybeWritten })),
    );
  const account = accountToWrite(ctx, connection);
  const vendor = crmVendor(ctx, connection.crm);
  const contacts = await getContacts(ctx, [...new Set(rows.map((row) => row.contactId))]);
  const mails = rows.filter((row) => row.kind === 'email');
  const fields = rows.filter((row) => row.kind === 'fields');
  if (mails.length > 0) {
    const prepared = await prepareMails(ctx, sources, connection, contacts, mails);
    await write(ctx, connection, prepared, (mails) => vendor.logEmails(account, mails));
  }
  const tasks = rows.filter((row) => row.kind === 'task');
  if (tasks.length > 0 && vendor.writeTasks) {
    const prepared = await prepareTasks(ctx, sources, connection, contacts, tasks);
    await write(ctx, connection, prepared, (tasks) => vendor.writeTasks!(account, tasks));
  }
  if (fields.length > 0) {
    const prepared = await prepareFields(ctx, sources, connection, contacts, fields);
    await write(ctx, connection, prepared, (people) => vendor.writeFields(account, people));
  }
}

async function write<T extends object>(
  ctx: Ctx,
  connection: Connection,
  prepared: Prepared<T>[],
  send: (items: T[]) => Promise<WriteResult[]>,
): Promise<void> {
  const known = prepared.flatMap((one) => ('result' in one ? [{ row: one.row, result: one.result }] : []));
  const items = prepared.flatMap((one) => ('send' in one ? [one] : []));
  await settle(ctx, connection, known);
  if (items.length === 0) return;
  try {
    const results = await send(items.map((item) => item.send));
    await settle(
      ctx,
      connection,
      items.map(({ row, send }, index) => ({ row, result: results[index] ?? unmentioned, sent: send })),
    );
  } catch (error) {
    if (isRefusal(error)) {
      await markReconnect(ctx, connection.id, error.message, connection.connectedAt);
      // A part may have been taken before the refusal. Connected again meanwhile, it is just tried again.
      const held = (await connectionsOf(ctx)).some(({ id, status }) => id === connection.id && status !== 'connected');
      if (held)
        return settle(
          ctx,
          connection,
          items.map(({ row }) => ({ row, held: true })),
        );
    }
    ctx.log.warn({ error, crm: connection.crm, rows: items.length }, 'batch not written');
    await settle(
      ctx,
      connection,
      items.map(({ row }) => ({ row, result: failed(error, row) })),
    );
  }
}

/** A vendor that forgets a row has perhaps written it. */
const unmentioned: WriteResult = {
  outcome: 'retry',
  reason: 'The CRM did not say what became of it.',
  maybeWritten: true,
  retryAfterSeconds: 60,
};
