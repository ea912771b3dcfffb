import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { openPglite, openPostgres } from '../src/core/db.ts';
import { migrate } from '../src/core/migrate.ts';

/** A process that migrates a database, and is killed at its n-th statement (0: never). Says which migrations it ran. */
const [target = '', dieAt = '0'] = process.argv.slice(2);
let statements = 0;
for (const prototype of [pg.Client.prototype, PGlite.prototype]) {
  const query = prototype.query;
  Reflect.set(prototype, 'query', function (this: unknown, ...given: unknown[]) {
    if (++statements === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
    return Reflect.apply(query, this, given);
  });
}
const database = target.startsWith('postgres') ? openPostgres(target) : await openPglite({ folder: target });
const ran = await migrate(database.db);
await database.close();
console.log(JSON.stringify({ ran, statements }));
