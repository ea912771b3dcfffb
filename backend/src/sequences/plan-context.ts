import type { Recipient } from '../compliance/index.ts';
import { getContact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { getTenant } from '../tenants/index.ts';
import type { Enrollment } from './enrollment-queries.ts';
import type { StepDone } from './next-step.ts';
import { readRunnable } from './sequence-queries.ts';
import { recipientOf, spreadKeyOf } from './stored-definition.ts';

/** What every question about the next step of an enrollment needs to know. */
export async function planContext(
  ctx: Ctx,
  enrollment: Enrollment,
): Promise<Pick<StepDone, 'definition' | 'recipient' | 'enrollmentId'> & { recipient: Recipient }> {
  const { definition } = await readRunnable(ctx, enrollment.sequenceId, enrollment.sequenceVersion);
  const contact = await getContact(ctx, enrollment.contactId);
  const { timeZone } = await getTenant(ctx);
  return { definition, recipient: recipientOf(contact, timeZone), enrollmentId: spreadKeyOf(enrollment) };
}
