import { TestClock } from 'pg-boss';
import { afterAll } from 'vitest';
import type { Clock } from '../src/core/clock.ts';
import { type Ctx, type Sockets, type System, tenantContext } from '../src/core/ctx.ts';
import type { OpenDatabase } from '../src/core/db.ts';
import { type Reaction, reactionJob, reactionsByEvent } from '../src/core/events.ts';
import { createHttp } from '../src/core/http.ts';
import { newId } from '../src/core/ids.ts';
import { type AnyJob, startJobs } from '../src/core/jobs.ts';
import { createLog } from '../src/core/log.ts';
import { createSecrets, deriveKey } from '../src/core/secrets.ts';
import { openTestDatabase } from './database.ts';
import { monday } from './monday.ts';

export interface TestSystem {
  system: System;
  database: OpenDatabase;
  /** Moves the product's time and the queue's time together; nothing runs by itself. */
  setTime(to: Date): Promise<void>;
  advance(seconds: number): Promise<void>;
  /** Runs all jobs that are due, reactions included, until nothing is left. */
  runJobs(): Promise<number>;
  /** A tenant of its own: id, context and name. */
  tenant(name?: string): Promise<Ctx>;
}

export { monday };

/** A running system on a fresh database with a clock moved by hand. Closed after the test file by itself. */
export async function startTestSystem(
  parts: { sockets?: Sockets; jobs?: AnyJob[]; reactions?: Reaction[]; now?: Date } = {},
): Promise<TestSystem> {
  const database = await openTestDatabase();
  const queueClock = new TestClock(parts.now ?? monday);
  const clock: Clock = { now: () => new Date(queueClock.now()) };
  const log = createLog(process.env.TEST_LOG ?? 'silent');
  const jobs = await startJobs(database, [reactionJob, ...(parts.jobs ?? [])], log, queueClock);
  const http = createHttp({ clock, log, loopbackOnly: true });
  const system: System = {
    db: database.db,
    jobs,
    reactions: reactionsByEvent(parts.reactions ?? []),
    clock,
    log,
    secrets: createSecrets([{ id: 'test', key: deriveKey('test', 'seal') }], deriveKey('test', 'fingerprint')),
    http,
    sockets: parts.sockets ?? ({} as Sockets),
    settings: { publicUrl: 'https://app.salesos.test', sandbox: true },
  };
  afterAll(async () => {
    await jobs.stop();
    await http.close();
    await database.close();
  });
  // One millisecond is ticked after each jump: that fires each timer of the queue that the jump passed once.
  const setTime = async (to: Date) => {
    await queueClock.setTime(to.getTime() - 1);
    await queueClock.tick(1);
  };
  return {
    system,
    database,
    setTime,
    advance: (seconds) => setTime(new Date(clock.now().getTime() + seconds * 1000)),
    runJobs: () => jobs.drain(system),
    async tenant(name = 'Acme') {
      const id = newId(clock.now());
      await database.db
        .insertInto('tenant')
        .values({ id, name, postalAddress: '1 Main Street, Springfield', createdAt: clock.now() })
        .execute();
      return tenantContext(system, id);
    },
  };
}
