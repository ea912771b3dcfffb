import type { EvidenceGrade } from '@salesos/shared/events.ts';
import { sql } from 'kysely';
import type { Ctx, System } from '../../core/ctx.ts';
import type { Database } from '../../core/db.ts';

/** A request for a pixel or link, before its message is known. */
export interface RawHit {
  id: string;
  token: string;
  kind: 'open' | 'click';
  linkIndex: number | null;
  at: Date;
  method: string;
  visitor: string;
  network: string;
  /** JSON. */
  headers: string;
}

/**
 * Stores hits and answers, in their order, where each link leads; null for an unknown token or link. Of a recipient whose
 * level is `hygiene` only the day is kept (CNIL 2026-042), and nothing of one that is not tracked.
 */
export async function insertHits(db: Database, hits: RawHit[]): Promise<(string | null)[]> {
  const { rows } = await sql<{ id: string; url: string | null }>`
    with hit as (
      select h.*, m.tenant_id, m.id as message_id, m.tracking_level, m.links[h.link_index + 1] as url
      from unnest(${hits.map((h) => h.id)}::uuid[], ${hits.map((h) => h.token)}::text[], ${hits.map((h) => h.kind)}::text[],
        ${hits.map((h) => h.linkIndex)}::int[], ${hits.map((h) => h.at.toISOString())}::timestamptz[], ${hits.map((h) => h.method)}::text[],
        ${hits.map((h) => h.visitor)}::text[], ${hits.map((h) => h.network)}::text[], ${hits.map((h) => h.headers)}::jsonb[])
        as h(id, token, kind, link_index, at, method, visitor, network, headers)
      join message m on m.tracking_token = h.token
    ), stored as (
      insert into tracking_hit (tenant_id, id, message_id, kind, link_index, at, method, visitor, network, headers)
      select tenant_id, id, message_id, kind, link_index,
        case when tracking_level = 'full' then at else date_trunc('day', at) end, method,
        case when tracking_level = 'full' then visitor else '' end, case when tracking_level = 'full' then network else '' end,
        case when tracking_level = 'full' then headers else '{}'::jsonb end
      from hit where tracking_level <> 'none' and (kind = 'open' or url is not null)
    )
    select id, url from hit`.execute(db);
  const urls = new Map(rows.map((row) => [row.id, row.url]));
  return hits.map((hit) => urls.get(hit.id) ?? null);
}

/** Messages with hits that nobody has graded and that had time to show what they are. */
export async function messagesToGrade(
  system: System,
  hitBefore: Date,
  limit: number,
): Promise<{ tenantId: string; messageId: string }[]> {
  return system.db
    .selectFrom('trackingHit')
    .select(['tenantId', 'messageId'])
    .distinct()
    .where('evidence', 'is', null)
    .where('at', '<=', hitBefore)
    .limit(limit)
    .execute();
}

/** The message, locked, with all its hits in order. */
export async function hitsOfMessage(ctx: Ctx, messageId: string) {
  const message = await ctx.db
    .selectFrom('message')
    .select(['id', 'contactId', 'mailboxId', 'enrollmentId', 'stepIndex', 'sentAt', 'links', 'trackingLevel'])
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', messageId)
    .forUpdate()
    .executeTakeFirst();
  const hits = await ctx.db
    .selectFrom('trackingHit')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('messageId', '=', messageId)
    .orderBy('at')
    .orderBy('id')
    .execute();
  return { message, hits };
}

export async function saveVerdicts(
  ctx: Ctx,
  verdicts: { id: string; evidence: EvidenceGrade; reasons: string[]; counted: boolean }[],
  ruleVersion: number,
): Promise<void> {
  await sql`
    update tracking_hit h set evidence = v.evidence, reasons = array(select jsonb_array_elements_text(v.reasons)), counted = v.counted, rule_version = ${ruleVersion}
    from unnest(${verdicts.map((v) => v.id)}::uuid[], ${verdicts.map((v) => v.evidence)}::text[], ${verdicts.map((v) => JSON.stringify(v.reasons))}::jsonb[],
      ${verdicts.map((v) => v.counted)}::boolean[]) as v(id, evidence, reasons, counted)
    where h.tenant_id = ${ctx.tenantId} and h.id = v.id`.execute(ctx.db);
}

/** By the token in its pixel, links and unsubscribe address: whose mail it is, across tenants. */
export async function findByToken(system: System, token: string) {
  return system.db
    .selectFrom('message')
    .select(['tenantId', 'id', 'contactId', 'toAddress'])
    .where('trackingToken', '=', token)
    .executeTakeFirst();
}
