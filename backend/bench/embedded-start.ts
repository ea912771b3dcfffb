/**
 * Opens an embedded database in a process of its own and says how long that took since the process began. The product keeps
 * its code compiled beside the database, as `main.ts` does.
 */
import { enableCompileCache } from 'node:module';
import { PGlite } from '@electric-sql/pglite';

const [mode, folder] = process.argv.slice(2);

if (mode === 'bare') {
  const pglite = new PGlite(folder!);
  await pglite.query('select 1');
  process.send?.(performance.now());
  await pglite.close();
} else {
  enableCompileCache(`${folder}-compiled`);
  const { openPglite } = await import('../src/core/db.ts');
  const { migrate } = await import('../src/core/migrate.ts');
  const { startSystem, wholeProduct } = await import('./scratch.ts');
  const { serveApi } = await import('./serve.ts');
  const database = await openPglite({ folder: folder! });
  await migrate(database.db);
  const { system, stop } = await startSystem(database, wholeProduct);
  const server = await serveApi(system, database);
  const answer = await fetch(`http://127.0.0.1:${server.port}/t/o/aaaaaaaaaaaaaaaaaaaaaa.gif`);
  if (answer.status !== 200) throw new Error(`The first answer was ${answer.status}.`);
  process.send?.(performance.now());
  await server.close();
  await stop();
  await database.close();
}
process.disconnect?.();
