import type { Ctx } from './ctx.ts';
import type { Database } from './db.ts';
import { groupCommit } from './group-commit.ts';

/** A row of a tenant, by its id. */
export interface RowKey {
  tenantId: string;
  id: string;
}

/**
 * Makes a look-up by id that shares its statement with those asked for at the same moment, for whatever tenant. Nothing is
 * remembered: every answer was read after its question. Inside a transaction each is a statement of its own. `read` gives
 * the rows it finds, in any order, each with its key.
 */
export function readTogether<R extends RowKey>(
  read: (db: Database, keys: RowKey[]) => Promise<R[]>,
): (ctx: Pick<Ctx, 'db' | 'tenantId'>, id: string) => Promise<R | undefined> {
  const nameOf = ({ tenantId, id }: RowKey) => `${tenantId} ${id}`;
  const readers = new WeakMap<Database, (key: RowKey) => Promise<R | undefined>>();

  const readerOn = (db: Database) =>
    groupCommit<RowKey, R | undefined>(
      async (keys) => {
        const distinct = new Map(keys.map((key) => [nameOf(key), key]));
        const rows = await read(db, [...distinct.values()]);
        const found = new Map(rows.map((row) => [nameOf(row), row]));
        return keys.map((key) => found.get(nameOf(key)));
      },
      { most: 200, concurrent: 2 },
    );

  return async ({ db, tenantId }, id) => {
    if (db.isTransaction) return (await read(db, [{ tenantId, id }]))[0];
    const reader = readers.get(db) ?? readerOn(db);
    readers.set(db, reader);
    return reader({ tenantId, id });
  };
}
