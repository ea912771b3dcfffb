import type { Insertable, Selectable } from 'kysely';
import type { Ctx, System } from '../core/ctx.ts';
import type { Tables } from '../core/tables.ts';

export type ProblemRow = Selectable<Tables['connectionProblem']>;

export const readProblems = (ctx: Ctx): Promise<ProblemRow[]> =>
  ctx.db
    .selectFrom('connectionProblem')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .orderBy('since')
    .orderBy('code')
    .execute();

/** One row per connection and code; a problem that is known keeps its beginning. */
export async function saveProblem(ctx: Ctx, problem: Insertable<Tables['connectionProblem']>): Promise<void> {
  const { sentence, howToFix, retryAt } = problem;
  await ctx.db
    .insertInto('connectionProblem')
    .values(problem)
    .onConflict((conflict) =>
      conflict.columns(['tenantId', 'connectionId', 'code']).doUpdateSet({ sentence, howToFix, retryAt }),
    )
    .execute();
}

/** Deletes all but some; answers the codes of those deleted. */
export async function deleteProblems(ctx: Ctx, connectionId: string, but: string[]): Promise<string[]> {
  const all = ctx.db
    .deleteFrom('connectionProblem')
    .where('tenantId', '=', ctx.tenantId)
    .where('connectionId', '=', connectionId);
  const deleted = await (but.length > 0 ? all.where('code', 'not in', but) : all).returning('code').execute();
  return deleted.map((row) => row.code);
}

/** Takes the problems whose next try is due, across tenants, and sets that of the following one. */
export const takeDueProblems = (system: System, now: Date, retryAt: Date, limit: number): Promise<ProblemRow[]> =>
  system.db
    .with('due', (db) =>
      db
        .selectFrom('connectionProblem')
        .select(['tenantId', 'connectionId', 'code'])
        .where('retryAt', '<=', now)
        .orderBy('retryAt')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('connectionProblem')
    .from('due')
    .set({ retryAt })
    .whereRef('connectionProblem.tenantId', '=', 'due.tenantId')
    .whereRef('connectionProblem.connectionId', '=', 'due.connectionId')
    .whereRef('connectionProblem.code', '=', 'due.code')
    .returningAll('connectionProblem')
    .execute();
