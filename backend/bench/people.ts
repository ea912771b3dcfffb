/** A published sequence and people who can be enrolled in it. */
import { sequenceDefinition } from '@salesos/shared/sequence.ts';
import { sql } from 'kysely';
import type { Ctx } from '../src/core/ctx.ts';
import { newId } from '../src/core/ids.ts';
import { createTemplate } from '../src/email/index.ts';
import { createSequence, publishSequence } from '../src/sequences/index.ts';
import { source } from './mail-source.ts';

/** Two mails with three days between them, at any hour of any day. */
export async function addSequence(ctx: Ctx): Promise<string> {
  const { id: templateId } = await createTemplate(ctx, { name: 'Bench', ...source });
  const mail = { kind: 'email' as const, templateId };
  const definition = sequenceDefinition.parse({
    steps: [mail, { kind: 'wait', amount: 3, unit: 'days' }, mail],
    sendWindow: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], fromMinute: 0, toMinute: 1440 },
  });
  const { id } = await createSequence(ctx, { name: 'Bench', description: '', definition });
  await publishSequence(ctx, id);
  return id;
}

export async function addPeople(ctx: Ctx, count: number): Promise<string[]> {
  const now = ctx.clock.now();
  const ids = Array.from({ length: count }, () => newId(now));
  await sql`
    insert into contact (tenant_id, id, first_name, last_name, company_name, time_zone, time_zone_source, properties, fetched_at, created_at)
    select ${ctx.tenantId}::uuid, id, 'Dana', 'Smith', 'Smith & Sons', 'Europe/Berlin', 'record', '{}', ${now}::timestamptz, ${now}::timestamptz
    from unnest(${ids}::uuid[]) as id`.execute(ctx.db);
  await sql`
    insert into contact_address (tenant_id, contact_id, address, position)
    select ${ctx.tenantId}::uuid, id, 'dana-' || id || '@customer.example', 0 from unnest(${ids}::uuid[]) as id`.execute(
    ctx.db,
  );
  return ids;
}
