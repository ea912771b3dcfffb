import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenDatabase, openPglite } from '../src/core/db.ts';
import { migrate } from '../src/core/migrate.ts';
import { runChild, startChild } from './child.ts';
import { cpuCost, interleave, medianOf, perOperation, ratioOf, type Sample, watchCpu } from './measure.ts';
import { type Bench, type Figure, round, type Scale } from './report.ts';
import { openScratch } from './scratch.ts';
import { openSendLoad } from './send-load.ts';

export const bench: Bench = {
  name: 'embedded',
  about: 'the embedded database: how soon it answers, and sending with it',
  run: async (scale) => [await warmStart(scale), await sending(scale)],
};

async function warmStart({ rounds }: Scale): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'salesos-bench-'));
  try {
    const start = (mode: string) => async (): Promise<Sample> => ({
      milliseconds: await runChild('embedded-start.ts', [mode, join(folder, 'database')]),
    });
    // The round that is not counted makes the tables.
    const samples = await interleave(rounds, { product: start('product'), bare: start('bare') });
    return {
      what: 'Embedded, warm: process start to first answer, tables checked',
      ours: `${round(medianOf(samples.product, 'milliseconds'))} ms`,
      anchor: `${round(medianOf(samples.bare, 'milliseconds'))} ms (PGlite opened, one statement)`,
      ratio: ratioOf(samples.product, samples.bare, 'milliseconds'),
      goal: { atMost: 3 },
      boundBy: 'loading our code and its libraries, compiled at the last start, and the first turn of the queue',
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const batch = 50;

async function sending({ rounds, size }: Scale): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'salesos-bench-'));
  const provider = await startChild('provider.ts');
  const scratch = await openScratch();
  const embedded = await openPglite({ folder: join(folder, 'database') });
  await migrate(embedded.db);
  const count = batch * Math.max(2, Math.round(10 * size));
  const [pglite, postgres] = [
    await openCase(embedded, provider.port, count),
    await openCase(scratch.database, provider.port, count),
  ];
  try {
    const samples = await interleave(rounds, { pglite: pglite.run, postgres: postgres.run });
    const rate = (name: keyof typeof samples) =>
      `${round(medianOf(samples[name], 'perCoreSecond'))} mails/s per core, ${cpuCost(samples[name])}`;
    return {
      what: `Embedded: the send engine in batches of ${batch}`,
      ours: rate('pglite'),
      anchor: `${rate('postgres')} (the same on PostgreSQL)`,
      ratio: ratioOf(samples.pglite, samples.postgres, 'perCoreSecond'),
      goal: { atLeast: 0.8 },
      boundBy: 'one thread for the database and the product, and a real flush per commit',
    };
  } finally {
    await pglite.stop();
    await postgres.stop();
    await embedded.close();
    await scratch.drop();
    await provider.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function openCase(database: OpenDatabase, providerPort: number, count: number) {
  const load = await openSendLoad(database, 100, providerPort);
  const cpu = await watchCpu(database.db, database.engine);
  return {
    async run(): Promise<Sample> {
      await load.clear();
      await load.schedule(count);
      const sample = await perOperation(cpu, count, async () => {
        for (let released = 0; released < count; released += batch) {
          await load.release(batch);
          await load.send();
        }
      });
      const sent = await load.sent();
      if (sent !== count) throw new Error(`Of ${count} mails ${sent} were sent.`);
      return sample;
    },
    stop: load.stop,
  };
}
