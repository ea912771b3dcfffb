import { sql } from 'kysely';
import type { Ctx } from '../core/ctx.ts';

export interface NewInbound {
  id: string;
  mailboxId: string;
  providerMessageId: string;
  providerThreadId: string;
  receivedAt: Date;
  kind: string;
  fromAddress: string;
  subject: string;
  text: string;
  contactId: string | null;
  messageId: string | null;
  matchedBy: string | null;
  confidence: string | null;
  returnsOn: string | null;
  bounce: object | null;
  evidence: string[];
}

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

/** Our mails that an inbound one may be about: by ids it names, by its thread, by its sender's address. Newest first. */
export async function sentCandidates(
  ctx: Ctx,
  clues: { messageIds: string[]; mailboxId: string; providerThreadId: string; addresses: string[]; since: Date },
): Promise<SentCandidate[]> {
  const { rows } = await sql<SentCandidate>`
    select id, contact_id, mailbox_id, enrollment_id, step_index, to_address, subject, message_id_header, wire_message_id, provider_thread_id, tracking_token, coalesce(sent_at, intent_at) as sent_at
    from message
    where tenant_id = ${ctx.tenantId} and state in ('sending', 'sent', 'parked') and (
      message_id_header = any(${clues.messageIds}::text[]) or wire_message_id = any(${clues.messageIds}::text[])
      or (mailbox_id = ${clues.mailboxId} and provider_thread_id = ${clues.providerThreadId})
      or (to_address = any(${clues.addresses}::text[]) and created_at >= ${clues.since}))
    order by coalesce(sent_at, intent_at) desc limit 50`.execute(ctx.db);
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
    .set({ variables: '{}', content: null, subject: null, toAddress: '', links: [], sendWindow: null })
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', contactId)
    .where('state', 'in', ['sent', 'failed', 'cancelled', 'parked'])
    .execute();
}
