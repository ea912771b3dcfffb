/** Everything about one person, read for the card. */
import type { ContactCard } from '@salesos/shared/cards.ts';
import { mayContact } from '../compliance/index.ts';
import type { Contact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { listEvents } from '../core/history.ts';
import { ensureContact, syncProblems } from '../crm-sync/index.ts';
import { getTemplate, listMailboxes, listMessages } from '../email/index.ts';
import { scoreOf } from '../scoring/index.ts';
import { enrollmentStories, howToFix } from '../sequences/index.ts';
import { connectionsOf, getTenant } from '../tenants/index.ts';
import type { CardCaller } from './authenticate.ts';
import { cursorAfter, readCursor } from './page-of.ts';
import { type Names, presentActivity, shownEvents } from './present-activity.ts';
import { type CardFacts, presentCard } from './present-card.ts';
import type { EnrollmentFacts } from './present-enrollment.ts';

interface RecordRef {
  objectType: string;
  recordId: string;
}

const shownEnrollments = 10;
const shownMails = 200;
const activityPerPage = 15;

/**
 * The person of the record a card is open on. HubSpot signs who asks and for which account, but not which record: the id
 * comes from the card itself. So the record is read through the account's own connection, which proves that it exists in
 * that account; that this user may see it HubSpot does not let us ask. Whoever could not open the record has no card on it.
 */
export const contactOf = ({ ctx, crm }: CardCaller, { objectType, recordId }: RecordRef): Promise<Contact> =>
  ensureContact(ctx, { crm, objectType, recordId });

export async function readCard({ ctx, crm }: CardCaller, contact: Contact): Promise<ContactCard> {
  const now = ctx.clock.now();
  const [tenant, [refusal], enrollments, score, activity, problems] = await Promise.all([
    getTenant(ctx),
    mayContact(ctx, [{ contactId: contact.id, address: contact.addresses[0] ?? '' }]),
    readEnrollments(ctx, contact.id),
    scoreOf(ctx, contact.id, now),
    readEvents(ctx, contact.id, null),
    readProblems(ctx, crm, contact.id),
  ]);
  const facts: CardFacts = {
    now,
    contact,
    crmName: ctx.sockets.crms.get(crm)?.name ?? crm,
    accountTimeZone: tenant.timeZone,
    refusal: refusal ? { ...refusal, howToFix: howToFix[refusal.code] } : null,
    enrollments,
    tasks: enrollments.flatMap(({ tasks }) => tasks),
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

async function readEnrollments(ctx: Ctx, contactId: string): Promise<EnrollmentFacts[]> {
  const [stories, mails, mailboxes] = await Promise.all([
    enrollmentStories(ctx, contactId, shownEnrollments),
    listMessages(ctx, { contactId, before: null, limit: shownMails }),
    listMailboxes(ctx),
  ]);
  const templateIds = stories.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'email' ? step.templateId : [])),
  );
  const templates = await Promise.all([...new Set(templateIds)].map((id) => getTemplate(ctx, id)));
  const templateNames = new Map(templates.map(({ id, name }) => [id, name]));
  return stories.map(({ enrollment, ...story }) => ({
    ...enrollment,
    ...story,
    templateNames,
    mailbox: mailboxes.find(({ id }) => id === enrollment.mailboxId) ?? { address: '', status: 'disconnected' },
    mails: mails.flatMap((mail) =>
      mail.enrollmentId === enrollment.id && mail.stepIndex !== null ? { ...mail, stepIndex: mail.stepIndex } : [],
    ),
  }));
}

async function readEvents(ctx: Ctx, contactId: string, before: string | null) {
  const rows = await listEvents(ctx, { contactId, names: shownEvents, before, limit: activityPerPage + 1 });
  const facts = rows.slice(0, activityPerPage);
  return {
    facts,
    names: await readNames(ctx, contactId),
    nextCursor: rows.length > facts.length ? cursorAfter(facts.at(-1)!.id) : null,
  };
}

async function readNames(ctx: Ctx, contactId: string): Promise<Names> {
  const [mails, stories] = await Promise.all([
    listMessages(ctx, { contactId, before: null, limit: shownMails }),
    enrollmentStories(ctx, contactId, shownMails),
  ]);
  return {
    subjects: new Map(mails.flatMap(({ id, subject }) => (subject ? [[id, subject]] : []))),
    sequences: new Map(stories.map(({ enrollment, sequenceName }) => [enrollment.sequenceId, sequenceName])),
    tasks: new Map(stories.flatMap(({ tasks }) => tasks.map(({ id, title }) => [id, title] as const))),
  };
}

/** What a person must mend: a CRM that no longer lets us in, and what it refused about this record. */
async function readProblems(ctx: Ctx, crm: string, contactId: string): Promise<CardFacts['problems']> {
  const [connections, problems] = await Promise.all([connectionsOf(ctx), syncProblems(ctx, contactId)]);
  const lost = connections.filter((connection) => connection.crm === crm && connection.status === 'reconnect');
  return [
    ...lost.map(({ connectedAt, createdAt }) => ({
      code: 'crm_reconnect',
      sentence: 'SalesOS can no longer read from and write to the CRM.',
      howToFix: 'An admin installs SalesOS again from the settings page of the app. Nothing is lost.',
      at: connectedAt ?? createdAt,
    })),
    ...problems,
  ];
}
