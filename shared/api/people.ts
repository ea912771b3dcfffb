/** Who must not be written to, what a colleague has to do, and why SalesOS did what it did. */
import { z } from 'zod';
import { decisionView } from '../cards.ts';
import { endpoint, id, instant, page, pageQuery } from './endpoint.ts';

export const suppressionView = z
  .object({
    id: z.string(),
    kind: z.enum(['address', 'domain']),
    value: z.string(),
    reason: z.enum(['opted_out', 'hard_bounce', 'complaint', 'manual', 'crm']),
    source: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'Suppression' });

export const taskView = z
  .object({
    id,
    contactId: id,
    enrollmentId: id,
    title: z.string(),
    note: z.string(),
    status: z.enum(['open', 'completed', 'cancelled']),
    dueAt: instant,
    completedAt: instant.nullable(),
  })
  .meta({ id: 'Task' });

const suppressionBody = z.strictObject({ kind: z.enum(['address', 'domain']), value: z.string().min(1).max(320) });

export const peopleEndpoints = {
  listSuppressions: endpoint({
    method: 'GET',
    path: '/v1/suppressions',
    scopes: ['suppressions:read'],
    summary: 'List the addresses and domains that are never written to.',
    query: pageQuery,
    status: 200,
    response: page(suppressionView),
    errors: ['invalid_cursor'],
  }),
  addSuppression: endpoint({
    method: 'POST',
    path: '/v1/suppressions',
    scopes: ['suppressions:write'],
    summary: 'Never write to an address or a domain again. People in a sequence are reached at once.',
    body: suppressionBody,
    status: 201,
    response: suppressionView,
    errors: ['invalid_input'],
  }),
  removeSuppression: endpoint({
    method: 'POST',
    path: '/v1/suppressions/remove',
    scopes: ['suppressions:write'],
    summary: 'Allow an address or a domain again. Somebody who unsubscribed stays unsubscribed.',
    body: suppressionBody,
    status: 200,
    response: z.object({ removed: z.boolean() }),
    errors: ['invalid_input', 'conflict'],
  }),
  listDecisions: endpoint({
    method: 'GET',
    path: '/v1/decisions',
    scopes: ['decisions:read'],
    summary: 'Why: each automatic choice about a contact or about one object, with inputs and reason, newest first.',
    query: pageQuery
      .extend({ contactId: id.optional(), subjectId: id.optional() })
      .refine((query) => query.contactId || query.subjectId, {
        path: ['contactId'],
        error: 'Give contactId, subjectId or both.',
      }),
    status: 200,
    response: page(decisionView.meta({ id: 'Decision' })),
    errors: ['invalid_cursor'],
  }),
  listTasks: endpoint({
    method: 'GET',
    path: '/v1/tasks',
    scopes: ['tasks:read'],
    summary: 'List tasks, newest first.',
    query: pageQuery.extend({ contactId: id.optional(), status: taskView.shape.status.optional() }),
    status: 200,
    response: page(taskView),
    errors: ['invalid_cursor'],
  }),
  completeTask: endpoint({
    method: 'POST',
    path: '/v1/tasks/{taskId}/complete',
    scopes: ['tasks:write'],
    summary: 'Mark a task as done: the enrollment goes on to its next step.',
    params: z.object({ taskId: id }),
    status: 200,
    response: taskView,
    errors: ['not_found', 'conflict'],
  }),
} as const;
