import { enrollmentStatusLabels, stopReasonSentences } from '@salesos/shared/wording.ts';
import type { Ctx } from './core/ctx.ts';
import type { PersonSummary } from './crm-sync/index.ts';
import { lastEngagedAt } from './engagement/index.ts';
import { scoreOf } from './scoring/index.ts';
import { type Enrollment, listEnrollments, sequenceNames } from './sequences/index.ts';

/** What the CRM's fields say of people: gathered here, because no capability knows all of it. */
export async function personSummaries(ctx: Ctx, contactIds: string[]): Promise<Map<string, PersonSummary>> {
  const summaries = new Map<string, PersonSummary>();
  for (const contactId of contactIds) {
    const score = await scoreOf(ctx, contactId, ctx.clock.now());
    const enrollments = await listEnrollments(ctx, { contactId, before: null, limit: 50 });
    const current = enrollments.find(({ status }) => status === 'active' || status === 'paused') ?? enrollments[0];
    summaries.set(contactId, {
      score: score.value,
      tier: score.tier,
      lastEngagedAt: await lastEngagedAt(ctx, contactId),
      sequenceStatus: current ? await describe(ctx, current) : 'In no sequence',
      statusReason: current ? reasonOf(current) : '',
      inFlight: current?.status === 'active' || current?.status === 'paused',
    });
  }
  return summaries;
}

/** As in "Active: Welcome", or "Stopped: the person replied. (Welcome)". */
async function describe(ctx: Ctx, { sequenceId, status, stopReason }: Enrollment): Promise<string> {
  const name = (await sequenceNames(ctx, [sequenceId])).get(sequenceId) ?? 'a sequence';
  return status === 'stopped' && stopReason
    ? `${stopReasonSentences[stopReason]} (${name})`
    : `${enrollmentStatusLabels[status]}: ${name}`;
}

/** Why the newest enrollment stands where it does; empty where there is nothing to explain. */
const reasonOf = ({ status, stopReason, whyWaiting }: Enrollment): string =>
  (status === 'stopped' && stopReason ? stopReasonSentences[stopReason] : whyWaiting) ?? '';
