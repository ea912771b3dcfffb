/**
 * The pixel and the links of mails under load (wrk, one thread, 64 connections) against Hono that answers the same GIF and
 * stores nothing, in a process like ours. Of each request one row is committed before its answer, and all are counted in the
 * end. The row is the request as it came: taking it to its mail is the worker's work, and its cost is stated by itself.
 */
import { sql } from 'kysely';
import type { OpenDatabase } from '../src/core/db.ts';
import { takeInRequests } from '../src/email/tracking/track.ts';
import { addContact, addMailbox, addMessage } from '../testing/fixtures.ts';
import { type Child, startChild } from './child.ts';
import { hasWrk, putLoad } from './load.ts';
import { type Cpu, cpuCost, interleave, medianOf, perOperation, ratioOf, type Sample, watchCpu } from './measure.ts';
import { type Bench, type Figure, round, type Scale } from './report.ts';
import { addTenant, openScratch, type Scratch, startSystem } from './scratch.ts';

const mailCount = 100;

export const bench: Bench = {
  name: 'tracking',
  about: 'opens and clicks, each stored before it is answered',
  async run({ rounds, size }: Scale): Promise<Figure[]> {
    if (!(await hasWrk()))
      console.error('wrk is not installed: a slower generator of our own is used, which narrows the ratios.');
    const scratch = await openScratch();
    const tokens = await sentMails(scratch);
    const [bare, product] = await Promise.all([
      startChild('web-server.ts', ['bare']),
      startChild('web-server.ts', ['product', scratch.url]),
    ]);
    const cpu = await watchCpu(scratch.database.db, 'postgres');
    const pixels = tokens.map((token) => `/t/o/${token}.gif`);
    const clicks = tokens.map((token) => `/t/c/${token}/0`);
    const load = (child: Child, paths: string[], connections: number, seconds: number) => async (): Promise<Sample> => {
      const before = await child.cpuMicroseconds();
      let result = { perSecond: 0, requests: 0, p50Milliseconds: 0, p99Milliseconds: 0, failures: 0 };
      const { serverMicroseconds } = await cpu.during(async () => {
        result = await putLoad({ port: child.port, paths, connections, seconds });
      });
      const own = (await child.cpuMicroseconds()) - before;
      return { ...result, cpuMicroseconds: (own + serverMicroseconds) / result.requests };
    };
    try {
      const seconds = Math.max(1, Math.round(4 * size));
      const few = await interleave(rounds, {
        bare: load(bare, pixels, 64, seconds),
        pixel: load(product, pixels, 64, seconds),
        click: load(product, clicks, 64, seconds),
      });
      // Connections open slowly in Node, about one per turn of its loop: a short run would show nothing else.
      const many = await interleave(Math.min(rounds, 2), {
        bare: load(bare, pixels, 1000, 2 * seconds),
        pixel: load(product, pixels, 1000, 2 * seconds),
      });
      await checkStored(scratch, [...few.pixel, ...few.click, ...many.pixel]);
      const later = await takeIn(scratch, cpu);
      const rate = (samples: Sample[]) =>
        `${round(medianOf(samples, 'perSecond'))} requests/s, ${round(medianOf(samples, 'cpuMicroseconds'))} µs CPU`;
      const tail = (samples: Sample[]) => `p99 ${round(medianOf(samples, 'p99Milliseconds'))} ms`;
      const crowd = (samples: Sample[]) => {
        const failures = samples.reduce((sum, sample) => sum + sample.failures!, 0);
        return `${round(medianOf(samples, 'perSecond'))} requests/s, p50 ${round(medianOf(samples, 'p50Milliseconds'))} ms, ${tail(samples)}, ${failures} failed`;
      };
      return [
        {
          what: 'Pixel, row committed before the answer, 64 connections',
          ours: rate(few.pixel),
          anchor: `${rate(few.bare)} (bare Hono, no row)`,
          ratio: ratioOf(few.pixel, few.bare, 'perSecond'),
          goal: { atLeast: 0.5 },
          boundBy: 'reading the request and its headers, and the group it is stored with',
        },
        {
          what: 'Its slowest hundredth',
          ours: tail(few.pixel),
          anchor: tail(few.bare),
          ratio: ratioOf(few.pixel, few.bare, 'p99Milliseconds'),
          goal: { atMost: 3 },
          boundBy: 'the commit that each group waits for, and often the one before it',
        },
        {
          what: 'Click, stored before the redirect',
          ours: rate(few.click),
          anchor: `${round(medianOf(few.pixel, 'perSecond'))} requests/s (pixel)`,
          ratio: ratioOf(few.click, few.pixel, 'perSecond'),
          goal: { atLeast: 0.85 },
          boundBy: 'the same as the pixel',
        },
        {
          what: 'Pixel at 1,000 connections',
          ours: crowd(many.pixel),
          anchor: crowd(many.bare),
          ratio: null,
          goal: null,
          boundBy: 'Node accepts new connections slowly while it is busy; a proxy in front keeps them open',
        },
        {
          what: 'A stored open or click taken to its mail, seconds later',
          ours: cpuCost(later),
          anchor: '',
          ratio: null,
          goal: null,
          boundBy: 'the row of the hit and its three indexes',
        },
      ];
    } finally {
      await Promise.all([bare.stop(), product.stop()]);
      await scratch.drop();
    }
  },
};

/** Sent mails with a link each; their tokens. */
async function sentMails(scratch: Scratch): Promise<string[]> {
  const { system, stop } = await startSystem(scratch.database);
  const ctx = await addTenant(system);
  const mailboxId = await addMailbox(ctx);
  const contactId = await addContact(ctx);
  for (let index = 0; index < mailCount; index++) await addMessage(ctx, { contactId, mailboxId });
  await ctx.db
    .updateTable('message')
    .set({ state: 'sent', sentAt: ctx.clock.now(), links: ['https://example.com/a'] })
    .execute();
  const rows = await ctx.db.selectFrom('message').select('trackingToken').execute();
  await scratch.database.analyze();
  await stop();
  return rows.map((row) => row.trackingToken);
}

/** What was answered must be stored; the first round of each case is not in the samples. */
async function checkStored({ database }: Scratch, samples: Sample[]): Promise<void> {
  const answered = samples.reduce((sum, sample) => sum + sample.requests! - sample.failures!, 0);
  const stored = await countOf(database, 'tracking_request');
  if (stored < answered) throw new Error(`${answered} requests were answered and only ${stored} are stored.`);
}

/** What each request costs after its answer: taken to its mail, as the worker does it. The samples are CPU times. */
async function takeIn({ database }: Scratch, cpu: Cpu): Promise<Sample[]> {
  const { system, stop } = await startSystem(database);
  const stored = await countOf(database, 'tracking_request');
  const sample = await perOperation(cpu, stored, () => takeInRequests(system));
  const hits = await countOf(database, 'tracking_hit');
  await stop();
  if (hits !== stored) throw new Error(`${stored} requests were stored and ${hits} hits came of them.`);
  return [sample];
}

async function countOf({ db }: Pick<OpenDatabase, 'db'>, table: string): Promise<number> {
  const { rows } = await sql<{ count: string }>`select count(*) as count from ${sql.table(table)}`.execute(db);
  return Number(rows[0]!.count);
}
