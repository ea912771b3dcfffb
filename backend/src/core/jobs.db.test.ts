import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { openTestDatabase } from '../../testing/database.ts';
import { startTestSystem } from '../../testing/system.ts';
import { type Ctx, inTransaction, type System } from './ctx.ts';
import { newId } from './ids.ts';
import { type AnyJob, defineJob, enqueue, startJobs } from './jobs.ts';

const payload = z.object({ n: z.number() });

/** A job that notes what it ran, and does with it as it is told. */
function notingJob(name: string, then: (n: number, ctx: Ctx) => void | Promise<void> = () => {}) {
  const ran: number[] = [];
  const job = defineJob({
    name,
    payload,
    retryLimit: 2,
    retryDelaySeconds: 10,
    timeoutSeconds: 60,
    async run(ctx, { n }) {
      ran.push(n);
      await then(n, ctx);
    },
  });
  return { job, ran };
}

const state = { failing: true };
const plain = notingJob('test.plain');
const cold = notingJob('test.cold');
const flaky = notingJob('test.flaky', () => {
  if (state.failing) throw new Error('The vendor said no.');
});
const world = await startTestSystem({ jobs: [plain.job, cold.job, flaky.job] });

describe('enqueueing', () => {
  it('happens when the transaction commits, and not when it rolls back; the first one of a queue too', async () => {
    const ctx = await world.tenant();
    await inTransaction(ctx, async (ctx) => {
      await enqueue(ctx, cold.job, { payload: { n: 1 } });
      throw new Error('rolled back');
    }).catch(() => {});
    await inTransaction(ctx, (ctx) => enqueue(ctx, cold.job, { payload: { n: 2 } }));
    await world.runJobs();
    expect(cold.ran).toEqual([2]);
  });

  it('with an id that is known runs once, whether enqueued together or again', async () => {
    const ctx = await world.tenant();
    const id = newId(ctx.clock.now());
    plain.ran.length = 0;
    await enqueue(ctx, plain.job, { id, payload: { n: 1 } });
    await enqueue(ctx, plain.job, { id, payload: { n: 2 } }, { payload: { n: 3 } });
    await world.runJobs();
    await enqueue(ctx, plain.job, { id, payload: { n: 4 } });
    await world.runJobs();
    expect(plain.ran.sort()).toEqual([1, 3]);
  });

  it('with a delay runs then and not before', async () => {
    const ctx = await world.tenant();
    plain.ran.length = 0;
    await enqueue(ctx, plain.job, { payload: { n: 1 }, delaySeconds: 60 });
    await world.advance(59);
    await world.runJobs();
    expect(plain.ran).toEqual([]);
    await world.advance(2);
    await world.runJobs();
    expect(plain.ran).toEqual([1]);
  });

  it('nothing enqueues nothing', async () => {
    await enqueue(await world.tenant(), plain.job);
    expect(await world.runJobs()).toBe(0);
  });
});

describe('a job that fails', () => {
  it('is tried again after growing delays, becomes a dead letter with its reason, and runs when it is redriven', async () => {
    const [ctx, stranger] = [await world.tenant(), await world.tenant()];
    state.failing = true;
    flaky.ran.length = 0;
    await enqueue(ctx, flaky.job, { payload: { n: 1 } });
    await world.runJobs();
    await world.advance(9);
    expect(await world.runJobs()).toBe(0);
    // Some of the delay is chance: 10 to 20 seconds, then 20 to 40.
    await world.advance(12);
    expect(await world.runJobs()).toBe(1);
    await world.advance(19);
    expect(await world.runJobs()).toBe(0);
    expect(await ctx.jobs.deadLetters(ctx.tenantId, 10)).toEqual([]);
    await world.advance(22);
    expect(await world.runJobs()).toBe(1);

    const letters = await ctx.jobs.deadLetters(ctx.tenantId, 10);
    expect(letters).toMatchObject([{ job: 'test.flaky', tenantId: ctx.tenantId, reason: 'The vendor said no.' }]);
    const ids = letters.map(({ id }) => id);
    expect(await ctx.jobs.deadLetters(stranger.tenantId, 10)).toEqual([]);
    expect(await ctx.jobs.redrive(stranger.tenantId, ids)).toBe(0);
    expect(await world.runJobs()).toBe(0);

    state.failing = false;
    expect(await ctx.jobs.redrive(ctx.tenantId, ids)).toBe(1);
    expect(await ctx.jobs.redrive(ctx.tenantId, ids)).toBe(0);
    expect(await world.runJobs()).toBe(1);
    expect(flaky.ran).toEqual([1, 1, 1, 1]);
    expect(await ctx.jobs.deadLetters(ctx.tenantId, 10)).toEqual([]);
  });

  it('whose payload is not understood becomes a dead letter at once, with a sentence', async () => {
    const ctx = await world.tenant();
    await ctx.jobs.insert(ctx.db, ctx.tenantId, plain.job, [{ payload: { n: 'one' } }, { payload: {} }]);
    await world.runJobs();
    const letters = await ctx.jobs.deadLetters(ctx.tenantId, 10);
    expect(letters.map(({ reason }) => reason)).toEqual(
      Array(2).fill('What this job was given is not what this version expects (n).'),
    );
  });

  it('many dead letters are listed newest first, as many as asked for', async () => {
    const ctx = await world.tenant();
    for (let n = 0; n < 3; n++) {
      await ctx.jobs.insert(ctx.db, ctx.tenantId, n === 1 ? cold.job : plain.job, [{ payload: {} }]);
      await world.runJobs();
      await world.advance(60);
    }
    const letters = await ctx.jobs.deadLetters(ctx.tenantId, 2);
    expect(letters.map(({ job }) => job)).toEqual(['test.plain', 'test.cold']);
  });
});

describe('workers', () => {
  /** A queue in real time on a database of its own; each call of `worker` is another process to it. */
  async function openQueue(jobs: AnyJob[]) {
    const database = await openTestDatabase();
    onTestFinished(() => database.close());
    const worker = async () => {
      const own = await startJobs(database, jobs, world.system.log);
      const system: System = { ...world.system, db: database.db, jobs: own };
      onTestFinished(() => own.stop());
      return {
        system,
        ctx: { ...(await world.tenant()), db: database.db, jobs: own },
        work: () => own.work(system),
        stop: own.stop,
      };
    };
    const states = async () => {
      const { rows } = await sql<{ state: string; count: number }>`
        select state::text, count(*)::int from pgboss.job where name = ${jobs[0]!.name} group by state`.execute(
        database.db,
      );
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    };
    return { database, worker, states };
  }

  const until = async (holds: () => boolean | Promise<boolean>) => {
    while (!(await holds())) await new Promise((tick) => setTimeout(tick, 10));
  };
  const many = (count: number) => Array.from({ length: count }, (_, n) => ({ payload: { n } }));

  it('one bad job does not fail its batch', async () => {
    const bad = notingJob('test.bad', (n) => {
      if (n === 7) throw new Error('bad');
    });
    const { worker, states } = await openQueue([bad.job]);
    const { ctx, work } = await worker();
    await enqueue(ctx, bad.job, ...many(50));
    await work();
    await until(async () => (await states()).completed === 49 && (await states()).retry === 1);
    expect(bad.ran).toHaveLength(50);
  });

  it('one job that hangs fails alone, and what waited behind it is handed back', async () => {
    const hanging = notingJob('test.hanging', (n) => (n < 8 ? new Promise(() => {}) : undefined));
    hanging.job.timeoutSeconds = 1;
    const { worker, states } = await openQueue([hanging.job]);
    const { ctx, work } = await worker();
    await enqueue(ctx, hanging.job, ...many(8));
    await enqueue(ctx, hanging.job, { payload: { n: 8 } });
    await work();
    await until(async () => (await states()).completed === 1 && (await states()).retry === 8);
  });

  it('that stop finish what they began and hand back the rest, with no try lost', async () => {
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = notingJob('test.slow', () => held);
    const { worker, states, database } = await openQueue([slow.job]);
    const { ctx, work, stop } = await worker();
    await enqueue(ctx, slow.job, ...many(50));
    await work();
    await until(() => slow.ran.length === 8);
    const stopped = stop();
    finish();
    await stopped;
    expect(slow.ran).toHaveLength(8);
    expect(await states()).toEqual({ completed: 8, retry: 42 });

    const next = await worker();
    await next.work();
    await until(async () => (await states()).completed === 50);
    expect(slow.ran).toHaveLength(50);
    const { rows } = await sql<{ left: number }>`
      select distinct retry_limit - retry_count as left from pgboss.job where name = 'test.slow'`.execute(database.db);
    expect(rows).toEqual([{ left: 2 }]);
  });

  it('two at once run every job once', async () => {
    const once = notingJob('test.once', () => new Promise((later) => setTimeout(later, 2)));
    const { worker, states } = await openQueue([once.job]);
    const [one, two] = [await worker(), await worker()];
    await enqueue(one.ctx, once.job, ...many(400));
    await Promise.all([one.work(), two.work()]);
    await until(async () => (await states()).completed === 400);
    expect(once.ran.sort((a, b) => a - b)).toEqual(many(400).map(({ payload }) => payload.n));
  });

  it('after 5,000 were enqueued at once the statistics are fresh, and all are done', async () => {
    const bulk = notingJob('test.bulk');
    const { worker, states, database } = await openQueue([bulk.job]);
    const { ctx, work } = await worker();
    await inTransaction(ctx, (ctx) => enqueue(ctx, bulk.job, ...many(5000)));
    const planned = async () => {
      const { rows } = await sql<{ rows: number }>`
        select reltuples::int as rows from pg_class where relname = 'job_common'`.execute(database.db);
      return rows[0]!.rows;
    };
    await until(async () => (await planned()) >= 5000);
    await work();
    await until(() => bulk.ran.length >= 5000);
    await until(async () => (await states()).completed === 5000);
    expect(new Set(bulk.ran).size).toBe(5000);
  });
});

it('a call to a vendor inside a transaction throws, and the transaction is rolled back', async () => {
  const ctx = await world.tenant();
  const call = inTransaction(ctx, async (ctx) => {
    await enqueue(ctx, plain.job, { payload: { n: 99 } });
    await ctx.http.request({ vendor: 'acme', account: 'one', method: 'GET', url: 'http://127.0.0.1:9/' });
  });
  await expect(call).rejects.toThrow('A call to acme inside a database transaction');
  expect(await world.runJobs()).toBe(0);
});
