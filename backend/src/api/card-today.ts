/** What waits for a rep today, over all records. */
import type { TodayView } from '@salesos/shared/cards.ts';
import { type Contact, getContacts } from '../contacts/index.ts';
import { DAY, dayOf, instantOf, wallOf } from '../core/zoned-time.ts';
import { listMailboxes, listReplies } from '../email/index.ts';
import { listDueTasks } from '../sequences/index.ts';
import { getTenant } from '../tenants/index.ts';
import type { CardCaller } from './authenticate.ts';
import { iso } from './present.ts';

const mostShown = 100;
const perPage = 500;
const repliesSinceDays = 7;
/** The first lines of an answer. */
const shownCharacters = 400;

interface Work {
  id: string;
  contactId: string | null;
  mailboxId: string;
}

/**
 * Open tasks due today or earlier and the replies of a week, of people this rep writes to or owns. Somebody without a record
 * in this CRM is left out here: nobody could open them.
 */
export async function readToday(caller: CardCaller): Promise<TodayView> {
  const { ctx, member } = caller;
  const { timeZone } = await getTenant(ctx);
  const own = (await listMailboxes(ctx)).filter(({ ownerMemberId }) => ownerMemberId === member.id);
  const now = ctx.clock.now().getTime();
  const tomorrow = instantOf(timeZone, (dayOf(wallOf(timeZone, now)) + 1) * DAY);
  const mailboxIds = new Set(own.map(({ id }) => id));
  const ofRep = <Row extends Work>(read: (last: Row | null) => Promise<Row[]>) => firstOf(caller, mailboxIds, read);
  const tasks = await ofRep((last: Awaited<ReturnType<typeof listDueTasks>>[number] | null) =>
    listDueTasks(ctx, { dueUntil: new Date(tomorrow - 1), after: last, limit: perPage }),
  );
  const since = new Date(now - repliesSinceDays * DAY);
  const replies = await ofRep((last: Awaited<ReturnType<typeof listReplies>>[number] | null) =>
    listReplies(ctx, { since, before: last?.id ?? null, limit: perPage }),
  );
  return {
    tasks: tasks.map(({ row: { id, title, note, dueAt, enrollmentId }, person }) => ({
      id,
      title,
      note,
      dueAt: iso(dueAt),
      enrollmentId,
      person,
    })),
    replies: replies.map(({ row: { id, receivedAt, subject, text }, person }) => ({
      id,
      at: iso(receivedAt),
      subject,
      text: text.trim().slice(0, shownCharacters),
      person,
    })),
  };
}

/** Whose a row is only its person and its mailbox say, so rows are read in pages until enough of this rep's are found. */
async function firstOf<Row extends Work>(
  { ctx, crm, member }: CardCaller,
  mailboxIds: Set<string>,
  read: (last: Row | null) => Promise<Row[]>,
) {
  const found: { row: Row; person: TodayView['tasks'][number]['person'] }[] = [];
  let page: Row[] = [];
  do {
    page = await read(page.at(-1) ?? null);
    const people = await getContacts(ctx, [...new Set(page.flatMap(({ contactId }) => contactId ?? []))]);
    for (const row of page) {
      const contact = row.contactId ? people.get(row.contactId) : undefined;
      const isOwn = mailboxIds.has(row.mailboxId) || contact?.ownerMemberId === member.id;
      const person = contact && isOwn ? linkTo(crm, contact) : null;
      if (person) found.push({ row, person });
    }
  } while (page.length === perPage && found.length < mostShown);
  return found.slice(0, mostShown);
}

/** The person's record in the CRM the rep is in; null where there is none. */
function linkTo(crm: string, { records, name }: Contact) {
  const record = records.find((record) => record.crm === crm);
  return record ? { objectType: record.objectType, recordId: record.recordId, name } : null;
}
