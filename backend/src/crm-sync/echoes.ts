/**
 * What we wrote to a CRM lately, so that its notices of that can be told from a colleague's change: for CRMs whose notices do
 * not name the app that wrote. Kept in the database, because another process may take the notice.
 */
import { sql } from 'kysely';
import type { Ctx, System } from '../core/ctx.ts';
import { json } from '../core/db.ts';
import { type Connection, crmAccount } from '../tenants/index.ts';
import type { CrmAccount } from './crm.ts';
import { later } from './retry.ts';

/** Pipedrive's notices come within seconds, and repeats of them within minutes. */
const keptSeconds = 600;

/** The account for calls that change records. */
export const accountToWrite = (ctx: Ctx, connection: Connection): CrmAccount => ({
  ...crmAccount(ctx, connection),
  noteWrite: (recordId, values) => noteWrite(ctx, connection.id, recordId, values),
});

async function noteWrite(ctx: Ctx, connectionId: string, recordId: string, values: Record<string, unknown>) {
  const writtenAt = ctx.clock.now();
  await ctx.db
    .insertInto('crmEcho')
    .values({ tenantId: ctx.tenantId, connectionId, recordId, written: json(values), writtenAt })
    .onConflict((conflict) =>
      conflict.columns(['tenantId', 'connectionId', 'recordId']).doUpdateSet({
        // Notices of several writes may still be on their way.
        written: sql`case when crm_echo.written_at > ${later(writtenAt, -keptSeconds)}
          then crm_echo.written || excluded.written else excluded.written end`,
        writtenAt,
      }),
    )
    .execute();
}

/** Whether a change of a record, to these values, is nothing but what we wrote. */
export async function isEcho(ctx: Ctx, connectionId: string, recordId: string, changedTo: Record<string, unknown>) {
  const row = await ctx.db
    .selectFrom('crmEcho')
    .select('written')
    .where('tenantId', '=', ctx.tenantId)
    .where('connectionId', '=', connectionId)
    .where('recordId', '=', recordId)
    .where('writtenAt', '>', later(ctx.clock.now(), -keptSeconds))
    .executeTakeFirst();
  return row !== undefined && isOurs(row.written, changedTo);
}

export function isOurs(written: Record<string, unknown>, changedTo: Record<string, unknown>): boolean {
  return Object.entries(changedTo).every(([name, value]) => name in written && written[name] === value);
}

export async function deleteOldEchoes(system: System): Promise<void> {
  await system.db.deleteFrom('crmEcho').where('writtenAt', '<', later(system.clock.now(), -keptSeconds)).execute();
}
