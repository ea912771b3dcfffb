import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * HubSpot's own parser and lint rules. They live in `toolchain/` with a lockfile of their own (130 MB), installed on
 * first use with a message; without a network the check says so instead of passing in silence.
 */
export function checkWithHubspotTools(folder: string): string[] {
  const toolchain = join(folder, 'toolchain');
  if (!isInstalled(toolchain)) {
    console.log('Installing HubSpot’s parser and lint rules into hubspot-app/toolchain (130 MB, once) …');
    try {
      execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: toolchain, stdio: 'pipe' });
    } catch {
      return ['HubSpot’s parser and lint rules could not be installed: npm ci failed in hubspot-app/toolchain.'];
    }
  }
  const printed = execFileSync(process.execPath, ['check.js'], { cwd: toolchain, encoding: 'utf8' });
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as string[];
}

/** True when what npm installed is what the folder's lockfile asks for. */
export function isInstalled(toolchain: string): boolean {
  const installed = join(toolchain, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = packagesIn(join(toolchain, 'package-lock.json'));
  const present = packagesIn(installed);
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || optional || present[name]?.version === version,
  );
}

function packagesIn(lockfile: string): Record<string, { version?: string; optional?: boolean }> {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}
