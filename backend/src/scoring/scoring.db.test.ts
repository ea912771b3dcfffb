import { describe, expect, it } from 'vitest';
import { eventData } from '../../testing/events.ts';
import { startTestSystem } from '../../testing/system.ts';
import type { Ctx } from '../core/ctx.ts';
import { listDecisions } from '../core/decisions.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import { DAY } from '../core/zoned-time.ts';
import { scoreOf } from './index.ts';
import { refreshFadedScores, refreshScores } from './refresh.ts';
import { reactions } from './wakeups.ts';

const world = await startTestSystem({ reactions });
const { system } = world;
const now = () => system.clock.now();

/** Stores what a person did without the mail around it, and announces it. */
async function did(ctx: Ctx, contactId: string, kind: 'open' | 'click' | 'reply', at = now()) {
  await ctx.db
    .insertInto('engagement')
    .values({
      tenantId: ctx.tenantId,
      id: newId(at),
      contactId,
      messageId: null,
      kind,
      evidence: 'human',
      label: 'Hello',
      at,
    })
    .execute();
  await emit(ctx, 'engagement.changed', { contactId });
}
const stored = (ctx: Ctx) => ctx.db.selectFrom('score').selectAll().where('tenantId', '=', ctx.tenantId).execute();

describe('the score', () => {
  it('is stored and announced when somebody did something, with its lines as the reason', async () => {
    const ctx = await world.tenant();
    const contactId = newId(now());
    await did(ctx, contactId, 'reply');
    await world.runJobs();
    expect(await stored(ctx)).toMatchObject([{ contactId, value: 32, tier: 4 }]);
    expect(await eventData(ctx, 'score.changed')).toEqual([{ contactId, from: 0, to: 32, tier: 4 }]);
    expect(await eventData(ctx, 'score.tier_changed')).toEqual([]);
    await world.advance(1);
    await did(ctx, contactId, 'click');
    await world.runJobs();
    expect(await eventData(ctx, 'score.tier_changed')).toEqual([{ contactId, from: 4, to: 3 }]);
    const [decision] = await listDecisions(ctx, { contactId, before: null, limit: 1 });
    expect(decision).toMatchObject({ subject: 'score', outcome: 'raised', ruleVersion: 'engagement/1' });
    expect(decision!.reason).toMatch(/^From 32 to 53, tier 3 \(Interested\)\./);
    expect(decision!.inputs).toMatchObject({ lines: [{ points: 32 }, { points: 21 }] });
  });

  it('says nothing when a job runs twice and nothing changed', async () => {
    const ctx = await world.tenant();
    const contactId = newId(now());
    await did(ctx, contactId, 'open');
    await world.runJobs();
    await refreshScores(ctx, [contactId], 'engagement');
    expect(await eventData(ctx, 'score.changed')).toHaveLength(1);
    expect(await listDecisions(ctx, { contactId, before: null, limit: 10 })).toHaveLength(1);
  });

  it('ends up with everything when two workers compute it at once', async () => {
    const ctx = await world.tenant();
    const contactId = newId(now());
    await did(ctx, contactId, 'open');
    await did(ctx, contactId, 'reply');
    await Promise.all([1, 2, 3].map(() => refreshScores(ctx, [contactId], 'engagement')));
    expect(await stored(ctx)).toMatchObject([{ value: 42 }]);
    expect(await eventData(ctx, 'score.changed')).toHaveLength(1);
    await world.runJobs();
  });

  it('fades by the day, each person once a day, and rests at zero', async () => {
    const ctx = await world.tenant();
    const contactId = newId(now());
    await did(ctx, contactId, 'reply');
    await world.runJobs();
    expect(await refreshFadedScores(system)).toBe(false);
    expect(await eventData(ctx, 'score.changed')).toHaveLength(1);
    await world.advance(30 * 86_400);
    await refreshFadedScores(system);
    await refreshFadedScores(system);
    expect(await eventData(ctx, 'score.changed')).toMatchObject([{ to: 32 }, { from: 32, to: 16 }]);
    const [decision] = await listDecisions(ctx, { contactId, before: null, limit: 1 });
    expect(decision).toMatchObject({ outcome: 'lowered', inputs: { cause: 'time' } });
    await world.advance(600 * 86_400);
    await refreshFadedScores(system);
    expect(await stored(ctx)).toMatchObject([{ value: 0 }]);
    await world.advance(2 * 86_400);
    await refreshFadedScores(system);
    expect(await eventData(ctx, 'score.changed')).toHaveLength(3);
  });

  it('of a past day comes out the same whatever happened since', async () => {
    const ctx = await world.tenant();
    const contactId = newId(now());
    const day = now();
    await did(ctx, contactId, 'open', new Date(day.getTime() - 5 * DAY));
    const then = await scoreOf(ctx, contactId, day);
    await world.advance(3600);
    await did(ctx, contactId, 'reply');
    expect(await scoreOf(ctx, contactId, day)).toEqual(then);
    expect((await scoreOf(ctx, contactId, now())).value).toBeGreaterThan(then.value);
    await world.runJobs();
  });

  it('goes with a person who is erased or merged away, and stays with one who was deleted', async () => {
    const ctx = await world.tenant();
    const [erased, merged, deleted] = [newId(now()), newId(now()), newId(now())];
    for (const id of [erased, merged, deleted]) await did(ctx, id, 'open');
    await world.runJobs();
    await emit(ctx, 'contact.deleted', { contactId: erased, reason: 'erased' });
    await emit(ctx, 'contact.deleted', { contactId: deleted, reason: 'deleted' });
    await emit(ctx, 'contact.merged', { contactId: deleted, mergedContactId: merged });
    await world.runJobs();
    expect((await stored(ctx)).map((row) => row.contactId)).toEqual([deleted]);
  });

  it('of somebody else’s contact is that of a stranger', async () => {
    const [ctx, other] = [await world.tenant(), await world.tenant('Other')];
    const contactId = newId(now());
    await did(ctx, contactId, 'reply');
    await world.runJobs();
    expect(await scoreOf(other, contactId, now())).toMatchObject({ value: 0, lines: [], notCounted: null });
    expect(await stored(other)).toEqual([]);
  });
});
