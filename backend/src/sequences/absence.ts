import type { EventData } from '@salesos/shared/events.ts';
import { addBusinessDays, describeMoment, nextAllowed } from '../compliance/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { recordDecisions } from '../core/decisions.ts';
import { DAY } from '../core/zoned-time.ts';
import { type Enrollment, lockRunning } from './enrollment-queries.ts';
import { spreadOf } from './next-step.ts';
import { pauseLocked } from './pause.ts';
import { planContext } from './plan-context.ts';
import { resumeAfter } from './resume-after.ts';
import { idsOfPerson } from './stop.ts';

const ruleVersion = 'absence/1';
/** An out-of-office mail without a date is believed for this long. */
export const BUSINESS_DAYS_WITHOUT_DATE = 3;
/** A date further away than this was misread, and counts as none. */
const longestAbsenceDays = 366;

/** The person is away: everything that runs for them rests until the business day after their return. It never stops for that. */
export async function onAutoReply(ctx: Ctx, fact: EventData<'email.auto_replied'>): Promise<void> {
  for (const enrollment of await lockRunning(ctx, { contactIds: await idsOfPerson(ctx, fact) })) {
    // Whoever rests until a person acts, goes on resting; a date is only replaced by another date.
    const restsAlready = enrollment.status === 'paused';
    if (restsAlready && (enrollment.pauseReason !== 'out_of_office' || fact.returnsOn === null)) continue;
    await restUntilBack(ctx, enrollment, fact);
  }
}

async function restUntilBack(ctx: Ctx, enrollment: Enrollment, fact: EventData<'email.auto_replied'>): Promise<void> {
  const now = ctx.clock.now();
  const { definition, recipient, enrollmentId } = await planContext(ctx, enrollment);
  const dueAt = enrollment.nextStepAt ?? now;
  const spread = spreadOf(`${enrollmentId}:${enrollment.stepIndex}`);
  const returnsOn = believable(fact.returnsOn, now);
  const { at, why } = returnsOn
    ? resumeAfter({ returnsOn, now, dueAt, rules: definition, recipient, spread })
    : withoutDate();
  const inputs = { returnsOn: fact.returnsOn, inboundId: fact.inboundId, dueAt: dueAt.toISOString() };
  if (at > dueAt) {
    await pauseLocked(ctx, [enrollment], { reason: 'out_of_office', until: at, sentence: `Paused: ${why}`, inputs });
    return;
  }
  await recordDecisions(ctx, {
    subject: 'enrollment.pause',
    subjectId: enrollment.id,
    contactId: enrollment.contactId,
    outcome: 'not_needed',
    reason: 'The next step comes after the person is back, so nothing changes.',
    ruleVersion,
    inputs,
  });

  function withoutDate() {
    const until = addBusinessDays(now, BUSINESS_DAYS_WITHOUT_DATE, definition, recipient.zone);
    const earliest = new Date(Math.max(until.getTime(), dueAt.getTime()));
    const { at } = nextAllowed(earliest, definition, recipient, spread);
    const who = recipient.name ?? 'the person';
    const why = `${who} is away and does not say until when, so the next step waits ${BUSINESS_DAYS_WITHOUT_DATE} business days, until ${describeMoment(at, now, recipient.zone)}.`;
    return { at, why };
  }
}

function believable(returnsOn: string | null, now: Date): string | null {
  if (returnsOn === null) return null;
  return Date.parse(returnsOn) - now.getTime() > longestAbsenceDays * DAY ? null : returnsOn;
}
