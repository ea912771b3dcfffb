import { readFile } from 'node:fs/promises';
import { CLOCK_OVERRIDE_SETTING } from 'pg-boss';
import { inject } from 'vitest';
import { type OpenDatabase, openPglite, openPostgres } from '../src/core/db.ts';
import { databaseUrl, onServer } from './server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PGlite dump with all tables, made once per run. */
    pgliteDump: string;
    /** A server database with all tables, to be copied; empty where no server is used. */
    templateDatabase: string;
    serverUrl: string;
  }
}

let count = 0;

/** A database of this test's own with all tables, on the engine that the running project tests. */
export async function openTestDatabase(): Promise<OpenDatabase> {
  const template = inject('templateDatabase');
  if (!template) return openPglite({ memory: true, dump: new Blob([await readFile(inject('pgliteDump'))]) });
  const server = inject('serverUrl');
  const name = `${template}_${process.pid}_${count++}`;
  await onServer(server, `create database ${name} template ${template}`);
  // Our own sessions must read the queue's hand-driven clock too, or what they enqueue carries the real time.
  const database = openPostgres(
    `${databaseUrl(server, name)}?options=${encodeURIComponent(`-c ${CLOCK_OVERRIDE_SETTING}=on`)}`,
    6,
  );
  return {
    ...database,
    close: async () => {
      await database.close();
      await onServer(server, `drop database if exists ${name} with (force)`);
    },
  };
}
