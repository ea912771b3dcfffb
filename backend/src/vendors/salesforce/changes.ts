/**
 * What changed in an org, by asking: contacts and leads by SystemModstamp, the recycle bin included, and the log of deletions
 * for what was erased from the bin. A change becomes visible some time after its stamp, so every round looks five minutes
 * back; what is seen twice has the same key.
 * Rows that our own user changed last are told too: that user's name hides a colleague's change made just before.
 */
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { VendorUnavailable } from '../../core/errors.ts';
import { inParts } from '../../core/in-parts.ts';
import type { ChangesRead, CrmAccount, CrmNotice } from '../../crm-sync/crm.ts';
import type { SalesforceApi } from './api.ts';
import { alwaysFields, type PersonType, parseTime, personTypes, survivorOf } from './person.ts';
import { idsPerQuery } from './places.ts';
import { names, soql } from './soql.ts';

const overlapSeconds = 300;
const rowsPerRead = 1000;
/** Deletions are seen in the bin at once; what left it too is asked for this often, to spare the org's daily calls. */
const erasedEverySeconds = 900;
/** The log of deletions reaches back 15 days; a day is left for the clocks. */
const deletedSeconds = 14 * 86_400;

const position = z.object({
  /** Everything before this was read. */
  since: z.coerce.date(),
  /** Up to here the log of deletions was read. */
  erasedUntil: z.coerce.date(),
  /** In the middle of a round: the last row that was read, and when the round began. */
  after: z.object({ stamp: z.coerce.date(), id: z.string(), begunAt: z.coerce.date() }).nullable(),
});
const cursorShape = z.object({ Contact: position, Lead: position });
type Position = z.infer<typeof position>;

const changedRow = z.object({
  Id: z.string(),
  IsDeleted: z.boolean(),
  CreatedDate: z.string(),
  SystemModstamp: z.string(),
  MasterRecordId: z.string().nullish(),
  IsConverted: z.boolean().nullish(),
  ConvertedContactId: z.string().nullish(),
});
type ChangedRow = z.infer<typeof changedRow>;
const idRow = z.object({ Id: z.string() });
const deletedAnswer = z.object({ deletedRecords: z.array(z.object({ id: z.string(), deletedDate: z.string() })) });

export async function readChanges(
  api: SalesforceApi,
  clock: Clock,
  account: CrmAccount,
  cursor: string | null,
): Promise<ChangesRead> {
  const now = clock.now();
  const start: Position = { since: now, erasedUntil: now, after: null };
  if (cursor === null) {
    return { notices: [], cursor: JSON.stringify({ Contact: start, Lead: start }), hasMore: false };
  }
  const known = cursorShape.safeParse(parseJson(cursor));
  if (!known.success)
    throw new VendorUnavailable('The place where reading stopped is not readable.', { detail: cursor });
  const next = { ...known.data };
  const notices: CrmNotice[] = [];
  for (const type of personTypes) {
    const read = await readType(api, account, type, known.data[type], now);
    notices.push(...read.notices);
    next[type] = read.position;
  }
  const hasMore = personTypes.some((type) => next[type].after !== null);
  return { notices, cursor: JSON.stringify(next), hasMore };
}

async function readType(
  api: SalesforceApi,
  account: CrmAccount,
  type: PersonType,
  { since, erasedUntil, after }: Position,
  now: Date,
): Promise<{ notices: CrmNotice[]; position: Position }> {
  const from = new Date(since.getTime() - overlapSeconds * 1000);
  const columns = names(...['CreatedDate', ...alwaysFields[type]].filter((field) => field in changedRow.shape));
  const place = after
    ? soql`(SystemModstamp > ${after.stamp} OR (SystemModstamp = ${after.stamp} AND Id > ${after.id}))`
    : soql`SystemModstamp >= ${from}`;
  const text = soql`SELECT ${columns} FROM ${names(type)} WHERE ${{ raw: place }} ORDER BY SystemModstamp, Id LIMIT ${rowsPerRead}`;
  const rows = await api.query(account, text, changedRow, { withDeleted: true, isBackground: true });
  const notices = rows.map((row) => toNotice(account, row, from));
  const begunAt = after?.begunAt ?? now;
  const last = rows.at(-1);
  if (last && rows.length === rowsPerRead) {
    const stamp = parseTime(last.SystemModstamp);
    return { notices, position: { since, erasedUntil, after: { stamp, id: last.Id, begunAt } } };
  }
  const end = { since: begunAt, after: null };
  if (begunAt.getTime() - erasedUntil.getTime() < erasedEverySeconds * 1000) {
    return { notices, position: { ...end, erasedUntil } };
  }
  notices.push(...(await readErased(api, account, type, erasedUntil, begunAt)));
  return { notices, position: { ...end, erasedUntil: begunAt } };
}

/** Records that left the recycle bin too: only the log of deletions still names them. */
async function readErased(
  api: SalesforceApi,
  account: CrmAccount,
  type: PersonType,
  erasedUntil: Date,
  until: Date,
): Promise<CrmNotice[]> {
  const from = erasedUntil.getTime() - overlapSeconds * 1000;
  const earliest = new Date(Math.max(from, until.getTime() - deletedSeconds * 1000));
  // Whole minutes are asked for; the minute that is running counts.
  const latest = new Date(until.getTime() + 60_000);
  const answer = await api.read(account, {
    send: (org) => org.sobject(type).deleted(earliest, latest),
    shape: deletedAnswer,
    isBackground: true,
  });
  const deleted = answer?.deletedRecords ?? [];
  const inBin = new Set<string>();
  for (const ids of inParts(
    deleted.map(({ id }) => id),
    idsPerQuery,
  )) {
    const text = soql`SELECT Id FROM ${names(type)} WHERE Id IN ${ids}`;
    const found = await api.query(account, text, idRow, { withDeleted: true, isBackground: true });
    for (const { Id } of found) inBin.add(Id);
  }
  return deleted
    .filter(({ id }) => !inBin.has(id))
    .map(({ id, deletedDate }) => ({
      key: `${id} ${deletedDate} erased`,
      accountId: account.accountId,
      occurredAt: parseTime(deletedDate),
      kind: 'erased',
      recordId: id,
      // It left the bin: of a merged record too, whose person lives on.
      isRecordOnly: true,
    }));
}

function toNotice(account: CrmAccount, row: ChangedRow, from: Date): CrmNotice {
  const occurredAt = parseTime(row.SystemModstamp);
  const base = { key: `${row.Id} ${row.SystemModstamp}`, accountId: account.accountId, occurredAt };
  const intoRecordId = survivorOf(row);
  if (intoRecordId) return { ...base, kind: 'merged', intoRecordId, mergedRecordIds: [row.Id] };
  if (row.IsDeleted) return { ...base, key: `${base.key} deleted`, kind: 'deleted', recordId: row.Id };
  return { ...base, kind: parseTime(row.CreatedDate) >= from ? 'created' : 'changed', recordId: row.Id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
