import { mayContact } from '../compliance/index.ts';
import { type Contact, getContacts, templateVariables } from '../contacts/index.ts';
import { type Ctx, inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { recordDecisions } from '../core/decisions.ts';
import { DomainError } from '../core/errors.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import { MINUTE } from '../core/zoned-time.ts';
import {
  getMailbox,
  type Mailbox,
  mailTermsFor,
  type NewMessage,
  scheduleMessages,
  senderVariables,
} from '../email/index.ts';
import { getTenant, type Tenant } from '../tenants/index.ts';
import { decideStep, type StepVerdict } from './decide-step.ts';
import { changeEnrollments, type Enrollment, inSavepoint, lockDue } from './enrollment-queries.ts';
import { mailSteps, missingValuesOf } from './missing-values.ts';
import { RULE_VERSION, spreadOf } from './next-step.ts';
import { refuse } from './refusals.ts';
import { readRunnable } from './sequence-queries.ts';
import { factOf, stopLocked } from './stop.ts';
import { type RunnableDefinition, recipientOf, spreadKeyOf } from './stored-definition.ts';
import { insertTasks, type NewTask } from './task-queries.ts';

const atOnce = 200;
const troubleMinutes = 10;

/** Begins the steps that are due, of all tenants; one batch. True means there may be more. */
export async function runDueSteps(system: System): Promise<boolean> {
  return inTransaction(system, async (system) => {
    const due = await lockDue(system, system.clock.now(), atOnce);
    for (const [tenantId, enrollments] of Map.groupBy(due, (enrollment) => enrollment.tenantId))
      await runApart(tenantContext(system, tenantId), enrollments);
    return due.length === atOnce;
  });
}

/** One tenant's trouble, and one enrollment's, stays its own: it waits with a sentence, and the others go on. */
async function runApart(ctx: Ctx, enrollments: Enrollment[]): Promise<void> {
  try {
    await inSavepoint(ctx, () => runSteps(ctx, enrollments));
  } catch (error) {
    if (enrollments.length > 1) {
      for (const enrollment of enrollments) await runApart(ctx, [enrollment]);
      return;
    }
    const [enrollment] = enrollments;
    ctx.log.error({ error, enrollmentId: enrollment!.id }, 'a step could not be run');
    const reason = error instanceof DomainError ? error.message : 'Something went wrong on our side.';
    const at = new Date(ctx.clock.now().getTime() + troubleMinutes * MINUTE);
    await keepWaiting(ctx, [{ enrollment: enrollment!, verdict: { act: 'wait', at, why: `Waits: ${reason}` } }]);
  }
}

interface DueStep {
  enrollment: Enrollment;
  version: RunnableDefinition;
  contact: Contact | undefined;
  mailbox: Mailbox;
}

type Ruled<V extends StepVerdict = StepVerdict> = DueStep & { verdict: V };

async function runSteps(ctx: Ctx, enrollments: Enrollment[]): Promise<void> {
  const tenant = await getTenant(ctx);
  if (tenant.status === 'disconnected') return stopLocked(ctx, enrollments, 'crm_uninstalled', {});
  const due = await loadDue(ctx, enrollments);
  const ruled = await ruleOn(ctx, tenant, due);
  const having = <A extends StepVerdict['act']>(act: A) =>
    ruled.filter((step): step is Ruled<Extract<StepVerdict, { act: A }>> => step.verdict.act === act);
  await scheduleMails(ctx, tenant, having('mail'));
  await createTasks(ctx, having('task'));
  await keepWaiting(ctx, having('wait'));
  for (const [reason, steps] of Map.groupBy(having('stop'), (step) => step.verdict.stopReason))
    await stopLocked(
      ctx,
      steps.map((step) => step.enrollment),
      reason,
      { asked: 'before the step' },
    );
}

async function loadDue(ctx: Ctx, enrollments: Enrollment[]): Promise<DueStep[]> {
  const contacts = await getContacts(ctx, [...new Set(enrollments.map((enrollment) => enrollment.contactId))]);
  const mailboxes = new Map<string, Mailbox>();
  const due: DueStep[] = [];
  for (const enrollment of enrollments) {
    const { sequenceId, sequenceVersion, mailboxId, contactId } = enrollment;
    const version = await readRunnable(ctx, sequenceId, sequenceVersion);
    const mailbox = mailboxes.get(mailboxId) ?? (await getMailbox(ctx, mailboxId));
    mailboxes.set(mailboxId, mailbox);
    due.push({ enrollment, version, contact: contacts.get(contactId), mailbox });
  }
  return due;
}

async function ruleOn(ctx: Ctx, tenant: Tenant, due: DueStep[]): Promise<Ruled[]> {
  const now = ctx.clock.now();
  const refusals = await mayContact(
    ctx,
    due.map(({ enrollment, contact }) => ({ contactId: enrollment.contactId, address: contact?.addresses[0] ?? '' })),
  );
  const missingValues = new Map<string, ReturnType<typeof missingValuesOf>>();
  const ruled: Ruled[] = [];
  for (const [index, step] of due.entries()) {
    const { enrollment, version, contact, mailbox } = step;
    const { sequenceId, sequenceVersion, stepIndex } = enrollment;
    const key = `${sequenceId} ${sequenceVersion} ${stepIndex}`;
    if (!missingValues.has(key)) {
      const mails = await mailSteps(ctx, version);
      missingValues.set(
        key,
        missingValuesOf(
          ctx,
          mails.filter((mail) => mail.stepIndex === stepIndex),
        ),
      );
    }
    const verdict = decideStep({
      step: version.definition.steps[stepIndex]!,
      rules: version.definition,
      recipient: contact ? recipientOf(contact, tenant.timeZone) : { zone: tenant.timeZone, name: null },
      refusal: contact ? (refusals[index] ?? null) : refuse('RECORD_NOT_FOUND'),
      missing: contact ? missingValues.get(key)!(contact, senderVariables(mailbox, tenant.postalAddress)) : [],
      now,
      spread: spreadOf(`${spreadKeyOf(enrollment)}:${stepIndex}`),
    });
    ruled.push({ ...step, verdict });
  }
  return ruled;
}

type Begun = Ruled<Extract<StepVerdict, { act: 'mail' | 'task' }>>;

/** The enrollment waits for its mail from here on; when it was sent, the next step is planned. */
async function scheduleMails(ctx: Ctx, tenant: Tenant, steps: Begun[]): Promise<void> {
  if (steps.length === 0) return;
  const terms = await mailTermsFor(
    ctx,
    steps.map((step) => step.contact!),
  );
  const messages = steps.map(({ enrollment, version, contact, mailbox, verdict }, index): NewMessage => {
    const { definition, templateVersions } = version;
    const step = definition.steps[enrollment.stepIndex]!;
    if (step.kind !== 'email') throw new Error('Only a mail step sends a mail.');
    return {
      contactId: enrollment.contactId,
      mailboxId: mailbox.id,
      toAddress: contact!.addresses[0]!,
      enrollmentId: enrollment.id,
      stepIndex: enrollment.stepIndex,
      template: { id: step.templateId, version: templateVersions[enrollment.stepIndex]! },
      content: null,
      variables: templateVariables(contact!, senderVariables(mailbox, tenant.postalAddress)),
      notBefore: verdict.at,
      window: {
        rules: { sendWindow: definition.sendWindow, holidays: definition.holidays },
        recipient: recipientOf(contact!, tenant.timeZone),
        ...(definition.dailyCap ? { sequence: { id: enrollment.sequenceId, dailyCap: definition.dailyCap } } : {}),
      },
      replyInThread: step.replyInThread,
      repliesSince: enrollment.startedAt,
      ...terms[index]!,
      whyWaiting: verdict.why,
    };
  });
  await scheduleMessages(ctx, messages);
  await begin(ctx, steps, 'mail_scheduled', (step) => `The mail of step ${step} is due and in line to be sent.`);
}

/** The enrollment waits until a colleague has done it. */
async function createTasks(ctx: Ctx, steps: Begun[]): Promise<void> {
  if (steps.length === 0) return;
  const now = ctx.clock.now();
  const tasks = steps.map(({ enrollment, version, verdict }): NewTask => {
    const step = version.definition.steps[enrollment.stepIndex]!;
    if (step.kind !== 'task') throw new Error('Only a task step makes a task.');
    const { id: enrollmentId, stepIndex, contactId } = enrollment;
    return {
      id: newId(now),
      enrollmentId,
      stepIndex,
      contactId,
      title: step.title,
      note: step.note,
      dueAt: verdict.at,
    };
  });
  await insertTasks(ctx, tasks);
  await emit(
    ctx,
    'task.created',
    ...steps.map(({ enrollment }, index) => ({ ...factOf(enrollment), taskId: tasks[index]!.id })),
  );
  await begin(ctx, steps, 'task_created', (step) => `The task of step ${step} is due and waits for a colleague.`);
}

async function begin(ctx: Ctx, steps: Begun[], outcome: string, sentence: (step: number) => string): Promise<void> {
  const ids = steps.map((step) => step.enrollment.id);
  await changeEnrollments(ctx, ids, { nextStepAt: null, whyWaiting: null });
  await recordDecisions(
    ctx,
    ...steps.map(({ enrollment, verdict }) => ({
      ...about(enrollment, outcome),
      reason: [sentence(enrollment.stepIndex + 1), verdict.why ?? []].flat().join(' '),
      inputs: {
        stepIndex: enrollment.stepIndex,
        dueAt: enrollment.nextStepAt?.toISOString(),
        notBefore: verdict.at.toISOString(),
      },
    })),
  );
}

type Waiting = { enrollment: Enrollment; verdict: Extract<StepVerdict, { act: 'wait' }> };

/** The reason is written down when it is new, not each time it still holds. */
async function keepWaiting(ctx: Ctx, steps: Waiting[]): Promise<void> {
  for (const { enrollment, verdict } of steps)
    await changeEnrollments(ctx, [enrollment.id], { nextStepAt: verdict.at, whyWaiting: verdict.why });
  const news = steps.filter(({ enrollment, verdict }) => enrollment.whyWaiting !== verdict.why);
  await recordDecisions(
    ctx,
    ...news.map(({ enrollment, verdict }) => ({
      ...about(enrollment, 'waits'),
      reason: verdict.why,
      inputs: { stepIndex: enrollment.stepIndex, lookAgainAt: verdict.at.toISOString() },
    })),
  );
}

const about = ({ id, contactId }: Enrollment, outcome: string) => ({
  subject: 'enrollment.step',
  subjectId: id,
  contactId,
  outcome,
  ruleVersion: RULE_VERSION,
});
