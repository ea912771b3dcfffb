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
  /** How long one run may take before another worker may try. */
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
  await boss.createQueue(deadLetterQueue, { retentionSeconds: 90 * 86_400 });
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
    // createQueue leaves an existing queue alone, so a changed definition is brought in by the update.
    await boss.createQueue(definition.name, queue);
    await boss.updateQueue(definition.name, queue);
  }

  async function run(system: System, job: Job<Envelope>): Promise<JobResult> {
    const definition = byName.get(job.name)!;
    const ctx = tenantContext(system, job.data.tenantId, systemActor, { job: job.name, jobId: job.id });
    try {
      await definition.run(ctx, definition.payload.parse(job.data.payload));
      return { id: job.id, status: 'completed' };
    } catch (error) {
      ctx.log.warn({ error, attempt: job.retryCount + 1 }, 'job failed');
      return { id: job.id, status: 'failed', output: describeError(error) };
    }
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
      for (const { name } of definitions) {
        await boss.work<Envelope, JobResult[]>(
          name,
          {
            batchSize,
            burstWhenBatchFull: true,
            perJobResults: true,
            pollingIntervalSeconds: 2,
            notifyPollingIntervalSeconds: 10,
          },
          (jobs) => inParallel(jobs, concurrency, (job) => run(system, job)),
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
      const found = await boss.findJobs<Envelope>(deadLetterQueue, { data: { tenantId } });
      return found.slice(0, limit).map((job) => ({
        id: job.id,
        job: job.sourceName ?? 'unknown',
        tenantId,
        failedAt: job.createdOn,
        reason: readReason(job.output),
      }));
    },

    redrive: (tenantId, ids) => boss.redrive(deadLetterQueue, { ids, data: { tenantId } }),

    async stop() {
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
