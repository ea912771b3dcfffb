import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from '../../tools/install.ts';

/**
 * HubSpot's own parser and lint rules. They live in `toolchain/` with a lockfile of their own (130 MB), installed on
 * first use with a message; without a network the check says so instead of passing in silence.
 */
export function checkWithHubspotTools(folder: string): string[] {
  const toolchain = join(folder, 'toolchain');
  if (!ensureInstalled(toolchain, 'HubSpot’s parser and lint rules (130 MB)')) {
    return ['HubSpot’s parser and lint rules could not be installed: npm ci failed in hubspot-app/toolchain.'];
  }
  const printed = execFileSync(process.execPath, ['check.js'], { cwd: toolchain, encoding: 'utf8' });
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as string[];
}
