import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openEmbedded } from '../src/core/embedded.ts';
import { watchDisk } from './power-cut-disk.ts';
import { seeded } from './seeded.ts';

/**
 * npm run prove:powercut -- --cuts 20 [--seed 7]
 *
 * Writes rows into an embedded database, opened as the product opens it, lets the power fail at a random moment, and opens
 * what the disk would hold then: does it open, and is every acknowledged row there?
 */
const { values } = parseArgs({
  options: {
    cuts: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    check: { type: 'string' },
  },
});

if (values.check) await check(values.check);
else await prove(Number(values.cuts), seeded(Number(values.seed)));

/** In a process of its own: a database that cannot recover may take its process with it. */
async function check(folder: string): Promise<void> {
  const { pglite } = await openEmbedded({ folder });
  const read = async () =>
    (
      await pglite.query<{ rows: number; torn: number }>(
        'select count(*)::int as rows, (count(*) filter (where length(body) <> 300))::int as torn from row',
      )
    ).rows[0]!;
  const before = await read();
  await pglite.exec('reindex table row');
  const after = await read();
  console.log(JSON.stringify({ ...before, again: after.rows }));
  process.exit(0);
}

async function prove(cuts: number, random: () => number): Promise<void> {
  if (process.platform === 'win32') {
    console.log('Skipped: the power cuts, because a folder cannot be flushed on Windows.');
    return;
  }
  const total = { acknowledged: 0, lost: 0, unopened: 0, torn: 0, flushes: 0 };
  for (let n = 0; n < cuts; n++) {
    const { acknowledged, flushes, found } = await cutOnce(random);
    total.acknowledged += acknowledged;
    total.flushes += flushes;
    if (!found) total.unopened++;
    total.lost += Math.max(0, acknowledged - (found?.rows ?? 0));
    if (found && (found.torn > 0 || found.again !== found.rows)) total.torn++;
  }
  const { acknowledged, lost, unopened, torn } = total;
  const perCommit = (total.flushes / acknowledged).toFixed(1);
  console.log(
    `${cuts} power cuts, ${acknowledged} acknowledged rows: ${lost} lost, ${unopened} databases that do not open, ${torn} damaged; ${perCommit} flushes a commit (seed ${values.seed})`,
  );
  process.exit(lost + unopened + torn === 0 && acknowledged > 0 ? 0 : 1);
}

async function cutOnce(random: () => number) {
  const parent = mkdtempSync(join(tmpdir(), 'salesos-powercut-'));
  const [folder, image] = [join(parent, 'database'), join(parent, 'image')];
  const begin = await openEmbedded({ folder });
  await begin.pglite.exec('create table row (id int primary key, body text not null); checkpoint');
  await begin.pglite.close();
  begin.release();
  cpSync(folder, image, { recursive: true });

  const disk = watchDisk(folder, image);
  const { pglite, release } = await openEmbedded({ folder });
  const acknowledged = 30 + Math.floor(random() * 200);
  const checkpointAfter = Math.floor(random() * acknowledged);
  for (let id = 1; id <= acknowledged; id++) {
    await pglite.query('insert into row values ($1, $2)', [id, 'x'.repeat(300)]);
    if (id === checkpointAfter) await pglite.exec('checkpoint');
  }
  disk.powerCut(random);
  const output = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--check', image], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  await pglite.close();
  release();
  rmSync(parent, { recursive: true, force: true });
  return { acknowledged, flushes: disk.flushes(), found: readFound(output.stdout) };
}

function readFound(output: string): { rows: number; torn: number; again: number } | null {
  try {
    return JSON.parse(output.trim().split('\n').at(-1)!);
  } catch {
    return null;
  }
}
