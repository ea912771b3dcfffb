import { sql } from 'kysely';
import type { Ctx } from '../core/ctx.ts';
import type { Database } from '../core/db.ts';

export interface ScoreRow {
  contactId: string;
  value: number;
  tier: number;
  ruleVersion: string;
}

/**
 * The scores as last announced, locked, so that one worker at a time computes a person's. Somebody new gets a row first:
 * what has no row cannot be locked.
 */
export async function lockScores(ctx: Ctx, contactIds: string[], first: Omit<ScoreRow, 'contactId'>) {
  const ids = [...contactIds].sort();
  await sql`
    insert into score (tenant_id, contact_id, value, tier, rule_version, computed_at)
    select ${ctx.tenantId}, id, ${first.value}::double precision, ${first.tier}::integer, ${first.ruleVersion}, ${ctx.clock.now()}
    from unnest(${ids}::uuid[]) as given(id) order by id
    on conflict do nothing`.execute(ctx.db);
  return ctx.db
    .selectFrom('score')
    .select(['contactId', 'value', 'tier'])
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', 'in', ids)
    .orderBy('contactId')
    .forUpdate()
    .execute();
}

export async function saveScores(ctx: Ctx, scores: ScoreRow[], computedAt: Date): Promise<void> {
  await sql`
    update score s set value = n.value, tier = n.tier, rule_version = n.rule_version, computed_at = ${computedAt}
    from unnest(${scores.map((score) => score.contactId)}::uuid[], ${scores.map((score) => score.value)}::double precision[],
      ${scores.map((score) => score.tier)}::integer[], ${scores.map((score) => score.ruleVersion)}::text[]) as n(contact_id, value, tier, rule_version)
    where s.tenant_id = ${ctx.tenantId} and s.contact_id = n.contact_id`.execute(ctx.db);
}

export async function deleteScore(ctx: Ctx, contactId: string): Promise<void> {
  await ctx.db.deleteFrom('score').where('tenantId', '=', ctx.tenantId).where('contactId', '=', contactId).execute();
}

/** Scores that have had time to fade since they were computed, across tenants; other workers pass them by. */
export async function lockFadedScores(
  db: Database,
  computedBefore: Date,
  limit: number,
): Promise<{ tenantId: string; contactId: string }[]> {
  return db
    .selectFrom('score')
    .select(['tenantId', 'contactId'])
    .where('value', '>', 0)
    .where('computedAt', '<=', computedBefore)
    .orderBy('computedAt')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}
