import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mortal } from '../../../testing/crash-point.ts';
import { addContact, addMailbox, addMessage } from '../../../testing/fixtures.ts';
import type { SendBehaviour } from '../../../testing/model-provider.ts';
import { providerNames, startProvider } from '../../../testing/providers.ts';
import { settledAfterSeconds } from '../../../testing/simulated-provider.ts';
import { startTestSystem, type TestSystem } from '../../../testing/system.ts';
import type { Ctx, Sockets, System } from '../../core/ctx.ts';
import { loseMailbox } from '../mailboxes/mailboxes.ts';
import { jobs, reactions } from '../wakeups.ts';
import { createDelivery } from './deliver.ts';
import { getMessageRow, releaseHeld } from './message-queries.ts';
import { cancelMessages, holdMessages, releaseMessages } from './schedule.ts';
import { settleLapsed } from './settle.ts';

let world: TestSystem;
let provider: Awaited<ReturnType<typeof startProvider>>;
let ctx: Ctx;
const sockets = { mailboxes: new Map(), crms: new Map(), oauth: new Map() } as Sockets;

beforeAll(async () => {
  world = await startTestSystem({ sockets, jobs, reactions });
});

const rep = 'robin@sender.example';
const colleague = 'sam@sender.example';

function over(name: (typeof providerNames)[number]): void {
  beforeEach(async () => {
    provider = await startProvider(name, world.system.clock, [rep, colleague]);
    sockets.mailboxes.set('model', provider.vendor);
    ctx = await world.tenant();
  });
  afterEach(() => provider.close());
}

const mailboxOf = (address = rep) => addMailbox(ctx, { address, cursor: provider.firstCursor });

/** What a healthy process does, until nothing is due any more. */
async function finish(): Promise<void> {
  provider.dieWhen(() => false);
  for (let seconds = 0; seconds < settledAfterSeconds + 300; seconds += 121) {
    await world.advance(121);
    await settleLapsed(world.system);
    while (await createDelivery().run(world.system));
    await createDelivery().run(world.system);
    await world.runJobs();
  }
}

const timesSent = async (messageId: string) => {
  const { messageIdHeader } = (await getMessageRow(ctx, messageId))!;
  return provider.sent.filter((mail) => mail.messageIdHeader === messageIdHeader).length;
};

describe.each(providerNames)('exactly one send over %s', (name) => {
  over(name);

  it('whatever statement the process dies at', { timeout: 300_000 }, async () => {
    const mailboxId = await mailboxOf();
    let points = 0;
    // Over a vendor's own code each third point: its calls are walked one by one by the vendor's own test.
    for (let dieAt = 1; ; dieAt += name === 'model' ? 1 : 3) {
      const contactId = await addContact(ctx, { address: `kim+${dieAt}@prospect.example` });
      const messageId = await addMessage(ctx, { contactId, mailboxId, toAddress: `kim+${dieAt}@prospect.example` });
      const process = mortal(world.system, dieAt);
      provider.dieWhen(process.isDead);
      await createDelivery()
        .run(process.system)
        .catch(() => {});
      const died = process.isDead();
      await finish();
      expect({ dieAt, times: await timesSent(messageId), state: (await getMessageRow(ctx, messageId))!.state }).toEqual(
        { dieAt, times: 1, state: 'sent' },
      );
      if (!died) break;
      points = dieAt;
    }
    // Fewer would mean that the send path was not walked.
    expect(points).toBeGreaterThan(20);
  });

  const oddAnswers: SendBehaviour[] = [
    'accept_and_lose_answer',
    'lose_request',
    'defer',
    'crash_before',
    'crash_after',
  ];
  it.each(oddAnswers)('when the provider behaves like this: %s', async (behaviour) => {
    const messageId = await addMessage(ctx, { contactId: await addContact(ctx), mailboxId: await mailboxOf() });
    provider.behaviours.push(behaviour);
    await createDelivery().run(world.system);
    await finish();
    expect(await timesSent(messageId)).toBe(1);
    expect(await getMessageRow(ctx, messageId)).toMatchObject({
      state: 'sent',
      replyCheck: { mailboxes: [{ mailboxId: expect.any(String) }] },
    });
  });

  it('when eight workers race for fifty messages', async () => {
    const mailboxId = await mailboxOf();
    const ids: string[] = [];
    for (let n = 0; n < 50; n++) {
      const address = `p${n}@prospect.example`;
      ids.push(await addMessage(ctx, { contactId: await addContact(ctx, { address }), mailboxId, toAddress: address }));
    }
    const workers: System[] = Array.from({ length: 8 }, () => ({ ...world.system }));
    await Promise.all(workers.map((system) => createDelivery().run(system)));
    await finish();
    expect(provider.sent).toHaveLength(50);
    for (const id of ids) expect(await timesSent(id)).toBe(1);
  });

  it('announces a sent mail once, even when settling finds what a slow worker is about to report', async () => {
    const messageId = await addMessage(ctx, { contactId: await addContact(ctx), mailboxId: await mailboxOf() });
    provider.behaviours.push('accept_and_lose_answer');
    await createDelivery().run(world.system);
    await world.advance(121);
    await Promise.all([settleLapsed(world.system), settleLapsed(world.system)]);
    await world.advance(121);
    await settleLapsed(world.system);
    const events = await ctx.db
      .selectFrom('event')
      .selectAll()
      .where('tenantId', '=', ctx.tenantId)
      .where('name', '=', 'email.sent')
      .execute();
    expect(events).toHaveLength(1);
    expect(await timesSent(messageId)).toBe(1);
  });
});

describe('exactly one send', () => {
  over('model');

  it('when the request was lost and the provider is sure of a miss only ten minutes later', async () => {
    const messageId = await addMessage(ctx, { contactId: await addContact(ctx), mailboxId: await mailboxOf() });
    const { findSent } = provider.vendor;
    provider.vendor.findSent = async (account, search) => {
      const found = await findSent(account, search);
      const sure = world.system.clock.now().getTime() >= search.sentBefore.getTime() + 600_000;
      return found.outcome === 'absent' && !sure ? { outcome: 'unclear', reason: 'too early to say' } : found;
    };
    provider.behaviours.push('lose_request');
    await createDelivery().run(world.system);
    await finish();
    expect(await getMessageRow(ctx, messageId)).toMatchObject({ state: 'sent' });
    expect(await timesSent(messageId)).toBe(1);
  });
});

describe('a stop while a mail is being sent', () => {
  over('model');

  const enrollmentId = 'b0000000-0000-7000-8000-000000000002';
  const sendAndLoseRequest = async (): Promise<string> => {
    const messageId = await addMessage(ctx, {
      contactId: await addContact(ctx),
      mailboxId: await mailboxOf(),
      enrollmentId,
    });
    provider.behaviours.push('lose_request');
    await createDelivery().run(world.system);
    return messageId;
  };

  it('keeps it from being tried again', async () => {
    const messageId = await sendAndLoseRequest();
    await cancelMessages(ctx, { enrollmentIds: [enrollmentId] }, 'Stopped by a colleague.');
    await finish();
    expect(provider.sent).toEqual([]);
    expect(await getMessageRow(ctx, messageId)).toMatchObject({
      state: 'cancelled',
      failureReason: 'Stopped by a colleague.',
    });
  });

  it('a pause keeps it back until the resume', async () => {
    const messageId = await sendAndLoseRequest();
    await holdMessages(ctx, { enrollmentIds: [enrollmentId] }, 'Paused.');
    await finish();
    expect(provider.sent).toEqual([]);
    expect(await getMessageRow(ctx, messageId)).toMatchObject({ state: 'held', whyWaiting: 'Paused.' });
    await releaseMessages(ctx, { enrollmentIds: [enrollmentId] }, world.system.clock.now());
    await finish();
    expect(await timesSent(messageId)).toBe(1);
  });

  it('a mailbox that comes back does not release what a paused enrollment holds', async () => {
    const mailboxId = await mailboxOf();
    const messageId = await addMessage(ctx, { contactId: await addContact(ctx), mailboxId, enrollmentId });
    await holdMessages(ctx, { enrollmentIds: [enrollmentId] }, 'Paused.');
    await loseMailbox(ctx, mailboxId, 'revoked');
    await releaseHeld(ctx, { mailboxId }, 'mailbox', null);
    expect(await getMessageRow(ctx, messageId)).toMatchObject({ state: 'held' });
    await releaseMessages(ctx, { enrollmentIds: [enrollmentId] }, world.system.clock.now());
    expect(await getMessageRow(ctx, messageId)).toMatchObject({ state: 'scheduled' });
  });
});

describe.each(providerNames)('silence over %s', (name) => {
  over(name);

  it('after a reply that lies unread in the inbox', async () => {
    const contactId = await addContact(ctx);
    const mailboxId = await mailboxOf();
    const enrollment = { enrollmentId: 'b0000000-0000-7000-8000-000000000001', repliesSince: world.system.clock.now() };
    const first = await addMessage(ctx, { contactId, mailboxId, ...enrollment });
    await createDelivery().run(world.system);
    provider.receive(rep, {
      from: 'kim@prospect.example',
      subject: 'Re: Hello Kim',
      text: 'Yes please',
      inReplyTo: provider.sent[0]!.wireMessageId,
    });
    await world.advance(60);
    const second = await addMessage(ctx, { contactId, mailboxId, ...enrollment, stepIndex: 1 });
    await createDelivery().run(world.system);
    expect(await timesSent(first)).toBe(1);
    expect(await timesSent(second)).toBe(0);
    expect(await getMessageRow(ctx, second)).toMatchObject({ state: 'cancelled', failureReason: 'They have replied.' });
  });

  it('after a reply to another mailbox of the team', async () => {
    const contactId = await addContact(ctx);
    const [ours, other] = [await mailboxOf(), await mailboxOf(colleague)];
    const since = world.system.clock.now();
    await addMessage(ctx, { contactId, mailboxId: other, repliesSince: since });
    await createDelivery().run(world.system);
    provider.receive(colleague, {
      from: 'kim@prospect.example',
      subject: 'No',
      text: 'Thanks, Sam',
      inReplyTo: provider.sent[0]!.wireMessageId,
    });
    const message = await addMessage(ctx, { contactId, mailboxId: ours, repliesSince: since });
    await createDelivery().run(world.system);
    expect(await timesSent(message)).toBe(0);
  });

  it('while an inbox that they may have answered to cannot be read', async () => {
    const contactId = await addContact(ctx);
    const mailboxId = await mailboxOf();
    const message = await addMessage(ctx, { contactId, mailboxId });
    const broken = { ...provider.vendor, listNew: async () => Promise.reject(new Error('500')) };
    sockets.mailboxes.set('model', broken);
    await createDelivery().run(world.system);
    expect(await getMessageRow(ctx, message)).toMatchObject({
      state: 'scheduled',
      whyWaiting: expect.stringContaining('cannot be read right now'),
    });
    expect(provider.sent).toEqual([]);
    sockets.mailboxes.set('model', provider.vendor);
    await finish();
    expect(await timesSent(message)).toBe(1);
  });
});
