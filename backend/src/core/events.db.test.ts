import { describe, expect, it } from 'vitest';
import { startTestSystem } from '../../testing/system.ts';
import { inTransaction } from './ctx.ts';
import { emit, on } from './events.ts';

const contactId = '0192f0aa-0000-7000-8000-000000000001';

describe('events', () => {
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
