import { sql } from 'kysely';
import type { Ctx, System } from '../core/ctx.ts';
import { json } from '../core/db.ts';

/** What was noted since `notesFrom` stays beside the new values: its notices may still be on their way. */
export async function saveEcho(
  ctx: Ctx,
  { connectionId, recordId, written }: { connectionId: string; recordId: string; written: Record<string, unknown> },
  notesFrom: Date,
): Promise<void> {
  const writtenAt = ctx.clock.now();
  await ctx.db
    .insertInto('crmEcho')
    .values({ tenantId: ctx.tenantId, connectionId, recordId, written: json(written), writtenAt })
    .onConflict((conflict) =>
      conflict.columns(['tenantId', 'connectionId', 'recordId']).doUpdateSet({
        written: sql`case when crm_echo.written_at > ${notesFrom}
          then crm_echo.written || excluded.written else excluded.written end`,
        writtenAt,
      }),
    )
    .execute();
}

export async function readEcho(
  ctx: Ctx,
  connectionId: string,
  recordId: string,
  notesFrom: Date,
): Promise<Record<string, unknown> | null> {
  const row = await ctx.db
    .selectFrom('crmEcho')
    .select('written')
    .where('tenantId', '=', ctx.tenantId)
    .where('connectionId', '=', connectionId)
    .where('recordId', '=', recordId)
    .where('writtenAt', '>', notesFrom)
    .executeTakeFirst();
  return row?.written ?? null;
}

export async function deleteEchoesBefore(system: System, before: Date): Promise<void> {
  await system.db.deleteFrom('crmEcho').where('writtenAt', '<', before).execute();
}
