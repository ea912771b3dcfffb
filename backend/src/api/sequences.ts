import type { sequenceEndpoints } from '@salesos/shared/api/sequences.ts';
import {
  archiveSequence,
  createSequence,
  getSequence,
  listSequences,
  previewEnrollment,
  publishSequence,
  type Sequence,
  updateSequence,
} from '../sequences/index.ts';
import type { Handlers } from './endpoint.ts';
import { pageOf } from './page-of.ts';
import { iso } from './present.ts';

export const sequenceHandlers: Handlers<typeof sequenceEndpoints> = {
  createSequence: async ({ ctx, body }) => present(await createSequence(ctx, body)),
  listSequences: ({ ctx, query: { status, ...page } }) =>
    pageOf(page, (at) => listSequences(ctx, { ...at, ...(status ? { status } : {}) }), present),
  getSequence: async ({ ctx, params }) => present(await getSequence(ctx, params.sequenceId)),
  updateSequence: async ({ ctx, params, body }) => present(await updateSequence(ctx, params.sequenceId, body)),
  publishSequence: async ({ ctx, params }) => present(await publishSequence(ctx, params.sequenceId)),
  archiveSequence: async ({ ctx, params }) => present(await archiveSequence(ctx, params.sequenceId)),
  previewSequence: ({ ctx, params, query }) => previewEnrollment(ctx, { ...params, ...query }),
};

const present = (sequence: Sequence) => ({ ...sequence, createdAt: iso(sequence.createdAt) });
