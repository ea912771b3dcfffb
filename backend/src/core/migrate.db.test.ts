import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { expect, inject, it, onTestFinished } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { databaseUrl, onServer } from '../../testing/server.ts';
import { type OpenDatabase, openPglite, openPostgres } from './db.ts';
import { migrate, pendingMigrations } from './migrate.ts';

const server = inject('serverUrl');
let count = 0;

/** Where a database without any table is: an address, or a folder. */
async function emptyDatabase(): Promise<string> {
  if (!server) {
    const parent = mkdtempSync(join(tmpdir(), 'salesos-migrate-'));
    onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
    return join(parent, 'database');
  }
  const name = `salesos_migrate_${process.pid}_${count++}`;
  await onServer(server, `create database ${name}`);
  onTestFinished(() => onServer(server, `drop database if exists ${name} with (force)`));
  return databaseUrl(server, name);
}

/** Migrates in a process of its own, which is killed at its n-th statement. */
async function migrateApart(target: string, dieAt = 0) {
  const script = new URL('../../testing/migrate-child.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, target, String(dieAt)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (signal) return { signal, ran: [], statements: 0 };
  expect(code).toBe(0);
  return { signal: null, ...(JSON.parse(said) as { ran: string[]; statements: number }) };
}

/** Every column, index and constraint. */
async function shapeOf({ db }: OpenDatabase): Promise<unknown[]> {
  const { rows } = await sql<{ what: string }>`
    select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable as what
      from information_schema.columns where table_schema = 'public'
    union all select indexdef from pg_indexes where schemaname = 'public'
    union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
      where connamespace = 'public'::regnamespace
    order by 1`.execute(db.withoutPlugins());
  return rows;
}

it('a process that is killed in the middle of the migrations leaves nothing that stops the next one', async () => {
  const whole = await openTestDatabase();
  const expected = await shapeOf(whole);
  await whole.close();
  const { ran: all, statements } = await migrateApart(await emptyDatabase());
  expect(all.length).toBeGreaterThan(5);
  // PGlite takes seconds to make a new folder, so fewer moments there.
  const moments = server ? 5 : 2;
  for (let n = 1; n <= moments; n++) {
    const target = await emptyDatabase();
    expect(await migrateApart(target, Math.ceil((statements * n) / moments))).toMatchObject({ signal: 'SIGKILL' });
    await migrateApart(target);
    const database = server ? openPostgres(target) : await openPglite({ folder: target });
    try {
      expect(await pendingMigrations(database.db)).toEqual([]);
      expect(await shapeOf(database)).toEqual(expected);
    } finally {
      await database.close();
    }
  }
}, 180_000);

it.skipIf(!server)('several processes that migrate at once do it once', async () => {
  const target = await emptyDatabase();
  const databases = Array.from({ length: 4 }, () => openPostgres(target, 2));
  const ran = await Promise.all(databases.map(({ db }) => migrate(db)));
  expect(ran.map(({ length }) => length).filter((length) => length > 0)).toHaveLength(1);
  expect(await pendingMigrations(databases[0]!.db)).toEqual([]);
  expect(await migrate(databases[0]!.db)).toEqual([]);
  await Promise.all(databases.map((database) => database.close()));
});
