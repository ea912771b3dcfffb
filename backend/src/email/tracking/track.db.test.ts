import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addContact, addMailbox, addMessage } from '../../../testing/fixtures.ts';
import { startTestSystem, type TestSystem } from '../../../testing/system.ts';
import type { Ctx, Sockets } from '../../core/ctx.ts';
import { gradeDue } from './grade-message.ts';
import { createTracker, type TrackedRequest, takeInRequests } from './track.ts';

let world: TestSystem;
let ctx: Ctx;
let contactId: string;
let mailboxId: string;

beforeAll(async () => {
  world = await startTestSystem({ sockets: {} as Sockets });
});

beforeEach(async () => {
  ctx = await world.tenant();
  contactId = await addContact(ctx);
  mailboxId = await addMailbox(ctx);
});

async function sentMail(trackingLevel: 'full' | 'hygiene' | 'none', links: string[] = []): Promise<TrackedRequest> {
  const id = await addMessage(ctx, { contactId, mailboxId, trackingLevel });
  const { trackingToken: token } = await ctx.db
    .updateTable('message')
    .set({ state: 'sent', sentAt: ctx.clock.now(), links })
    .where('id', '=', id)
    .returning('trackingToken')
    .executeTakeFirstOrThrow();
  return { token, method: 'GET', address: '192.0.2.7', userAgent: 'Mozilla/5.0 "é"', purpose: { purpose: 'prefetch' } };
}
const hits = () =>
  ctx.db.selectFrom('trackingHit').selectAll().where('tenantId', '=', ctx.tenantId).orderBy('id').execute();
const waiting = async () =>
  (await sql<{ count: number }>`select count(*)::int as count from tracking_request`.execute(ctx.db)).rows[0]!.count;

describe('opens and clicks', () => {
  it('become hits of their mail once, as they were asked for, whoever takes them in', async () => {
    const tracker = createTracker(world.system);
    const asked = await sentMail('full', ['https://example.com/a', 'https://example.com/b']);
    await tracker.recordOpen(asked);
    expect(await tracker.recordClick(asked, 1)).toBe('https://example.com/b');
    expect([await waiting(), await hits()]).toEqual([2, []]);
    await Promise.all([takeInRequests(world.system), takeInRequests(world.system)]);
    await gradeDue(world.system);
    expect(await waiting()).toBe(0);
    const at = ctx.clock.now();
    expect(await hits()).toMatchObject([
      { kind: 'open', linkIndex: null, at, headers: { purpose: 'prefetch', 'user-agent': 'Mozilla/5.0 "é"' } },
      { kind: 'click', linkIndex: 1, at, method: 'GET' },
    ]);
  });

  it('of a recipient who is hardly or not tracked leave the day, or nothing', async () => {
    const tracker = createTracker(world.system);
    await tracker.recordOpen(await sentMail('hygiene'));
    await tracker.recordOpen(await sentMail('none'));
    await takeInRequests(world.system);
    const day = new Date(`${ctx.clock.now().toISOString().slice(0, 10)}T00:00:00Z`);
    expect(await hits()).toMatchObject([{ kind: 'open', at: day, visitor: '', network: '', headers: {} }]);
    expect(await waiting()).toBe(0);
  });

  it('of unknown mails and links lead nowhere and leave nothing', async () => {
    const tracker = createTracker(world.system);
    const asked = await sentMail('full', ['https://example.com/a']);
    const unknown = { ...asked, token: 'a'.repeat(22) };
    await tracker.recordOpen(unknown);
    const found = [
      await tracker.recordClick(unknown, 0),
      await tracker.recordClick({ ...asked, token: `${'a'.repeat(21)}\0` }, 0),
      await tracker.recordClick(asked, 1),
      await tracker.recordClick(asked, -1),
      await tracker.recordClick(asked, 0.5),
    ];
    expect(found).toEqual([null, null, null, null, null]);
    await takeInRequests(world.system);
    expect([await waiting(), await hits()]).toEqual([0, []]);
  });
});
