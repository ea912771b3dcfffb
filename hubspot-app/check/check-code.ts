/** Does the code of the surfaces compile and bundle, and does the bundle have the shape HubSpot's worker loads? */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSurfaces } from '../build.ts';

/** Types of the surfaces and of their tests; one sentence per error. */
export function checkTypes(folder: string): string[] {
  const compiler = join(folder, '..', 'node_modules', '.bin', 'tsc');
  try {
    execFileSync(compiler, ['--noEmit', '--pretty', 'false', '-p', folder], { encoding: 'utf8', stdio: 'pipe' });
    return [];
  } catch (error) {
    const output = String((error as { stdout?: string }).stdout ?? error);
    return output.split('\n').filter((line) => line.includes('error TS'));
  }
}

export async function checkBundles(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'salesos-hubspot-'));
  try {
    await buildSurfaces(folder);
    return readdirSync(folder)
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => bundleFaults(name, readFileSync(join(folder, name), 'utf8')));
  } catch (error) {
    return [`HubSpot’s bundler refuses the code: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** HubSpot's worker provides React and RemoteUI and nothing else; a bundle is one function called with them. */
export function bundleFaults(name: string, code: string): string[] {
  return [
    ...(/^\(function\([^)]*\) \{/.test(code) && /\}\)\((\{\}, )?React, RemoteUI\);\s*$/.test(code)
      ? []
      : [`${name} is not one function called with React and RemoteUI.`]),
    ...(/\bextend\(/.test(code) ? [] : [`${name} never calls hubspot.extend, so nothing would be drawn.`]),
    ...(/\bZodError\b/.test(code) ? [`${name} holds zod: import types only from the shared contract.`] : []),
    ...(code.length > 300_000 ? [`${name} has ${code.length} characters; a card should stay below 300,000.`] : []),
  ];
}
