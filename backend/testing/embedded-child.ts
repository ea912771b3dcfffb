import { openEmbedded } from '../src/core/embedded.ts';

/** A process that opens an embedded database and writes rows until it is killed; it says so of each row that is committed. */
const [folder = '', first = '1'] = process.argv.slice(2);
try {
  const { pglite } = await openEmbedded({ folder });
  await pglite.exec('create table if not exists row (id int primary key)');
  process.stdout.write('open\n');
  for (let id = Number(first); ; id++) {
    await pglite.query('insert into row values ($1)', [id]);
    process.stdout.write(`${id}\n`);
  }
} catch (error) {
  process.stdout.write(`${(error as Error).message}\n`);
  process.exit(3);
}
