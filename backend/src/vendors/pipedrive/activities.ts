/** Activities on a person's timeline, each with our key in its note, by which it is found again. */
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { CrmAccount, WriteResult } from '../../crm-sync/crm.ts';
import { type Answer, writeResult } from './answers.ts';
import { noAnswer, type PipedriveApi } from './api.ts';

const longestSubject = 255;
/** A note has 100 kB. https://pipedrive.readme.io/docs/pipedrive-api-v2-migration-guide */
const longestNoteBytes = 90_000;
const typesRememberedSeconds = 86_400;
const overlapSeconds = 300;

const typesAnswer = z.object({
  data: z.array(z.object({ key_string: z.string(), active_flag: z.boolean().catch(true) })),
});
const activitiesAnswer = z.object({
  data: z.array(z.object({ id: z.number().int(), note: z.string().nullish() })),
  additional_data: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** What an activity of ours says; `body` is HTML. */
export interface NewActivity {
  key: string;
  type: 'email' | 'task';
  subject: string;
  body: string;
  at: Date;
  isDone: boolean;
  ownerId: string | null;
  personId: number;
  organizationId: number | null;
}

export function createActivities(api: PipedriveApi, clock: Clock) {
  const types = new Map<string, { keys: string[]; readAt: number }>();

  /** An admin may have switched a type off; then any other serves. */
  async function typeOf(account: CrmAccount, wanted: string): Promise<string> {
    const now = clock.now().getTime();
    let known = types.get(account.accountId);
    if (!known || known.readAt < now - typesRememberedSeconds * 1000) {
      const request = { method: 'GET', path: '/api/v1/activityTypes', cost: 20 } as const;
      const answer = await api.read(account, request, typesAnswer);
      const active = (answer?.data ?? []).filter(({ active_flag }) => active_flag);
      known = { keys: active.map(({ key_string }) => key_string), readAt: now };
      types.set(account.accountId, known);
    }
    return known.keys.includes(wanted) ? wanted : (known.keys[0] ?? wanted);
  }

  async function create(account: CrmAccount, activity: NewActivity): Promise<WriteResult> {
    const { personId, organizationId, ownerId, key } = activity;
    const body = {
      ...shownParts(activity),
      type: await typeOf(account, activity.type),
      note: noteOf(activity.body, key),
      participants: [{ person_id: personId, primary: true }],
      ...(organizationId ? { org_id: organizationId } : {}),
      ...(ownerId ? { owner_id: Number(ownerId) } : {}),
    };
    const path = '/api/v2/activities';
    const answer = await api.call(account, { method: 'POST', path, cost: 5, body });
    if (!isUnknownOwner(answer) || !ownerId) return writeResult(answer);
    // The owner has left the company: whoever connected SalesOS has it then.
    const { owner_id: _, ...rest } = body as typeof body & { owner_id?: number };
    return writeResult(await api.call(account, { method: 'POST', path, cost: 5, body: rest }));
  }

  /** Activities of ours on a person that were written since a time: our key in the note, and the id. */
  async function written(account: CrmAccount, personId: number, since: Date): Promise<{ id: number; note: string }[]> {
    const from = new Date(Math.min(since.getTime(), clock.now().getTime()) - overlapSeconds * 1000);
    const query = `person_id=${personId}&updated_since=${from.toISOString().slice(0, 19)}Z&limit=500`;
    const found: { id: number; note: string }[] = [];
    for (let cursor = ''; ; ) {
      const path = `/api/v2/activities?${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const page = await api.read(account, { method: 'GET', path, cost: 10 }, activitiesAnswer);
      if (!page) throw noAnswer({ reason: 'the list of activities is missing', retryAfterSeconds: 60 });
      for (const { id, note } of page.data) if (note) found.push({ id, note });
      cursor = page.additional_data?.next_cursor ?? '';
      if (!cursor) return found;
    }
  }

  return { create, written };
}

export type Activities = ReturnType<typeof createActivities>;

/** What may be changed later. */
export const shownParts = ({ subject, at, isDone }: Pick<NewActivity, 'subject' | 'at' | 'isDone'>) => ({
  subject: subject.slice(0, longestSubject) || '(no subject)',
  due_date: at.toISOString().slice(0, 10),
  due_time: at.toISOString().slice(11, 16),
  done: isDone,
});

export function noteOf(body: string, key: string): string {
  const bytes = Buffer.from(body);
  const cut = bytes.length > longestNoteBytes ? `${bytes.subarray(0, longestNoteBytes).toString()}…` : body;
  return `${cut}<p>${reference(key)}</p>`;
}

const reference = (key: string): string => `SalesOS reference: ${escapeHtml(key)}`;

/** Whether a note carries this very key, however Pipedrive rewrote the HTML around it. */
export function carries(note: string, key: string): boolean {
  const start = note.lastIndexOf(reference(key));
  return start >= 0 && !/[\w-]/.test(note[start + reference(key).length] ?? '');
}

/** Plain text as HTML that reads the same. */
export const asHtml = (text: string): string => escapeHtml(text).replace(/\r\n|\r|\n/g, (line) => `<br>${line}`);

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const isUnknownOwner = (answer: Answer): boolean =>
  answer.outcome === 'refused' && answer.status === 400 && answer.reason.includes('owner_id');
