import type { SendWindow } from '@salesos/shared/sequence.ts';
import { type RawBuilder, sql } from 'kysely';
import type { Ctx, System } from '../../core/ctx.ts';
import type { Database } from '../../core/db.ts';
import { readTogether } from '../../core/read-together.ts';
import type { Ramp } from '../../core/tables.ts';
import type { ClaimedMessage, MessageWindow, ReplyCheck } from './messages.ts';

/**
 * Something asked of rows that are found by their key. In a \`case\`, because the planner would take it for their best mark:
 * its statistics are from before the batch, when no message was in this state, and it would look through all of them.
 */
const itself = (asked: RawBuilder<unknown>) => sql`case when ${asked} then true end`;

export interface DueMailbox {
  tenantId: string;
  id: string;
  vendor: string;
  address: string;
  dailyCap: number;
  hourlyCap: number | null;
  ramp: Ramp | null;
  workingHours: SendWindow | null;
  spacingSeconds: number;
  sentOn: string | null;
  sentCount: number;
  hourOn: string | null;
  hourCount: number;
  lastSentAt: Date | null;
  reservedUntil: Date | null;
  timeZone: string;
  accountDailyCap: number | null;
  recipientDomainDailyCap: number | null;
}

export type DueMessage = Omit<ClaimedMessage, 'claimId'> & { window: MessageWindow | null };

/** Locks the connected mailboxes that have due mail and that no other worker holds. Call inside a transaction. */
export async function lockDueMailboxes(db: Database, now: Date, limit: number): Promise<DueMailbox[]> {
  const { rows } = await sql<DueMailbox>`
    with due as (
      select distinct tenant_id, mailbox_id
      from (select tenant_id, mailbox_id from message_turn where not taken and at <= ${now} order by at limit ${limit}) first
    )
    select b.tenant_id, b.id, b.vendor, b.address, b.daily_cap, b.hourly_cap, b.ramp, b.working_hours, b.spacing_seconds, b.sent_on, b.sent_count,
      b.hour_on, b.hour_count, b.last_sent_at, b.reserved_until, b.time_zone, s.account_daily_cap, s.recipient_domain_daily_cap
    from mailbox b join due on due.tenant_id = b.tenant_id and due.mailbox_id = b.id
    left join send_settings s on s.tenant_id = b.tenant_id
    where b.status = 'connected'
    for update of b skip locked`.execute(db);
  return rows;
}

/** The due messages of locked mailboxes, oldest first. */
export async function dueMessages(
  db: Database,
  mailboxes: DueMailbox[],
  now: Date,
  limit: number,
): Promise<DueMessage[]> {
  const { rows } = await sql<DueMessage>`
    select m.tenant_id, m.id, m.mailbox_id, m.contact_id, m.enrollment_id, m.step_index, m.template_id, m.template_version, m.content,
      m.variables, m.to_address, m.reply_in_thread, m.replies_since, m.tracking_level, m.copy_crm, m.copy_to, m.tracking_token, m.message_id_header,
      m.attempt_count, m.send_window as window
    from unnest(${mailboxes.map((box) => box.tenantId)}::uuid[], ${mailboxes.map((box) => box.id)}::uuid[]) as box(tenant_id, id)
    join message_turn t on t.tenant_id = box.tenant_id and t.mailbox_id = box.id and not t.taken and t.at <= ${now}
    join message m on m.tenant_id = t.tenant_id and m.id = t.message_id
    where ${itself(sql`m.state = 'scheduled' and m.not_before <= ${now}`)}
    order by m.not_before, m.id limit ${limit}
    for update of m skip locked`.execute(db);
  return rows;
}

export async function markClaimed(
  db: Database,
  messages: { tenantId: string; id: string }[],
  claimId: string,
  until: Date,
): Promise<void> {
  if (messages.length === 0) return;
  await sql`
    update message m set state = 'claimed', claim_id = ${claimId}, claimed_until = ${until}, why_waiting = null
    from unnest(${messages.map((m) => m.tenantId)}::uuid[], ${messages.map((m) => m.id)}::uuid[]) as c(tenant_id, id)
    where m.tenant_id = c.tenant_id and m.id = c.id`.execute(db);
}

export async function deferMessages(
  db: Database,
  messages: { tenantId: string; id: string; notBefore: Date; why: string | null }[],
): Promise<void> {
  if (messages.length === 0) return;
  await sql`
    update message m set state = 'scheduled', not_before = d.not_before, why_waiting = d.why, claim_id = null, claimed_until = null
    from unnest(${messages.map((m) => m.tenantId)}::uuid[], ${messages.map((m) => m.id)}::uuid[],
      ${messages.map((m) => m.notBefore.toISOString())}::timestamptz[], ${messages.map((m) => m.why)}::text[]) as d(tenant_id, id, not_before, why)
    where m.tenant_id = d.tenant_id and m.id = d.id`.execute(db);
}

export async function savePace(
  db: Database,
  boxes: Pick<
    DueMailbox,
    'tenantId' | 'id' | 'sentOn' | 'sentCount' | 'hourOn' | 'hourCount' | 'lastSentAt' | 'reservedUntil'
  >[],
): Promise<void> {
  if (boxes.length === 0) return;
  const instant = (at: Date | null) => at?.toISOString() ?? null;
  await sql`
    update mailbox b set sent_on = p.sent_on, sent_count = p.sent_count, hour_on = p.hour_on, hour_count = p.hour_count, last_sent_at = p.last_sent_at, reserved_until = p.reserved_until
    from unnest(${boxes.map((b) => b.tenantId)}::uuid[], ${boxes.map((b) => b.id)}::uuid[], ${boxes.map((b) => b.sentOn)}::text[],
      ${boxes.map((b) => b.sentCount)}::int[], ${boxes.map((b) => b.hourOn)}::text[], ${boxes.map((b) => b.hourCount)}::int[],
      ${boxes.map((b) => instant(b.lastSentAt))}::timestamptz[], ${boxes.map((b) => instant(b.reservedUntil))}::timestamptz[])
      as p(tenant_id, id, sent_on, sent_count, hour_on, hour_count, last_sent_at, reserved_until)
    where b.tenant_id = p.tenant_id and b.id = p.id`.execute(db);
}

export interface SendCount {
  tenantId: string;
  /** `account`, `domain:` with its name, or `sequence:` with its id. */
  scope: string;
  day: string;
  sentCount: number;
}

/** Locks these counters, begun anew where their day is over. All workers lock them in one order. */
export async function lockSendCounts(
  db: Database,
  scopes: Pick<SendCount, 'tenantId' | 'scope' | 'day'>[],
): Promise<SendCount[]> {
  if (scopes.length === 0) return [];
  const { rows } = await sql<SendCount>`
    insert into send_count as c (tenant_id, scope, day, sent_count)
    select s.tenant_id, s.scope, s.day, 0
    from unnest(${scopes.map((s) => s.tenantId)}::uuid[], ${scopes.map((s) => s.scope)}::text[], ${scopes.map((s) => s.day)}::text[]) as s(tenant_id, scope, day)
    order by s.tenant_id, s.scope
    on conflict (tenant_id, scope) do update set day = greatest(c.day, excluded.day),
      sent_count = case when excluded.day > c.day then 0 else c.sent_count end
    returning c.tenant_id, c.scope, c.day, c.sent_count`.execute(db);
  return rows;
}

export async function saveSendCounts(db: Database, counts: SendCount[]): Promise<void> {
  if (counts.length === 0) return;
  await sql`
    update send_count c set sent_count = s.sent_count
    from unnest(${counts.map((s) => s.tenantId)}::uuid[], ${counts.map((s) => s.scope)}::text[], ${counts.map((s) => s.sentCount)}::int[]) as s(tenant_id, scope, sent_count)
    where c.tenant_id = s.tenant_id and c.scope = s.scope`.execute(db);
}

/** Of these claimed messages, those that are still ours: a stop in the meantime took them away. Locks them. */
export async function lockClaimed(ctx: Ctx, messages: { id: string; claimId: string }[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select m.id from unnest(${messages.map((m) => m.id)}::uuid[], ${messages.map((m) => m.claimId)}::uuid[]) as c(id, claim_id)
    join message m on m.tenant_id = ${ctx.tenantId} and m.id = c.id and ${itself(sql`m.claim_id = c.claim_id and m.state = 'claimed'`)}
    order by m.id for update of m`.execute(ctx.db);
  return new Set(rows.map((row) => row.id));
}

export interface Answered {
  contactId: string;
  /** A person answered a mail of this enrollment, or wrote since the moment asked about: the provider's clock may differ from ours. */
  replied: boolean;
  /** Something came in so lately (an absence note, a bounce) that what follows from it may not be done yet. */
  fresh: boolean;
}

/** Which of these people have answered since the given moments, or had anything taken in after `freshAfter`. */
export async function answersOf(
  ctx: Ctx,
  people: { contactId: string; enrollmentId: string | null; since: Date | null }[],
  freshAfter: Date,
): Promise<Map<string, Answered>> {
  const { rows } = await sql<Answered>`
    select a.contact_id, coalesce(bool_or(i.kind = 'human_reply' and (i.received_at >= a.since or m.enrollment_id = a.enrollment_id)), false) as replied,
      bool_or(i.created_at >= ${freshAfter}) as fresh
    from unnest(${people.map((p) => p.contactId)}::uuid[], ${people.map((p) => p.enrollmentId)}::uuid[],
      ${people.map((p) => p.since?.toISOString() ?? null)}::timestamptz[]) as a(contact_id, enrollment_id, since)
    join inbound_message i on i.tenant_id = ${ctx.tenantId} and i.contact_id = a.contact_id
    left join message m on m.tenant_id = i.tenant_id and m.id = i.message_id
    group by a.contact_id`.execute(ctx.db);
  return new Map(rows.map((row) => [row.contactId, row]));
}

export interface Intent {
  id: string;
  subject: string;
  links: string[];
  inReplyTo: string | null;
  replyMailboxId: string | null;
  replyCheck: ReplyCheck;
}

export async function markSending(ctx: Ctx, intents: Intent[], now: Date, until: Date): Promise<void> {
  if (intents.length === 0) return;
  await sql`
    update message m set state = 'sending', intent_at = ${now}, claimed_until = greatest(m.claimed_until, ${until}::timestamptz), attempt_count = m.attempt_count + 1,
      subject = i.subject, links = array(select jsonb_array_elements_text(i.links)), in_reply_to = i.in_reply_to, reply_mailbox_id = i.reply_mailbox_id, reply_check = i.reply_check
    from unnest(${intents.map((i) => i.id)}::uuid[], ${intents.map((i) => i.subject)}::text[], ${intents.map((i) => JSON.stringify(i.links))}::jsonb[],
      ${intents.map((i) => i.inReplyTo)}::text[], ${intents.map((i) => i.replyMailboxId)}::uuid[],
      ${intents.map((i) => JSON.stringify(i.replyCheck))}::jsonb[]) as i(id, subject, links, in_reply_to, reply_mailbox_id, reply_check)
    where m.tenant_id = ${ctx.tenantId} and m.id = i.id`.execute(ctx.db);
}

export interface SentOutcome {
  id: string;
  claimId: string;
  providerMessageId: string;
  providerThreadId: string;
  wireMessageId: string | null;
  sentAt: Date;
}

/** Only a message still in `sending` under the same claim becomes sent; returns those that did. */
export async function markSent(ctx: Ctx, outcomes: SentOutcome[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    update message m set state = 'sent', sent_at = o.sent_at, provider_message_id = o.provider_message_id, provider_thread_id = o.provider_thread_id,
      wire_message_id = o.wire_message_id, claimed_until = null
    from unnest(${outcomes.map((o) => o.id)}::uuid[], ${outcomes.map((o) => o.claimId)}::uuid[], ${outcomes.map((o) => o.providerMessageId)}::text[],
      ${outcomes.map((o) => o.providerThreadId)}::text[], ${outcomes.map((o) => o.wireMessageId)}::text[],
      ${outcomes.map((o) => o.sentAt.toISOString())}::timestamptz[]) as o(id, claim_id, provider_message_id, provider_thread_id, wire_message_id, sent_at)
    where m.tenant_id = ${ctx.tenantId} and m.id = o.id and ${itself(sql`m.claim_id = o.claim_id and m.state = 'sending'`)}
    returning m.id`.execute(ctx.db);
  return new Set(rows.map((row) => row.id));
}

/** Which of these people a conversation is with. */
export async function peopleOfThreads(ctx: Ctx, contactIds: string[], threads: string[]): Promise<Set<string>> {
  if (threads.length === 0) return new Set();
  const rows = await ctx.db
    .selectFrom('message')
    .select('contactId')
    .distinct()
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', 'in', contactIds)
    .where('providerThreadId', 'in', threads)
    .execute();
  return new Set(rows.map((row) => row.contactId));
}

/** Which mailboxes a person has had mail from, or was asked to reply to, by contact id; a reply may come to any of them. */
export const mailboxesOfPerson = readTogether(async (db, people) => {
  const { rows } = await sql<{ tenantId: string; id: string; mailboxIds: string[] }>`
    select person.tenant_id, person.id, m.mailbox_ids
    from unnest(${people.map((person) => person.tenantId)}::uuid[], ${people.map((person) => person.id)}::uuid[]) as person(tenant_id, id)
    cross join lateral (
      select array_remove(array_agg(distinct mailbox_id) || array_agg(distinct reply_mailbox_id), null)::text[] as mailbox_ids
      from message where tenant_id = person.tenant_id and contact_id = person.id and state in ('sent', 'sending')) m`.execute(
    db,
  );
  return rows;
});

/** Messages whose worker did not come back. Takes them over, so that one worker looks after each. */
export async function takeLapsed(system: System, now: Date, until: Date, limit: number) {
  const { rows } = await sql<{
    tenantId: string;
    id: string;
    mailboxId: string;
    contactId: string;
    enrollmentId: string | null;
    stepIndex: number | null;
    state: 'claimed' | 'sending';
    claimId: string;
    messageIdHeader: string;
    toAddress: string;
    intentAt: Date | null;
    attemptCount: number;
  }>`
    update message m set claimed_until = ${until}
    from (select tenant_id, message_id from message_turn where taken and at < ${now} order by at limit ${limit} for update skip locked) lapsed
    where m.tenant_id = lapsed.tenant_id and m.id = lapsed.message_id and ${itself(sql`m.state in ('claimed', 'sending') and m.claimed_until < ${now}`)}
    returning m.tenant_id, m.id, m.mailbox_id, m.contact_id, m.enrollment_id, m.step_index, m.state, m.claim_id, m.message_id_header, m.to_address, m.intent_at, m.attempt_count`.execute(
    system.db,
  );
  return rows;
}
