import { z } from 'zod';
import { enrollPreview } from '../cards.ts';
import { sequenceDefinition } from '../sequence.ts';
import { endpoint, id, instant, page, pageQuery } from './endpoint.ts';

export const sequenceStatuses = ['draft', 'published', 'archived'] as const;

export const sequenceView = z
  .object({
    id,
    name: z.string(),
    description: z.string(),
    status: z.enum(sequenceStatuses),
    /** The version that new enrollments start with; null until it is published. */
    publishedVersion: z.number().int().nullable(),
    latestVersion: z.number().int(),
    /** Of the latest version. */
    definition: sequenceDefinition,
    createdAt: instant,
  })
  .meta({ id: 'Sequence' });

const params = z.object({ sequenceId: id });
const name = z.string().trim().min(1).max(200);
const description = z.string().max(2000);

export const sequenceEndpoints = {
  createSequence: endpoint({
    method: 'POST',
    path: '/v1/sequences',
    scopes: ['sequences:write'],
    summary: 'Create a sequence as a draft.',
    body: z.strictObject({ name, description: description.default(''), definition: sequenceDefinition }),
    status: 201,
    response: sequenceView,
    errors: ['invalid_input'],
  }),
  listSequences: endpoint({
    method: 'GET',
    path: '/v1/sequences',
    scopes: ['sequences:read'],
    summary: 'List sequences, newest first.',
    query: pageQuery.extend({ status: z.enum(sequenceStatuses).optional() }),
    status: 200,
    response: page(sequenceView),
    errors: ['invalid_cursor'],
  }),
  getSequence: endpoint({
    method: 'GET',
    path: '/v1/sequences/{sequenceId}',
    scopes: ['sequences:read'],
    summary: 'Read a sequence.',
    params,
    status: 200,
    response: sequenceView,
    errors: ['not_found'],
  }),
  updateSequence: endpoint({
    method: 'PATCH',
    path: '/v1/sequences/{sequenceId}',
    scopes: ['sequences:write'],
    summary: 'Change a sequence. New steps make a new version, which counts once it is published.',
    params,
    body: z.strictObject({
      name: name.optional(),
      description: description.optional(),
      definition: sequenceDefinition.optional(),
    }),
    status: 200,
    response: sequenceView,
    errors: ['not_found', 'invalid_input', 'conflict'],
  }),
  publishSequence: endpoint({
    method: 'POST',
    path: '/v1/sequences/{sequenceId}/publish',
    scopes: ['sequences:write'],
    summary: 'Publish the latest version. Enrollments that run keep the version they started with.',
    params,
    status: 200,
    response: sequenceView,
    errors: ['not_found', 'invalid_input', 'conflict'],
  }),
  archiveSequence: endpoint({
    method: 'POST',
    path: '/v1/sequences/{sequenceId}/archive',
    scopes: ['sequences:write'],
    summary: 'Archive a sequence: nobody new can be enrolled; whoever is in it goes on.',
    params,
    status: 200,
    response: sequenceView,
    errors: ['not_found'],
  }),
  previewSequence: endpoint({
    method: 'GET',
    path: '/v1/sequences/{sequenceId}/preview',
    scopes: ['sequences:read', 'contacts:read'],
    summary: 'What would happen to a contact, with dates and rendered mails. Nothing is stored.',
    params,
    query: z.strictObject({ contactId: id, mailboxId: id }),
    status: 200,
    response: enrollPreview.meta({ id: 'SequencePreview' }),
    errors: ['not_found'],
  }),
} as const;
