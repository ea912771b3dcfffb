import type { Selectable } from 'kysely';
import type { Ctx } from '../core/ctx.ts';
import type { Tables } from '../core/tables.ts';

/** Something a colleague has to do before the enrollment goes on. */
export type Task = Selectable<Tables['task']>;

export type NewTask = Pick<Task, 'id' | 'enrollmentId' | 'stepIndex' | 'contactId' | 'title' | 'note' | 'dueAt'>;

export async function insertTasks(ctx: Ctx, tasks: NewTask[]): Promise<void> {
  if (tasks.length === 0) return;
  const rest = { tenantId: ctx.tenantId, status: 'open' as const, completedAt: null, completedBy: null };
  await ctx.db
    .insertInto('task')
    .values(tasks.map((task) => ({ ...task, ...rest })))
    .execute();
}

export async function readTask(ctx: Ctx, id: string): Promise<Task | undefined> {
  return ctx.db
    .selectFrom('task')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function readTasks(
  ctx: Ctx,
  filter: { contactId?: string; status?: Task['status']; before: string | null; limit: number },
): Promise<Task[]> {
  let query = ctx.db.selectFrom('task').selectAll().where('tenantId', '=', ctx.tenantId);
  if (filter.contactId) query = query.where('contactId', '=', filter.contactId);
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.orderBy('id', 'desc').limit(filter.limit).execute();
}

/** A place in the list of what is due: the last one seen. */
export type DueBefore = Pick<Task, 'dueAt' | 'id'>;

/** Open tasks that are due by then, oldest first, each with the mailbox of its enrollment. */
export async function readDueTasks(
  ctx: Ctx,
  { dueUntil, after, limit }: { dueUntil: Date; after: DueBefore | null; limit: number },
): Promise<(Task & { mailboxId: string })[]> {
  let query = ctx.db
    .selectFrom('task')
    .innerJoin('enrollment', (join) =>
      join.onRef('enrollment.tenantId', '=', 'task.tenantId').onRef('enrollment.id', '=', 'task.enrollmentId'),
    )
    .selectAll('task')
    .select('enrollment.mailboxId')
    .where('task.tenantId', '=', ctx.tenantId)
    .where('task.status', '=', 'open')
    .where('task.dueAt', '<=', dueUntil);
  if (after)
    query = query.where((where) =>
      where.or([
        where('task.dueAt', '>', after.dueAt),
        where.and([where('task.dueAt', '=', after.dueAt), where('task.id', '>', after.id)]),
      ]),
    );
  return query.orderBy('task.dueAt').orderBy('task.id').limit(limit).execute();
}

export async function readTasksOf(ctx: Ctx, enrollmentIds: string[]): Promise<Task[]> {
  if (enrollmentIds.length === 0) return [];
  return ctx.db
    .selectFrom('task')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('enrollmentId', 'in', enrollmentIds)
    .execute();
}

/** With who sends the sequence's mails: it is their task. */
export async function readTasksById(ctx: Ctx, ids: string[]): Promise<(Task & { mailboxId: string })[]> {
  if (ids.length === 0) return [];
  return ctx.db
    .selectFrom('task')
    .innerJoin('enrollment', (join) =>
      join.onRef('enrollment.tenantId', '=', 'task.tenantId').onRef('enrollment.id', '=', 'task.enrollmentId'),
    )
    .selectAll('task')
    .select('enrollment.mailboxId')
    .where('task.tenantId', '=', ctx.tenantId)
    .where('task.id', 'in', ids)
    .execute();
}

/** False when it was not open any more. */
export async function markCompleted(ctx: Ctx, id: string, completedBy: string): Promise<boolean> {
  const changed = await ctx.db
    .updateTable('task')
    .set({ status: 'completed', completedAt: ctx.clock.now(), completedBy })
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'open')
    .returning('id')
    .executeTakeFirst();
  return changed !== undefined;
}

export async function cancelTasks(ctx: Ctx, enrollmentIds: string[]): Promise<void> {
  await ctx.db
    .updateTable('task')
    .set({ status: 'cancelled' })
    .where('tenantId', '=', ctx.tenantId)
    .where('enrollmentId', 'in', enrollmentIds)
    .where('status', '=', 'open')
    .execute();
}

export async function moveTasks(ctx: Ctx, fromContactId: string, toContactId: string): Promise<void> {
  await ctx.db
    .updateTable('task')
    .set({ contactId: toContactId })
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', fromContactId)
    .execute();
}
