import type { EvidenceGrade } from '@salesos/shared/events.ts';
import { CompiledQuery, sql } from 'kysely';
import type { Ctx, System } from '../../core/ctx.ts';
import type { Database } from '../../core/db.ts';
import { newId } from '../../core/ids.ts';

/** A request for a pixel or link, before its message is known. */
export interface StoredRequest {
  token: string;
  /** Of the link that was clicked; null for the pixel. */
  linkIndex: number | null;
  /** In ms since 1970. */
  at: number;
  method: string;
  visitor: string;
  network: string;
  headers: Record<string, string>;
}

/** Stores requests, each in JSON. One parameter and no index: this is what every open waits for. */
export async function insertRequests(db: Database, requests: string[]): Promise<undefined[]> {
  await db.executeQuery(
    CompiledQuery.raw(
      `insert into tracking_request (request) select request::json from string_to_table($1, E'\\n') as request`,
      [requests.join('\n')],
    ),
  );
  return [];
}

/** The same, with the links of each one's mail, in order; none for an unknown token. */
export async function insertRequestsAndFindLinks(
  db: Database,
  clicks: { request: string; token: string }[],
): Promise<string[][]> {
  const { rows } = await sql<{ token: string; links: string[] }>`
    with stored as (
      insert into tracking_request (request) select request::json from string_to_table(${clicks.map(({ request }) => request).join('\n')}, E'\\n') as request
    )
    select tracking_token as token, links from message where tracking_token = any(${clicks.map(({ token }) => token)}::text[])`.execute(
    db,
  );
  const links = new Map(rows.map((row) => [row.token, row.links]));
  return clicks.map(({ token }) => links.get(token) ?? []);
}

/** Takes requests out, for the transaction that turns them into hits. */
export async function takeRequests(db: Database, limit: number): Promise<StoredRequest[]> {
  const { rows } = await sql<{ request: StoredRequest }>`
    delete from tracking_request
    where ctid = any(array(select ctid from tracking_request limit ${limit} for update skip locked))
    returning request`.execute(db);
  return rows.map(({ request }) => request);
}

/**
 * Stores hits of the mails that there are. Of a recipient whose level is `hygiene` only the day is kept (CNIL 2026-042), and
 * nothing of one that is not tracked, nor of a link that the mail does not have.
 */
export async function insertHits(db: Database, requests: StoredRequest[]): Promise<void> {
  if (requests.length === 0) return;
  const column = <T>(value: (request: StoredRequest) => T): T[] => requests.map(value);
  await sql`
    insert into tracking_hit (tenant_id, id, message_id, kind, link_index, at, method, visitor, network, headers)
    select m.tenant_id, h.id, m.id, case when h.link_index is null then 'open' else 'click' end, h.link_index,
      case when m.tracking_level = 'full' then h.at else date_trunc('day', h.at) end, h.method,
      case when m.tracking_level = 'full' then h.visitor else '' end, case when m.tracking_level = 'full' then h.network else '' end,
      case when m.tracking_level = 'full' then h.headers else '{}'::jsonb end
    from unnest(${column(({ at }) => newId(new Date(at)))}::uuid[], ${column(({ token }) => token)}::text[], ${column(({ linkIndex }) => linkIndex)}::int[],
      ${column(({ at }) => new Date(at).toISOString())}::timestamptz[], ${column(({ method }) => method)}::text[], ${column(({ visitor }) => visitor)}::text[],
      ${column(({ network }) => network)}::text[], ${column(({ headers }) => JSON.stringify(headers))}::jsonb[])
      as h(id, token, link_index, at, method, visitor, network, headers)
    join message m on m.tracking_token = h.token
    where m.tracking_level <> 'none' and (h.link_index is null or h.link_index < cardinality(m.links))`.execute(db);
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
