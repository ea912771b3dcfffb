import type { EventData } from '@salesos/shared/events.ts';
import type { Ctx } from '../core/ctx.ts';
import { changeEnrollments, lockRunning, moveEnded } from './enrollment-queries.ts';
import { stopLocked } from './stop.ts';
import { moveTasks } from './task-queries.ts';

/** Two records became one: the person keeps all enrollments and tasks; of two in one sequence the older one goes on. */
export async function mergeEnrollments(
  ctx: Ctx,
  { contactId, mergedContactId }: EventData<'contact.merged'>,
): Promise<void> {
  const running = await lockRunning(ctx, { contactIds: [contactId, mergedContactId] });
  const perSequence = Map.groupBy(running, (enrollment) => enrollment.sequenceId);
  const newer = [...perSequence.values()].flatMap((enrollments) =>
    enrollments.toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime()).slice(1),
  );
  await stopLocked(ctx, newer, 'merged', { contactId, mergedContactId });
  const moving = running.filter(
    (enrollment) => enrollment.contactId === mergedContactId && !newer.includes(enrollment),
  );
  await changeEnrollments(
    ctx,
    moving.map((enrollment) => enrollment.id),
    { contactId },
  );
  await moveEnded(ctx, mergedContactId, contactId);
  await moveTasks(ctx, mergedContactId, contactId);
}
