import { z } from 'zod';
import type { Contact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { NotFound } from '../core/errors.ts';
import { inParallel } from '../core/jobs.ts';
import { type Connection, identitiesOf } from '../tenants/index.ts';
import type { EmailActivity, PersonFields, TaskActivity, WriteResult } from './crm.ts';
import type { QueuedMail } from './queue-writes.ts';
import { failed } from './settle-writes.ts';
import type { CrmSources } from './sources.ts';
import type { WriteRow } from './write-queries.ts';

const mailsAtOnce = 8;

/** What is to be sent for a row, or what became of it without asking the CRM. */
export type Prepared<T> = { row: WriteRow } & ({ send: T } | { result: WriteResult });

export async function prepareMails(
  ctx: Ctx,
  sources: CrmSources,
  connection: Connection,
  contacts: Map<string, Contact>,
  rows: WriteRow[],
): Promise<Prepared<EmailActivity>[]> {
  return inParallel(rows, mailsAtOnce, async (row) => {
    const contact = contacts.get(row.contactId);
    const mail = row.payload as QueuedMail;
    try {
      const words = await wordsOf(ctx, sources, mail);
      const { ownerMemberId, copyCrm, ...rest } = words;
      if (copyCrm === connection.crm) return { row, result: { outcome: 'written', crmId: '' } };
      const send: EmailActivity = {
        ...rest,
        key: row.key,
        recordId: recordOf(contact, connection, row),
        direction: mail.direction,
        at: new Date(mail.at),
        ownerId: await ownerIdOf(ctx, connection, ownerMemberId ?? contact?.ownerMemberId ?? null),
        maybeWritten: row.maybeWritten,
      };
      return { row, send };
    } catch (error) {
      // Nothing was sent by this try.
      if (!(error instanceof NotFound))
        return { row, result: { ...failed(error, row), maybeWritten: row.maybeWritten } };
      return { row, result: { outcome: 'refused', code: 'MAIL_GONE', reason: 'The mail is no longer stored.' } };
    }
  });
}

async function wordsOf(ctx: Ctx, sources: CrmSources, mail: QueuedMail) {
  if (mail.direction === 'outgoing') {
    const { subject, text, html, from, to, ownerMemberId, copyCrm } = await sources.sentContent(ctx, mail.messageId);
    return { subject, text, html, from, to, ownerMemberId, copyCrm };
  }
  const { subject, text, fromAddress, to, ownerMemberId } = await sources.getInbound(ctx, mail.inboundId);
  return { subject, text, html: null, from: { address: fromAddress, name: null }, to, ownerMemberId, copyCrm: null };
}

export async function prepareFields(
  ctx: Ctx,
  sources: CrmSources,
  connection: Connection,
  contacts: Map<string, Contact>,
  rows: WriteRow[],
): Promise<Prepared<PersonFields>[]> {
  const summaries = await sources.summaries(ctx, [...new Set(rows.map((row) => row.contactId))]);
  return rows.map((row) => {
    const { inFlight: _, ...values } = summaries.get(row.contactId)!;
    const send = { recordId: recordOf(contacts.get(row.contactId), connection, row), ...values };
    // The payload of a fields row is what the CRM has: the same again is not written.
    if (sameFields(send, row.payload)) return { row, result: { outcome: 'written', crmId: send.recordId } };
    return { row, send };
  });
}

const storedFields = z.object({
  recordId: z.string(),
  score: z.number(),
  tier: z.number(),
  lastEngagedAt: z.coerce.date().nullable(),
  sequenceStatus: z.string(),
  statusReason: z.string(),
});

function sameFields(now: PersonFields, stored: object): boolean {
  const before = storedFields.safeParse(stored);
  return before.success && JSON.stringify(before.data) === JSON.stringify(storedFields.parse(now));
}

/**
 * Tasks as they stand now. A cancelled one is closed in the CRM with a word why, and not deleted: a rep may have written into
 * it, and a task that vanishes explains nothing. One that the CRM never saw is not shown to it any more.
 */
export async function prepareTasks(
  ctx: Ctx,
  sources: CrmSources,
  connection: Connection,
  contacts: Map<string, Contact>,
  rows: WriteRow[],
): Promise<Prepared<TaskActivity>[]> {
  const tasks = await sources.tasks(
    ctx,
    rows.map((row) => row.key),
  );
  return inParallel(rows, mailsAtOnce, async (row) => {
    const task = tasks.get(row.key);
    if (!task)
      return { row, result: { outcome: 'refused', code: 'TASK_GONE', reason: 'The task is no longer stored.' } };
    const crmId = row.crmId || null;
    const isCancelled = task.status === 'cancelled';
    if (isCancelled && crmId === null && !row.maybeWritten) return { row, result: { outcome: 'written', crmId: '' } };
    const contact = contacts.get(row.contactId);
    const send: TaskActivity = {
      key: row.key,
      recordId: recordOf(contact, connection, row),
      title: isCancelled ? `Cancelled: ${task.title}` : task.title,
      note: isCancelled ? `${task.note}\n\nCancelled by SalesOS: the sequence has ended.`.trim() : task.note,
      dueAt: task.dueAt,
      isDone: task.status !== 'open',
      ownerId: await ownerIdOf(ctx, connection, task.ownerMemberId ?? contact?.ownerMemberId ?? null),
      crmId,
      maybeWritten: row.maybeWritten,
    };
    if (crmId !== null && sameTask(send, row.payload)) return { row, result: { outcome: 'written', crmId } };
    return { row, send };
  });
}

const storedTask = z.object({
  recordId: z.string(),
  title: z.string(),
  note: z.string(),
  dueAt: z.coerce.date(),
  isDone: z.boolean(),
  ownerId: z.string().nullable(),
});

function sameTask(now: TaskActivity, stored: object): boolean {
  const before = storedTask.safeParse(stored);
  return before.success && JSON.stringify(before.data) === JSON.stringify(storedTask.parse(now));
}

const recordOf = (contact: Contact | undefined, { crm }: Connection, row: WriteRow): string =>
  contact?.records.find((record) => record.crm === crm)?.recordId ?? row.recordId;

/** How this CRM calls the owner; null where it does not know them. */
async function ownerIdOf(ctx: Ctx, { crm }: Connection, memberId: string | null): Promise<string | null> {
  if (!memberId) return null;
  const identity = (await identitiesOf(ctx, memberId)).find((identity) => identity.crm === crm && identity.crmOwnerId);
  return identity?.crmOwnerId ?? null;
}
