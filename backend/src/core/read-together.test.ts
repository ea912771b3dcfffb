import { expect, it } from 'vitest';
import type { Database } from './db.ts';
import { type RowKey, readTogether } from './read-together.ts';

const db = { isTransaction: false } as Database;

it('look-ups of one moment share a statement and get their own tenant’s row', async () => {
  const statements: RowKey[][] = [];
  const find = readTogether(async (_, keys) => {
    statements.push(keys);
    return keys.filter(({ id }) => id !== 'missing').map((key) => ({ ...key, name: `${key.tenantId}-${key.id}` }));
  });
  const found = await Promise.all([
    find({ db, tenantId: 'a' }, '1'),
    find({ db, tenantId: 'b' }, '1'),
    find({ db, tenantId: 'a' }, 'missing'),
    find({ db, tenantId: 'a' }, '1'),
  ]);
  expect(found.map((row) => row?.name)).toEqual(['a-1', 'b-1', undefined, 'a-1']);
  expect(statements).toHaveLength(1);
  expect(statements[0]).toHaveLength(3);
});

it('what was changed since the last look-up is seen by the next one', async () => {
  let version = 1;
  const find = readTogether(async (_, keys) => keys.map((key) => ({ ...key, version })));
  expect((await find({ db, tenantId: 'a' }, '1'))?.version).toBe(1);
  version = 2;
  expect((await find({ db, tenantId: 'a' }, '1'))?.version).toBe(2);
});

it('inside a transaction the transaction itself is asked', async () => {
  const asked: Database[] = [];
  const transaction = { isTransaction: true } as Database;
  const find = readTogether(async (on, keys) => {
    asked.push(on);
    return keys;
  });
  await Promise.all([find({ db: transaction, tenantId: 'a' }, '1'), find({ db: transaction, tenantId: 'a' }, '2')]);
  expect(asked).toEqual([transaction, transaction]);
});
