import { sql } from 'kysely';
import { type ConstructorOptions, type Job, type JobResult, PgBoss, type QueueOptions } from 'pg-boss';
import type { z } from 'zod';
import { type Ctx, type System, systemActor, tenantContext } from './ctx.ts';
import { bossThrough, type Database, type OpenDatabase } from './db.ts';
import { describeError, type Logger } from './log.ts';

/** A verb with a name and a parsed payload, run later and at least once. */
export interface JobDefinition<P extends object> {
  name: string;
  payload: z.ZodType<P>;
  run(ctx: Ctx, payload: P): Promise<void>;
  /** Tries after the first one, with doubling delays from `retryDelaySeconds` up to an hour; then the dead letters. */
  retryLimit: number;
  retryDelaySeconds: number;
  /** After this long another worker may try; a run that is not over shortly before it has failed. */
  timeoutSeconds: number;
}

export const defineJob = <P extends object>(definition: JobDefinition<P>): JobDefinition<P> => definition;

// A list of definitions with different payloads; each parses its own.
// biome-ignore lint/suspicious/noExplicitAny: the payload's type is checked by its own schema at run time
export type AnyJob = JobDefinition<any>;

export interface NewJob<P extends object> {
  payload: P;
  /** Two jobs with one id are one job. */
  id?: string;
  delaySeconds?: number;
}

interface Envelope {
  tenantId: string;
  payload: unknown;
}

export interface DeadLetter {
  id: string;
  job: string;
  tenantId: string;
  failedAt: Date;
  reason: string;
}

export interface Jobs {
  insert(db: Database, tenantId: string, job: AnyJob, jobs: NewJob<object>[]): Promise<void>;
  /** Starts working on every queue; `stop` finishes what was begun. */
  work(system: System): Promise<void>;
  /** Runs what is due, one job after another, until nothing is left; for tests and one-off commands. Returns how many ran. */
  drain(system: System): Promise<number>;
  deadLetters(tenantId: string, limit: number): Promise<DeadLetter[]>;
  /** Puts dead letters back into their queues. Returns how many. */
  redrive(tenantId: string, ids: string[]): Promise<number>;
  stop(): Promise<void>;
}

/** Enqueues in the context's transaction: the jobs exist when, and only when, what caused them does. */
export async function enqueue<P extends object>(ctx: Ctx, job: JobDefinition<P>, ...jobs: NewJob<P>[]): Promise<void> {
  if (jobs.length > 0) await ctx.jobs.insert(ctx.db, ctx.tenantId, job, jobs);
}

type QueueClock = NonNullable<ConstructorOptions['clock']>;

const deadLetterQueue = 'dead-letter';
/** Above this many rows in one statement the planner's statistics are stale enough to slow completion ten times. */
const bulkInsert = 1000;
/** Long enough for the transaction that enqueues to commit, and for the rest of a bulk enqueue to come. */
const analyzeAfterMilliseconds = 200;
const batchSize = 50;
const concurrency = 8;

/** Connects the queue. `queueClock` is pg-boss's own clock, moved by hand in tests. */
export async function startJobs(
  database: OpenDatabase,
  definitions: AnyJob[],
  log: Logger,
  queueClock?: QueueClock,
): Promise<Jobs> {
  const boss = new PgBoss({
    ...database.bossConnection,
    schema: 'pgboss',
    schedule: false,
    useListenNotify: true,
    ...(queueClock ? { clock: queueClock } : {}),
  });
  boss.on('error', (error) => log.error({ error }, 'queue error'));
  boss.on('warning', (warning) => log.warn({ warning: String(warning.message) }, 'queue warning'));
  await boss.start();
  const kept = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]));
  if (!kept.has(deadLetterQueue)) await boss.createQueue(deadLetterQueue, { retentionSeconds: 90 * 86_400 });
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  for (const definition of definitions) {
    const queue: QueueOptions & { deadLetter: string; notify: boolean } = {
      retryLimit: definition.retryLimit,
      retryDelay: definition.retryDelaySeconds,
      retryBackoff: true,
      retryDelayMax: 3600,
      expireInSeconds: definition.timeoutSeconds,
      deleteAfterSeconds: 86_400,
      deadLetter: deadLetterQueue,
      notify: true,
    };
    const known = kept.get(definition.name);
    if (known && Object.entries(queue).every(([option, value]) => known[option as keyof typeof known] === value))
      continue;
    // createQueue leaves an existing queue alone, so a changed definition is brought in by the update.
    await boss.createQueue(definition.name, queue);
    await boss.updateQueue(definition.name, queue);
  }

  async function run(system: System, job: Job<Envelope>): Promise<JobResult> {
    const definition = byName.get(job.name)!;
    const ctx = tenantContext(system, job.data.tenantId, systemActor, { job: job.name, jobId: job.id });
    const payload = definition.payload.safeParse(job.data.payload);
    if (!payload.success) {
      // It will not parse the next time either.
      ctx.log.error({ error: payload.error }, 'job not understood');
      const paths = [...new Set(payload.error.issues.map((issue) => issue.path.join('.') || 'the whole of it'))];
      const message = `What this job was given is not what this version expects (${paths.join(', ')}).`;
      return { id: job.id, status: 'deadletter', output: { message } };
    }
    try {
      await definition.run(ctx, payload.data);
      return { id: job.id, status: 'completed' };
    } catch (error) {
      ctx.log.warn({ error, attempt: job.retryCount + 1 }, 'job failed');
      return { id: job.id, status: 'failed', output: describeError(error) };
    }
  }

  let stopping = false;

  /** Runs a batch. What was not begun when we stop, or after half of its time, goes back for somebody else to take. */
  async function runBatch(
    system: System,
    jobs: Job<Envelope>[],
    { name, timeoutSeconds }: AnyJob,
  ): Promise<JobResult[]> {
    let late = false;
    const lateTimer = setTimeout(() => {
      late = true;
    }, timeoutSeconds * 500);
    let endTimer: NodeJS.Timeout | undefined;
    const end = new Promise<void>((resolve) => {
      endTimer = setTimeout(resolve, timeoutSeconds * 900);
    });
    const notBegun: string[] = [];
    const results = await inParallel(jobs, concurrency, async (job): Promise<JobResult[]> => {
      if (stopping || late) {
        notBegun.push(job.id);
        return [];
      }
      const message = `It was not done within ${timeoutSeconds} seconds.`;
      // One that hangs fails alone: pg-boss would fail the whole batch with it.
      const tooLong = end.then((): JobResult => ({ id: job.id, status: 'failed', output: { message } }));
      return [await Promise.race([run(system, job), tooLong])];
    });
    clearTimeout(lateTimer);
    clearTimeout(endTimer);
    // Their next claim counts as a try, so they are given one more.
    if (notBegun.length > 0)
      await sql`update pgboss.job set state = 'retry', retry_limit = retry_limit + 1
        where name = ${name} and id = any(${notBegun}::uuid[]) and state = 'active'`.execute(database.db);
    return results.flat();
  }

  let analyzing: NodeJS.Timeout | undefined;
  const analyzeSoon = () => {
    analyzing ??= setTimeout(() => {
      analyzing = undefined;
      database.analyze('pgboss.job').catch((error) => log.warn({ error }, 'analyze failed'));
    }, analyzeAfterMilliseconds).unref();
  };

  return {
    async insert(db, tenantId, job, jobs) {
      const rows = jobs.map(({ payload, id, delaySeconds }) => ({
        data: { tenantId, payload } satisfies Envelope,
        ...(id ? { id } : {}),
        ...(delaySeconds ? { startAfter: delaySeconds } : {}),
      }));
      await boss.insert(job.name, rows, { db: bossThrough(db) });
      if (rows.length >= bulkInsert) analyzeSoon();
    },

    async work(system) {
      for (const definition of definitions) {
        await boss.work<Envelope, JobResult[]>(
          definition.name,
          {
            batchSize,
            burstWhenBatchFull: true,
            perJobResults: true,
            pollingIntervalSeconds: 2,
            notifyPollingIntervalSeconds: 10,
          },
          (jobs) => runBatch(system, jobs, definition),
        );
      }
    },

    async drain(system) {
      let count = 0;
      for (let ran = true; ran; ) {
        ran = false;
        for (const { name } of definitions) {
          const jobs = await boss.fetch<Envelope>(name, { batchSize });
          for (const job of jobs) {
            const result = await run(system, job);
            if (result.status === 'deadletter')
              await sql`update pgboss.job set retry_limit = retry_count where name = ${name} and id = ${job.id}`.execute(
                database.db,
              );
            if (result.status === 'completed') await boss.complete(name, job.id);
            else await boss.fail(name, job.id, result.output);
            count++;
            ran = true;
          }
        }
      }
      return count;
    },

    async deadLetters(tenantId, limit) {
      // Not `findJobs`, which reads them all.
      const { rows } = await sql<{ id: string; job: string | null; at: Date; output: unknown }>`
        select id, source_name as job, created_on as at, source_output as output from pgboss.job
        where name = ${deadLetterQueue} and data @> ${JSON.stringify({ tenantId })}::jsonb and state < 'active'
        order by created_on desc, id limit ${limit}`.execute(database.db.withoutPlugins());
      return rows.map(({ id, job, at, output }) => ({
        id,
        job: job ?? 'unknown',
        tenantId,
        failedAt: at,
        reason: readReason(output),
      }));
    },

    redrive: (tenantId, ids) => boss.redrive(deadLetterQueue, { ids, data: { tenantId } }),

    async stop() {
      stopping = true;
      clearTimeout(analyzing);
      await boss.stop({ graceful: true, timeout: 20_000 });
    },
  };
}

function readReason(output: unknown): string {
  const message = output && typeof output === 'object' && 'message' in output ? output.message : null;
  return typeof message === 'string' ? message : 'It failed without a message.';
}

/** Runs `work` on each item, at most `limit` at a time; the results keep the items' order. */
export async function inParallel<T, R>(items: T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]!);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}
