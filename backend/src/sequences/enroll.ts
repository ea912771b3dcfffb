import type { EnrollOutput } from '@salesos/shared/actions.ts';
import { describeMoment, type Refusal } from '../compliance/index.ts';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { type Decision, recordDecisions } from '../core/decisions.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import { getTenant } from '../tenants/index.ts';
import { type Checked, checkPeople } from './check-people.ts';
import { type EnrollmentStart, insertEnrollments, type NewEnrollment, readRunning } from './enrollment-queries.ts';
import { nextStep, RULE_VERSION } from './next-step.ts';
import { refuse } from './refusals.ts';
import { readPublished, readRunnable } from './sequence-queries.ts';
import { type RunnableDefinition, recipientOf, spreadKeyOf } from './stored-definition.ts';

export interface EnrollInput {
  contactId: string;
  sequenceId: string;
  /** Left out: the mailbox of the contact's owner, or the only one there is. */
  mailboxId?: string;
  source: 'card' | 'workflow' | 'api';
}

export type EnrollManyInput = Omit<EnrollInput, 'contactId'> & { contactIds: string[] };

const chunkSize = 1000;

/** Puts a person into a sequence. A refusal is an answer with its code, no error; enrolling twice changes nothing. */
export async function enroll(ctx: Ctx, { contactId, ...rest }: EnrollInput): Promise<EnrollOutput> {
  const [outcome] = await enrollMany(ctx, { ...rest, contactIds: [contactId] });
  return outcome!;
}

/** The same for many people, in a transaction per thousand; one outcome per id, in order. Who is refused stops nobody else. */
export async function enrollMany(ctx: Ctx, { contactIds, ...rest }: EnrollManyInput): Promise<EnrollOutput[]> {
  const outcomes: EnrollOutput[] = [];
  for (let start = 0; start < contactIds.length; start += chunkSize) {
    const chunk = contactIds.slice(start, start + chunkSize);
    outcomes.push(...(await inTransaction(ctx, (ctx) => enrollChunk(ctx, { ...rest, contactIds: chunk }))));
  }
  return outcomes;
}

class DryRun extends Error {}

/** What `enroll` would answer: the same verb, rolled back. Not to be called inside a transaction. */
export async function tryEnroll(ctx: Ctx, input: EnrollInput): Promise<EnrollOutput> {
  let outcome: EnrollOutput | undefined;
  try {
    await inTransaction(ctx, async (ctx) => {
      outcome = await enroll(ctx, input);
      throw new DryRun();
    });
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  return outcome!;
}

type Ruling = { contactId: string; person: Checked | null } & (
  | { result: 'enrolled'; enrollmentId: string; firstStepAt: Date; message: string; why: string }
  | { result: 'already_in'; enrollmentId: string; message: string }
  | { result: 'refused'; refusal: Refusal }
);

async function enrollChunk(ctx: Ctx, input: EnrollManyInput): Promise<EnrollOutput[]> {
  const published = await readPublished(ctx, input.sequenceId);
  const rulings = published
    ? await enrollIn(ctx, input, published)
    : input.contactIds.map(
        (contactId): Ruling => ({
          contactId,
          person: null,
          result: 'refused',
          refusal: refuse('SEQUENCE_NOT_FOUND'),
        }),
      );
  await recordDecisions(ctx, ...rulings.map((ruling) => decisionOn(ctx, input, published?.version ?? null, ruling)));
  return rulings.map(toOutput);
}

async function enrollIn(
  ctx: Ctx,
  input: EnrollManyInput,
  published: { name: string; version: number },
): Promise<Ruling[]> {
  const { sequenceId, source } = input;
  const now = ctx.clock.now();
  const version = await readRunnable(ctx, sequenceId, published.version);
  const tenant = await getTenant(ctx);
  const people = await checkPeople(ctx, tenant, version, input);
  const ids = people.flatMap(({ contact }) => contact?.id ?? []);
  const alreadyIn = await readRunning(ctx, sequenceId, ids);
  const planned = new Map<string, Plan>();
  for (const { contact, mailbox, refusal } of people) {
    if (!contact || !mailbox || refusal || alreadyIn.has(contact.id) || planned.has(contact.id)) continue;
    planned.set(contact.id, planFor(version, sequenceId, contact, mailbox.id, tenant.timeZone, now));
  }
  const start: EnrollmentStart = {
    sequenceId,
    sequenceVersion: published.version,
    source,
    startedBy: ctx.actor.name,
    startedAt: now,
  };
  const inserted = await insertEnrollments(ctx, start, [...planned.values()]);
  // Somebody else was faster with these.
  const lost = [...planned.keys()].filter((id) => !inserted.has(id));
  for (const [contactId, id] of await readRunning(ctx, sequenceId, lost)) alreadyIn.set(contactId, id);
  const created = [...planned.values()].filter((plan) => inserted.has(plan.contactId));
  await emit(
    ctx,
    'enrollment.created',
    ...created.map(({ id, contactId, nextStepAt }) => ({
      contactId,
      enrollmentId: id,
      sequenceId,
      source,
      firstStepAt: nextStepAt.toISOString(),
    })),
  );
  const told = new Set<string>();
  return people.map((person, index): Ruling => {
    const { contact, refusal } = person;
    const about = { contactId: contact?.id ?? input.contactIds[index]!, person };
    if (!contact) return { ...about, result: 'refused', refusal: refusal ?? refuse('RECORD_NOT_FOUND') };
    const plan = planned.get(contact.id);
    // The second mention of one person in a list finds them enrolled.
    const isNew = plan && inserted.has(contact.id) && !told.has(contact.id);
    if (isNew) {
      told.add(contact.id);
      const message = `Enrolled in “${published.name}”: the first step comes on ${plan.moment}.`;
      return {
        ...about,
        result: 'enrolled',
        enrollmentId: plan.id,
        firstStepAt: plan.nextStepAt,
        message,
        why: plan.why,
      };
    }
    const enrollmentId = alreadyIn.get(contact.id) ?? plan?.id;
    if (enrollmentId) {
      const message = `${contact.name} is in “${published.name}” already; nothing was changed.`;
      return { ...about, result: 'already_in', enrollmentId, message };
    }
    return { ...about, result: 'refused', refusal: refusal ?? refuse('NO_MAILBOX') };
  });
}

type Plan = NewEnrollment & { why: string; moment: string };

function planFor(
  { definition }: RunnableDefinition,
  sequenceId: string,
  contact: NonNullable<Checked['contact']>,
  mailboxId: string,
  accountZone: string,
  now: Date,
): Plan {
  const contactId = contact.id;
  const recipient = recipientOf(contact, accountZone);
  const enrollmentId = spreadKeyOf({ sequenceId, contactId });
  // A definition has at least one step that is no wait, so there is a first one.
  const first = nextStep({ definition, doneIndex: -1, doneAt: now, recipient, enrollmentId })!;
  const moment = `${describeMoment(first.at, now, recipient.zone)} (${recipient.zone})`;
  return {
    id: newId(now),
    contactId,
    mailboxId,
    stepIndex: first.stepIndex,
    nextStepAt: first.at,
    why: first.why,
    moment,
  };
}

function toOutput(ruling: Ruling): EnrollOutput {
  if (ruling.result === 'refused') {
    const { code, sentence } = ruling.refusal;
    return { result: 'refused', enrollmentId: '', firstStepAt: '', errorCode: code, message: sentence };
  }
  const { result, enrollmentId, message } = ruling;
  const firstStepAt = result === 'enrolled' ? ruling.firstStepAt.toISOString() : '';
  return { result, enrollmentId, firstStepAt, errorCode: '', message };
}

function decisionOn(ctx: Ctx, input: EnrollManyInput, version: number | null, ruling: Ruling): Decision {
  const isRefused = ruling.result === 'refused';
  const reason = isRefused
    ? ruling.refusal.sentence
    : ruling.result === 'enrolled'
      ? `${ruling.message} ${ruling.why}`
      : ruling.message;
  return {
    subject: 'enrollment.enroll',
    subjectId: isRefused ? ruling.contactId : ruling.enrollmentId,
    contactId: ruling.person?.contact ? ruling.contactId : null,
    outcome: ruling.result,
    reason,
    ruleVersion: RULE_VERSION,
    inputs: {
      sequenceId: input.sequenceId,
      version,
      mailboxId: ruling.person?.mailbox?.id ?? input.mailboxId ?? null,
      source: input.source,
      by: ctx.actor.name,
      code: isRefused ? ruling.refusal.code : null,
    },
  };
}
