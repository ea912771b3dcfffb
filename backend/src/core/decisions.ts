import { sql } from 'kysely';
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
  const column = <T>(value: (decision: Decision) => T): T[] => decisions.map(value);
  // Arrays instead of a row of parameters each: a batch of sends writes hundreds of these in one statement.
  await sql`
    insert into decision (tenant_id, id, subject, subject_id, contact_id, outcome, reason, rule_version, inputs, at)
    select ${ctx.tenantId}::uuid, d.*, ${at}::timestamptz
    from unnest(${column(() => newId(at))}::uuid[], ${column((d) => d.subject)}::text[], ${column((d) => d.subjectId)}::uuid[],
      ${column((d) => d.contactId)}::uuid[], ${column((d) => d.outcome)}::text[], ${column((d) => d.reason)}::text[],
      ${column((d) => d.ruleVersion)}::text[], ${column((d) => JSON.stringify(d.inputs))}::jsonb[]) as d`.execute(
    ctx.db,
  );
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
