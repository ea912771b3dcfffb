import { nextAllowed } from '../compliance/index.ts';
import { type Ctx, inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { recordDecisions } from '../core/decisions.ts';
import { emit } from '../core/events.ts';
import { releaseMessages } from '../email/index.ts';
import { advance } from './advance.ts';
import { changeEnrollments, type Enrollment, lockLapsedPauses, readEnrollment } from './enrollment-queries.ts';
import { spreadOf } from './next-step.ts';
import { lockRunningOne } from './pause.ts';
import { planContext } from './plan-context.ts';
import { factOf } from './stop.ts';

const ruleVersion = 'resume/1';
const atOnce = 100;

/** Ends a pause by hand, whatever its reason. */
export async function resumeEnrollment(ctx: Ctx, id: string): Promise<Enrollment> {
  return inTransaction(ctx, async (ctx) => {
    const enrollment = await lockRunningOne(ctx, id);
    if (enrollment.status === 'active') return enrollment;
    await resumeLocked(ctx, enrollment, `Resumed by ${ctx.actor.name}.`);
    return (await readEnrollment(ctx, id))!;
  });
}

/** Resumes those whose pause is over; one batch. */
export async function resumeLapsed(system: System): Promise<boolean> {
  return inTransaction(system, async (system) => {
    const lapsed = await lockLapsedPauses(system, system.clock.now(), atOnce);
    for (const enrollment of lapsed)
      await resumeLocked(tenantContext(system, enrollment.tenantId), enrollment, 'The pause is over.');
    return lapsed.length === atOnce;
  });
}

/**
 * Goes on. What became due meanwhile comes now, one step only, and within the send window; the steps after it count from there.
 * After a mail that could not be sent, the step after it is next.
 */
async function resumeLocked(ctx: Ctx, enrollment: Enrollment, why: string): Promise<void> {
  const { id, contactId, nextStepAt } = enrollment;
  const now = ctx.clock.now();
  const { definition, recipient, enrollmentId } = await planContext(ctx, enrollment);
  const earliest = new Date(Math.max(now.getTime(), nextStepAt?.getTime() ?? 0));
  const next = nextAllowed(earliest, definition, recipient, spreadOf(`${enrollmentId}:${enrollment.stepIndex}`));
  await changeEnrollments(ctx, [id], {
    status: 'active',
    pauseReason: null,
    pausedUntil: null,
    whyWaiting: null,
    nextStepAt: nextStepAt && next.at,
  });
  await releaseMessages(ctx, { enrollmentIds: [id] }, next.at);
  await emit(ctx, 'enrollment.resumed', factOf(enrollment));
  await recordDecisions(ctx, {
    subject: 'enrollment.resume',
    subjectId: id,
    contactId,
    outcome: 'resumed',
    reason: next.why ? `${why} ${next.why}` : why,
    ruleVersion,
    inputs: { wasDueAt: nextStepAt?.toISOString() ?? null, goesOnAt: next.at.toISOString(), by: ctx.actor.name },
  });
  if (enrollment.pauseReason === 'mail_failed') await advance(ctx, { ...enrollment, status: 'active' }, now);
}
