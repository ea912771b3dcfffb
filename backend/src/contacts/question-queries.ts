import type { Selectable, Updateable } from 'kysely';
import type { Ctx } from '../core/ctx.ts';
import type { Tables } from '../core/tables.ts';

export type QuestionRow = Selectable<Tables['samePersonQuestion']>;

/** False when these two were asked about before. */
export async function insertQuestion(
  ctx: Ctx,
  question: Pick<QuestionRow, 'id' | 'contactId' | 'otherContactId' | 'askedAt'>,
): Promise<boolean> {
  const unanswered = { tenantId: ctx.tenantId, state: 'open' as const, answeredAt: null, answeredBy: null };
  const inserted = await ctx.db
    .insertInto('samePersonQuestion')
    .values({ ...question, ...unanswered })
    .onConflict((conflict) => conflict.columns(['tenantId', 'contactId', 'otherContactId']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export const readOpenQuestions = (ctx: Ctx): Promise<QuestionRow[]> =>
  ctx.db
    .selectFrom('samePersonQuestion')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('state', '=', 'open')
    .orderBy('id')
    .execute();

export const lockQuestion = (ctx: Ctx, id: string): Promise<QuestionRow | undefined> =>
  ctx.db
    .selectFrom('samePersonQuestion')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

export async function changeQuestion(
  ctx: Ctx,
  id: string,
  change: Updateable<Tables['samePersonQuestion']>,
): Promise<void> {
  await ctx.db
    .updateTable('samePersonQuestion')
    .set(change)
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .execute();
}
