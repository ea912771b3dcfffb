import type { CardEnrollment } from '@salesos/shared/cards.ts';
import { type Contact, getContact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { NotFound } from '../core/errors.ts';
import { getMailbox, getTemplate, listMessages } from '../email/index.ts';
import { getTenant } from '../tenants/index.ts';
import { describeEnrollment } from './describe-enrollment.ts';
import { type Enrollment, type EnrollmentFilter, readEnrollment, readEnrollments } from './enrollment-queries.ts';
import { readRunnable, readSequenceNames } from './sequence-queries.ts';
import { recipientOf } from './stored-definition.ts';
import { readTasksOf } from './task-queries.ts';

/** A page of enrollments, newest first. */
export const listEnrollments = (ctx: Ctx, filter: EnrollmentFilter): Promise<Enrollment[]> =>
  readEnrollments(ctx, filter);

export async function getEnrollment(ctx: Ctx, id: string): Promise<Enrollment> {
  const enrollment = await readEnrollment(ctx, id);
  if (!enrollment) throw new NotFound('enrollment');
  return enrollment;
}

/** A person's enrollments as the card shows them: what runs first, then what ended, newest first. */
export async function enrollmentCards(ctx: Ctx, contactId: string, limit: number): Promise<CardEnrollment[]> {
  const contact = await getContact(ctx, contactId);
  const enrollments = await readEnrollments(ctx, { contactId: contact.id, before: null, limit });
  const names = await readSequenceNames(ctx, [...new Set(enrollments.map((enrollment) => enrollment.sequenceId))]);
  const tasks = await readTasksOf(
    ctx,
    enrollments.map((enrollment) => enrollment.id),
  );
  const { timeZone } = await getTenant(ctx);
  const cards: CardEnrollment[] = [];
  for (const enrollment of enrollments) {
    const own = tasks.filter((task) => task.enrollmentId === enrollment.id);
    const sequenceName = names.get(enrollment.sequenceId) ?? '';
    cards.push(await toCard(ctx, { enrollment, contact, sequenceName, tasks: own, accountZone: timeZone }));
  }
  const isRunning = ({ status }: CardEnrollment) => status === 'active' || status === 'paused';
  return [...cards.filter(isRunning), ...cards.filter((card) => !isRunning(card))];
}

interface Loaded {
  enrollment: Enrollment;
  contact: Contact;
  sequenceName: string;
  tasks: Awaited<ReturnType<typeof readTasksOf>>;
  accountZone: string;
}

async function toCard(
  ctx: Ctx,
  { enrollment, contact, sequenceName, tasks, accountZone }: Loaded,
): Promise<CardEnrollment> {
  const { id, status, sequenceId, sequenceVersion, mailboxId, startedAt } = enrollment;
  const { definition } = await readRunnable(ctx, sequenceId, sequenceVersion);
  const mailbox = await getMailbox(ctx, mailboxId);
  // A step has one mail at most, so all of them fit on a page.
  const messages = await listMessages(ctx, { enrollmentId: id, before: null, limit: definition.steps.length });
  const templateNames = new Map<string, string>();
  for (const step of definition.steps)
    if (step.kind === 'email') templateNames.set(step.templateId, (await getTemplate(ctx, step.templateId)).name);
  const described = describeEnrollment({
    enrollment,
    definition,
    recipient: recipientOf(contact, accountZone),
    now: ctx.clock.now(),
    templateNames,
    mails: new Map(messages.map((message) => [message.stepIndex!, message])),
    tasks: new Map(tasks.map((task) => [task.stepIndex, task])),
    mailbox,
  });
  return {
    id,
    sequenceName,
    status,
    mailboxAddress: mailbox.address,
    startedAt: startedAt.toISOString(),
    ...described,
  };
}
