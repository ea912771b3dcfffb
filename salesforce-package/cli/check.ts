/**
 * Everything about the plugin that can be checked without an org: types, compiling, and its tests, some of which run the
 * commands against a fake org. Installs what they need first. Ends with an error when something is wrong.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureInstalled } from '../../tools/install.ts';

const folder = import.meta.dirname;
const root = createRequire(join(folder, '../../package.json'));
const tool = (name: string, file: string) => join(dirname(root.resolve(`${name}/package.json`)), file);
const typescript = tool('typescript', 'bin/tsc');

if (ensureInstalled(folder, 'what the sf plugin needs (90 MB)')) checkAll();
else {
  console.log('SKIPPED  the sf plugin: `npm ci` in salesforce-package/cli did not succeed (see above).');
  // Where nobody reads the words, only the exit code counts.
  if (process.env.CI) process.exitCode = 1;
}

function checkAll(): void {
  rmSync(join(folder, 'lib'), { recursive: true, force: true });
  const isSound =
    say('its types', run(typescript, '-p', '.')) && say('it compiles', run(typescript, '-p', 'tsconfig.build.json'));
  if (isSound) runTests();
}

function runTests(): void {
  const reports = mkdtempSync(join(tmpdir(), 'salesos-cli-report-'));
  const file = join(reports, 'tests.json');
  const vitest = tool('vitest', 'vitest.mjs');
  const isFine = run(vitest, 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`);
  const report = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Record<
        'numPassedTests' | 'numFailedTests' | 'numPendingTests',
        number
      >)
    : null;
  rmSync(reports, { recursive: true });
  const counts = report
    ? `${report.numPassedTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests} skipped`
    : 'they did not run';
  say(`its tests: ${counts}`, isFine && report !== null);
}

function run(script: string, ...args: string[]): boolean {
  return (
    spawnSync(process.execPath, [script, ...args], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] }).status ===
    0
  );
}

function say(what: string, isFine: boolean): boolean {
  console.log(`${isFine ? 'ok  ' : 'FAIL'}  the sf plugin: ${what}`);
  if (!isFine) process.exitCode = 1;
  return isFine;
}
