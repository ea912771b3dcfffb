import type { Ctx, System } from '../core/ctx.ts';
import { deleteProblems, saveProblem, takeDueProblems } from './problem-queries.ts';

/** What an admin must change in a CRM account before all of SalesOS works there. */
export interface ConnectionProblem {
  code: string;
  sentence: string;
  howToFix: string;
  since: Date;
  /** When it is tried again without anybody asking. */
  retryAt: Date;
}

const retrySeconds = 86_400;

/** Notes a problem; the same one again changes its words and its next try only. */
export async function noteProblem(
  ctx: Ctx,
  connectionId: string,
  { code, sentence, howToFix }: Pick<ConnectionProblem, 'code' | 'sentence' | 'howToFix'>,
): Promise<void> {
  const since = ctx.clock.now();
  const retryAt = nextTry(since);
  await saveProblem(ctx, { tenantId: ctx.tenantId, connectionId, code, sentence, howToFix, since, retryAt });
}

/** Forgets the problems of a connection, because it was tried anew, but those that `still` stand. Answers their codes. */
export const forgetProblems = (ctx: Ctx, connectionId: string, still: string[]): Promise<string[]> =>
  deleteProblems(ctx, connectionId, still);

/** Takes the connections whose problems are due for their daily try: each is answered to one caller only. */
export async function dueProblems(
  system: System,
  limit: number,
): Promise<{ tenantId: string; connectionId: string }[]> {
  const now = system.clock.now();
  const taken = await takeDueProblems(system, now, nextTry(now), limit);
  return [...new Map(taken.map((row) => [row.connectionId, row])).values()];
}

const nextTry = (now: Date) => new Date(now.getTime() + retrySeconds * 1000);
