/** What the tests of this folder share: people, mailboxes, templates and sequences with believable defaults. */
import type { EventData } from '@salesos/shared/events.ts';
import type { SequenceDefinitionInput } from '@salesos/shared/sequence.ts';
import { sequenceDefinition } from '@salesos/shared/sequence.ts';
import { startTestSystem } from '../../testing/system.ts';
import { type Contact, type PersonFromCrm, saveFromCrm } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { createTemplate, type Mailbox } from '../email/index.ts';
import { updateMailboxRow, upsertMailbox } from '../email/mailboxes/mailbox-queries.ts';
import { createSequence, publishSequence, type Sequence } from './author.ts';
import { resumeLapsed } from './resume.ts';
import { runDueSteps } from './run-step.ts';
import { jobs, reactions } from './wakeups.ts';

type MailboxStatus = Mailbox['status'];

export const wait = (amount: number, unit: 'business_days' | 'days' | 'hours' = 'days') =>
  ({ kind: 'wait', amount, unit }) as const;
export const call = { kind: 'task', title: 'Call', note: 'Ask about the pilot' } as const;

export async function startSequenceWorld() {
  const world = await startTestSystem({ jobs, reactions });
  const { system } = world;
  const now = () => system.clock.now();
  let count = 0;

  const person = (ctx: Ctx, change: Partial<PersonFromCrm> = {}): Promise<Contact> => {
    const recordId = `${++count}`;
    const base: PersonFromCrm = {
      recordId,
      objectType: '0-1',
      addresses: [`kim${recordId}@example.com`],
      firstName: 'Kim',
      lastName: 'Lee',
      jobTitle: null,
      companyName: 'Acme',
      ownerId: null,
      timeZone: 'UTC',
      country: null,
      mailCopyTo: null,
      properties: {},
    };
    return saveFromCrm(ctx, 'hubspot', { ...base, ...change }, now());
  };

  const mailbox = async (
    ctx: Ctx,
    { status = 'connected', ownerMemberId = null }: { status?: MailboxStatus; ownerMemberId?: string | null } = {},
  ) => {
    const { id, address } = await upsertMailbox(ctx, {
      vendor: 'google',
      address: `rep${++count}@acme.test`,
      displayName: 'Robin Rep',
      ownerMemberId,
      dailyCap: 100,
      spacingSeconds: 90,
      timeZone: 'UTC',
      cursor: '1',
    });
    await updateMailboxRow(ctx, id, { status });
    return { id, address };
  };

  const template = (ctx: Ctx, text = 'Hi {{first_name}}', name = 'Intro') =>
    createTemplate(ctx, { name, subject: 'Quick question', html: null, text });

  /** A mail, three days, a follow-up, two days, a call. */
  const steps = async (ctx: Ctx): Promise<SequenceDefinitionInput['steps']> => {
    const [first, second] = [await template(ctx), await template(ctx, 'Following up', 'Follow-up')];
    return [{ kind: 'email', templateId: first.id }, wait(3), { kind: 'email', templateId: second.id }, wait(2), call];
  };

  const define = (steps: SequenceDefinitionInput['steps']) => sequenceDefinition.parse({ steps });

  const published = async (ctx: Ctx, list?: SequenceDefinitionInput['steps']): Promise<Sequence> => {
    const definition = define(list ?? (await steps(ctx)));
    const { id } = await createSequence(ctx, { name: 'First contact', description: '', definition });
    return publishSequence(ctx, id);
  };

  const messages = (ctx: Ctx) =>
    ctx.db.selectFrom('message').selectAll().where('tenantId', '=', ctx.tenantId).orderBy('id').execute();
  const enrollments = (ctx: Ctx) =>
    ctx.db.selectFrom('enrollment').selectAll().where('tenantId', '=', ctx.tenantId).orderBy('id').execute();
  const tasks = (ctx: Ctx) =>
    ctx.db.selectFrom('task').selectAll().where('tenantId', '=', ctx.tenantId).orderBy('id').execute();
  const events = async (ctx: Ctx, name: string) =>
    (
      await ctx.db
        .selectFrom('event')
        .select('data')
        .where('tenantId', '=', ctx.tenantId)
        .where('name', '=', name)
        .execute()
    ).map((row) => row.data);
  const decisions = async (ctx: Ctx, subject: string) =>
    ctx.db
      .selectFrom('decision')
      .selectAll()
      .where('tenantId', '=', ctx.tenantId)
      .where('subject', '=', subject)
      .execute();

  /** What an event about the newest message of a tenant says. */
  const factOf = async (ctx: Ctx): Promise<EventData<'email.sent'>> => {
    const message = (await messages(ctx)).at(-1)!;
    const { id, contactId, mailboxId, enrollmentId, stepIndex } = message;
    return { messageId: id, contactId, mailboxId, enrollmentId, stepIndex, sentAt: now().toISOString() };
  };

  /** What the delivery of the newest message does to the rows, without a provider. */
  const sendNewest = async (ctx: Ctx, sentAt = now()) => {
    const message = (await messages(ctx)).at(-1)!;
    await ctx.db
      .updateTable('message')
      .set({ state: 'sent', sentAt, subject: 'Quick question' })
      .where('tenantId', '=', ctx.tenantId)
      .where('id', '=', message.id)
      .execute();
    await emit(ctx, 'email.sent', { ...(await factOf(ctx)), sentAt: sentAt.toISOString() });
    await world.runJobs();
  };

  /** Moves on to a moment and does what is due then. */
  const runAt = async (at: Date) => {
    await world.setTime(at);
    await resumeLapsed(system);
    while (await runDueSteps(system));
    await world.runJobs();
  };

  /** Moves on to the next Monday 9:00 UTC, when every window opens, and answers a moment that many days later. */
  const nextMonday = async () => {
    const days = (8 - now().getUTCDay()) % 7 || 7;
    const start = Date.UTC(now().getUTCFullYear(), now().getUTCMonth(), now().getUTCDate() + days, 9);
    await world.setTime(new Date(start));
    return (daysLater: number, hour: number) => new Date(start + (daysLater * 24 + hour - 9) * 3_600_000);
  };

  return {
    ...world,
    nextMonday,
    now,
    person,
    mailbox,
    template,
    steps,
    define,
    published,
    messages,
    enrollments,
    tasks,
    events,
    decisions,
    factOf,
    sendNewest,
    runAt,
  };
}
