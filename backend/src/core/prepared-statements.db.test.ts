import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { startTestSystem, type TestSystem } from '../../testing/system.ts';
import { type Database, transaction } from './db.ts';

let world: TestSystem;

beforeAll(async () => {
  world = await startTestSystem();
});

/** On one connection, as a transaction is. */
const prepared = async (db: Database) =>
  (await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db)).rows.map(
    (row) => row.statement,
  );

describe('a statement that is asked again and again', () => {
  it('gives the same answers throughout, and is prepared', async () => {
    await transaction(world.system.db, async (db) => {
      const answers: number[] = [];
      for (let index = 0; index < 12; index++) {
        const { rows } = await sql<{ n: number }>`select ${index}::int as n from generate_series(1, ${1}::int)`.execute(
          db,
        );
        answers.push(rows[0]!.n);
      }
      expect(answers).toEqual(Array.from({ length: 12 }, (_, index) => index));
      const found = (await prepared(db)).filter((text) => text.includes('generate_series(1'));
      expect(found).toHaveLength(1);
    });
  });

  it('is not prepared with all columns of a table, whose number may change', async () => {
    await transaction(world.system.db, async (db) => {
      for (let index = 0; index < 12; index++)
        await db.selectFrom('tenant').selectAll().where('name', '=', 'x').execute();
      expect((await prepared(db)).filter((text) => text.includes('"tenant"'))).toEqual([]);
    });
  });

  it('fails at most once on a connection when its table has changed', async () => {
    const { db } = world.system;
    await sql`create table changing (value integer)`.execute(db);
    await sql`insert into changing values (1)`.execute(db);
    const ask = () =>
      db.connection().execute(async (db) => sql`select value from changing where value::int = ${1}::int`.execute(db));
    for (let index = 0; index < 12; index++) await ask();
    await sql`alter table changing alter column value type text`.execute(db);
    await ask().catch((error) => expect(error.code).toBe('0A000'));
    expect((await ask()).rows).toEqual([{ value: '1' }]);
  });
});
