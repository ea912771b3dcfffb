import type { EventData } from '@salesos/shared/events.ts';
import { addBusinessDays, describeMoment, nextAllowed } from '../compliance/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { listDecisions, recordDecisions } from '../core/decisions.ts';
import { DAY } from '../core/zoned-time.ts';
import { type Enrollment, lockRunning } from './enrollment-queries.ts';
import { spreadOf } from './next-step.ts';
import { pauseLocked } from './pause.ts';
import { planContext } from './plan-context.ts';
import { idsOfPerson, stopPerson } from './stop.ts';

const ruleVersion = 'bounce/1';
/** After a soft bounce (a full mailbox, a server that is down) the next step comes this much later at the earliest. */
const REST_BUSINESS_DAYS = 2;
/** So many soft bounces within so many days, and somebody has to look at the address. */
const MOST_SOFT_BOUNCES = 3;
const SOFT_BOUNCE_DAYS = 14;

/**
 * Hard: the address does not exist, so everything for this person stops. Soft: the sequences rest for some days, at the third
 * one in two weeks until somebody resumes them. Policy: the receiving server objects to the sender, which says nothing about the
 * person, so their sequences go on.
 */
export async function onBounce(ctx: Ctx, fact: EventData<'email.bounced'>): Promise<void> {
  const { class: kind, status, diagnostic, messageId } = fact;
  const inputs = { class: kind, status, diagnostic, messageId };
  if (kind === 'hard') {
    await stopPerson(ctx, fact, 'bounced', inputs);
    return;
  }
  const running = await lockRunning(ctx, { contactIds: await idsOfPerson(ctx, fact) });
  if (kind === 'policy') await keepGoing(ctx, running, inputs);
  else for (const enrollment of running) await restAfterSoftBounce(ctx, enrollment, inputs);
}

async function restAfterSoftBounce(ctx: Ctx, enrollment: Enrollment, inputs: Record<string, unknown>): Promise<void> {
  if (enrollment.status === 'paused' && enrollment.pausedUntil === null) return;
  const now = ctx.clock.now();
  const count = 1 + (await recentSoftBounces(ctx, enrollment.id, now));
  const { definition, recipient, enrollmentId } = await planContext(ctx, enrollment);
  const rested = addBusinessDays(now, REST_BUSINESS_DAYS, definition, recipient.zone);
  const earliest = new Date(
    Math.max(rested.getTime(), enrollment.nextStepAt?.getTime() ?? 0, enrollment.pausedUntil?.getTime() ?? 0),
  );
  const spread = spreadOf(`${enrollmentId}:${enrollment.stepIndex}`);
  const { at } = nextAllowed(earliest, definition, recipient, spread);
  const goesOn = count < MOST_SOFT_BOUNCES;
  const sentence = goesOn
    ? `Paused: the last mail could not be delivered for now. The next step comes on ${describeMoment(at, now, recipient.zone)}.`
    : `Paused: ${count} mails in ${SOFT_BOUNCE_DAYS} days could not be delivered. Check the address, then resume.`;
  await pauseLocked(ctx, [enrollment], { reason: 'soft_bounce', until: goesOn ? at : null, sentence, inputs });
}

async function recentSoftBounces(ctx: Ctx, enrollmentId: string, now: Date): Promise<number> {
  const decisions = await listDecisions(ctx, { subjectId: enrollmentId, before: null, limit: 100 });
  const since = now.getTime() - SOFT_BOUNCE_DAYS * DAY;
  return decisions.filter(
    ({ subject, outcome, at }) => subject === 'enrollment.pause' && outcome === 'soft_bounce' && at.getTime() >= since,
  ).length;
}

async function keepGoing(ctx: Ctx, enrollments: Enrollment[], inputs: Record<string, unknown>): Promise<void> {
  await recordDecisions(
    ctx,
    ...enrollments.map(({ id, contactId }) => ({
      subject: 'enrollment.pause',
      subjectId: id,
      contactId,
      outcome: 'not_needed',
      reason: 'The receiving server objects to the sender or the words, not to the address, so the sequence goes on.',
      ruleVersion,
      inputs,
    })),
  );
}
