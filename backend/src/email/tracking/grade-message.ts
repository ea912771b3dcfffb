import { type Ctx, inTransaction, type System, tenantContext } from '../../core/ctx.ts';
import { emit } from '../../core/events.ts';
import { factOf } from '../delivery/conclude.ts';
import { gradeHits, gradingRuleVersion, type HitReason, hitReasons } from './grade-hit.ts';
import { takeInRequests } from './track.ts';
import { hitsOfMessage, messagesToGrade, saveVerdicts } from './tracking-queries.ts';

/** A burst of clicks is a scanner, so nothing is graded before the burst would be over. */
const settleSeconds = 6;
const atOnce = 100;

/** Takes in what was opened and clicked, and grades what was some seconds ago. */
export async function gradeDue(system: System): Promise<boolean> {
  await takeInRequests(system);
  const due = await messagesToGrade(system, new Date(system.clock.now().getTime() - settleSeconds * 1000), atOnce);
  for (const { tenantId, messageId } of due) await gradeMessage(tenantContext(system, tenantId), messageId);
  return due.length === atOnce;
}

/**
 * Grades all hits of one message and announces those that nobody had graded before. A verdict that changes with later
 * hits is stored, and what was announced stays as it was: a score is not taken back over a guess.
 */
export async function gradeMessage(ctx: Ctx, messageId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const { message, hits } = await hitsOfMessage(ctx, messageId);
    if (!message) return;
    const verdicts = gradeHits(
      hits.map((hit) => ({
        ...hit,
        link: hit.linkIndex,
        userAgent: hit.headers['user-agent'] || null,
        honeypot: false,
      })),
      { acceptedAt: message.sentAt, linkCount: message.links.length, ownVisitors: new Set() },
    );
    const graded = hits.map((hit, index) => ({ hit, verdict: verdicts[index]! }));
    await saveVerdicts(
      ctx,
      graded.map(({ hit, verdict }) => ({
        id: hit.id,
        evidence: verdict.evidence,
        reasons: verdict.reasons,
        counted: !verdict.repeat,
      })),
      gradingRuleVersion,
    );
    // A recipient at the level `hygiene` is never said to have opened anything; only the day is kept.
    const fresh = graded.filter(
      ({ hit, verdict }) => hit.evidence === null && !verdict.repeat && message.trackingLevel === 'full',
    );
    for (const { hit, verdict } of fresh) {
      const at = hit.at.toISOString();
      if (hit.kind === 'open')
        await emit(ctx, 'email.opened', { ...factOf(message), evidence: verdict.evidence, openedAt: at });
      else
        await emit(ctx, 'email.clicked', {
          ...factOf(message),
          evidence: verdict.evidence,
          clickedAt: at,
          url: message.links[hit.linkIndex!]!,
        });
    }
  });
}

/** What was seen of one message, with the reasons in words. */
export async function trackingOf(ctx: Ctx, messageId: string) {
  const { hits } = await hitsOfMessage(ctx, messageId);
  return hits.map(({ id, kind, at, evidence, reasons, counted, linkIndex }) => ({
    id,
    kind,
    at,
    evidence,
    counted,
    linkIndex,
    reasons: (reasons ?? []).map((reason) => hitReasons[reason as HitReason]),
  }));
}
