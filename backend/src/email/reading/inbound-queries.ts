import { type Selectable, sql } from 'kysely';
import type { Ctx } from '../../core/ctx.ts';
import { newId } from '../../core/ids.ts';
import type { Tables } from '../../core/tables.ts';

type NewInbound = Omit<Selectable<Tables['inboundMessage']>, 'tenantId' | 'createdAt'>;

/** Returns false when this mail was taken in before. */
export async function insertInbound(ctx: Ctx, inbound: NewInbound): Promise<boolean> {
  const row = await ctx.db
    .insertInto('inboundMessage')
    .values({
      ...inbound,
      tenantId: ctx.tenantId,
      bounce: inbound.bounce && JSON.stringify(inbound.bounce),
      evidence: JSON.stringify(inbound.evidence),
      createdAt: ctx.clock.now(),
    })
    .onConflict((conflict) => conflict.columns(['tenantId', 'mailboxId', 'providerMessageId']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export interface SentCandidate {
  id: string;
  contactId: string;
  mailboxId: string;
  enrollmentId: string | null;
  stepIndex: number | null;
  toAddress: string;
  subject: string | null;
  messageIdHeader: string;
  wireMessageId: string | null;
  providerThreadId: string | null;
  trackingToken: string;
  sentAt: Date | null;
}

const ownId = /^<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@/;
const mostCandidates = 50;

/** Our mails that an inbound one may be about: by ids it names, by its thread, by its sender's address. Newest first. */
export async function sentCandidates(
  ctx: Ctx,
  clues: { messageIds: string[]; mailboxId: string; providerThreadId: string; addresses: string[]; since: Date },
): Promise<SentCandidate[]> {
  // Our own Message-ID begins with the message's id, so the primary key finds it. One arm per index: an `or` over them
  // would read every mail of the tenant.
  const ids = clues.messageIds.flatMap((messageId) => ownId.exec(messageId)?.[1] ?? []);
  const { rows } = await sql<SentCandidate>`
    with found as (
      select id from message where tenant_id = ${ctx.tenantId} and id = any(${ids}::uuid[])
      union select id from message where tenant_id = ${ctx.tenantId} and wire_message_id = any(${clues.messageIds}::text[])
      union select id from message where tenant_id = ${ctx.tenantId} and mailbox_id = ${clues.mailboxId} and provider_thread_id = ${clues.providerThreadId}
      union (select id from message where tenant_id = ${ctx.tenantId} and to_address = any(${clues.addresses}::text[]) and created_at >= ${clues.since}
        order by created_at desc limit ${mostCandidates}))
    select m.id, m.contact_id, m.mailbox_id, m.enrollment_id, m.step_index, m.to_address, m.subject, m.message_id_header, m.wire_message_id,
      m.provider_thread_id, m.tracking_token, coalesce(m.sent_at, m.intent_at) as sent_at
    from found join message m on m.tenant_id = ${ctx.tenantId} and m.id = found.id
    where m.state in ('sending', 'sent', 'parked')
    order by coalesce(m.sent_at, m.intent_at) desc limit ${mostCandidates}`.execute(ctx.db);
  return rows;
}

export async function getInboundRow(ctx: Ctx, id: string) {
  return ctx.db
    .selectFrom('inboundMessage')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** A contact that merged into another takes its mail along. */
export async function moveMail(ctx: Ctx, fromContactId: string, toContactId: string): Promise<void> {
  await ctx.db
    .updateTable('inboundMessage')
    .set({ contactId: toContactId })
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', fromContactId)
    .execute();
  await ctx.db
    .updateTable('message')
    .set({ contactId: toContactId })
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', fromContactId)
    .execute();
}

/** Removes the words of a person's mails; what remains says only that there were some. */
export async function eraseMail(ctx: Ctx, contactId: string): Promise<void> {
  await ctx.db
    .updateTable('inboundMessage')
    .set({ text: '', subject: '', fromAddress: '', evidence: '[]', bounce: null })
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', contactId)
    .execute();
  await ctx.db
    .updateTable('message')
    .set({ variables: '{}', content: null, subject: null, toAddress: '', copyTo: null, links: [], sendWindow: null })
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', contactId)
    .where('state', 'in', ['sent', 'failed', 'cancelled', 'parked'])
    .execute();
}

/** Answers of people to our mails that came in since then, newest first; `before` is the id of the last one seen. */
export async function readReplies(ctx: Ctx, page: { since: Date; before: string | null; limit: number }) {
  let query = ctx.db
    .selectFrom('inboundMessage')
    .select(['id', 'mailboxId', 'contactId', 'receivedAt', 'subject', 'text'])
    .where('tenantId', '=', ctx.tenantId)
    // Ids sort by the time they were made: the key leads to these rows alone.
    .where('id', '>=', newId(page.since))
    .where('kind', '=', 'human_reply')
    .where('messageId', 'is not', null)
    .where('receivedAt', '>=', page.since);
  if (page.before) query = query.where('id', '<', page.before);
  return query.orderBy('id', 'desc').limit(page.limit).execute();
}
