import type { EventData } from '@salesos/shared/events.ts';
import { beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { addContact, addMailbox, addMessage } from '../../../testing/fixtures.ts';
import { createModelProvider } from '../../../testing/model-provider.ts';
import { startTestSystem, type TestSystem } from '../../../testing/system.ts';
import { type Ctx, inTransaction, type Sockets } from '../../core/ctx.ts';
import { listDecisions } from '../../core/decisions.ts';
import { NotFound } from '../../core/errors.ts';
import { emit } from '../../core/events.ts';
import { newId } from '../../core/ids.ts';
import { claimDue } from '../delivery/claim.ts';
import { getMessageRow } from '../delivery/message-queries.ts';
import { insertInbound } from '../reading/inbound-queries.ts';
import { jobs, reactions } from '../wakeups.ts';
import { getMailbox, loseMailbox, pauseMailboxByHand, resumeMailbox } from './mailboxes.ts';
import { bouncesTooMuch, watchBounceRates } from './watch-health.ts';

test.each([
  [0, 100, false],
  [3, 100, false],
  [4, 100, true],
  [1, 20, true],
  [19, 19, false],
  [1, 34, false],
])('%i hard bounces of the last %i mails: paused is %s', (hardCount, sentCount, paused) =>
  expect(bouncesTooMuch({ hardCount, sentCount })).toBe(paused),
);

let world: TestSystem;
let ctx: Ctx;
let mailboxId: string;
let contactId: string;
const sockets = { mailboxes: new Map(), crms: new Map(), oauth: new Map() } as Sockets;

beforeAll(async () => {
  world = await startTestSystem({ sockets, jobs, reactions });
  sockets.mailboxes.set('model', createModelProvider(world.system.clock).vendor);
});
beforeEach(async () => {
  ctx = await world.tenant();
  mailboxId = await addMailbox(ctx);
  contactId = await addContact(ctx);
});

const factOf = (messageId: string) => ({ contactId, messageId, mailboxId, enrollmentId: null, stepIndex: null });

async function sent(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await addMessage(ctx, { contactId, mailboxId }));
  const sentAt = ctx.clock.now();
  await ctx.db.updateTable('message').set({ state: 'sent', sentAt }).where('id', 'in', ids).execute();
  return ids;
}

async function bounces(
  messageId: string,
  { class: kind, status = null, diagnostic = 'no such user' }: Partial<EventData<'email.bounced'>>,
): Promise<void> {
  const id = newId(ctx.clock.now());
  await inTransaction(ctx, async (ctx) => {
    await insertInbound(ctx, {
      id,
      mailboxId,
      providerMessageId: id,
      providerThreadId: id,
      receivedAt: ctx.clock.now(),
      kind: 'bounce',
      fromAddress: '',
      subject: '',
      text: '',
      contactId,
      messageId,
      matchedBy: null,
      confidence: null,
      returnsOn: null,
      bounce: { class: kind, status, diagnostic, delayed: false },
      evidence: [],
    });
    await emit(ctx, 'email.bounced', { ...factOf(messageId), class: kind!, status, diagnostic });
  });
  await world.runJobs();
}

const statusOf = async () => (await getMailbox(ctx, mailboxId)).status;
const events = async (name: string) =>
  ctx.db.selectFrom('event').selectAll().where('tenantId', '=', ctx.tenantId).where('name', '=', name).execute();

describe('a mailbox whose mails bounce for good', () => {
  it('is paused above 3 % of its last mails, with the reason, and what waits is held', async () => {
    const [first, second] = await sent(40);
    const waiting = await addMessage(ctx, { contactId, mailboxId });
    await bounces(first!, { class: 'hard' });
    expect(await statusOf()).toBe('connected');
    await bounces(second!, { class: 'hard' });
    const { status, statusReason } = await getMailbox(ctx, mailboxId);
    expect(status).toBe('paused');
    expect(statusReason).toMatch(
      /^Paused: 2 of its last 40 mails \(5 %\) went to addresses that do not exist;.*Resume/,
    );
    expect(await getMessageRow(ctx, waiting)).toMatchObject({
      state: 'held',
      whyWaiting: `robin@sender.example is paused. ${statusReason}`,
    });
    expect((await events('mailbox.limited')).map((event) => event.data)).toEqual([
      { mailboxId, cause: 'bounces', reason: statusReason },
    ]);
    const [decision] = await listDecisions(ctx, { subjectId: mailboxId, before: null, limit: 5 });
    expect(decision).toMatchObject({ subject: 'mailbox.pause', inputs: { sentCount: 40, hardCount: 2 } });
  });

  it('is not judged by fewer than twenty mails, and is once there are twenty', async () => {
    const [first] = await sent(19);
    await bounces(first!, { class: 'hard' });
    await watchBounceRates(world.system);
    expect(await statusOf()).toBe('connected');
    await sent(1);
    await watchBounceRates(world.system);
    expect(await statusOf()).toBe('paused');
  });

  it('goes on when a person resumes it, and is judged by what is sent from then on', async () => {
    const [first, second, third] = await sent(20);
    const waiting = await addMessage(ctx, { contactId, mailboxId });
    await bounces(first!, { class: 'hard' });
    await world.advance(60);
    await resumeMailbox(ctx, mailboxId);
    expect(await getMailbox(ctx, mailboxId)).toMatchObject({ status: 'connected', statusReason: null });
    expect(await getMessageRow(ctx, waiting)).toMatchObject({ state: 'scheduled', whyWaiting: null });
    await bounces(second!, { class: 'hard' });
    await bounces(third!, { class: 'hard' });
    expect(await statusOf()).toBe('connected');
    expect(await events('mailbox.resumed')).toHaveLength(1);
    await resumeMailbox(ctx, mailboxId);
    expect(await events('mailbox.resumed')).toHaveLength(1);
  });

  it('is left alone by soft bounces', async () => {
    for (const id of await sent(20)) await bounces(id, { class: 'soft', status: '4.2.2' });
    expect(await statusOf()).toBe('connected');
  });
});

describe('a mailbox that is refused', () => {
  it.each([
    ['5.7.1', 'policy', 'refused its mail because of the sender or the words'],
    ['5.7.26', 'authentication', 'could not verify that its mail is really from your domain'],
  ])('with %s is paused at once, and the contact is kept', async (status, cause, words) => {
    const [id] = await sent(1);
    await bounces(id!, { class: 'policy', status, diagnostic: `550 ${status} no` });
    expect((await getMailbox(ctx, mailboxId)).statusReason).toContain(words);
    expect((await events('mailbox.limited'))[0]!.data).toMatchObject({ cause });
    expect(await ctx.db.selectFrom('suppression').selectAll().where('tenantId', '=', ctx.tenantId).execute()).toEqual(
      [],
    );
  });

  it('by its own provider for the same reason is paused too, and not for a faulty address', async () => {
    const [id] = await sent(1);
    const fails = async (code: string) => {
      await inTransaction(ctx, (ctx) => emit(ctx, 'email.failed', { ...factOf(id!), code, reason: 'no' }));
      await world.runJobs();
    };
    await fails('5.1.3');
    expect(await statusOf()).toBe('connected');
    await fails('5.7.60');
    expect(await statusOf()).toBe('paused');
  });
});

async function complains(messageId: string): Promise<void> {
  const inboundId = newId(ctx.clock.now());
  await inTransaction(ctx, (ctx) => emit(ctx, 'email.complained', { ...factOf(messageId), inboundId }));
  await world.runJobs();
}

it('a complaint pauses the mailbox', async () => {
  const [id] = await sent(1);
  await complains(id!);
  expect((await getMailbox(ctx, mailboxId)).statusReason).toContain('reported a mail from it as spam');
});

describe('a mailbox that a colleague paused', () => {
  const statusReason = 'Paused by SalesOS. Its mails wait until it is resumed; replies are still read.';

  it('stays paused for that reason, whatever comes back; after the resume all that was sent counts', async () => {
    const [first, second, third] = await sent(40);
    await bounces(first!, { class: 'hard' });
    await world.advance(60);
    await pauseMailboxByHand(ctx, mailboxId);
    await bounces(second!, { class: 'hard' });
    await complains(third!);
    await watchBounceRates(world.system);
    expect(await getMailbox(ctx, mailboxId)).toMatchObject({ status: 'paused', statusReason });
    expect(await events('mailbox.limited')).toHaveLength(1);

    await world.advance(60);
    await resumeMailbox(ctx, mailboxId);
    expect(await statusOf()).toBe('connected');
    await watchBounceRates(world.system);
    expect((await getMailbox(ctx, mailboxId)).statusReason).toMatch(/^Paused: 2 of its last 40 mails/);

    // What a check paused it for is settled by the person who resumes it.
    await resumeMailbox(ctx, mailboxId);
    await watchBounceRates(world.system);
    expect(await statusOf()).toBe('connected');
  });

  it('keeps the reason of a check that was first', async () => {
    const [id] = await sent(1);
    await complains(id!);
    const { statusReason: ofCheck } = await pauseMailboxByHand(ctx, mailboxId);
    expect(ofCheck).toContain('reported a mail from it as spam');
    expect(await events('mailbox.limited')).toHaveLength(1);
  });
});

it('what is scheduled for a paused mailbox waits, and nothing of it is claimed', async () => {
  const [id] = await sent(1);
  await bounces(id!, { class: 'policy', status: '5.7.1' });
  const later = await addMessage(ctx, { contactId, mailboxId });
  expect((await claimDue(world.system, 100)).messages.filter((message) => message.tenantId === ctx.tenantId)).toEqual(
    [],
  );
  expect(await getMessageRow(ctx, later)).toMatchObject({
    state: 'held',
    whyWaiting: expect.stringContaining('is paused'),
  });
});

it('a mailbox that lost its connection cannot be resumed, and says what to do', async () => {
  await loseMailbox(ctx, mailboxId, 'revoked');
  await expect(resumeMailbox(ctx, mailboxId)).rejects.toThrow('must be connected again in the settings');
});

it('another account can neither see nor resume it', async () => {
  const [id] = await sent(1);
  await bounces(id!, { class: 'policy', status: '5.7.1' });
  await expect(resumeMailbox(await world.tenant('Other'), mailboxId)).rejects.toThrow(NotFound);
  expect(await statusOf()).toBe('paused');
});
