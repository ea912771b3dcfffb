/** The tasks of sequences in the CRM's task list. */
import { describe, expect, it } from 'vitest';
import type { Ctx } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import { memberFromIdentity } from '../tenants/index.ts';
import { syncProblems } from './index.ts';
import type { SequenceTask } from './sources.ts';
import { startWritingWorld } from './writing.harness.ts';

const world = await startWritingWorld();
const { fake, install, know, now, write } = world;
const kim = { addresses: ['kim@example.com'] };
const enrollment = {
  enrollmentId: '0192f0aa-0000-7000-8000-0000000000e1',
  sequenceId: '0192f0aa-0000-7000-8000-0000000000e2',
};
async function created(ctx: Ctx, contactId: string, change: Partial<SequenceTask> = {}): Promise<string> {
  const taskId = newId(now());
  const dueAt = new Date('2027-01-05T09:00:00Z');
  const open = { title: 'Call Kim', note: 'Budget?', dueAt, status: 'open', ownerMemberId: null } as const;
  fake.sequenceTasks.set(taskId, { ...open, ...change });
  await emit(ctx, 'task.created', { ...enrollment, contactId, taskId });
  return taskId;
}
const become = (taskId: string, status: SequenceTask['status']) =>
  fake.sequenceTasks.set(taskId, { ...fake.sequenceTasks.get(taskId)!, status });

describe('a task', () => {
  it('is written once, in the name of its owner there, and again with the id of the CRM when it is done', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    const member = await memberFromIdentity(ctx, { crm: 'other', crmUserId: 'x', email: 'rep@acme.test' });
    // The fake CRM lists an owner with this address.
    const taskId = await created(ctx, id, { ownerMemberId: member.id });
    await write();
    await write();
    expect(fake.tasks).toMatchObject([
      [{ key: taskId, recordId: '1', title: 'Call Kim', isDone: false, ownerId: 'owner-1', crmId: null }],
    ]);
    become(taskId, 'completed');
    await emit(ctx, 'task.completed', { ...enrollment, contactId: id, taskId });
    await write();
    expect(fake.tasks[1]).toMatchObject([{ key: taskId, crmId: `crm ${taskId}`, isDone: true, title: 'Call Kim' }]);
  });

  it('that was cancelled with its sequence is closed with a word why; others of the person are left alone', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    const [cancelled, other] = [await created(ctx, id), await created(ctx, id, { title: 'Write a letter' })];
    await write();
    expect(fake.tasks.flat()).toHaveLength(2);
    become(cancelled, 'cancelled');
    await emit(ctx, 'enrollment.stopped', { ...enrollment, contactId: id, reason: 'replied' });
    await write();
    const again = fake.tasks.slice(1).flat();
    expect(again).toMatchObject([
      {
        key: cancelled,
        isDone: true,
        title: 'Cancelled: Call Kim',
        note: expect.stringContaining('sequence has ended'),
      },
    ]);
    expect(again.map(({ key }) => key)).not.toContain(other);
  });

  it('that was cancelled before the CRM saw it is never shown there', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    const taskId = await created(ctx, id);
    await world.runJobs();
    become(taskId, 'cancelled');
    await write();
    await write();
    expect(fake.tasks).toEqual([]);
  });

  it('whose answer was lost is looked for', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    const taskId = await created(ctx, id);
    fake.answerTasks = async () => Promise.reject(new Error('lost'));
    await write();
    fake.answerTasks = async () => [{ outcome: 'written', crmId: '77' }];
    await world.advance(60);
    await write();
    expect(fake.tasks.flat().map(({ maybeWritten }) => maybeWritten)).toEqual([false, true]);
    become(taskId, 'cancelled');
    await emit(ctx, 'enrollment.stopped', { ...enrollment, contactId: id, reason: 'manual' });
    await write();
    expect(fake.tasks.at(-1)).toMatchObject([{ crmId: '77', isDone: true }]);
  });

  it('goes to CRMs that take tasks only, and one that is refused is shown', async () => {
    const { ctx } = await install();
    await install(undefined, 'other', ctx.tenantId);
    const { id } = await know(ctx, '1', 'crm', kim);
    expect((await know(ctx, 'a', 'other', kim)).id).toBe(id);
    fake.answerTasks = async () => [{ outcome: 'refused', code: 'VALIDATION_ERROR', reason: 'Subject is too long.' }];
    await created(ctx, id);
    await write();
    const rows = await ctx.db
      .selectFrom('crmWrite')
      .select(['kind', 'recordId', 'state'])
      .where('tenantId', '=', ctx.tenantId)
      .where('kind', '=', 'task')
      .execute();
    expect(rows).toEqual([{ kind: 'task', recordId: '1', state: 'refused' }]);
    expect(await syncProblems(ctx, id)).toMatchObject([{ sentence: 'Fake CRM refused a task: Subject is too long.' }]);
  });
});
