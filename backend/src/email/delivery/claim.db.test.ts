import { weekdays } from '@salesos/shared/sequence.ts';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addContact, addMailbox, addMessage } from '../../../testing/fixtures.ts';
import { createModelProvider } from '../../../testing/model-provider.ts';
import { startTestSystem, type TestSystem } from '../../../testing/system.ts';
import type { Ctx, Sockets } from '../../core/ctx.ts';
import { listDecisions } from '../../core/decisions.ts';
import { claimDue } from './claim.ts';
import { getMessageRow } from './message-queries.ts';
import type { NewMessage } from './messages.ts';

let world: TestSystem;
let ctx: Ctx;
let mailboxId: string;
const sockets = { mailboxes: new Map(), crms: new Map(), oauth: new Map() } as Sockets;

beforeAll(async () => {
  world = await startTestSystem({ sockets });
  sockets.mailboxes.set('model', createModelProvider(world.system.clock).vendor);
});

beforeEach(async () => {
  ctx = await world.tenant();
  mailboxId = await addMailbox(ctx);
});

const mailTo = async (toAddress: string, more: Partial<NewMessage> = {}, of = ctx) =>
  addMessage(of, { contactId: await addContact(of, { address: toAddress }), mailboxId, toAddress, ...more });
const limit = (change: { accountDailyCap?: number; recipientDomainDailyCap?: number }, of = ctx) =>
  of.db
    .insertInto('sendSettings')
    .values({ tenantId: of.tenantId, ...change })
    .execute();
const claimed = async () => (await claimDue(world.system, 500)).messages.map((message) => message.id).sort();
const whyOf = async (id: string) => (await getMessageRow(ctx, id))!.whyWaiting;

describe('the limits that mailboxes share', () => {
  it('one company gets so many mails a day, from all mailboxes together', async () => {
    await limit({ recipientDomainDailyCap: 2 });
    const colleague = await addMailbox(ctx, { address: 'sam@sender.example' });
    const ids = [
      await mailTo('a@prospect.example'),
      await mailTo('b@prospect.example', { mailboxId: colleague }),
      await mailTo('c@PROSPECT.example', { mailboxId: colleague }),
      await mailTo('d@elsewhere.example'),
    ];
    expect(await claimed()).toEqual([ids[0], ids[1], ids[3]].sort());
    expect(await whyOf(ids[2]!)).toBe(
      'Waits until Tuesday 0:00: your account has sent 2 mails to prospect.example today, and the limit is 2 a day.',
    );
    const [decision] = await listDecisions(ctx, { subjectId: ids[2]!, before: null, limit: 1 });
    expect(decision).toMatchObject({ subject: 'email.send', outcome: 'deferred', reason: await whyOf(ids[2]!) });
    await world.advance(86_400);
    expect(await claimed()).toEqual([ids[2]]);
  });

  it('a public mail provider is no company', async () => {
    await limit({ recipientDomainDailyCap: 1 });
    const ids = [await mailTo('a@gmail.com'), await mailTo('b@gmail.com')];
    expect(await claimed()).toEqual(ids.sort());
  });

  it('the account has a limit of its own', async () => {
    await limit({ accountDailyCap: 1 });
    const ids = [await mailTo('a@prospect.example'), await mailTo('b@elsewhere.example')];
    expect(await claimed()).toEqual([ids[0]]);
    expect(await whyOf(ids[1]!)).toContain('your account has sent 1 mail today, and the limit is 1 a day');
  });

  it('a sequence has a limit of its own', async () => {
    const window = {
      rules: { sendWindow: { days: [...weekdays], fromMinute: 0, toMinute: 1440 }, holidays: [] },
      recipient: { zone: 'UTC', name: 'Kim' },
      sequence: { id: 's1', dailyCap: 1 },
    };
    const ids = [
      await mailTo('a@prospect.example', { window }),
      await mailTo('b@elsewhere.example', { window }),
      await mailTo('c@elsewhere.example'),
    ];
    expect(await claimed()).toEqual([ids[0], ids[2]].sort());
    expect(await whyOf(ids[1]!)).toContain('this sequence has sent 1 mail today');
  });

  it('a limit of one account leaves another account alone', async () => {
    await limit({ accountDailyCap: 1 });
    await mailTo('a@prospect.example');
    await claimed();
    const other = await world.tenant('Other');
    const theirs = await addMailbox(other, { address: 'lee@other.example' });
    const id = await mailTo('a@prospect.example', { mailboxId: theirs }, other);
    expect(await claimed()).toEqual([id]);
  });
});

describe('a mail by hand', () => {
  it('leaves at once, and counts against the mailbox and the account', async () => {
    await limit({ accountDailyCap: 1 });
    const busy = await addMailbox(ctx, { address: 'busy@sender.example', dailyCap: 1, spacingSeconds: 3600 });
    const [first, byHand] = [
      await mailTo('a@prospect.example', { mailboxId: busy }),
      await mailTo('b@prospect.example', { mailboxId: busy, enrollmentId: null, stepIndex: null }),
    ];
    expect(await claimed()).toEqual([first, byHand].sort());
    const { sentCount } = await ctx.db
      .selectFrom('mailbox')
      .selectAll()
      .where('id', '=', busy)
      .executeTakeFirstOrThrow();
    expect(sentCount).toBe(2);
    const count = ctx.db.selectFrom('sendCount').select('sentCount').where('tenantId', '=', ctx.tenantId);
    expect(await count.executeTakeFirst()).toEqual({ sentCount: 2 });
  });
});

describe('a mailbox that has sent', () => {
  it('lets mails through one by one, each later than the one before it', async () => {
    const slow = await addMailbox(ctx, { address: 'slow@sender.example', spacingSeconds: 100 });
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.push(await mailTo(`p${n}@prospect.example`, { mailboxId: slow }));
    expect(await claimed()).toHaveLength(1);
    const rows = await Promise.all(ids.map((id) => getMessageRow(ctx, id)));
    const times = rows.filter((row) => row!.state === 'scheduled').map((row) => row!.notBefore.getTime());
    expect(times).toHaveLength(3);
    times.sort((a, b) => a - b);
    const now = world.system.clock.now().getTime();
    for (const [index, time] of times.entries()) {
      const gap = (time - (times[index - 1] ?? now)) / 1000;
      expect(gap).toBeGreaterThanOrEqual(60);
      expect(gap).toBeLessThanOrEqual(180);
    }
  });

  it('one mail for a far-away morning does not hold up the others', async () => {
    const slow = await addMailbox(ctx, { address: 'slow@sender.example', spacingSeconds: 100 });
    const closed = {
      rules: { sendWindow: { days: ['fri' as const], fromMinute: 540, toMinute: 600 }, holidays: [] },
      recipient: { zone: 'UTC', name: 'Kim' },
    };
    await mailTo('far@prospect.example', { mailboxId: slow, window: closed });
    await mailTo('a@prospect.example', { mailboxId: slow });
    const waiting = await mailTo('b@prospect.example', { mailboxId: slow });
    await claimed();
    const { notBefore } = (await getMessageRow(ctx, waiting))!;
    expect(notBefore.getTime() - world.system.clock.now().getTime()).toBeLessThanOrEqual(180_000);
  });
});
