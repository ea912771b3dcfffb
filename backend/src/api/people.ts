import type { peopleEndpoints } from '@salesos/shared/api/people.ts';
import { listSuppressions, suppress, unsuppress } from '../compliance/index.ts';
import { listDecisions } from '../core/decisions.ts';
import { completeTask, listTasks, type Task } from '../sequences/index.ts';
import type { Handlers } from './endpoint.ts';
import { pageOf } from './page-of.ts';
import { iso, isoOrNull } from './present.ts';

export const peopleHandlers: Handlers<typeof peopleEndpoints> = {
  listSuppressions: ({ ctx, query }) => pageOf(query, (page) => listSuppressions(ctx, page), presentSuppression),
  addSuppression: async ({ ctx, body }) =>
    presentSuppression(await suppress(ctx, { ...body, reason: 'manual', source: `API key ${ctx.actor.name}` })),
  removeSuppression: ({ ctx, body }) => unsuppress(ctx, body),
  listDecisions: ({ ctx, query }) =>
    pageOf(query, (page) => listDecisions(ctx, { ...query, ...page }), presentDecision),
  listTasks: ({ ctx, query }) => pageOf(query, (page) => listTasks(ctx, { ...query, ...page }), presentTask),
  completeTask: async ({ ctx, params }) => presentTask(await completeTask(ctx, params.taskId)),
};

const presentSuppression = (suppression: Awaited<ReturnType<typeof suppress>>) => ({
  ...suppression,
  createdAt: iso(suppression.createdAt),
});

export const presentDecision = ({ at, ...decision }: Awaited<ReturnType<typeof listDecisions>>[number]) => ({
  ...decision,
  at: iso(at),
});

const presentTask = (task: Task) => ({ ...task, dueAt: iso(task.dueAt), completedAt: isoOrNull(task.completedAt) });
