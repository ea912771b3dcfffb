import type { PauseReason } from '@salesos/shared/events.ts';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { recordDecisions } from '../core/decisions.ts';
import { Conflict, NotFound } from '../core/errors.ts';
import { emit } from '../core/events.ts';
import { holdMessages } from '../email/index.ts';
import { changeEnrollments, type Enrollment, lockEnrollment, readEnrollment } from './enrollment-queries.ts';
import { factOf, isRunning } from './stop.ts';

const ruleVersion = 'pause/1';

export interface Pause {
  reason: PauseReason;
  /** Null: until somebody resumes it. */
  until: Date | null;
  /** What the card says while it lasts. */
  sentence: string;
  inputs: Record<string, unknown>;
}

/** Lets locked enrollments rest, and keeps their unsent mails back. */
export async function pauseLocked(
  ctx: Ctx,
  enrollments: Enrollment[],
  { reason, until, sentence, inputs }: Pause,
): Promise<void> {
  if (enrollments.length === 0) return;
  const ids = enrollments.map((enrollment) => enrollment.id);
  await changeEnrollments(ctx, ids, {
    status: 'paused',
    pauseReason: reason,
    pausedUntil: until,
    whyWaiting: sentence,
  });
  await holdMessages(ctx, { enrollmentIds: ids }, sentence);
  const resumesAt = until?.toISOString() ?? null;
  await emit(
    ctx,
    'enrollment.paused',
    ...enrollments.map((enrollment) => ({ ...factOf(enrollment), reason, resumesAt })),
  );
  await recordDecisions(
    ctx,
    ...enrollments.map(({ id, contactId, stepIndex }) => ({
      subject: 'enrollment.pause',
      subjectId: id,
      contactId,
      outcome: reason,
      reason: sentence,
      ruleVersion,
      inputs: { stepIndex, until: resumesAt, by: ctx.actor.name, ...inputs },
    })),
  );
}

/** Pauses until somebody resumes. One that rests until a date rests until then no longer. */
export async function pauseEnrollment(ctx: Ctx, id: string): Promise<Enrollment> {
  return inTransaction(ctx, async (ctx) => {
    const enrollment = await lockRunningOne(ctx, id);
    // Paused already, by a colleague or because a mail failed: both wait for a person.
    if (enrollment.status === 'paused' && enrollment.pausedUntil === null) return enrollment;
    const sentence = `Paused by ${ctx.actor.name}: nothing goes out until somebody resumes it.`;
    await pauseLocked(ctx, [enrollment], { reason: 'manual', until: null, sentence, inputs: {} });
    return (await readEnrollment(ctx, id))!;
  });
}

/** Locks an enrollment that has not ended. */
export async function lockRunningOne(ctx: Ctx, id: string): Promise<Enrollment> {
  const enrollment = await lockEnrollment(ctx, id);
  if (!enrollment) throw new NotFound('enrollment');
  if (!isRunning(enrollment)) throw new Conflict('This enrollment has ended.');
  return enrollment;
}
