import type { EventName } from '@salesos/shared/events.ts';
import type { Ctx } from '../core/ctx.ts';
import { on, type Reaction } from '../core/events.ts';
import { type AnyJob, enqueue } from '../core/jobs.ts';
import type { Wakeup } from '../core/wakeups.ts';
import { type Connection, connectionsOf } from '../tenants/index.ts';
import { beginChanges } from './change-queries.ts';
import { crmVendor } from './connection.ts';
import { forgetEchoes } from './echoes.ts';
import { findElsewhere, findElsewhereJob } from './find-elsewhere.ts';
import { prepareJob, retryProblems } from './prepare-crm.ts';
import { queueFields, queueMail, queueTask, queueTasksAgain } from './queue-writes.ts';
import { readChanges } from './read-changes.ts';
import { deleteNoticesBefore, hurryReads } from './read-queries.ts';
import { readRecords, watchRecords } from './read-records.ts';
import { later } from './retry.ts';
import type { CrmSources } from './sources.ts';
import { deleteWrites, holdWrites, moveWrites, releaseWrites } from './write-queries.ts';
import { writeRows } from './write-rows.ts';

/** Longer than any CRM repeats a notice (HubSpot: 24 hours). */
const noticeSeconds = 7 * 86_400;

export const jobs: AnyJob[] = [prepareJob, findElsewhereJob];

/** After these facts the `salesos_*` fields of the person may say something new. */
const changeFields = [
  'enrollment.created',
  'enrollment.advanced',
  'enrollment.paused',
  'enrollment.resumed',
  'enrollment.finished',
  'enrollment.stopped',
  'score.changed',
] as const satisfies EventName[];

export const reactions: Reaction[] = [
  ...changeFields.map((event) =>
    on(event, 'crm-sync.queue-fields', (ctx, { data }) => queueFields(ctx, data.contactId)),
  ),
  on('email.sent', 'crm-sync.queue-sent', (ctx, { data: { contactId, messageId, sentAt } }) =>
    queueMail(ctx, contactId, { direction: 'outgoing', messageId, at: sentAt }),
  ),
  on('email.replied', 'crm-sync.queue-reply', (ctx, { data: { contactId, inboundId, repliedAt } }) =>
    queueMail(ctx, contactId, { direction: 'incoming', inboundId, at: repliedAt }),
  ),
  on('enrollment.created', 'crm-sync.watch-records', (ctx, { data }) => watchRecords(ctx, data.contactId)),
  on('task.created', 'crm-sync.queue-task', (ctx, { data }) => queueTask(ctx, data.contactId, data.taskId)),
  on('task.completed', 'crm-sync.queue-done-task', (ctx, { data }) => queueTask(ctx, data.contactId, data.taskId)),
  on('enrollment.stopped', 'crm-sync.close-tasks', (ctx, { data }) => queueTasksAgain(ctx, data.contactId)),
  on('contact.created', 'crm-sync.find-elsewhere', (ctx, { data }) => findElsewhere(ctx, data.contactId)),
  on('enrollment.created', 'crm-sync.find-elsewhere-again', (ctx, { data }) => findElsewhere(ctx, data.contactId)),
  on('contact.updated', 'crm-sync.follow-records', async (ctx, { data: { contactId, changed } }) => {
    if (!changed.includes('records')) return;
    // A record in another CRM, which knows neither the score nor that somebody writes to the person.
    await queueFields(ctx, contactId);
    await watchRecords(ctx, contactId);
  }),
  on('contact.merged', 'crm-sync.move-writes', async (ctx, { data }) => {
    await moveWrites(ctx, data.mergedContactId, data.contactId);
    await queueFields(ctx, data.contactId);
    await watchRecords(ctx, data.contactId);
  }),
  on('contact.deleted', 'crm-sync.forget-writes', (ctx, { data }) =>
    deleteWrites(ctx, data.contactId, data.reason === 'erased' ? 'all' : 'unwritten'),
  ),
  on('crm.connected', 'crm-sync.begin', async (ctx, { data }) => {
    // What nobody could hear while it was not connected; and people of other CRMs may have a record here.
    await hurryReads(ctx, ctx.clock.now());
    for (const { id } of await connectionsAt(ctx, data)) {
      await releaseWrites(ctx, id, []);
      if (crmVendor(ctx, data.crm).readChanges) await beginChanges(ctx, id, ctx.clock.now());
      await enqueue(ctx, prepareJob, { payload: { connectionId: id } });
    }
  }),
  on('crm.disconnected', 'crm-sync.hold', async (ctx, { data }) => {
    const lost = (await connectionsAt(ctx, data)).filter(({ status }) => status !== 'connected');
    for (const { id } of lost) await holdWrites(ctx, id);
  }),
];

/** What looks for due rows; `sources` tell what there is to write. */
export const wakeupsWith = (sources: CrmSources): Wakeup[] => [
  { name: 'crm-sync.write', everySeconds: 2, run: (system) => writeRows(system, sources) },
  { name: 'crm-sync.read', everySeconds: 5, run: (system) => readRecords(system, sources) },
  { name: 'crm-sync.read-changes', everySeconds: 5, run: readChanges },
  { name: 'crm-sync.retry-problems', everySeconds: 600, run: retryProblems },
  {
    name: 'crm-sync.forget-notices',
    everySeconds: 3600,
    run: async (system) => {
      await deleteNoticesBefore(system, later(system.clock.now(), -noticeSeconds));
      await forgetEchoes(system);
      return false;
    },
  },
];

const connectionsAt = async (ctx: Ctx, { crm, accountId }: { crm: string; accountId: string }): Promise<Connection[]> =>
  (await connectionsOf(ctx)).filter((connection) => connection.crm === crm && connection.accountId === accountId);
