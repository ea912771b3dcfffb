import { AsyncLocalStorage } from 'node:async_hooks';
import { CamelCasePlugin, Kysely, PGliteDialect, PostgresDialect, type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { type ConstructorOptions, fromKysely, fromPglite } from 'pg-boss';
import { type EmbeddedStore, openEmbedded } from './embedded.ts';
import { PreparingClient } from './prepared-statements.ts';
import type { Tables } from './tables.ts';

/** Kysely over PostgreSQL or the embedded PGlite; inside a transaction it is that transaction. */
export type Database = Kysely<Tables>;

export interface OpenDatabase {
  db: Database;
  engine: 'postgres' | 'pglite';
  /** How pg-boss reaches the same database. */
  bossConnection: ConstructorOptions;
  /** Fresh planner statistics, of one table or of all. A server does this by itself within a minute; PGlite never does. */
  analyze(table?: string): Promise<void>;
  close(): Promise<void>;
}

/** How pg-boss runs a statement. */
type BossDatabase = NonNullable<ConstructorOptions['db']>;

const openTransaction = new AsyncLocalStorage<{ boss: BossDatabase; open: boolean }>();

/** True while the calling code runs inside a transaction: the moment at which no network call may be made. */
export const insideTransaction = (): boolean => openTransaction.getStore()?.open === true;

/** Runs `work` in a transaction, or in the one already open. */
export async function transaction<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db);
  return db.transaction().execute(async (trx) => {
    const context = { boss: bossThrough(trx), open: true };
    try {
      return await openTransaction.run(context, () => work(trx));
    } finally {
      context.open = false;
    }
  });
}

/** pg-boss on our connection or transaction, without our renaming of columns. */
export const bossThrough = (db: Database): BossDatabase => fromKysely(db.withoutPlugins());

/** Nested keys of JSON columns are data and keep their spelling. */
const plugins = [new CamelCasePlugin({ maintainNestedObjectKeys: true })];

/** Opens a PostgreSQL server. `connectionCount` bounds our own pool; pg-boss holds four more. */
export function openPostgres(url: string, connectionCount = 10): OpenDatabase {
  const pool = new pg.Pool({ connectionString: url, max: connectionCount, Client: PreparingClient });
  // A dropped idle connection is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins });
  return {
    db,
    engine: 'postgres',
    bossConnection: { connectionString: url, max: 4 },
    analyze: async (table) => {
      await sql`analyze ${table ? sql.table(table) : sql``}`.execute(db);
    },
    close: () => db.destroy(),
  };
}

const vacuumEveryMilliseconds = 300_000;

/** Opens the embedded database in a folder, or in memory. */
export async function openPglite(store: EmbeddedStore): Promise<OpenDatabase> {
  const { pglite, release } = await openEmbedded(store);
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }), plugins });
  const own = fromPglite(pglite);
  // One session serves both. pg-boss's own statements, issued while our transaction is open, must join it: waiting for
  // the session would wait for ourselves.
  const oneSession: BossDatabase = {
    ...own,
    executeSql(text, values) {
      const context = openTransaction.getStore();
      return context?.open ? context.boss.executeSql(text, values) : own.executeSql(text, values);
    },
  };
  const analyze = async (table = ''): Promise<void> => {
    await pglite.exec(`vacuum (analyze) ${table}`);
  };
  // PGlite has no autovacuum. A failure is only a late one: the next turn comes.
  const vacuum = setInterval(() => void analyze().catch(() => {}), vacuumEveryMilliseconds).unref();
  return {
    db,
    engine: 'pglite',
    bossConnection: { db: oneSession, backend: 'pglite' },
    analyze,
    close: async () => {
      clearInterval(vacuum);
      await db.destroy();
      release();
    },
  };
}

/** A value for a jsonb column, an array included. */
export const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`;
