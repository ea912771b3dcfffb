/** Mails and tasks as activities. A write whose answer was lost is looked for before it is made again. */
import { VendorUnavailable } from '../../core/errors.ts';
import { inParallel } from '../../core/jobs.ts';
import {
  type CrmAccount,
  CrmRefused,
  type EmailActivity,
  type TaskActivity,
  type WriteResult,
} from '../../crm-sync/crm.ts';
import { type Activities, asHtml, carries, escapeHtml, type NewActivity, noteOf, shownParts } from './activities.ts';
import { writeResult } from './answers.ts';
import type { PipedriveApi } from './api.ts';
import type { People } from './people.ts';
import { isRecordId, type PersonRecord } from './person.ts';

const requestsAtOnce = 4;
type Stopped = Extract<WriteResult, { outcome: 'retry' }>;

export interface ActivityTools {
  api: PipedriveApi;
  people: People;
  activities: Activities;
}

type Row = Pick<NewActivity, 'key' | 'type' | 'subject' | 'body' | 'at' | 'isDone' | 'ownerId'> & {
  recordId: string;
  crmId: string | null;
  maybeWritten: boolean;
};

/** One done activity per mail. The text is logged, not the HTML: that is for mail programs, and has our tracking in it. */
export const logEmails = (tools: ActivityTools, account: CrmAccount, mails: EmailActivity[]): Promise<WriteResult[]> =>
  writeAll(
    tools,
    account,
    mails.map(({ from, to, text, ...mail }) => ({
      ...mail,
      type: 'email',
      body: `<p>From: ${person(from)}<br>To: ${person(to)}</p>${asHtml(text)}`,
      isDone: true,
      crmId: null,
    })),
  );

export const writeTasks = (tools: ActivityTools, account: CrmAccount, tasks: TaskActivity[]): Promise<WriteResult[]> =>
  writeAll(
    tools,
    account,
    tasks.map(({ title, note, dueAt, ...task }) => ({
      ...task,
      type: 'task',
      subject: title,
      body: asHtml(note),
      at: dueAt,
    })),
  );

const person = ({ address, name }: { address: string; name: string | null }): string =>
  escapeHtml(name ? `${name} <${address}>` : address);

async function writeAll(tools: ActivityTools, account: CrmAccount, rows: Row[]): Promise<WriteResult[]> {
  const records = remembered((recordId: string) => tools.people.liveRecord(account, recordId));
  const since = new Date(Math.min(...rows.filter(({ maybeWritten }) => maybeWritten).map(({ at }) => at.getTime())));
  const written = remembered((personId: number) => tools.activities.written(account, personId, since));
  const byKey = new Map(rows.map((row) => [row.key, row]));
  let stopped: Stopped | null = null;
  const results = await inParallel([...byKey.values()], requestsAtOnce, async (row): Promise<[string, WriteResult]> => {
    // The others would meet the same, and each refused call brings us nearer to being shut out.
    if (stopped) return [row.key, { ...(stopped as Stopped), maybeWritten: row.maybeWritten }];
    const result = await writeOne(tools, account, row, records, written);
    if (result.outcome === 'retry' && !result.maybeWritten) stopped = result;
    return [row.key, result];
  });
  const byRow = new Map(results);
  return rows.map(({ key }) => byRow.get(key)!);
}

async function writeOne(
  tools: ActivityTools,
  account: CrmAccount,
  row: Row,
  recordOf: (recordId: string) => Promise<PersonRecord | null>,
  writtenFor: (personId: number) => Promise<{ id: number; note: string }[]>,
): Promise<WriteResult> {
  try {
    if (row.crmId !== null) return await change(tools.api, account, row, row.crmId);
    const record = await recordOf(row.recordId);
    if (!record) return { outcome: 'refused', code: 'NOT_FOUND', reason: 'The person is no longer in Pipedrive.' };
    if (row.maybeWritten) {
      const found = (await writtenFor(record.id)).find(({ note }) => carries(note, row.key));
      if (found) return { outcome: 'written', crmId: String(found.id) };
    }
    return await tools.activities.create(account, {
      ...row,
      personId: record.id,
      organizationId: record.org_id ?? null,
    });
  } catch (error) {
    if (error instanceof CrmRefused) return { outcome: 'refused', code: error.code, reason: error.message };
    if (!(error instanceof VendorUnavailable)) throw error;
    // Nothing was written by this try; what an earlier one did is as unknown as before.
    const retryAfterSeconds = error.retryAfterSeconds ?? 60;
    return { outcome: 'retry', reason: error.message, maybeWritten: row.maybeWritten, retryAfterSeconds };
  }
}

/** Writing the same values again changes nothing, so a lost answer needs no look-up. */
async function change(api: PipedriveApi, account: CrmAccount, row: Row, crmId: string): Promise<WriteResult> {
  if (!isRecordId(crmId)) return { outcome: 'refused', code: 'NOT_FOUND', reason: 'There is no such activity.' };
  const body = { ...shownParts(row), note: noteOf(row.body, row.key) };
  return writeResult(await api.call(account, { method: 'PATCH', path: `/api/v2/activities/${crmId}`, cost: 5, body }));
}

/** Asks once for each key, for as long as one call of ours lasts. */
function remembered<K, V>(ask: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const answers = new Map<K, Promise<V>>();
  return (key) => {
    const known = answers.get(key) ?? ask(key);
    answers.set(key, known);
    return known;
  };
}
