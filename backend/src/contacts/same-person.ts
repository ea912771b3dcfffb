/** One person in several CRMs: joined by address at once, or after an admin said so. Within one CRM only its record ids count. */
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { recordDecisions } from '../core/decisions.ts';
import { Conflict, NotFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { getTenant } from '../tenants/index.ts';
import { type Contact, findByAddresses, getContact } from './contact.ts';
import { absorb, lockedWith } from './merge.ts';
import { lockContact } from './queries.ts';
import { changeQuestion, insertQuestion, lockQuestion, readOpenQuestions } from './question-queries.ts';
import { refreshContact } from './refresh-contact.ts';

const ruleVersion = '1';
/** More wait until these are answered: they are shown on a page. */
const mostShown = 50;

/** Somebody of another CRM with the same primary address, and whether they are joined or an admin is asked. */
export interface Likeness {
  contactId: string;
  policy: 'automatic' | 'confirmed';
}

export interface SamePersonQuestion {
  id: string;
  askedAt: Date;
  /** The one known first, and the one with the same address. */
  people: [Contact, Contact];
}

/**
 * The person whom another CRM knows by this address: exactly one, and without a record of this CRM. Two people who share an
 * address in one CRM are nobody's double.
 */
export async function sameElsewhere(ctx: Ctx, crm: string, address: string | undefined): Promise<Likeness | null> {
  if (!address) return null;
  const found = await findByAddresses(ctx, [address]);
  const [only] = found;
  if (!only || found.length > 1 || only.records.some((record) => record.crm === crm)) return null;
  const { samePersonPolicy } = await getTenant(ctx);
  return { contactId: only.id, policy: samePersonPolicy };
}

export const noteJoined = (ctx: Ctx, contactId: string, record: { crm: string; recordId: string }): Promise<void> =>
  decide(
    ctx,
    contactId,
    'joined',
    'The record has the same primary address as this person, whom no other record of its CRM shows.',
    record,
  );

/** Asks an admin; the same pair is asked about once. */
export async function askSamePerson(ctx: Ctx, contactId: string, otherContactId: string): Promise<void> {
  const askedAt = ctx.clock.now();
  const id = newId(askedAt);
  if (!(await insertQuestion(ctx, { id, contactId, otherContactId, askedAt }))) return;
  const reason = 'A record of another CRM has the same address. An admin says whether it is the same person.';
  await decide(ctx, otherContactId, 'asked', reason, { likeContactId: contactId });
}

/** The questions that wait for an admin, the oldest 50. People who are gone, or one person since, are not asked about. */
export async function samePersonQuestions(ctx: Ctx): Promise<SamePersonQuestion[]> {
  const questions: SamePersonQuestion[] = [];
  for (const { id, askedAt, contactId, otherContactId } of await readOpenQuestions(ctx, mostShown)) {
    const people: [Contact, Contact] = [await getContact(ctx, contactId), await getContact(ctx, otherContactId)];
    if (whyNotJoined(people) === null) questions.push({ id, askedAt, people });
  }
  return questions;
}

/**
 * An admin's answer. Yes makes one person of the two, with all records, addresses and mails; no is remembered. Throws
 * NotFound, and Conflict where it was answered otherwise before, or where the two can no longer be one.
 */
export async function answerSamePerson(
  ctx: Ctx,
  { questionId, isSame }: { questionId: string; isSame: boolean },
): Promise<void> {
  const state = isSame ? 'same' : 'different';
  await inTransaction(ctx, async (ctx) => {
    const question = await lockQuestion(ctx, questionId);
    if (!question) throw new NotFound('question');
    if (question.state === state) return;
    if (question.state !== 'open')
      throw new Conflict('This question was answered before.', { code: 'already_answered' });
    await changeQuestion(ctx, questionId, { state, answeredAt: ctx.clock.now(), answeredBy: ctx.actor.name });
    const about = { questionId, answeredBy: ctx.actor.name };
    if (!isSame) {
      const reason = 'An admin said that these are two people with one address.';
      return decide(ctx, question.otherContactId, 'kept_apart', reason, { ...about, from: question.contactId });
    }
    const people = async (): Promise<[Contact, Contact]> => [
      await getContact(ctx, question.contactId),
      await getContact(ctx, question.otherContactId),
    ];
    await lockedWith(ctx, async () => (await people()).map(({ id }) => ({ contactId: id })));
    const [survivor, other] = await people();
    const why = whyNotJoined([survivor, other]);
    if (why) throw new Conflict(why, { code: 'not_joinable' });
    await absorb(ctx, survivor.id, other.id);
    const row = (await lockContact(ctx, survivor.id))!;
    await refreshContact(ctx, row, row.fetchedAt ?? ctx.clock.now(), true);
    await decide(ctx, survivor.id, 'joined', 'An admin said that these are the same person.', {
      ...about,
      joined: other.id,
    });
  });
}

function whyNotJoined([one, other]: [Contact, Contact]): string | null {
  if (one.id === other.id) return 'They are one person already.';
  if (one.status !== 'active' || other.status !== 'active') return 'One of them was deleted in the CRM.';
  const shared = one.records.some(({ crm }) => other.records.some((record) => record.crm === crm));
  return shared ? 'Both have a record in the same CRM. Merge the records there.' : null;
}

const decide = (
  ctx: Ctx,
  contactId: string,
  outcome: 'joined' | 'asked' | 'kept_apart',
  reason: string,
  inputs: Record<string, unknown>,
) =>
  recordDecisions(ctx, {
    subject: 'contact.same_person',
    subjectId: contactId,
    contactId,
    outcome,
    reason,
    ruleVersion,
    inputs,
  });
