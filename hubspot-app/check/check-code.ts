/** Does the code of the surfaces compile and bundle, and does the bundle have the shape HubSpot's worker loads? */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
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

/** Bundles a copy of `src` alone, because that is all that HubSpot's builder gets: nothing above it may be needed. */
export async function checkBundles(folder: string): Promise<string[]> {
  const copy = mkdtempSync(join(tmpdir(), 'salesos-hubspot-'));
  const built = join(copy, 'dist');
  try {
    cpSync(join(folder, 'src'), join(copy, 'src'), {
      recursive: true,
      filter: (path) => !['node_modules', 'dist'].includes(basename(path)),
    });
    symlinkSync(join(folder, '..', 'node_modules'), join(copy, 'node_modules'));
    await buildSurfaces(built, join(copy, 'src'));
    return readdirSync(built)
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => bundleFaults(name, readFileSync(join(built, name), 'utf8')));
  } catch (error) {
    return [`HubSpot’s bundler refuses the code: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** HubSpot's worker provides React and RemoteUI and nothing else; a bundle is one function called with them. */
export function bundleFaults(name: string, code: string): string[] {
  return [
    ...(/^\(function\([^)]*\) \{/.test(code) && /\}\)\((\{\}, )?React, RemoteUI\);\s*$/.test(code)
      ? []
      : [`${name} is not one function called with React and RemoteUI.`]),
    ...(/\bextend\(/.test(code) ? [] : [`${name} never calls hubspot.extend, so nothing would be drawn.`]),
    ...(/\bReact\.createElement\(/.test(code)
      ? [`${name} draws with a global React: its folder lacks a tsconfig.json with "jsx": "react-jsx".`]
      : []),
    ...(/\bZodError\b/.test(code) ? [`${name} holds zod: import types only from the shared contract.`] : []),
    ...(code.length > 300_000 ? [`${name} has ${code.length} characters; a card should stay below 300,000.`] : []),
  ];
}
