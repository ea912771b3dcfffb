/**
 * Heavy checkers live in folders with lockfiles of their own, so that the project's `npm ci` stays small: each is installed by
 * the check that needs it, with a message.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Installs what the folder's lockfile asks for where it is not there yet; false where that fails, as without a network. */
export function ensureInstalled(folder: string, what: string): boolean {
  if (isInstalled(folder)) return true;
  console.log(`Installing ${what} into ${relative(root, folder)}, once …`);
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  return status === 0;
}

/** True when what npm installed is what the folder's lockfile asks for. */
export function isInstalled(folder: string): boolean {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = packagesIn(join(folder, 'package-lock.json'));
  const present = packagesIn(installed);
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || optional || present[name]?.version === version,
  );
}

function packagesIn(lockfile: string): Record<string, { version?: string; optional?: boolean }> {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}
