import type { EnrollOutput } from '@salesos/shared/actions.ts';
import type { enrollmentEndpoints } from '@salesos/shared/api/enrollments.ts';
import type { Ctx } from '../core/ctx.ts';
import {
  type Enrollment,
  enroll,
  enrollMany,
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
  enrollMany: async ({ ctx, body }) => ({ results: await enrollItems(ctx, body.items) }),
  listEnrollments: ({ ctx, query }) => pageOf(query, (page) => listEnrollments(ctx, { ...query, ...page }), present),
  getEnrollment: async ({ ctx, params }) => present(await getEnrollment(ctx, params.enrollmentId)),
  pauseEnrollment: async ({ ctx, params }) => present(await pauseEnrollment(ctx, params.enrollmentId)),
  resumeEnrollment: async ({ ctx, params }) => present(await resumeEnrollment(ctx, params.enrollmentId)),
  stopEnrollment: async ({ ctx, params }) => present(await stopEnrollment(ctx, params.enrollmentId)),
};

/** Items for one sequence and mailbox are enrolled together; the results keep the order of the items. */
async function enrollItems(ctx: Ctx, items: Item[]): Promise<EnrollOutput[]> {
  const results: EnrollOutput[] = new Array(items.length);
  const places = items.map((item, index) => ({ item, index }));
  for (const group of Map.groupBy(places, ({ item }) => `${item.sequenceId} ${item.mailboxId ?? ''}`).values()) {
    const { contactId: _, ...shared } = group[0]!.item;
    const contactIds = group.map(({ item }) => item.contactId);
    const outcomes = await enrollMany(ctx, { ...shared, contactIds, source: 'api' });
    for (const [place, { index }] of group.entries()) results[index] = outcomes[place]!;
  }
  return results;
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
