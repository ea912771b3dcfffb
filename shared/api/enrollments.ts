import { z } from 'zod';
import { enrollOutput } from '../actions.ts';
import { enrollmentStatuses } from '../cards.ts';
import { stopReasons } from '../events.ts';
import { endpoint, id, instant, page, pageQuery } from './endpoint.ts';

export const enrollmentView = z
  .object({
    id,
    sequenceId: id,
    sequenceVersion: z.number().int(),
    contactId: id,
    mailboxId: id,
    status: z.enum(enrollmentStatuses),
    /** The step it stands at, from 0. */
    stepIndex: z.number().int(),
    nextStepAt: instant.nullable(),
    /** One sentence: what keeps the next step from happening now. */
    whyWaiting: z.string().nullable(),
    pauseReason: z.string().nullable(),
    pausedUntil: instant.nullable(),
    stopReason: z.enum(stopReasons).nullable(),
    source: z.enum(['card', 'workflow', 'api']),
    startedAt: instant,
    endedAt: instant.nullable(),
  })
  .meta({ id: 'Enrollment' });

/** The same answer as the workflow action gives: enrolled, already in, or refused with a code to branch on. */
export const enrollResult = enrollOutput.meta({ id: 'EnrollResult' });

const params = z.object({ enrollmentId: id });
const item = z.strictObject({ contactId: id, sequenceId: id, mailboxId: id.optional() });

export const enrollmentEndpoints = {
  enroll: endpoint({
    method: 'POST',
    path: '/v1/enrollments',
    scopes: ['enrollments:write'],
    summary: 'Enroll a contact in a published sequence. A refusal is an answer (200) with its code, not an error.',
    body: item,
    status: 200,
    response: enrollResult,
    errors: ['not_found'],
  }),
  enrollMany: endpoint({
    method: 'POST',
    path: '/v1/enrollments/bulk',
    scopes: ['enrollments:write'],
    summary: 'Enroll up to 100 contacts: one result per item, in order. An item that is refused stops no other.',
    body: z.strictObject({ items: z.array(item).min(1).max(100) }),
    status: 200,
    response: z.object({ results: z.array(enrollResult) }),
    errors: [],
  }),
  listEnrollments: endpoint({
    method: 'GET',
    path: '/v1/enrollments',
    scopes: ['enrollments:read'],
    summary: 'List enrollments, newest first.',
    query: pageQuery.extend({
      contactId: id.optional(),
      sequenceId: id.optional(),
      status: z.enum(enrollmentStatuses).optional(),
    }),
    status: 200,
    response: page(enrollmentView),
    errors: ['invalid_cursor'],
  }),
  getEnrollment: endpoint({
    method: 'GET',
    path: '/v1/enrollments/{enrollmentId}',
    scopes: ['enrollments:read'],
    summary: 'Read an enrollment: where it stands and what it waits for.',
    params,
    status: 200,
    response: enrollmentView,
    errors: ['not_found'],
  }),
  pauseEnrollment: endpoint({
    method: 'POST',
    path: '/v1/enrollments/{enrollmentId}/pause',
    scopes: ['enrollments:write'],
    summary: 'Pause an enrollment until it is resumed.',
    params,
    status: 200,
    response: enrollmentView,
    errors: ['not_found', 'conflict'],
  }),
  resumeEnrollment: endpoint({
    method: 'POST',
    path: '/v1/enrollments/{enrollmentId}/resume',
    scopes: ['enrollments:write'],
    summary: 'Resume a paused enrollment. What became due meanwhile shifts; nothing leaves in a burst.',
    params,
    status: 200,
    response: enrollmentView,
    errors: ['not_found', 'conflict'],
  }),
  stopEnrollment: endpoint({
    method: 'POST',
    path: '/v1/enrollments/{enrollmentId}/stop',
    scopes: ['enrollments:write'],
    summary: 'Stop an enrollment for good.',
    params,
    status: 200,
    response: enrollmentView,
    errors: ['not_found', 'conflict'],
  }),
} as const;
