/**
 * The benches. `npm run bench` runs all of them, `npm run bench -- send tracking` some, `-- --list` names them.
 * `--rounds 7`, `--size 0.1` (smaller, for development), `--markdown` (a table to paste), `--readme` (writes it there).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type Figure, markdownTable, met, plainTable } from './report.ts';
import { serverUrl } from './scratch.ts';

const names = ['jobs', 'latency', 'enroll', 'send', 'tracking', 'embedded'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean' },
    rounds: { type: 'string', default: '5' },
    size: { type: 'string', default: '1' },
    markdown: { type: 'boolean' },
    readme: { type: 'boolean' },
  },
});

async function main(): Promise<void> {
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no bench called ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  if (values.list) return console.log(names.join('\n'));
  const server = await serverVersion();
  const scale = { rounds: Number(values.rounds), size: Number(values.size) };
  const figures: Figure[] = [];
  for (const name of positionals.length > 0 ? positionals : names) {
    const { bench } = await import(`./${name}.ts`);
    console.error(`${name}: ${bench.about}`);
    const measured: Figure[] = await bench.run(scale);
    figures.push(...measured);
    if (!values.markdown) console.log(`${plainTable(measured)}\n`);
  }
  const table = `${machine(server, scale)}\n\n${markdownTable(figures)}`;
  if (values.markdown) console.log(table);
  if (values.readme) await writeReadme(table);
  const missed = figures.filter((figure) => met(figure) === false).length;
  console.error(missed === 0 ? 'Every goal was met.' : `${missed} of ${figures.length} goals were missed.`);
}

async function serverVersion(): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl, connectionTimeoutMillis: 3000 });
  try {
    await client.connect();
    const { rows } = await client.query('show server_version');
    return String(rows[0].server_version).split(' ')[0]!;
  } catch (error) {
    throw new Error(`The benches need PostgreSQL, and none answers at ${new URL(serverUrl).host}. Set DATABASE_URL.`, {
      cause: error,
    });
  } finally {
    await client.end().catch(() => {});
  }
}

function machine(server: string, { rounds, size }: { rounds: number; size: number }): string {
  const [cpu] = cpus();
  const cores = `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'})`;
  const smaller = size === 1 ? '' : ` Size ${size} of the full one.`;
  return `Measured on ${cores}, Node ${process.versions.node}, PostgreSQL ${server}: medians of ${rounds} rounds, ours and what is beside it in turn.${smaller}`;
}

/** Replaces what stands between the two marks. */
async function writeReadme(table: string): Promise<void> {
  const file = new URL('../../README.md', import.meta.url);
  const [start, end] = ['<!-- bench -->', '<!-- /bench -->'];
  const text = await readFile(file, 'utf8');
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md lacks the marks ${start} and ${end}.`);
  await writeFile(file, `${text.slice(0, from + start.length)}\n${table}\n${text.slice(to)}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
