import { sql } from 'kysely';
import type { Ctx } from '../../core/ctx.ts';
import { newId, newToken } from '../../core/ids.ts';
import type { MessageState, NewMessage } from './messages.ts';

/** Gives messages their identity and stores them. A message that the same step already has stays as it is. */
export async function insertMessages(ctx: Ctx, messages: (NewMessage & { domain: string })[]) {
  const createdAt = ctx.clock.now();
  return ctx.db
    .insertInto('message')
    .values(
      messages.map(({ domain, template, content, variables, window, ...message }) => {
        const id = newId(createdAt);
        return {
          ...message,
          tenantId: ctx.tenantId,
          id,
          templateId: template?.id ?? null,
          templateVersion: template?.version ?? null,
          content: content && JSON.stringify(content),
          variables: JSON.stringify(variables),
          sendWindow: window && JSON.stringify(window),
          subject: null,
          state: 'scheduled' as const,
          trackingToken: newToken(),
          messageIdHeader: `<${id}@${domain}>`,
          inReplyTo: null,
          claimId: null,
          claimedUntil: null,
          replyCheck: null,
          intentAt: null,
          sentAt: null,
          providerMessageId: null,
          providerThreadId: null,
          wireMessageId: null,
          failureCode: null,
          failureReason: null,
          createdAt,
        };
      }),
    )
    .onConflict((conflict) => conflict.columns(['tenantId', 'enrollmentId', 'stepIndex']).doNothing())
    .returning(['id', 'enrollmentId', 'stepIndex', 'contactId', 'mailboxId', 'notBefore'])
    .execute();
}

/** Ends one message that is still in one of the states given. Returns whether it was. */
export async function endMessage(
  ctx: Ctx,
  id: string,
  from: MessageState[],
  end: { state: 'failed' | 'cancelled' | 'parked'; failureCode?: string; failureReason: string },
): Promise<boolean> {
  const ended = await ctx.db
    .updateTable('message')
    .set({ ...end, claimedUntil: null })
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .where('state', 'in', from)
    .returning('id')
    .executeTakeFirst();
  return ended !== undefined;
}

/**
 * Puts back one message that certainly did not leave. What was asked for while a worker had it is done now: it is
 * cancelled, or held, or else waits for its next try. Returns its state; null when it was in none of the states given.
 */
export async function putBack(
  ctx: Ctx,
  id: string,
  from: ('claimed' | 'sending')[],
  notBefore: Date,
  whyWaiting: string | null,
): Promise<MessageState | null> {
  const { rows } = await sql<{ state: MessageState }>`
    update message set claimed_until = null, not_before = ${notBefore},
      why_waiting = case when cardinality(held_for) > 0 then why_waiting else ${whyWaiting}::text end,
      state = case when cancel_requested then 'cancelled' when cardinality(held_for) > 0 then 'held' else 'scheduled' end
    where tenant_id = ${ctx.tenantId} and id = ${id} and state = any(${from}::text[])
    returning state`.execute(ctx.db);
  return rows[0]?.state ?? null;
}

type Whose = { enrollmentIds: string[] } | { mailboxId: string };
/** Who keeps messages back: a paused enrollment, or a mailbox that cannot send. */
export type Holder = 'enrollment' | 'mailbox';

const belongsTo = (whose: Whose) =>
  'mailboxId' in whose
    ? sql`mailbox_id = ${whose.mailboxId}`
    : sql`enrollment_id = any(${whose.enrollmentIds}::uuid[])`;

/** Takes unsent messages back for good. One that is just being sent is only marked: whether it left is not known yet. */
export async function cancelUnsent(ctx: Ctx, whose: Whose, reason: string) {
  const { rows } = await sql<MessageRef & { state: MessageState }>`
    update message set failure_reason = ${reason}, why_waiting = null, cancel_requested = true,
      state = case when state = 'sending' then state else 'cancelled' end
    where tenant_id = ${ctx.tenantId} and ${belongsTo(whose)} and state in ('scheduled', 'held', 'claimed', 'sending')
    returning id, contact_id, mailbox_id, enrollment_id, step_index, state`.execute(ctx.db);
  return rows.filter((row) => row.state === 'cancelled');
}

export async function holdUnsent(ctx: Ctx, whose: Whose, holder: Holder, whyWaiting: string): Promise<void> {
  await sql`
    update message set why_waiting = ${whyWaiting}, held_for = array_append(array_remove(held_for, ${holder}), ${holder}),
      state = case when state = 'sending' then state else 'held' end
    where tenant_id = ${ctx.tenantId} and ${belongsTo(whose)} and state in ('scheduled', 'held', 'claimed', 'sending')`.execute(
    ctx.db,
  );
}

/** Lets go what this holder kept back; what another one still keeps stays. Returns how many may leave now. */
export async function releaseHeld(ctx: Ctx, whose: Whose, holder: Holder, notBefore: Date | null): Promise<number> {
  const { rows } = await sql<{ state: MessageState }>`
    update message set held_for = array_remove(held_for, ${holder}), not_before = coalesce(${notBefore}::timestamptz, not_before),
      why_waiting = case when held_for = array[${holder}]::text[] then null else why_waiting end,
      state = case when state = 'held' and held_for = array[${holder}]::text[] then 'scheduled' else state end
    where tenant_id = ${ctx.tenantId} and ${belongsTo(whose)} and state in ('held', 'sending') and ${holder} = any(held_for)
    returning state`.execute(ctx.db);
  return rows.filter((row) => row.state === 'scheduled').length;
}

export type MessageRef = {
  id: string;
  contactId: string;
  mailboxId: string;
  enrollmentId: string | null;
  stepIndex: number | null;
};

/** The last mail of the enrollment that left, to be continued by a follow-up. */
export async function previousMail(ctx: Ctx, enrollmentId: string) {
  return ctx.db
    .selectFrom('message')
    .select(['id', 'subject', 'messageIdHeader', 'wireMessageId', 'providerMessageId', 'providerThreadId', 'inReplyTo'])
    .where('tenantId', '=', ctx.tenantId)
    .where('enrollmentId', '=', enrollmentId)
    .where('state', '=', 'sent')
    .orderBy('sentAt', 'desc')
    .executeTakeFirst();
}

export async function saveWireId(ctx: Ctx, id: string, wireMessageId: string): Promise<void> {
  await ctx.db
    .updateTable('message')
    .set({ wireMessageId })
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .execute();
}

/** No copy of it went anywhere. */
export async function forgetCopy(ctx: Ctx, id: string): Promise<void> {
  await ctx.db
    .updateTable('message')
    .set({ copyCrm: null, copyTo: null })
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .execute();
}

export async function getMessageRow(ctx: Ctx, id: string) {
  return ctx.db
    .selectFrom('message')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function listMessageRows(
  ctx: Ctx,
  filter: {
    contactId?: string;
    enrollmentId?: string;
    mailboxId?: string;
    state?: MessageState;
    before: string | null;
    limit: number;
  },
) {
  let query = ctx.db.selectFrom('message').selectAll().where('tenantId', '=', ctx.tenantId);
  if (filter.contactId) query = query.where('contactId', '=', filter.contactId);
  if (filter.enrollmentId) query = query.where('enrollmentId', '=', filter.enrollmentId);
  if (filter.mailboxId) query = query.where('mailboxId', '=', filter.mailboxId);
  if (filter.state) query = query.where('state', '=', filter.state);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.orderBy('id', 'desc').limit(filter.limit).execute();
}
