import { setTimeout as wait } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import { z } from 'zod';
import { inTransaction } from '../src/core/ctx.ts';
import { defineJob, enqueue } from '../src/core/jobs.ts';
import { cpuCost, interleave, perOperation, ratioOf, type Sample, watchCpu } from './measure.ts';
import { type Bench, round, type Scale } from './report.ts';
import { addTenant, openScratch, type Scratch, startSystem } from './scratch.ts';

const batchSize = 50;
const chunk = 1000;
const payload = { contactId: '0192f0aa-0000-7000-8000-000000000000', step: 3 };

export const bench: Bench = {
  name: 'jobs',
  about: 'what our job runner adds to a job, and what a backlog costs',
  async run({ rounds, size }: Scale) {
    const scratch = await openScratch();
    const count = Math.round(6000 * size);
    const backlog = Math.round(50_000 * size);
    try {
      const samples = await interleave(rounds, {
        ours: () => runOurs(scratch, count, count, 500),
        bare: () => runBare(scratch, count),
        short: () => runOurs(scratch, chunk, chunk, 0),
        long: () => runOurs(scratch, backlog, Math.round(backlog / 5), 0),
      });
      const cost = (name: keyof typeof samples) => cpuCost(samples[name]);
      return [
        {
          what: `Job runner, batches of ${batchSize}, per job`,
          ours: cost('ours'),
          anchor: `${cost('bare')} (pg-boss, no-op worker)`,
          ratio: ratioOf(samples.ours, samples.bare, 'cpuMicroseconds'),
          goal: { atMost: 1.5 },
          boundBy: 'completion with a result per job, so that one bad job does not fail its batch',
        },
        {
          what: `The same with ${round(backlog)} queued, right after the bulk enqueue`,
          ours: cost('long'),
          anchor: `${cost('short')} (with 1,000 queued)`,
          ratio: ratioOf(samples.long, samples.short, 'cpuMicroseconds'),
          goal: { atMost: 1.3 },
          boundBy: "the planner's statistics, which are renewed right after a bulk enqueue",
        },
      ];
    } finally {
      await scratch.drop();
    }
  },
};

/** Enqueues `queued` no-op jobs as a verb would, then measures the first `count` of them, after a rest for the statistics. */
async function runOurs(scratch: Scratch, queued: number, count: number, restMilliseconds: number): Promise<Sample> {
  let done = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const noop = defineJob({
    name: 'bench.no-op',
    payload: z.object({ contactId: z.uuid(), step: z.number() }),
    retryLimit: 1,
    retryDelaySeconds: 1,
    timeoutSeconds: 60,
    async run() {
      if (++done === count) finish();
    },
  });
  const { system, stop } = await startSystem(scratch.database, { jobs: [noop] });
  const ctx = await addTenant(system);
  for (let left = queued; left > 0; left -= chunk)
    await inTransaction(ctx, (ctx) => enqueue(ctx, noop, ...Array(Math.min(left, chunk)).fill({ payload })));
  await wait(restMilliseconds);
  const cpu = await watchCpu(system.db, 'postgres');
  const sample = await perOperation(cpu, count, async () => {
    await system.jobs.work(system);
    await finished;
  });
  await stop();
  await scratch.database.db
    .withSchema('pgboss')
    .deleteFrom('job' as never)
    .execute();
  return sample;
}

/** pg-boss by itself: its own worker, and a handler that does nothing. */
async function runBare(scratch: Scratch, count: number): Promise<Sample> {
  const boss = new PgBoss({
    connectionString: scratch.url,
    schema: 'bare',
    schedule: false,
    useListenNotify: true,
    max: 4,
  });
  await boss.start();
  const queue = 'no-op';
  await boss.createQueue(queue);
  for (let left = count; left > 0; left -= chunk)
    await boss.insert(queue, Array(Math.min(left, chunk)).fill({ data: payload }));
  await scratch.database.analyze();
  const cpu = await watchCpu(scratch.database.db, 'postgres');
  let done = 0;
  const sample = await perOperation(cpu, count, async () => {
    await new Promise<void>((resolve) => {
      void boss.work(queue, { batchSize, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 }, async (jobs) => {
        done += jobs.length;
        if (done >= count) resolve();
      });
    });
  });
  await wait(50);
  await boss.stop({ graceful: false });
  await scratch.database.db
    .withSchema('bare')
    .deleteFrom('job' as never)
    .execute();
  return sample;
}
