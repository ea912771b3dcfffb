import type { Ctx } from './ctx.ts';
import { newId } from './ids.ts';

/** One automatic choice: what was decided about what, from which inputs, by which version of the rule, and why. */
export interface Decision {
  /** What kind of choice, as in `enrollment.enroll`, `email.send`, `score`. */
  subject: string;
  /** The row it is about. */
  subjectId: string;
  contactId: string | null;
  /** One word, as in `sent`, `deferred`, `refused`. */
  outcome: string;
  /** A sentence for people. */
  reason: string;
  ruleVersion: string;
  inputs: Record<string, unknown>;
}

/** Writes decisions in the context's transaction, so that a choice and its reason are never apart. */
export async function recordDecisions(ctx: Ctx, ...decisions: Decision[]): Promise<void> {
  if (decisions.length === 0) return;
  const at = ctx.clock.now();
  await ctx.db
    .insertInto('decision')
    .values(
      decisions.map((decision) => ({
        ...decision,
        tenantId: ctx.tenantId,
        id: newId(at),
        inputs: JSON.stringify(decision.inputs),
        at,
      })),
    )
    .execute();
}

/** The decisions about a person, newest first. `before` is the id of the last one seen. */
export async function listDecisions(
  ctx: Ctx,
  filter: { contactId?: string; subjectId?: string; before: string | null; limit: number },
) {
  let query = ctx.db.selectFrom('decision').selectAll().where('tenantId', '=', ctx.tenantId);
  if (filter.contactId) query = query.where('contactId', '=', filter.contactId);
  if (filter.subjectId) query = query.where('subjectId', '=', filter.subjectId);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.orderBy('id', 'desc').limit(filter.limit).execute();
}
