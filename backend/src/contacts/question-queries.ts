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

/** The oldest ones, about two people who are still there. */
export const readOpenQuestions = (ctx: Ctx, limit: number): Promise<QuestionRow[]> =>
  ctx.db
    .selectFrom('samePersonQuestion')
    .innerJoin('contact as one', (join) =>
      join
        .onRef('one.tenantId', '=', 'samePersonQuestion.tenantId')
        .onRef('one.id', '=', 'samePersonQuestion.contactId')
        .on('one.status', 'in', ['active', 'merged']),
    )
    .innerJoin('contact as other', (join) =>
      join
        .onRef('other.tenantId', '=', 'samePersonQuestion.tenantId')
        .onRef('other.id', '=', 'samePersonQuestion.otherContactId')
        .on('other.status', 'in', ['active', 'merged']),
    )
    .selectAll('samePersonQuestion')
    .where('samePersonQuestion.tenantId', '=', ctx.tenantId)
    .where('samePersonQuestion.state', '=', 'open')
    .whereRef(
      ({ fn }) => fn.coalesce('one.mergedIntoId', 'one.id'),
      '!=',
      ({ fn }) => fn.coalesce('other.mergedIntoId', 'other.id'),
    )
    .orderBy('samePersonQuestion.id')
    .limit(limit)
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
