import type { StopOutput } from '@salesos/shared/actions.ts';
import type { StopReason } from '@salesos/shared/events.ts';
import { stopReasonSentences } from '@salesos/shared/wording.ts';
import { getContact } from '../contacts/index.ts';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { recordDecisions } from '../core/decisions.ts';
import { NotFound } from '../core/errors.ts';
import { emit } from '../core/events.ts';
import { cancelMessages } from '../email/index.ts';
import {
  changeEnrollments,
  type Enrollment,
  lockEnrollment,
  lockRunning,
  readEnrollment,
} from './enrollment-queries.ts';
import { cancelTasks } from './task-queries.ts';

const ruleVersion = 'stop/1';

/**
 * Ends locked enrollments: their unsent mails and open tasks are taken back in the same transaction, so from its commit on
 * nothing of them leaves. `inputs` is what the choice was made from.
 */
export async function stopLocked(
  ctx: Ctx,
  enrollments: Enrollment[],
  reason: StopReason,
  inputs: Record<string, unknown>,
): Promise<void> {
  if (enrollments.length === 0) return;
  const ids = enrollments.map((enrollment) => enrollment.id);
  const sentence = stopReasonSentences[reason];
  await changeEnrollments(ctx, ids, {
    status: 'stopped',
    stopReason: reason,
    endedAt: ctx.clock.now(),
    nextStepAt: null,
    whyWaiting: null,
    pauseReason: null,
    pausedUntil: null,
  });
  await cancelMessages(ctx, { enrollmentIds: ids }, sentence);
  await cancelTasks(ctx, ids);
  await emit(ctx, 'enrollment.stopped', ...enrollments.map((enrollment) => ({ ...factOf(enrollment), reason })));
  await recordDecisions(
    ctx,
    ...enrollments.map(({ id, contactId, stepIndex, status }) => ({
      subject: 'enrollment.stop',
      subjectId: id,
      contactId,
      outcome: 'stopped',
      reason: sentence,
      ruleVersion,
      inputs: { reason, stepIndex, status, by: ctx.actor.name, ...inputs },
    })),
  );
}

export const factOf = ({ id, contactId, sequenceId }: Enrollment) => ({ enrollmentId: id, contactId, sequenceId });

/** Stops one enrollment by hand. One that has ended stays as it ended. */
export async function stopEnrollment(ctx: Ctx, id: string): Promise<Enrollment> {
  return inTransaction(ctx, async (ctx) => {
    const enrollment = await lockEnrollment(ctx, id);
    if (!enrollment) throw new NotFound('enrollment');
    if (!isRunning(enrollment)) return enrollment;
    await stopLocked(ctx, [enrollment], 'manual', {});
    return (await readEnrollment(ctx, id))!;
  });
}

export const isRunning = ({ status }: Enrollment): boolean => status === 'active' || status === 'paused';

/** Stops everything that runs for a person, in all sequences and mailboxes. Answers how many there were. */
export async function stopPerson(
  ctx: Ctx,
  about: { contactId: string; enrollmentId?: string | null },
  reason: StopReason,
  inputs: Record<string, unknown>,
): Promise<number> {
  return inTransaction(ctx, async (ctx) => {
    const enrollments = await lockRunning(ctx, { contactIds: await idsOfPerson(ctx, about) });
    await stopLocked(ctx, enrollments, reason, inputs);
    return enrollments.length;
  });
}

/**
 * The ids under which a person may be enrolled right now: a fact may name a record that was merged since, and the enrollments
 * of that one may have moved or not.
 */
export async function idsOfPerson(
  ctx: Ctx,
  { contactId, enrollmentId }: { contactId: string; enrollmentId?: string | null },
): Promise<string[]> {
  const person = await getContact(ctx, contactId);
  const enrollment = enrollmentId ? await readEnrollment(ctx, enrollmentId) : undefined;
  return [...new Set([contactId, person.id, ...(enrollment ? [enrollment.contactId] : [])])];
}

/** The workflow action: stops a person in one sequence or in all of them. Somebody who is in none is no error. */
export async function stopSequences(
  ctx: Ctx,
  { contactId, sequenceId }: { contactId: string; sequenceId?: string },
): Promise<StopOutput> {
  return inTransaction(ctx, async (ctx) => {
    const contactIds = await idsOfPerson(ctx, { contactId });
    const enrollments = await lockRunning(ctx, { contactIds, ...(sequenceId ? { sequenceId } : {}) });
    await stopLocked(ctx, enrollments, 'manual', { sequenceId: sequenceId ?? null });
    const stoppedCount = enrollments.length;
    if (stoppedCount === 0)
      return { result: 'none_active', stoppedCount, errorCode: '', message: 'The person was in no running sequence.' };
    const message = `Stopped ${stoppedCount} sequence${stoppedCount === 1 ? '' : 's'}: nothing more goes out from ${stoppedCount === 1 ? 'it' : 'them'}.`;
    return { result: 'stopped', stoppedCount, errorCode: '', message };
  });
}

const chunkSize = 500;

/** Stops everything that was begun up to a moment, some hundreds per transaction. Begins where it left when it is repeated. */
export async function stopEverything(ctx: Ctx, startedUntil: Date, reason: StopReason): Promise<void> {
  for (let count = chunkSize; count === chunkSize; )
    count = await inTransaction(ctx, async (ctx) => {
      const enrollments = await lockRunning(ctx, { startedUntil, limit: chunkSize });
      await stopLocked(ctx, enrollments, reason, {});
      return enrollments.length;
    });
}
