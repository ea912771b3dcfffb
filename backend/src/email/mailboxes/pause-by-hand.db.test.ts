import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addContact, addMailbox, addMessage } from '../../../testing/fixtures.ts';
import { createModelProvider, type ModelProvider } from '../../../testing/model-provider.ts';
import { startTestSystem, type TestSystem } from '../../../testing/system.ts';
import type { Ctx, Sockets } from '../../core/ctx.ts';
import { listDecisions } from '../../core/decisions.ts';
import { newId } from '../../core/ids.ts';
import { jobs as tenantJobs } from '../../tenants/wakeups.ts';
import { createDelivery } from '../delivery/deliver.ts';
import { getMessageRow } from '../delivery/message-queries.ts';
import { settleLapsed } from '../delivery/settle.ts';
import { syncDue } from '../reading/sync-mailbox.ts';
import { jobs, reactions } from '../wakeups.ts';
import { disconnectMailbox, loseMailbox, pauseMailboxByHand, resumeMailbox } from './mailboxes.ts';

let world: TestSystem;
let ctx: Ctx;
let mailboxId: string;
let provider: ModelProvider;
const sockets = { mailboxes: new Map(), crms: new Map(), oauth: new Map() } as Sockets;
const sentence = 'Paused by Robin Vale. Its mails wait until it is resumed; replies are still read.';

beforeAll(async () => {
  world = await startTestSystem({ sockets, jobs: [...jobs, ...tenantJobs], reactions });
});
beforeEach(async () => {
  provider = createModelProvider(world.system.clock);
  sockets.mailboxes.set('model', provider.vendor);
  const actor = { kind: 'member' as const, id: newId(world.system.clock.now()), name: 'Robin Vale' };
  ctx = { ...(await world.tenant()), actor };
  mailboxId = await addMailbox(ctx);
});

/** A mail to each of these people, all due. */
async function dueMails(...people: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const person of people) {
    const toAddress = `${person}@prospect.example`;
    const contactId = await addContact(ctx, { address: toAddress });
    ids.push(await addMessage(ctx, { contactId, mailboxId, toAddress }));
  }
  return ids;
}

/** What a healthy process does for some minutes. */
async function work(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await world.advance(121);
    await settleLapsed(world.system);
    await syncDue(world.system);
    while (await createDelivery().run(world.system));
    await world.runJobs();
  }
}

const events = async () =>
  (
    await ctx.db
      .selectFrom('event')
      .selectAll()
      .where('tenantId', '=', ctx.tenantId)
      .where('name', 'like', 'mailbox.%')
      .orderBy('id')
      .execute()
  ).map(({ name, data }) => ({ name, data }));
const decisions = () => listDecisions(ctx, { subjectId: mailboxId, before: null, limit: 5 });
const stateOf = async (id: string) => (await getMessageRow(ctx, id))!.state;
const sentTo = () => provider.sent.map(({ to }) => to.split('@')[0]).sort();

describe('a pause by hand', () => {
  it('says who paused it, and is announced and noted once', async () => {
    await pauseMailboxByHand(ctx, mailboxId);
    const other = { ...ctx, actor: { ...ctx.actor, name: 'Sam Berg' } };
    expect(await pauseMailboxByHand(other, mailboxId)).toMatchObject({ status: 'paused', statusReason: sentence });
    expect(await events()).toEqual([
      { name: 'mailbox.limited', data: { mailboxId, cause: 'by_hand', reason: sentence } },
    ]);
    expect(await decisions()).toMatchObject([
      { subject: 'mailbox.pause', outcome: 'by_hand', reason: sentence, inputs: { by: 'Robin Vale' } },
    ]);
  });

  it('keeps what is due waiting, and it leaves once after the resume', async () => {
    const ids = await dueMails('ann', 'kim');
    await pauseMailboxByHand(ctx, mailboxId);
    ids.push(...(await dueMails('lee')));
    await work();
    expect(provider.sent).toEqual([]);
    for (const id of ids)
      expect(await getMessageRow(ctx, id)).toMatchObject({
        state: 'held',
        whyWaiting: `robin@sender.example is paused. ${sentence}`,
      });
    await resumeMailbox(ctx, mailboxId);
    await work();
    await work();
    expect(sentTo()).toEqual(['ann', 'kim', 'lee']);
    for (const id of ids) expect(await stateOf(id)).toBe('sent');
  });

  it('lets the mail that is being sent finish, and begins none of those that were already taken', async () => {
    const ids = await dueMails('ann', 'kim', 'lee');
    const { send } = provider.vendor;
    provider.vendor.send = async (account, mail) => {
      if (provider.sent.length === 0) await pauseMailboxByHand(ctx, mailboxId);
      return send(account, mail);
    };
    await work();
    expect(provider.sent).toHaveLength(1);
    expect((await Promise.all(ids.map(stateOf))).sort()).toEqual(['held', 'held', 'sent']);
    await resumeMailbox(ctx, mailboxId);
    await work();
    expect(sentTo()).toEqual(['ann', 'kim', 'lee']);
  });

  it('keeps a mail back whose send got lost, and one that left is not sent again', async () => {
    const ids = await dueMails('ann', 'kim');
    provider.behaviours.push('lose_request', 'accept_and_lose_answer');
    await createDelivery().run(world.system);
    await pauseMailboxByHand(ctx, mailboxId);
    await work();
    expect((await Promise.all(ids.map(stateOf))).sort()).toEqual(['held', 'sent']);
    await resumeMailbox(ctx, mailboxId);
    await work();
    expect(sentTo()).toEqual(['ann', 'kim']);
  });

  it('and a resume leave nothing to a worker that took the mail before them', async () => {
    const [id] = await dueMails('kim');
    const { listNew } = provider.vendor;
    provider.vendor.listNew = async (...asked) => {
      provider.vendor.listNew = listNew;
      expect(await stateOf(id!)).toBe('claimed');
      await pauseMailboxByHand(ctx, mailboxId);
      await resumeMailbox(ctx, mailboxId);
      return listNew(...asked);
    };
    await createDelivery().run(world.system);
    expect([await stateOf(id!), provider.sent]).toEqual(['scheduled', []]);
    await work();
    expect(provider.sent).toHaveLength(1);
  });

  it('goes on reading the inbox', async () => {
    const [id] = await dueMails('kim');
    await createDelivery().run(world.system);
    await pauseMailboxByHand(ctx, mailboxId);
    provider.receive('robin@sender.example', {
      from: 'kim@prospect.example',
      subject: 'Re: Hello Kim',
      text: 'Yes please',
      inReplyTo: provider.sent[0]!.wireMessageId,
    });
    await work();
    const replies = await ctx.db
      .selectFrom('inboundMessage')
      .select('messageId')
      .where('messageId', '=', id!)
      .execute();
    expect(replies).toHaveLength(1);
  });
});

it('a mailbox that must be connected again is not paused, and says so', async () => {
  await loseMailbox(ctx, mailboxId, 'revoked');
  const refused = { status: 409, code: 'mailbox_disconnected' };
  await expect(pauseMailboxByHand(ctx, mailboxId)).rejects.toMatchObject({
    ...refused,
    message: 'robin@sender.example must be connected again in the settings before it can send.',
  });
  await disconnectMailbox(ctx, mailboxId);
  await expect(pauseMailboxByHand(ctx, mailboxId)).rejects.toMatchObject({
    ...refused,
    message: 'robin@sender.example was disconnected.',
  });
  expect(await decisions()).toEqual([]);
});
