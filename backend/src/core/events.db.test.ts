import { describe, expect, it } from 'vitest';
import { startTestSystem } from '../../testing/system.ts';
import { inTransaction } from './ctx.ts';
import { emit, on, reactionJob, reactionsByEvent } from './events.ts';
import { enqueue } from './jobs.ts';

const contactId = '0192f0aa-0000-7000-8000-000000000001';

describe('events', () => {
  it('a reaction that is delivered twice, or redriven, has its effect once', async () => {
    let runs = 0;
    const world = await startTestSystem({ reactions: [on('contact.created', 'once', async () => void runs++)] });
    const ctx = await world.tenant();
    await emit(ctx, 'contact.created', { contactId });
    await world.runJobs();
    const event = await ctx.db.selectFrom('event').select('id').executeTakeFirstOrThrow();
    await enqueue(ctx, reactionJob, { payload: { eventIds: [event.id], subscriber: 'once' } });
    await enqueue(ctx, reactionJob, { payload: { eventIds: [event.id], subscriber: 'once' } });
    await world.runJobs();
    expect(runs).toBe(1);
    expect(await ctx.jobs.deadLetters(ctx.tenantId, 10)).toEqual([]);
  });

  it('a reaction that this version does not know, or to an event of another tenant, becomes a dead letter', async () => {
    const world = await startTestSystem({ reactions: [on('contact.created', 'known', async () => {})] });
    const [ctx, stranger] = [await world.tenant(), await world.tenant()];
    await emit(ctx, 'contact.created', { contactId });
    await world.runJobs();
    const { id: eventId } = await ctx.db.selectFrom('event').select('id').executeTakeFirstOrThrow();
    await enqueue(ctx, reactionJob, { payload: { eventIds: [eventId], subscriber: 'renamed' } });
    await enqueue(stranger, reactionJob, { payload: { eventIds: [eventId], subscriber: 'known' } });
    for (let n = 0; n <= reactionJob.retryLimit; n++) {
      await world.runJobs();
      await world.advance(3600);
    }
    const [letter] = await ctx.jobs.deadLetters(ctx.tenantId, 10);
    expect(letter).toMatchObject({ job: 'react', reason: 'No reaction renamed to contact.created in this version.' });
    expect(await ctx.jobs.deadLetters(stranger.tenantId, 10)).toHaveLength(1);
    expect(await ctx.db.selectFrom('eventReaction').select('subscriber').execute()).toEqual([{ subscriber: 'known' }]);
  });

  it('data that breaks the catalogue fails the transaction, with nothing written', async () => {
    const world = await startTestSystem({ reactions: [on('contact.created', 'any', async () => {})] });
    const ctx = await world.tenant();
    const wrong = inTransaction(ctx, async (ctx) => {
      await emit(ctx, 'contact.created', { contactId });
      await emit(ctx, 'contact.created', { contactId }, { contactId: 'no id' });
    });
    await expect(wrong).rejects.toThrow();
    expect(await ctx.db.selectFrom('event').selectAll().execute()).toEqual([]);
    expect(await world.runJobs()).toBe(0);
  });

  it('two reactions of one name to one event are refused', () => {
    const one = on('contact.created', 'same', async () => {});
    expect(() => reactionsByEvent([one, one])).toThrow('Two reactions are called same.');
    expect(reactionsByEvent([one, on('contact.deleted', 'same', async () => {})]).size).toBe(2);
  });

  it('reach every subscriber once, and not at all when the transaction rolls back', async () => {
    const heard: string[] = [];
    const world = await startTestSystem({
      reactions: [
        on('contact.created', 'first', async (_ctx, fact) => void heard.push(`first ${fact.data.contactId}`)),
        on('contact.created', 'second', async () => void heard.push('second')),
      ],
    });
    const ctx = await world.tenant();
    await inTransaction(ctx, (ctx) => emit(ctx, 'contact.created', { contactId }));
    await inTransaction(ctx, async (ctx) => {
      await emit(ctx, 'contact.created', { contactId });
      throw new Error('rolled back');
    }).catch(() => {});
    await world.runJobs();
    await world.runJobs();
    expect(heard.sort()).toEqual([`first ${contactId}`, 'second']);
  });

  it('a fact whose reaction fails holds up none of those announced with it', async () => {
    const heard: string[] = [];
    let failing = true;
    const world = await startTestSystem({
      reactions: [
        on('contact.created', 'picky', async (_ctx, { data }) => {
          if (failing && data.contactId === contactId) throw new Error('not this one');
          heard.push(data.contactId);
        }),
      ],
    });
    const ctx = await world.tenant();
    const others = Array.from({ length: 44 }, (_, index) => `0192f0aa-0000-7000-8000-0000000001${index + 10}`);
    await emit(ctx, 'contact.created', ...[contactId, ...others].map((contactId) => ({ contactId })));
    await world.runJobs();
    expect(heard.toSorted()).toEqual(others);
    failing = false;
    await world.advance(600);
    expect(await world.runJobs()).toBe(1);
    expect(heard.toSorted()).toEqual([contactId, ...others]);
  });

  it('a reaction that fails is tried again alone, and its half-done work is undone', async () => {
    let tries = 0;
    const world = await startTestSystem({
      reactions: [
        on('contact.created', 'flaky', async (ctx, fact) => {
          await ctx.db
            .insertInto('decision')
            .values({
              tenantId: ctx.tenantId,
              id: fact.id,
              subject: 's',
              subjectId: fact.id,
              contactId: null,
              outcome: 'o',
              reason: 'r',
              ruleVersion: '1',
              inputs: '{}',
              at: fact.at,
            })
            .execute();
          if (++tries === 1) throw new Error('not yet');
        }),
      ],
    });
    const ctx = await world.tenant();
    await emit(ctx, 'contact.created', { contactId });
    await world.runJobs();
    expect(await ctx.db.selectFrom('decision').selectAll().execute()).toEqual([]);
    await world.advance(600);
    await world.runJobs();
    expect(tries).toBe(2);
    expect(await ctx.db.selectFrom('decision').selectAll().execute()).toHaveLength(1);
  });
});
