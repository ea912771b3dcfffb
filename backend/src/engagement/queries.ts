import type { EvidenceGrade } from '@salesos/shared/events.ts';
import type { Ctx } from '../core/ctx.ts';

/** One thing a person did with our mail, and how sure we are that it was a person. */
export interface Engagement {
  id: string;
  contactId: string;
  messageId: string | null;
  kind: 'open' | 'click' | 'reply';
  evidence: EvidenceGrade;
  /** The subject of the mail; empty when it is not known. */
  label: string;
  at: Date;
}

/** Stores it under the id of the fact that told it. False when it is there already. */
export async function insertEngagement(ctx: Ctx, engagement: Engagement): Promise<boolean> {
  const inserted = await ctx.db
    .insertInto('engagement')
    .values({ ...engagement, tenantId: ctx.tenantId })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function readEngagement(ctx: Ctx, contactIds: string[], until: Date): Promise<Engagement[]> {
  if (contactIds.length === 0) return [];
  return ctx.db
    .selectFrom('engagement')
    .select(['id', 'contactId', 'messageId', 'kind', 'evidence', 'label', 'at'])
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', 'in', contactIds)
    .where('at', '<=', until)
    .orderBy('at')
    .orderBy('id')
    .execute();
}

export async function readLastEngagement(ctx: Ctx, contactId: string): Promise<Date | null> {
  const row = await ctx.db
    .selectFrom('engagement')
    .select((is) => is.fn.max('at').as('at'))
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', contactId)
    .where('evidence', '=', 'human')
    .executeTakeFirst();
  return row?.at ?? null;
}

export async function moveEngagement(ctx: Ctx, fromContactId: string, toContactId: string): Promise<number> {
  const moved = await ctx.db
    .updateTable('engagement')
    .set({ contactId: toContactId })
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', fromContactId)
    .executeTakeFirst();
  return Number(moved.numUpdatedRows);
}

export async function eraseEngagement(ctx: Ctx, contactId: string): Promise<void> {
  await ctx.db
    .deleteFrom('engagement')
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', contactId)
    .execute();
}
