import { z } from 'zod';
import { type Contact, getContacts } from '../contacts/index.ts';
import { type Ctx, inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { NotFound } from '../core/errors.ts';
import { emit } from '../core/events.ts';
import { VendorError } from '../core/http.ts';
import { inParallel } from '../core/jobs.ts';
import { type Connection, connectionsOf, crmAccount, getMember, markReconnect } from '../tenants/index.ts';
import { crmVendor, isRefusal } from './connection.ts';
import type { EmailActivity, PersonFields, WriteResult } from './crm.ts';
import { claimWrites, type Settlement, settleWrite, takeBackLapsed, type WriteRow } from './queries.ts';
import type { QueuedMail } from './queue-writes.ts';
import { later, retrySeconds } from './retry.ts';
import type { CrmSources } from './sources.ts';

const batch = 200;
const accountsAtOnce = 8;
const mailsAtOnce = 8;
/** Longer than a batch takes with every call at its time limit. */
const leaseSeconds = 600;

/** What is to be sent for a row, or what became of it without asking the CRM. */
type Prepared<T> = { row: WriteRow } & ({ send: T } | { result: WriteResult });

/** Writes what is due to the CRMs: one batch per connected account and kind, settled row by row. */
export async function writeRows(system: System, sources: CrmSources): Promise<boolean> {
  const now = system.clock.now();
  await takeBackLapsed(system, now);
  const rows = await claimWrites(system, now, later(now, leaseSeconds), batch);
  const accounts = [...Map.groupBy(rows, (row) => row.connectionId).values()];
  await inParallel(accounts, accountsAtOnce, async (rows) => {
    const ctx = tenantContext(system, rows[0]!.tenantId);
    const connection = (await connectionsOf(ctx)).find(({ id }) => id === rows[0]!.connectionId);
    try {
      await writeAccount(ctx, sources, connection, rows);
    } catch (error) {
      // One account's trouble is not the others'.
      ctx.log.error({ error, connectionId: connection?.id }, 'account not written');
      const outcomes = rows.map((row) => ({ row, result: failed(error, row) }));
      await settle(ctx, connection, outcomes);
    }
  });
  return rows.length === batch;
}

async function writeAccount(
  ctx: Ctx,
  sources: CrmSources,
  connection: Connection | undefined,
  rows: WriteRow[],
): Promise<void> {
  if (connection?.status !== 'connected')
    return settle(
      ctx,
      connection,
      rows.map((row) => ({ row, held: row.maybeWritten })),
    );
  const account = crmAccount(ctx, connection);
  const vendor = crmVendor(ctx, connection.crm);
  const contacts = await getContacts(ctx, [...new Set(rows.map((row) => row.contactId))]);
  const mails = rows.filter((row) => row.kind === 'email');
  const fields = rows.filter((row) => row.kind === 'fields');
  if (mails.length > 0) {
    const prepared = await prepareMails(ctx, sources, connection, contacts, mails);
    await write(ctx, connection, prepared, (mails) => vendor.logEmails(account, mails));
  }
  if (fields.length > 0) {
    const prepared = await prepareFields(ctx, sources, connection, contacts, fields);
    await write(ctx, connection, prepared, (people) => vendor.writeFields(account, people));
  }
}

async function write<T extends object>(
  ctx: Ctx,
  connection: Connection,
  prepared: Prepared<T>[],
  send: (items: T[]) => Promise<WriteResult[]>,
): Promise<void> {
  const known = prepared.flatMap((one) => ('result' in one ? [{ row: one.row, result: one.result }] : []));
  const items = prepared.flatMap((one) => ('send' in one ? [one] : []));
  await settle(ctx, connection, known);
  if (items.length === 0) return;
  try {
    const results = await send(items.map((item) => item.send));
    await settle(
      ctx,
      connection,
      items.map(({ row, send }, index) => ({ row, result: results[index] ?? unmentioned, sent: send })),
    );
  } catch (error) {
    if (isRefusal(error)) {
      await markReconnect(ctx, connection.id, error.message);
      // A part may have been taken before the refusal.
      return settle(
        ctx,
        connection,
        items.map(({ row }) => ({ row, held: true })),
      );
    }
    ctx.log.warn({ error, crm: connection.crm, rows: items.length }, 'batch not written');
    await settle(
      ctx,
      connection,
      items.map(({ row }) => ({ row, result: failed(error, row) })),
    );
  }
}

/** A vendor that forgets a row has perhaps written it. */
const unmentioned: WriteResult = {
  outcome: 'retry',
  reason: 'The CRM did not say what became of it.',
  maybeWritten: true,
  retryAfterSeconds: 60,
};

function failed(error: unknown, row: WriteRow): WriteResult {
  const certainlyNot = error instanceof VendorError && !error.outcomeUnknown;
  return {
    outcome: 'retry',
    reason: error instanceof Error ? error.message : String(error),
    maybeWritten: row.maybeWritten || !certainlyNot,
    retryAfterSeconds: retrySeconds(error, row.attemptCount),
  };
}

async function prepareMails(
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
      const { ownerMemberId, ...rest } = words;
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
    const { subject, text, html, from, to, ownerMemberId } = await sources.sentContent(ctx, mail.messageId);
    return { subject, text, html, from, to, ownerMemberId };
  }
  const { subject, text, fromAddress, to, ownerMemberId } = await sources.getInbound(ctx, mail.inboundId);
  return { subject, text, html: null, from: { address: fromAddress, name: null }, to, ownerMemberId };
}

async function prepareFields(
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
});

function sameFields(now: PersonFields, stored: object): boolean {
  const before = storedFields.safeParse(stored);
  return before.success && JSON.stringify(before.data) === JSON.stringify(storedFields.parse(now));
}

const recordOf = (contact: Contact | undefined, { crm }: Connection, row: WriteRow): string =>
  contact?.records.find((record) => record.crm === crm)?.recordId ?? row.recordId;

async function ownerIdOf(ctx: Ctx, { crm }: Connection, memberId: string | null): Promise<string | null> {
  const member = memberId ? await getMember(ctx, memberId) : null;
  return member?.crm === crm ? member.crmOwnerId : null;
}

/** `held`: it waits until the CRM is connected again; true when it may have been written. */
type Outcome = { row: WriteRow; sent?: object } & ({ result: WriteResult } | { held: boolean });

async function settle(ctx: Ctx, connection: Connection | undefined, outcomes: Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await inTransaction(ctx, async (ctx) => {
    for (const outcome of outcomes) {
      const { row } = outcome;
      const settled = await settleWrite(ctx, row, settlementOf(ctx, outcome));
      if (!settled || !connection || 'held' in outcome) continue;
      const about = { contactId: row.contactId, crm: connection.crm, what: row.kind };
      const { result } = outcome;
      if (result.outcome === 'refused') await emit(ctx, 'sync.failed', { ...about, reason: result.reason });
      else if (result.outcome === 'written' && row.failureCode) await emit(ctx, 'sync.recovered', about);
    }
  });
}

function settlementOf(ctx: Ctx, outcome: Outcome): Settlement {
  const { row } = outcome;
  const fine = { attemptCount: 0, maybeWritten: false, failureCode: null, failureReason: null };
  if ('held' in outcome) {
    const { attemptCount, failureCode, failureReason } = row;
    return { state: 'held', attemptCount, maybeWritten: outcome.held, failureCode, failureReason };
  }
  const { result } = outcome;
  switch (result.outcome) {
    case 'written': {
      const written = row.kind === 'fields' && outcome.sent ? { payload: outcome.sent } : {};
      return { ...fine, ...written, state: 'written', crmId: result.crmId };
    }
    case 'refused':
      return { ...fine, state: 'refused', failureCode: result.code, failureReason: result.reason };
    case 'retry':
      return {
        state: 'pending',
        attemptCount: row.attemptCount + 1,
        maybeWritten: result.maybeWritten,
        notBefore: later(ctx.clock.now(), Math.max(result.retryAfterSeconds, retrySeconds(null, row.attemptCount))),
        failureCode: row.failureCode,
        failureReason: result.reason,
      };
  }
}
