import type { EventData } from '@salesos/shared/events.ts';
import { mayContact } from '../compliance/index.ts';
import { getContact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { recordDecisions } from '../core/decisions.ts';
import { emit } from '../core/events.ts';
import { changeEnrollments, type Enrollment, lockEnrollment } from './enrollment-queries.ts';
import { nextStep, RULE_VERSION } from './next-step.ts';
import { pauseLocked } from './pause.ts';
import { planContext } from './plan-context.ts';
import { stopReasonOf } from './refusals.ts';
import { factOf, isRunning, stopLocked } from './stop.ts';

/**
 * Plans what follows the step that was just done, or finishes. Counted from when it was really done, so that whoever runs late
 * stays behind instead of catching up in a burst. The enrollment is locked, and may be paused: then it only keeps the date.
 */
export async function advance(ctx: Ctx, enrollment: Enrollment, doneAt: Date): Promise<void> {
  const { id, stepIndex } = enrollment;
  const next = nextStep({ ...(await planContext(ctx, enrollment)), doneIndex: stepIndex, doneAt });
  if (next) {
    await changeEnrollments(ctx, [id], { stepIndex: next.stepIndex, nextStepAt: next.at });
    const nextStepAt = next.at.toISOString();
    await emit(ctx, 'enrollment.advanced', { ...factOf(enrollment), stepIndex: next.stepIndex, nextStepAt });
  } else {
    await changeEnrollments(ctx, [id], {
      status: 'finished',
      stopReason: 'finished',
      endedAt: ctx.clock.now(),
      nextStepAt: null,
      whyWaiting: null,
      pauseReason: null,
      pausedUntil: null,
    });
    await emit(ctx, 'enrollment.finished', factOf(enrollment));
  }
  await recordDecisions(ctx, {
    subject: 'enrollment.advance',
    subjectId: id,
    contactId: enrollment.contactId,
    outcome: next ? 'planned' : 'finished',
    reason: next ? `Step ${next.stepIndex + 1} is planned. ${next.why}` : 'Every step is done.',
    ruleVersion: RULE_VERSION,
    inputs: {
      doneIndex: stepIndex,
      doneAt: doneAt.toISOString(),
      nextIndex: next?.stepIndex ?? null,
      nextStepAt: next?.at.toISOString() ?? null,
    },
  });
}

/** The mail of the current step left: the next step counts from there. */
export async function onEmailSent(ctx: Ctx, fact: EventData<'email.sent'>): Promise<void> {
  const enrollment = await lockWaitingFor(ctx, fact);
  if (enrollment) await advance(ctx, enrollment, new Date(fact.sentAt));
}

/**
 * The mail of the current step can never be sent. The provider's word is not enough to say that the address is bad (a bounce
 * is), and a follow-up to a mail that never came would be odd: a person has to look. Resuming goes on after that step.
 */
export async function onEmailFailed(ctx: Ctx, fact: EventData<'email.failed'>): Promise<void> {
  const enrollment = await lockWaitingFor(ctx, fact);
  if (enrollment) await restAfterFailure(ctx, enrollment, fact.reason, { code: fact.code, messageId: fact.messageId });
}

/**
 * Something took the mail of a running enrollment back at the last moment. Whoever must not be written to any more is stopped;
 * a reply stops by its own reaction, which comes before or after this one.
 */
export async function onEmailCancelled(ctx: Ctx, fact: EventData<'email.cancelled'>): Promise<void> {
  const enrollment = await lockWaitingFor(ctx, fact);
  if (!enrollment) return;
  const contact = await getContact(ctx, enrollment.contactId);
  const [refusal] = await mayContact(ctx, [{ contactId: contact.id, address: contact.addresses[0] ?? '' }]);
  const stopReason = refusal ? stopReasonOf(refusal.code) : null;
  const inputs = { messageId: fact.messageId, cancelled: fact.reason };
  if (stopReason) await stopLocked(ctx, [enrollment], stopReason, inputs);
  else await restAfterFailure(ctx, enrollment, refusal?.sentence ?? fact.reason, inputs);
}

function restAfterFailure(ctx: Ctx, enrollment: Enrollment, reason: string, inputs: Record<string, unknown>) {
  const sentence = `Paused: the mail of step ${enrollment.stepIndex + 1} was not sent. ${reason} Resume to go on with the step after it.`;
  return pauseLocked(ctx, [enrollment], { reason: 'mail_failed', until: null, sentence, inputs });
}

/** The enrollment, locked, if it runs and waits for just this mail. */
async function lockWaitingFor(
  ctx: Ctx,
  { enrollmentId, stepIndex }: { enrollmentId: string | null; stepIndex: number | null },
): Promise<Enrollment | null> {
  const enrollment = enrollmentId ? await lockEnrollment(ctx, enrollmentId) : undefined;
  if (!enrollment || !isRunning(enrollment)) return null;
  return enrollment.stepIndex === stepIndex && enrollment.nextStepAt === null ? enrollment : null;
}
