import type { Ctx } from './core/ctx.ts';
import type { SequenceTask } from './crm-sync/index.ts';
import { listMailboxes } from './email/index.ts';
import { tasksById } from './sequences/index.ts';

/** The tasks of sequences for the CRM's task lists: gathered here, because no capability knows all of it. */
export async function sequenceTasks(ctx: Ctx, taskIds: string[]): Promise<Map<string, SequenceTask>> {
  const tasks = await tasksById(ctx, taskIds);
  const owners = new Map((await listMailboxes(ctx)).map(({ id, ownerMemberId }) => [id, ownerMemberId]));
  return new Map(
    tasks.map(({ id, title, note, dueAt, status, mailboxId }) => [
      id,
      { title, note, dueAt, status, ownerMemberId: owners.get(mailboxId) ?? null },
    ]),
  );
}
