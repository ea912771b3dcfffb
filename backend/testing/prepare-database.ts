import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { CamelCasePlugin, Kysely, PGliteDialect } from 'kysely';
import { fromPglite, PgBoss } from 'pg-boss';
import type { TestProject } from 'vitest/node';
import { openPostgres } from '../src/core/db.ts';
import { migrate } from '../src/core/migrate.ts';
import type { Tables } from '../src/core/tables.ts';
import { databaseUrl, onServer } from './server.ts';

/** Makes, once per run, what every test copies: a PGlite dump, or a template database on the project's server. */
export default async function prepare(project: TestProject): Promise<() => Promise<void>> {
  const server = project.config.provide.serverUrl ?? '';
  if (server) {
    const name = `salesos_test_${process.pid}`;
    await onServer(server, `create database ${name}`);
    const database = openPostgres(databaseUrl(server, name));
    await migrate(database.db);
    await database.close();
    await prepareQueue({ connectionString: databaseUrl(server, name), max: 1 });
    project.provide('templateDatabase', name);
    project.provide('pgliteDump', '');
    return () => onServer(server, `drop database if exists ${name} with (force)`);
  }
  const pglite = new PGlite();
  await migrate(new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }), plugins: [new CamelCasePlugin()] }));
  await prepareQueue({ db: fromPglite(pglite), backend: 'pglite' });
  const folder = await mkdtemp(join(tmpdir(), 'salesos-test-'));
  const dump = join(folder, 'tables.tar');
  await writeFile(dump, Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer()));
  await pglite.close();
  project.provide('templateDatabase', '');
  project.provide('pgliteDump', dump);
  return () => rm(folder, { recursive: true, force: true });
}

async function prepareQueue(connection: ConstructorParameters<typeof PgBoss>[0] & object): Promise<void> {
  const boss = new PgBoss({ ...connection, schema: 'pgboss', schedule: false, supervise: false });
  await boss.start();
  await boss.stop({ graceful: false });
}
