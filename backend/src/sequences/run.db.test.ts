import { describe, expect, it } from 'vitest';
import { optOut } from '../compliance/index.ts';
import { saveFromCrm } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import { scheduleMessages } from '../email/index.ts';
import { updateMailboxRow } from '../email/mailboxes/mailbox-queries.ts';
import { enroll } from './enroll.ts';
import { enrollmentCards } from './enrollment-cards.ts';
import { resumeEnrollment } from './resume.ts';
import { runDueSteps } from './run-step.ts';
import { call, startSequenceWorld, wait } from './sequences.harness.ts';
import { completeTask, listTasks } from './tasks.ts';
import { reactions } from './wakeups.ts';

const world = await startSequenceWorld();
const { system } = world;
const hours = (count: number) => new Date(world.now().getTime() + count * 3_600_000);

/** One person in one sequence, the first step due now. */
async function begin(steps?: Parameters<typeof world.published>[1]) {
  const at = await world.nextMonday();
  const ctx = await world.tenant();
  const mailbox = await world.mailbox(ctx);
  const contact = await world.person(ctx);
  const sequence = await world.published(ctx, steps);
  const { enrollmentId } = await enroll(ctx, { contactId: contact.id, sequenceId: sequence.id, source: 'card' });
  return { ctx, mailbox, contact, sequence, enrollmentId, at };
}
const only = async (ctx: Ctx) => (await world.enrollments(ctx))[0]!;
const card = async (ctx: Ctx, contactId: string) => (await enrollmentCards(ctx, contactId, 10))[0]!;

describe('a due step', () => {
  it('puts its mail in line with everything that sending needs, once, and waits for it', async () => {
    const { ctx, mailbox, contact, enrollmentId } = await begin();
    await runDueSteps(system);
    await runDueSteps(system);
    const messages = await world.messages(ctx);
    expect(messages).toMatchObject([
      {
        enrollmentId,
        stepIndex: 0,
        mailboxId: mailbox.id,
        toAddress: contact.addresses[0],
        templateVersion: 1,
        state: 'scheduled',
        notBefore: world.now(),
        repliesSince: world.now(),
        replyInThread: true,
        trackingLevel: 'full',
      },
    ]);
    expect(messages[0]!.variables).toMatchObject({
      first_name: 'Kim',
      sender_name: 'Robin Rep',
      sender_first_name: 'Robin',
      sender_email: mailbox.address,
      postal_address: '1 Main Street, Springfield',
    });
    expect(messages[0]!.sendWindow).toMatchObject({ recipient: { zone: 'UTC', name: 'Kim' }, rules: { holidays: [] } });
    expect(await only(ctx)).toMatchObject({ status: 'active', stepIndex: 0, nextStepAt: null });
    expect(await world.decisions(ctx, 'enrollment.step')).toMatchObject([{ outcome: 'mail_scheduled' }]);
  });

  it('is run once by two workers', async () => {
    const { ctx } = await begin();
    await Promise.all([runDueSteps(system), runDueSteps(system), runDueSteps(system)]);
    expect(await world.messages(ctx)).toHaveLength(1);
    expect(await world.decisions(ctx, 'enrollment.step')).toHaveLength(1);
  });

  it('that is late waits for the next window, and the steps after it shift with it', async () => {
    const { ctx, at } = await begin();
    await world.runAt(at(0, 18));
    const [message] = await world.messages(ctx);
    expect(message!.notBefore.getTime()).toBeGreaterThanOrEqual(at(1, 9).getTime());
    expect(message!.notBefore.getTime()).toBeLessThan(at(1, 10).getTime());
    expect(message!.whyWaiting).toContain('Moved to Tuesday 9:');
    await world.setTime(at(2, 11));
    await world.sendNewest(ctx);
    // Three days after Wednesday is Saturday, so Monday.
    const { nextStepAt } = await only(ctx);
    expect(nextStepAt!.getTime()).toBeGreaterThanOrEqual(at(7, 9).getTime());
    expect(nextStepAt!.getTime()).toBeLessThan(at(7, 10).getTime());
  });

  it('waits with a sentence while a value is missing, tells it once, and goes on by itself when it is mended', async () => {
    const { ctx, contact } = await begin();
    const { recordId } = contact.records[0]!;
    const say = (firstName: string | null) => {
      const record = { recordId, objectType: '0-1', addresses: contact.addresses, lastName: null, jobTitle: null };
      const rest = {
        companyName: null,
        ownerId: null,
        timeZone: 'UTC',
        country: null,
        properties: {},
        mailCopyTo: null,
      };
      return saveFromCrm(ctx, 'hubspot', { ...record, ...rest, firstName }, world.now());
    };
    await say(null);
    await world.runAt(hours(0));
    await world.runAt(hours(1));
    expect(await world.messages(ctx)).toEqual([]);
    expect((await card(ctx, contact.id)).sentence).toMatch(
      /^Next: mail “Intro”\. Waits: The next mail needs values that the record lacks: first_name\. It is looked at again on \w+ \d+:\d+/,
    );
    expect(await world.decisions(ctx, 'enrollment.step')).toMatchObject([{ outcome: 'waits' }]);
    await world.advance(60);
    await say('Kim');
    await world.runAt(hours(1));
    expect(await world.messages(ctx)).toHaveLength(1);
    expect((await only(ctx)).whyWaiting).toBeNull();
  });

  it('of somebody who opted out in the meantime ends the enrollment', async () => {
    const { ctx, contact } = await begin();
    await optOut(ctx, contact.id, 'link');
    await runDueSteps(system);
    expect(await only(ctx)).toMatchObject({ status: 'stopped', stopReason: 'opted_out' });
    expect(await world.messages(ctx)).toEqual([]);
    await world.runJobs();
    expect(await world.events(ctx, 'enrollment.stopped')).toHaveLength(1);
  });

  it('whose mailbox cannot send waits, and the card says for what', async () => {
    const { ctx, mailbox, contact } = await begin();
    await updateMailboxRow(ctx, mailbox.id, { status: 'reconnect' });
    expect((await card(ctx, contact.id)).sentence).toContain(`until ${mailbox.address} is connected again`);
    await runDueSteps(system);
    expect((await card(ctx, contact.id)).sentence).toContain('must be connected again');
  });

  it('that cannot be run waits with a sentence, and the others of its batch go on', async () => {
    const { ctx, sequence, enrollmentId } = await begin();
    const healthy = await world.person(ctx);
    await enroll(ctx, { contactId: healthy.id, sequenceId: sequence.id, source: 'api' });
    await ctx.db
      .updateTable('enrollment')
      .set({ mailboxId: newId(world.now()) })
      .where('id', '=', enrollmentId)
      .execute();
    await runDueSteps(system);
    expect(await world.messages(ctx)).toMatchObject([{ contactId: healthy.id }]);
    const broken = (await world.enrollments(ctx)).find(({ id }) => id === enrollmentId)!;
    expect(broken).toMatchObject({ status: 'active', whyWaiting: 'Waits: There is no mailbox with this id.' });
    expect(broken.nextStepAt!.getTime()).toBeGreaterThan(world.now().getTime());
  });
});

describe('a sequence', () => {
  it('runs from its first mail to its last task and is finished', async () => {
    const { ctx, contact } = await begin();
    await world.runAt(hours(0));
    await world.sendNewest(ctx);
    expect(await only(ctx)).toMatchObject({ stepIndex: 2 });
    await world.runAt((await only(ctx)).nextStepAt!);
    expect(await world.messages(ctx)).toHaveLength(2);
    await world.sendNewest(ctx);
    await world.runAt((await only(ctx)).nextStepAt!);
    expect((await card(ctx, contact.id)).sentence).toBe(
      'Task “Call” waits for a colleague; then the sequence goes on.',
    );
    const [task] = await listTasks(ctx, { contactId: contact.id, status: 'open', before: null, limit: 10 });
    expect(await completeTask(ctx, task!.id)).toMatchObject({ status: 'completed', completedBy: 'SalesOS' });
    expect(await completeTask(ctx, task!.id)).toMatchObject({ status: 'completed' });
    expect(await only(ctx)).toMatchObject({ status: 'finished', stopReason: 'finished', endedAt: world.now() });
    expect(await world.events(ctx, 'task.created')).toHaveLength(1);
    expect(await world.events(ctx, 'task.completed')).toHaveLength(1);
    expect(await world.events(ctx, 'enrollment.advanced')).toMatchObject([{ stepIndex: 2 }, { stepIndex: 4 }]);
    expect(await world.events(ctx, 'enrollment.finished')).toHaveLength(1);
    const described = await card(ctx, contact.id);
    expect(described).toMatchObject({ status: 'finished', sentence: 'Finished: every step is done.', actions: [] });
    expect(described.steps.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done', 'done']);
  });

  it('advances once when the fact is told twice, or about another step', async () => {
    const { ctx } = await begin();
    await runDueSteps(system);
    const fact = await world.factOf(ctx);
    const reaction = reactions.find((each) => each.subscriber === 'sequences.advance')!;
    const tell = (data: typeof fact) =>
      reaction.run(ctx, { id: newId(world.now()), name: 'email.sent', data, at: world.now() });
    await tell({ ...fact, stepIndex: 2 });
    expect(await only(ctx)).toMatchObject({ stepIndex: 0, nextStepAt: null });
    await tell(fact);
    const after = await only(ctx);
    await tell({ ...fact, sentAt: hours(5).toISOString() });
    expect(await only(ctx)).toEqual(after);
    expect(await world.events(ctx, 'enrollment.advanced')).toHaveLength(1);
  });

  it('rests when its mail cannot be sent, and resumes with the step after it', async () => {
    const { ctx, contact, enrollmentId } = await begin();
    await runDueSteps(system);
    const { sentAt: _, ...fact } = await world.factOf(ctx);
    await ctx.db
      .updateTable('message')
      .set({ state: 'failed', failureReason: 'Invalid To header.' })
      .where('id', '=', fact.messageId)
      .execute();
    await emit(ctx, 'email.failed', { ...fact, code: 'invalidArgument', reason: 'Invalid To header.' });
    await world.runJobs();
    expect(await only(ctx)).toMatchObject({ status: 'paused', pauseReason: 'mail_failed', pausedUntil: null });
    expect((await card(ctx, contact.id)).sentence).toBe(
      'Paused: the mail of step 1 was not sent. Invalid To header. Resume to go on with the step after it.',
    );
    await resumeEnrollment(ctx, enrollmentId);
    expect(await only(ctx)).toMatchObject({ status: 'active', stepIndex: 2, pauseReason: null, whyWaiting: null });
    const { steps } = await card(ctx, contact.id);
    expect(steps[0]).toMatchObject({ state: 'skipped', why: 'Invalid To header.' });
  });

  it('ends when its mail was taken back at the last moment because the person may not be written to', async () => {
    const { ctx, contact } = await begin();
    await runDueSteps(system);
    const { sentAt: _, ...fact } = await world.factOf(ctx);
    await optOut(ctx, contact.id, 'link');
    const reaction = reactions.find((each) => each.subscriber === 'sequences.recover')!;
    const data = { ...fact, reason: 'This person has unsubscribed.' };
    await reaction.run(ctx, { id: newId(world.now()), name: 'email.cancelled', data, at: world.now() });
    expect(await only(ctx)).toMatchObject({ status: 'stopped', stopReason: 'opted_out' });
    await world.runJobs();
    expect(await world.events(ctx, 'enrollment.stopped')).toHaveLength(1);
  });

  it('is not moved by mails written by hand', async () => {
    const { ctx, mailbox, contact } = await begin();
    await runDueSteps(system);
    const before = await only(ctx);
    await world.advance(1);
    await scheduleMessages(ctx, [
      {
        contactId: contact.id,
        mailboxId: mailbox.id,
        toAddress: contact.addresses[0]!,
        enrollmentId: null,
        stepIndex: null,
        template: null,
        content: { subject: 'Hi', html: null, text: 'Hi' },
        variables: {},
        notBefore: world.now(),
        window: null,
        replyInThread: false,
        repliesSince: null,
        trackingLevel: 'none',
        copyCrm: null,
        copyTo: null,
        whyWaiting: null,
      },
    ]);
    await world.sendNewest(ctx);
    expect(await only(ctx)).toEqual(before);
  });
});

describe('tasks', () => {
  it('of another tenant, and those that were cancelled, cannot be done', async () => {
    const { ctx, contact } = await begin([call, wait(1), call]);
    await runDueSteps(system);
    const [task] = await world.tasks(ctx);
    const other = await world.tenant('Other');
    await expect(completeTask(other, task!.id)).rejects.toThrow('There is no task');
    expect(await listTasks(other, { before: null, limit: 10 })).toEqual([]);
    await optOut(ctx, contact.id, 'link');
    await world.runJobs();
    expect(await world.tasks(ctx)).toMatchObject([{ status: 'cancelled' }]);
    await expect(completeTask(ctx, task!.id)).rejects.toThrow('was cancelled');
  });

  it('done by two colleagues at once move the sequence once', async () => {
    const { ctx } = await begin([call, wait(1), call]);
    await runDueSteps(system);
    const [task] = await world.tasks(ctx);
    await Promise.all([completeTask(ctx, task!.id), completeTask(ctx, task!.id)]);
    expect(await only(ctx)).toMatchObject({ stepIndex: 2 });
    expect(await world.events(ctx, 'enrollment.advanced')).toHaveLength(1);
  });
});
