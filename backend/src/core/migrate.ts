import { promises as fs } from 'node:fs';
import { sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import type { Database } from './db.ts';

const folder = new URL('../../../migrations/', import.meta.url);

/** `migrations/0001-….ts`, in order, without the ending. */
async function migrationNames(): Promise<string[]> {
  const files = (await fs.readdir(folder)).filter((name) => /^\d{4}-.*\.ts$/.test(name)).sort();
  return files.map((name) => name.slice(0, -3));
}

const provider: MigrationProvider = {
  async getMigrations() {
    const found: Record<string, Migration> = {};
    for (const name of await migrationNames()) found[name] = await import(new URL(`${name}.ts`, folder).href);
    return found;
  },
};

/** Brings the tables up to date. Safe to run from several processes at once; throws what the failing migration threw. */
export async function migrate(db: Database): Promise<string[]> {
  if (await isUpToDate(db)) return [];
  const { error, results } = await new Migrator({ db: db.withoutPlugins(), provider }).migrateToLatest();
  if (error) throw error;
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

/** Names of migrations that this version has and the database has not. */
export async function pendingMigrations(db: Database): Promise<string[]> {
  const all = await new Migrator({ db: db.withoutPlugins(), provider }).getMigrations();
  return all.filter(({ executedAt }) => !executedAt).map(({ name }) => name);
}

/** Asked first, because the migrator's own look at the tables takes half of a second on the embedded database. */
async function isUpToDate(db: Database): Promise<boolean> {
  const plain = db.withoutPlugins();
  const known = await sql<{ there: boolean }>`select to_regclass('kysely_migration') is not null as there`.execute(
    plain,
  );
  if (!known.rows[0]?.there) return false;
  const done = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(plain);
  return done.rows.map(({ name }) => name).join() === (await migrationNames()).join();
}
