import type { EventData } from '@salesos/shared/events.ts';
import { describe, expect, it } from 'vitest';
import { describeDay, optOut, suppress } from '../compliance/index.ts';
import { deleteByRecord, mergeRecords } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import { uninstallCrm } from '../tenants/index.ts';
import { enroll } from './enroll.ts';
import { enrollmentCards, getEnrollment, listEnrollments } from './enrollment-cards.ts';
import { pauseEnrollment } from './pause.ts';
import { resumeEnrollment } from './resume.ts';
import { runDueSteps } from './run-step.ts';
import { call, startSequenceWorld, wait } from './sequences.harness.ts';
import { stopEnrollment, stopSequences } from './stop.ts';

const world = await startSequenceWorld();
const { system } = world;

/** A person in two sequences: one mail in line, one task open. */
async function begin() {
  const at = await world.nextMonday();
  const ctx = await world.tenant();
  const mailbox = await world.mailbox(ctx);
  const contact = await world.person(ctx);
  const [mails, calls] = [await world.published(ctx), await world.published(ctx, [call, wait(1), call])];
  const enrolled = [];
  for (const { id: sequenceId } of [mails, calls])
    enrolled.push((await enroll(ctx, { contactId: contact.id, sequenceId, source: 'card' })).enrollmentId);
  await runDueSteps(system);
  return { ctx, mailbox, contact, mails, calls, at, enrollmentId: enrolled[0]!, callsId: enrolled[1]! };
}
const states = async (ctx: Ctx) => ({
  enrollments: (await world.enrollments(ctx)).map(({ status, stopReason }) => `${status} ${stopReason}`),
  messages: (await world.messages(ctx)).map(({ state }) => state),
  tasks: (await world.tasks(ctx)).map(({ status }) => status),
});
const allStopped = (reason: string) => ({
  enrollments: [`stopped ${reason}`, `stopped ${reason}`],
  messages: ['cancelled'],
  tasks: ['cancelled'],
});
const answer = async (ctx: Ctx): Promise<EventData<'email.replied'>> => {
  const { sentAt, ...fact } = await world.factOf(ctx);
  return { ...fact, inboundId: newId(world.now()), repliedAt: sentAt };
};

describe('everything for a person stops', () => {
  const acts: [string, string, (set: Awaited<ReturnType<typeof begin>>) => Promise<unknown>][] = [
    ['they reply', 'replied', async ({ ctx }) => emit(ctx, 'email.replied', await answer(ctx))],
    [
      'their address does not exist',
      'bounced',
      async ({ ctx }) => {
        const { sentAt: _, ...fact } = await world.factOf(ctx);
        await emit(ctx, 'email.bounced', { ...fact, class: 'hard', status: '5.1.1', diagnostic: 'no such user' });
      },
    ],
    ['they opt out', 'opted_out', async ({ ctx, contact }) => optOut(ctx, contact.id, 'one_click')],
    [
      'a colleague puts their domain on the list',
      'suppressed',
      ({ ctx }) => suppress(ctx, { kind: 'domain', value: 'example.com', reason: 'manual', source: 'admin' }),
    ],
    [
      'their record is deleted',
      'deleted',
      ({ ctx, contact }) => deleteByRecord(ctx, 'hubspot', contact.records[0]!.recordId, 'deleted'),
    ],
    [
      'they are erased',
      'deleted',
      ({ ctx, contact }) => deleteByRecord(ctx, 'hubspot', contact.records[0]!.recordId, 'erased'),
    ],
    ['a workflow says so', 'manual', ({ ctx, contact }) => stopSequences(ctx, { contactId: contact.id })],
  ];
  it.each(acts)('when %s', async (_name, reason, act) => {
    const set = await begin();
    await act(set);
    await world.runJobs();
    expect(await states(set.ctx)).toEqual(allStopped(reason));
    expect(await world.events(set.ctx, 'enrollment.stopped')).toMatchObject([{ reason }, { reason }]);
    expect(await world.decisions(set.ctx, 'enrollment.stop')).toMatchObject([
      { inputs: { reason } },
      { inputs: { reason } },
    ]);
    await world.runAt(new Date(world.now().getTime() + 30 * 86_400_000));
    expect(await world.messages(set.ctx)).toHaveLength(1);
  });

  it('also what is paused, and nothing a second time', async () => {
    const { ctx, enrollmentId } = await begin();
    await pauseEnrollment(ctx, enrollmentId);
    const fact = await answer(ctx);
    await emit(ctx, 'email.replied', fact);
    await emit(ctx, 'email.replied', { ...fact, inboundId: newId(world.now()) });
    await world.runJobs();
    expect(await states(ctx)).toEqual(allStopped('replied'));
    expect(await world.events(ctx, 'enrollment.stopped')).toHaveLength(2);
  });

  it('while a worker begins their next step: whoever is first, no mail is left in line', async () => {
    for (let round = 0; round < 5; round++) {
      await world.nextMonday();
      const ctx = await world.tenant();
      await world.mailbox(ctx);
      const contact = await world.person(ctx);
      const { id: sequenceId } = await world.published(ctx);
      await enroll(ctx, { contactId: contact.id, sequenceId, source: 'api' });
      await Promise.all([runDueSteps(system), stopSequences(ctx, { contactId: contact.id }), runDueSteps(system)]);
      expect((await world.enrollments(ctx)).map(({ status }) => status)).toEqual(['stopped']);
      expect((await world.messages(ctx)).every(({ state }) => state === 'cancelled')).toBe(true);
    }
  });

  it('when the reply is told under a record that was merged since', async () => {
    const { ctx, contact } = await begin();
    const survivor = await world.person(ctx);
    const fact = await answer(ctx);
    await mergeRecords(ctx, 'hubspot', survivor.records[0]!.recordId, [contact.records[0]!.recordId]);
    await world.runJobs();
    await emit(ctx, 'email.replied', { ...fact, enrollmentId: null });
    await world.runJobs();
    expect(await states(ctx)).toEqual(allStopped('replied'));
  });

  it('in one sequence only, if that is what the workflow says', async () => {
    const { ctx, contact, calls } = await begin();
    const input = { contactId: contact.id, sequenceId: calls.id };
    expect(await stopSequences(ctx, input)).toMatchObject({ result: 'stopped', stoppedCount: 1 });
    expect(await stopSequences(ctx, input)).toMatchObject({ result: 'none_active', stoppedCount: 0 });
    expect(await states(ctx)).toMatchObject({ messages: ['scheduled'], tasks: ['cancelled'] });
  });
});

it('a colleague stops one enrollment, and stopping it again changes nothing', async () => {
  const { ctx, contact, enrollmentId } = await begin();
  expect(await stopEnrollment(ctx, enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'manual' });
  const after = await stopEnrollment(ctx, enrollmentId);
  expect(after.endedAt).toEqual(world.now());
  expect(await world.events(ctx, 'enrollment.stopped')).toHaveLength(1);
  await expect(pauseEnrollment(ctx, enrollmentId)).rejects.toThrow('has ended');
  await expect(resumeEnrollment(ctx, enrollmentId)).rejects.toThrow('has ended');
  const cards = await enrollmentCards(ctx, contact.id, 10);
  expect(cards.map(({ status }) => status)).toEqual(['active', 'stopped']);
  expect(cards[1]).toMatchObject({ sentence: 'Stopped by a colleague.', actions: [] });
  expect(cards[1]!.steps.map(({ state }) => state)).toContain('skipped');
});

it('everything of a tenant stops when the app is removed from its last CRM', async () => {
  const { ctx } = await begin();
  const id = newId(world.now());
  const dates = { connectedAt: world.now(), createdAt: world.now() };
  await ctx.db
    .insertInto('crmConnection')
    .values({ tenantId: ctx.tenantId, id, crm: 'hubspot', accountId: 'portal', status: 'connected', ...dates })
    .execute();
  await uninstallCrm(ctx, id);
  await world.runJobs();
  expect(await states(ctx)).toEqual(allStopped('crm_uninstalled'));
});

describe('a merge', () => {
  it('moves enrollments and tasks; of two in one sequence the older one goes on', async () => {
    const { ctx, contact, mails } = await begin();
    const survivor = await world.person(ctx);
    await world.advance(60);
    await enroll(ctx, { contactId: survivor.id, sequenceId: mails.id, source: 'api' });
    await mergeRecords(ctx, 'hubspot', survivor.records[0]!.recordId, [contact.records[0]!.recordId]);
    await world.runJobs();
    const rows = await world.enrollments(ctx);
    expect(rows.every((row) => row.contactId === survivor.id)).toBe(true);
    expect(rows.map(({ status, stopReason }) => `${status} ${stopReason}`)).toEqual([
      'active null',
      'active null',
      'stopped merged',
    ]);
    expect(await world.tasks(ctx)).toMatchObject([{ contactId: survivor.id, status: 'open' }]);
  });
});

describe('a pause', () => {
  it('holds the mail back; after it the mail comes in the window and the rest shifts', async () => {
    const { ctx, contact, enrollmentId, at } = await begin();
    await pauseEnrollment(ctx, enrollmentId);
    await pauseEnrollment(ctx, enrollmentId);
    expect(await world.messages(ctx)).toMatchObject([{ state: 'held' }]);
    const paused = (await enrollmentCards(ctx, contact.id, 10)).find(({ id }) => id === enrollmentId)!;
    expect(paused).toMatchObject({ status: 'paused', actions: ['resume', 'stop'] });
    expect(paused.sentence).toBe('Paused by SalesOS: nothing goes out until somebody resumes it.');
    // A Saturday: it goes on in the first hour of Monday.
    await world.runAt(at(12, 12));
    await resumeEnrollment(ctx, enrollmentId);
    const [message] = await world.messages(ctx);
    expect(message!.state).toBe('scheduled');
    expect(message!.notBefore.getTime()).toBeGreaterThanOrEqual(at(14, 9).getTime());
    expect(message!.notBefore.getTime()).toBeLessThan(at(14, 10).getTime());
    expect(await world.events(ctx, 'enrollment.paused')).toHaveLength(1);
    expect(await world.events(ctx, 'enrollment.resumed')).toHaveLength(1);
  });

  it('keeps the date of a mail that left during it, and begins no step', async () => {
    const { ctx, enrollmentId } = await begin();
    await pauseEnrollment(ctx, enrollmentId);
    await world.sendNewest(ctx);
    const { stepIndex, nextStepAt, status } = await getEnrollment(ctx, enrollmentId);
    expect([stepIndex, status]).toEqual([2, 'paused']);
    await world.runAt(new Date(nextStepAt!.getTime() + 86_400_000));
    expect(await world.messages(ctx)).toHaveLength(1);
    await resumeEnrollment(ctx, enrollmentId);
    await runDueSteps(system);
    expect(await world.messages(ctx)).toHaveLength(2);
  });

  it('of another tenant’s enrollment is not possible, nor is any other act', async () => {
    const { ctx, contact, enrollmentId } = await begin();
    const other = await world.tenant('Other');
    for (const act of [pauseEnrollment, resumeEnrollment, stopEnrollment, getEnrollment])
      await expect(act(other, enrollmentId)).rejects.toThrow('There is no enrollment');
    await expect(stopSequences(other, { contactId: contact.id })).rejects.toThrow('There is no contact');
    await expect(enrollmentCards(other, contact.id, 10)).rejects.toThrow('There is no contact');
    expect(await listEnrollments(other, { before: null, limit: 10 })).toEqual([]);
    expect(await states(ctx)).toMatchObject({ enrollments: ['active null', 'active null'] });
  });
});

describe('somebody who is away', () => {
  const away = async (ctx: Ctx, returnsOn: string | null) => {
    await emit(ctx, 'email.auto_replied', { ...(await answer(ctx)), returnsOn });
    await world.runJobs();
  };

  it('is left alone until the business day after the return, in all sequences, and then it goes on by itself', async () => {
    const { ctx, contact, enrollmentId, at } = await begin();
    const saturday = at(5, 0).toISOString().slice(0, 10);
    await away(ctx, saturday);
    const row = await getEnrollment(ctx, enrollmentId);
    expect(row).toMatchObject({ status: 'paused', pauseReason: 'out_of_office' });
    expect(row.pausedUntil!.getTime()).toBeGreaterThanOrEqual(at(7, 9).getTime());
    expect(row.pausedUntil!.getTime()).toBeLessThan(at(7, 10).getTime());
    for (const { sentence } of await enrollmentCards(ctx, contact.id, 10))
      expect(sentence).toContain(`Paused: Kim is away until ${describeDay(saturday)}: the next step comes on Monday`);
    expect((await world.enrollments(ctx)).map(({ status }) => status)).toEqual(['paused', 'paused']);
    await world.runAt(new Date(row.pausedUntil!.getTime() - 1000));
    expect(await world.messages(ctx)).toMatchObject([{ state: 'held' }]);
    await world.runAt(new Date(row.pausedUntil!.getTime() + 7_200_000));
    expect(await world.messages(ctx)).toMatchObject([{ state: 'scheduled' }]);
    expect((await world.enrollments(ctx)).map(({ status }) => status)).toEqual(['active', 'active']);
  });

  it('without a date is left alone for three business days', async () => {
    const { ctx, enrollmentId } = await begin();
    await away(ctx, null);
    const { pausedUntil } = await getEnrollment(ctx, enrollmentId);
    const days = (pausedUntil!.getTime() - world.now().getTime()) / 86_400_000;
    expect(days).toBeGreaterThanOrEqual(3);
    expect(days).toBeLessThan(6);
    expect((await world.decisions(ctx, 'enrollment.pause'))[0]!.reason).toContain('waits 3 business days');
  });

  it('and back before the next step changes nothing, and a colleague’s pause stays', async () => {
    const { ctx, enrollmentId, callsId } = await begin();
    await world.sendNewest(ctx);
    await pauseEnrollment(ctx, callsId);
    const before = await getEnrollment(ctx, enrollmentId);
    await away(ctx, world.now().toISOString().slice(0, 10));
    expect(await getEnrollment(ctx, enrollmentId)).toEqual(before);
    expect(await getEnrollment(ctx, callsId)).toMatchObject({ pauseReason: 'manual' });
    expect(await world.decisions(ctx, 'enrollment.pause')).toMatchObject([
      { outcome: 'manual' },
      { outcome: 'not_needed' },
    ]);
  });
});

describe('a bounce that is not final', () => {
  const bounce = async (ctx: Ctx, kind: 'soft' | 'policy') => {
    const { sentAt: _, ...fact } = await world.factOf(ctx);
    await emit(ctx, 'email.bounced', { ...fact, class: kind, status: '4.2.2', diagnostic: 'mailbox full' });
    await world.runJobs();
  };

  it('lets the sequence rest for some days, and the third in two weeks until somebody looks', async () => {
    const { ctx, enrollmentId } = await begin();
    for (const _round of [1, 2]) {
      await bounce(ctx, 'soft');
      const { status, pausedUntil } = await getEnrollment(ctx, enrollmentId);
      expect(status).toBe('paused');
      await world.runAt(pausedUntil!);
      expect(await getEnrollment(ctx, enrollmentId)).toMatchObject({ status: 'active' });
    }
    await bounce(ctx, 'soft');
    expect(await getEnrollment(ctx, enrollmentId)).toMatchObject({ status: 'paused', pausedUntil: null });
  });

  it('because of the sender changes nothing for the person', async () => {
    const { ctx, enrollmentId } = await begin();
    await bounce(ctx, 'policy');
    expect(await getEnrollment(ctx, enrollmentId)).toMatchObject({ status: 'active' });
    expect(await world.decisions(ctx, 'enrollment.pause')).toMatchObject([
      { outcome: 'not_needed' },
      { outcome: 'not_needed' },
    ]);
  });
});
