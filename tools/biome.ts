/** Runs the formatter and linter with the arguments given, from the project's root. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './install.ts';

const folder = import.meta.dirname;
if (!ensureInstalled(folder, 'the formatter and linter (97 MB)')) {
  console.error('The formatter could not be installed: `npm ci` in tools/ failed (see above).');
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  [join(folder, 'node_modules/@biomejs/biome/bin/biome'), ...process.argv.slice(2)],
  { cwd: join(folder, '..'), stdio: 'inherit' },
);
process.exitCode = status ?? 1;
