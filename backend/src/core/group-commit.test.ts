import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupCommit } from './group-commit.ts';

it('every item is committed, gets its own result or its own failure, and never more than so many batches are under way', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.record({ bad: fc.boolean(), burst: fc.boolean() }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 3 }),
      async (scheduler, items, most, concurrent) => {
        const committed: number[] = [];
        let underWay = 0;
        let highest = 0;
        let alone = 0;
        const commit = groupCommit<{ n: number; bad: boolean }, string>(
          async (batch) => {
            expect(batch.length).toBeGreaterThan(0);
            expect(batch.length).toBeLessThanOrEqual(most);
            expect(batch.map(({ n }) => n)).toEqual(batch.map(({ n }) => n).sort((a, b) => a - b));
            highest = Math.max(highest, ++underWay);
            await scheduler.schedule(Promise.resolve());
            underWay--;
            if (batch.length === 1) alone++;
            // All or nothing, as a statement in a database is.
            if (batch.some(({ bad }) => bad)) throw new Error(`bad ${batch.map(({ n }) => n)}`);
            committed.push(...batch.map(({ n }) => n));
            return batch.map(({ n }) => `result ${n}`);
          },
          { most, concurrent },
        );
        const results: Promise<PromiseSettledResult<string>[]>[] = [];
        for (const [n, { bad, burst }] of items.entries()) {
          results.push(Promise.allSettled([commit({ n, bad })]));
          if (!burst) await new Promise(setImmediate);
        }
        const all = Promise.all(results);
        let over = false;
        void all.then(() => {
          over = true;
        });
        while (!over) {
          if (scheduler.count() > 0) await scheduler.waitOne();
          else await new Promise(setImmediate);
        }
        const settled = (await all).flat();
        const good = items.flatMap(({ bad }, n) => (bad ? [] : [n]));
        expect(committed.sort((a, b) => a - b)).toEqual(good);
        for (const [n, { bad }] of items.entries()) {
          const outcome = settled[n]!;
          if (bad) expect(outcome).toMatchObject({ status: 'rejected', reason: { message: `bad ${n}` } });
          else expect(outcome).toEqual({ status: 'fulfilled', value: `result ${n}` });
        }
        expect(highest).toBeLessThanOrEqual(concurrent);
        expect(alone).toBeLessThanOrEqual(items.length);
      },
    ),
    { numRuns: 200 },
  );
});

it('what arrives while a batch is under way leaves together, in its order', async () => {
  const batches: number[][] = [];
  let finish = () => {};
  const commit = groupCommit<number, number>(
    async (items) => {
      batches.push(items);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return items;
    },
    { most: 10, concurrent: 1 },
  );
  const first = commit(0);
  await new Promise(setImmediate);
  const others = [1, 2, 3].map(commit);
  await new Promise(setImmediate);
  expect(batches).toEqual([[0]]);
  finish();
  expect(await first).toBe(0);
  await new Promise(setImmediate);
  finish();
  expect(await Promise.all(others)).toEqual([1, 2, 3]);
  expect(batches).toEqual([[0], [1, 2, 3]]);
});
