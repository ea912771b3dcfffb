/** A database of the bench's own, and a running system on it. */

import { capabilities } from '../src/app.ts';
import { systemClock } from '../src/core/clock.ts';
import type { Sockets, System } from '../src/core/ctx.ts';
import { type Ctx, tenantContext } from '../src/core/ctx.ts';
import { type OpenDatabase, openPostgres } from '../src/core/db.ts';
import { type Reaction, reactionJob, reactionsByEvent } from '../src/core/events.ts';
import { createHttp } from '../src/core/http.ts';
import { newId } from '../src/core/ids.ts';
import { type AnyJob, startJobs } from '../src/core/jobs.ts';
import { createLog } from '../src/core/log.ts';
import { migrate } from '../src/core/migrate.ts';
import { createSecrets, deriveKey } from '../src/core/secrets.ts';
import { databaseUrl, onServer } from '../testing/server.ts';

export const serverUrl = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';

let count = 0;

export interface Scratch {
  url: string;
  database: OpenDatabase;
  drop(): Promise<void>;
}

/** A new database with all tables on the PostgreSQL server; `drop` removes it again. */
export async function openScratch(): Promise<Scratch> {
  const name = `salesos_bench_${process.pid}_${count++}`;
  await onServer(serverUrl, `create database ${name}`);
  const url = databaseUrl(serverUrl, name);
  const database = openPostgres(url);
  await migrate(database.db);
  return {
    url,
    database,
    async drop() {
      await database.close();
      await onServer(serverUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

/** Everything the product does with jobs and events, whichever vendor fills its sockets. */
export const wholeProduct = {
  jobs: capabilities.flatMap((part) => part.jobs ?? []),
  reactions: capabilities.flatMap((part) => part.reactions ?? []),
  wakeups: capabilities.flatMap((part) => part.wakeups ?? []),
};

export interface Parts {
  jobs?: AnyJob[];
  reactions?: Reaction[];
  sockets?: Partial<Sockets>;
}

export interface BenchSystem {
  system: System;
  stop(): Promise<void>;
}

/** The product on a database, with real time and nothing at work until the bench asks for it. */
export async function startSystem(
  database: OpenDatabase,
  { jobs = [], reactions = [], sockets = {} }: Parts = {},
): Promise<BenchSystem> {
  const log = createLog('error');
  const http = createHttp({ clock: systemClock, log, loopbackOnly: true });
  const queue = await startJobs(database, [reactionJob, ...jobs], log);
  const system: System = {
    db: database.db,
    jobs: queue,
    reactions: reactionsByEvent(reactions),
    clock: systemClock,
    log,
    secrets: createSecrets([{ id: 'bench', key: deriveKey('bench', 'seal') }], deriveKey('bench', 'fingerprint')),
    http,
    sockets: sockets as Sockets,
    settings: { publicUrl: 'https://app.salesos.example', sandbox: true },
  };
  return {
    system,
    async stop() {
      await queue.stop();
      await http.close();
    },
  };
}

export async function addTenant(system: System): Promise<Ctx> {
  const id = newId(system.clock.now());
  await system.db
    .insertInto('tenant')
    .values({ id, name: 'Bench', postalAddress: '1 Main Street, Springfield', createdAt: system.clock.now() })
    .execute();
  return tenantContext(system, id);
}
