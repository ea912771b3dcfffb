import { type Ctx, inTransaction } from '../core/ctx.ts';
import { Conflict, NotFound } from '../core/errors.ts';
import { emit } from '../core/events.ts';
import { advance } from './advance.ts';
import { lockEnrollment } from './enrollment-queries.ts';
import { factOf, isRunning } from './stop.ts';
import { markCompleted, readTask, readTasks, type Task } from './task-queries.ts';

/** Tasks, newest first; `before` is the id of the last one seen. */
export const listTasks = (
  ctx: Ctx,
  filter: { contactId?: string; status?: Task['status']; before: string | null; limit: number },
): Promise<Task[]> => readTasks(ctx, filter);

/** Marks a task as done: the enrollment goes on to its next step. A task that is done already stays as it is. */
export async function completeTask(ctx: Ctx, taskId: string): Promise<Task> {
  return inTransaction(ctx, async (ctx) => {
    const task = await readTask(ctx, taskId);
    if (!task) throw new NotFound('task');
    const enrollment = await lockEnrollment(ctx, task.enrollmentId);
    const isNew = await markCompleted(ctx, taskId, ctx.actor.name);
    const after = (await readTask(ctx, taskId))!;
    if (after.status === 'cancelled') throw new Conflict('This task was cancelled: its sequence has ended.');
    if (!isNew || !enrollment) return after;
    await emit(ctx, 'task.completed', { ...factOf(enrollment), taskId });
    if (isRunning(enrollment) && enrollment.stepIndex === task.stepIndex && enrollment.nextStepAt === null)
      await advance(ctx, enrollment, ctx.clock.now());
    return after;
  });
}
