import type { EnrollOutput } from '@salesos/shared/actions.ts';
import type { enrollmentEndpoints } from '@salesos/shared/api/enrollments.ts';
import type { Ctx } from '../core/ctx.ts';
import { DomainError } from '../core/errors.ts';
import {
  type Enrollment,
  enroll,
  getEnrollment,
  listEnrollments,
  pauseEnrollment,
  resumeEnrollment,
  stopEnrollment,
} from '../sequences/index.ts';
import type { Handlers } from './endpoint.ts';
import { pageOf } from './page-of.ts';
import { iso, isoOrNull } from './present.ts';

type Item = { contactId: string; sequenceId: string; mailboxId?: string | undefined };

export const enrollmentHandlers: Handlers<typeof enrollmentEndpoints> = {
  enroll: ({ ctx, body }) => enroll(ctx, { ...body, source: 'api' }),
  enrollMany: async ({ ctx, body }) => {
    const results: EnrollOutput[] = [];
    for (const item of body.items) results.push(await enrollOne(ctx, item));
    return { results };
  },
  listEnrollments: ({ ctx, query }) => pageOf(query, (page) => listEnrollments(ctx, { ...query, ...page }), present),
  getEnrollment: async ({ ctx, params }) => present(await getEnrollment(ctx, params.enrollmentId)),
  pauseEnrollment: async ({ ctx, params }) => present(await pauseEnrollment(ctx, params.enrollmentId)),
  resumeEnrollment: async ({ ctx, params }) => present(await resumeEnrollment(ctx, params.enrollmentId)),
  stopEnrollment: async ({ ctx, params }) => present(await stopEnrollment(ctx, params.enrollmentId)),
};

/** One item of many: what is wrong with it is its result, and the others go on. */
async function enrollOne(ctx: Ctx, item: Item): Promise<EnrollOutput> {
  try {
    return await enroll(ctx, { ...item, source: 'api' });
  } catch (error) {
    if (!(error instanceof DomainError) || error.status >= 500) throw error;
    const errorCode = error.code.toUpperCase();
    return { result: 'refused', enrollmentId: '', firstStepAt: '', errorCode, message: error.message };
  }
}

const present = (enrollment: Enrollment) => ({
  id: enrollment.id,
  sequenceId: enrollment.sequenceId,
  sequenceVersion: enrollment.sequenceVersion,
  contactId: enrollment.contactId,
  mailboxId: enrollment.mailboxId,
  status: enrollment.status,
  stepIndex: enrollment.stepIndex,
  nextStepAt: isoOrNull(enrollment.nextStepAt),
  whyWaiting: enrollment.whyWaiting,
  pauseReason: enrollment.pauseReason,
  pausedUntil: isoOrNull(enrollment.pausedUntil),
  stopReason: enrollment.stopReason,
  source: enrollment.source,
  startedAt: iso(enrollment.startedAt),
  endedAt: isoOrNull(enrollment.endedAt),
});
