/** Everything about one person, read for the card. */
import type { ContactCard } from '@salesos/shared/cards.ts';
import { mayContact } from '../compliance/index.ts';
import type { Contact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { listEvents } from '../core/history.ts';
import { ensureContact, syncProblems } from '../crm-sync/index.ts';
import { listMessages } from '../email/index.ts';
import { scoreOf } from '../scoring/index.ts';
import { enrollmentCards, getSequence, howToFix, listTasks } from '../sequences/index.ts';
import { getTenant } from '../tenants/index.ts';
import type { CardCaller } from './authenticate.ts';
import { type RecordRef, requireRecord } from './card-permission.ts';
import { cursorAfter, readCursor } from './page-of.ts';
import { type EventFact, type Names, presentActivity, shownEvents } from './present-activity.ts';
import { type CardFacts, presentCard } from './present-card.ts';

const shownEnrollments = 10;
const shownTasks = 20;
/** Older mails are called “a mail” on the timeline. */
const namedMails = 200;
const activityPerPage = 15;

/** The person of the record a card is open on, where this rep may open it. */
export async function contactOf(caller: CardCaller, { objectType, recordId }: RecordRef): Promise<Contact> {
  await requireRecord(caller, { objectType, recordId });
  return ensureContact(caller.ctx, { crm: caller.crm, objectType, recordId });
}

export async function readCard({ ctx, crm }: CardCaller, contact: Contact): Promise<ContactCard> {
  const now = ctx.clock.now();
  const [tenant, [refusal], enrollments, tasks, score, activity, problems] = await Promise.all([
    getTenant(ctx),
    mayContact(ctx, [{ contactId: contact.id, address: contact.addresses[0] ?? '' }]),
    enrollmentCards(ctx, contact.id, shownEnrollments),
    listTasks(ctx, { contactId: contact.id, status: 'open', before: null, limit: shownTasks }),
    scoreOf(ctx, contact.id, now),
    readEvents(ctx, contact.id, null),
    syncProblems(ctx, contact.id),
  ]);
  const facts: CardFacts = {
    now,
    contact,
    crmName: ctx.sockets.crms.get(crm)?.name ?? crm,
    accountTimeZone: tenant.timeZone,
    refusal: refusal ? { ...refusal, howToFix: howToFix[refusal.code] } : null,
    enrollments,
    tasks,
    score,
    activity,
    problems,
  };
  return presentCard(facts);
}

/** A later page of the timeline. */
export async function readActivity({ ctx }: CardCaller, contact: Contact, cursor: string) {
  const [tenant, { facts, names, nextCursor }] = await Promise.all([
    getTenant(ctx),
    readEvents(ctx, contact.id, readCursor(cursor)),
  ]);
  const style = { zone: contact.timeZone ?? tenant.timeZone, now: ctx.clock.now() };
  return { items: facts.map((fact) => presentActivity(fact, names, style)), nextCursor };
}

async function readEvents(ctx: Ctx, contactId: string, before: string | null) {
  const rows = await listEvents(ctx, { contactId, names: shownEvents, before, limit: activityPerPage + 1 });
  const facts = rows.slice(0, activityPerPage);
  return {
    facts,
    names: await readNames(ctx, contactId, facts),
    nextCursor: rows.length > facts.length ? cursorAfter(facts.at(-1)!.id) : null,
  };
}

async function readNames(ctx: Ctx, contactId: string, events: EventFact[]): Promise<Names> {
  const sequenceIds = events.flatMap(({ data }) => (typeof data.sequenceId === 'string' ? data.sequenceId : []));
  const [mails, tasks, sequences] = await Promise.all([
    listMessages(ctx, { contactId, before: null, limit: namedMails }),
    listTasks(ctx, { contactId, before: null, limit: namedMails }),
    Promise.all([...new Set(sequenceIds)].map((id) => getSequence(ctx, id))),
  ]);
  return {
    subjects: new Map(mails.flatMap(({ id, subject }) => (subject ? [[id, subject]] : []))),
    sequences: new Map(sequences.map(({ id, name }) => [id, name])),
    tasks: new Map(tasks.map(({ id, title }) => [id, title])),
  };
}
