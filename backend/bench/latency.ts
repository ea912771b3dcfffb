import { setTimeout as wait } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import { z } from 'zod';
import { type Ctx, inTransaction } from '../src/core/ctx.ts';
import { defineJob, enqueue } from '../src/core/jobs.ts';
import { startWakeups } from '../src/core/wakeups.ts';
import { nudgeMailbox } from '../src/email/index.ts';
import { enroll } from '../src/sequences/index.ts';
import { addMailbox } from '../testing/fixtures.ts';
import { benchMailboxes } from './bench-mailbox.ts';
import { type Child, startChild } from './child.ts';
import { interleave, median, medianOf, quantile, ratioOf, type Sample } from './measure.ts';
import { addPeople, addSequence } from './people.ts';
import { type Bench, type Figure, round, type Scale } from './report.ts';
import { addTenant, openScratch, type Scratch, startSystem, wholeProduct } from './scratch.ts';

export const bench: Bench = {
  name: 'latency',
  about: 'how soon a job begins, and how soon a reply stops an enrollment',
  run: async (scale) => [...(await jobStart(scale)), await replyStop(scale)],
};

async function jobStart({ rounds, size }: Scale): Promise<Figure[]> {
  const scratch = await openScratch();
  const count = Math.max(20, Math.round(150 * size));
  const ours = await ourQueue(scratch);
  const bare = await bareQueue(scratch);
  const times = (queue: Queue) => async (): Promise<Sample> => {
    const taken: number[] = [];
    for (let index = 0; index < count; index++) {
      const started = performance.now();
      await queue.untilHandled(index);
      taken.push(performance.now() - started);
      await wait(3);
    }
    return { p50: quantile(taken, 0.5), p99: quantile(taken, 0.99) };
  };
  try {
    const samples = await interleave(rounds, { ours: times(ours), bare: times(bare) });
    return (['p50', 'p99'] as const).map((share) => ({
      what: `Enqueue to handler, ${share}`,
      ours: `${round(medianOf(samples.ours, share))} ms`,
      anchor: `${round(medianOf(samples.bare, share))} ms (pg-boss, LISTEN/NOTIFY)`,
      ratio: ratioOf(samples.ours, samples.bare, share),
      goal: { atMost: 2 },
      boundBy: 'the transaction that enqueues; the rest is pg-boss',
    }));
  } finally {
    await ours.stop();
    await bare.stop();
    await scratch.drop();
  }
}

interface Queue {
  untilHandled(index: number): Promise<void>;
  stop(): Promise<void>;
}

async function ourQueue(scratch: Scratch): Promise<Queue> {
  const waiting = new Map<number, () => void>();
  const job = defineJob({
    name: 'bench.latency',
    payload: z.object({ index: z.number() }),
    retryLimit: 0,
    retryDelaySeconds: 1,
    timeoutSeconds: 60,
    run: async (_, { index }) => waiting.get(index)?.(),
  });
  const { system, stop } = await startSystem(scratch.database, { jobs: [job] });
  const ctx = await addTenant(system);
  await system.jobs.work(system);
  return {
    async untilHandled(index) {
      const handled = new Promise<void>((resolve) => waiting.set(index, resolve));
      await inTransaction(ctx, (ctx) => enqueue(ctx, job, { payload: { index } }));
      await handled;
    },
    stop,
  };
}

async function bareQueue(scratch: Scratch): Promise<Queue> {
  const waiting = new Map<number, () => void>();
  const boss = new PgBoss({
    connectionString: scratch.url,
    schema: 'bare',
    schedule: false,
    useListenNotify: true,
    max: 4,
  });
  await boss.start();
  await boss.createQueue('latency', { notify: true });
  await boss.work<{ index: number }>('latency', { batchSize: 1 }, async ([job]) => waiting.get(job!.data.index)?.());
  return {
    async untilHandled(index) {
      const handled = new Promise<void>((resolve) => waiting.set(index, resolve));
      await boss.send('latency', { index });
      await handled;
    },
    stop: () => boss.stop({ graceful: false }),
  };
}

/** From the provider's notice of new mail to the enrollment that stands as stopped. */
async function replyStop({ rounds, size }: Scale): Promise<Figure> {
  const scratch = await openScratch();
  const provider = await startChild('provider.ts');
  const { system, stop } = await startSystem(scratch.database, wholeProduct);
  system.sockets.mailboxes = new Map([['bench', benchMailboxes(system.http, provider.port)]]);
  const ctx = await addTenant(system);
  const mailboxId = await addMailbox(ctx, { vendor: 'bench', dailyCap: 1_000_000 });
  const sequenceId = await addSequence(ctx);
  const replies = rounds * Math.max(1, Math.round(4 * size));
  const people = await addPeople(ctx, replies);
  await system.jobs.work(system);
  const working = startWakeups(system, wholeProduct.wakeups);
  try {
    const taken: number[] = [];
    for (const contactId of people) {
      const { enrollmentId } = await enroll(ctx, { contactId, sequenceId, mailboxId, source: 'api' });
      await until(async () => (await firstMail(ctx, enrollmentId))?.state === 'sent');
      await putReply(provider, (await firstMail(ctx, enrollmentId))!);
      const started = performance.now();
      await nudgeMailbox(system, 'bench', 'robin@sender.example');
      await until(() => isStopped(ctx, enrollmentId));
      taken.push(performance.now() - started);
    }
    return {
      what: 'Notice of a reply to enrollment stopped',
      ours: `p50 ${round(median(taken))} ms, slowest ${round(Math.max(...taken))} ms`,
      anchor: '',
      ratio: null,
      goal: null,
      boundBy:
        'reading the mail, and the two jobs that follow from it; in another process than the notice the look each second',
    };
  } finally {
    await working.stop();
    await stop();
    await provider.stop();
    await scratch.drop();
  }
}

const firstMail = (ctx: Ctx, enrollmentId: string) =>
  ctx.db
    .selectFrom('message')
    .select(['state', 'messageIdHeader', 'toAddress'])
    .where('tenantId', '=', ctx.tenantId)
    .where('enrollmentId', '=', enrollmentId)
    .executeTakeFirst();

async function isStopped(ctx: Ctx, enrollmentId: string): Promise<boolean> {
  const row = await ctx.db
    .selectFrom('enrollment')
    .select('status')
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', enrollmentId)
    .executeTakeFirst();
  return row?.status === 'stopped';
}

async function putReply(
  provider: Child,
  { messageIdHeader, toAddress }: { messageIdHeader: string; toAddress: string },
) {
  const reply = `From: Dana <${toAddress}>\r\nTo: robin@sender.example\r\nSubject: Re: A question\r\nMessage-ID: <reply-${messageIdHeader.slice(1)}\r\nIn-Reply-To: ${messageIdHeader}\r\nDate: ${new Date().toUTCString()}\r\n\r\nYes, let us talk.\r\n`;
  await fetch(`http://127.0.0.1:${provider.port}/inbox`, { method: 'POST', body: reply });
}

const giveUpMilliseconds = 20_000;

async function until(reached: () => Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await reached())) {
    if (performance.now() - started > giveUpMilliseconds) throw new Error('What the bench waits for did not happen.');
    await wait(3);
  }
}
