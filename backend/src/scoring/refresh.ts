import { tierOf } from '@salesos/shared/wording.ts';
import { type Ctx, inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { type Decision, recordDecisions } from '../core/decisions.ts';
import { emit } from '../core/events.ts';
import { DAY } from '../core/zoned-time.ts';
import { RULE_VERSION } from './formula.ts';
import { lockFadedScores, lockScores, saveScores } from './queries.ts';
import { type Score, scoresOf } from './score-of.ts';

const atOnce = 200;

/** Computes the scores of people anew, and announces those that changed. */
export async function refreshScores(ctx: Ctx, contactIds: string[], cause: 'engagement' | 'time'): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    // Locked before the engagement is read: of two workers, the later one sees what the earlier one saw and more.
    const before = await lockScores(ctx, contactIds, { value: 0, tier: tierOf(0).tier, ruleVersion: RULE_VERSION });
    const scores = await scoresOf(ctx, contactIds, now);
    const changes = before.map((from) => ({ from, to: scores.get(from.contactId)! }));
    await saveScores(
      ctx,
      changes.map(({ from: { contactId }, to: { value, tier } }) => ({
        contactId,
        value,
        tier,
        ruleVersion: RULE_VERSION,
      })),
      now,
    );
    const changed = changes.filter(({ from, to }) => from.value !== to.value);
    const facts = changed.map(({ from, to }) => ({
      contactId: from.contactId,
      from: from.value,
      to: to.value,
      tier: to.tier,
    }));
    await emit(ctx, 'score.changed', ...facts);
    const movedTiers = changed.filter(({ from, to }) => from.tier !== to.tier);
    await emit(
      ctx,
      'score.tier_changed',
      ...movedTiers.map(({ from, to }) => ({ contactId: from.contactId, from: from.tier, to: to.tier })),
    );
    await recordDecisions(ctx, ...changed.map(({ from, to }) => decisionOn(from, to, cause)));
  });
}

/** A day takes a little off every score. Does one batch of those computed a day ago or longer. */
export async function refreshFadedScores(system: System): Promise<boolean> {
  return inTransaction(system, async (system) => {
    const before = new Date(system.clock.now().getTime() - DAY);
    const faded = await lockFadedScores(system.db, before, atOnce);
    for (const [tenantId, scores] of Map.groupBy(faded, (score) => score.tenantId))
      await refreshScores(
        tenantContext(system, tenantId),
        scores.map((score) => score.contactId),
        'time',
      );
    return faded.length === atOnce;
  });
}

function decisionOn(
  from: { contactId: string; value: number; tier: number },
  to: Score,
  cause: 'engagement' | 'time',
): Decision {
  const why = cause === 'time' ? 'What was done has become older.' : (newest(to) ?? 'Something was taken away.');
  return {
    subject: 'score',
    subjectId: from.contactId,
    contactId: from.contactId,
    outcome: to.value > from.value ? 'raised' : 'lowered',
    reason: `From ${from.value} to ${to.value}, tier ${to.tier} (${to.tierLabel}). ${why}`,
    ruleVersion: RULE_VERSION,
    inputs: {
      from: from.value,
      to: to.value,
      cause,
      lines: to.lines.map(({ label, points, at, evidence }) => ({ label, points, at, evidence })),
    },
  };
}

function newest(score: Score): string | null {
  const line = score.lines.reduce<Score['lines'][number] | null>(
    (last, each) => (last === null || each.at > last.at ? each : last),
    null,
  );
  return line && `The newest line: ${line.label}, ${line.points} points.`;
}
