/**
 * Compiles the Lightning components for a browser: `dist/salesos.js` (the components as they stand in the package, over
 * Salesforce's own base components), `dist/slds.css` and the frame that shows them. Skipped when nothing changed.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import lwc from '@lwc/rollup-plugin';
import { rollup } from 'rollup';
import { writeStaleFiles } from '../generate.ts';
import { platform } from './platform.ts';

const here = import.meta.dirname;
const components = join(here, '../force-app/main/default/lwc');
const dist = join(here, '../dist');
const packageFile = createRequire(import.meta.url).resolve('@salesforce-ux/design-system/package.json');
const styles = join(packageFile, '../assets/styles/salesforce-lightning-design-system.min.css');

/** Changes with every file that goes into the bundle, and with the versions of the packages. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const folder of [components, here])
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort())
      if (/\.(js|html|css|ts)$/.test(path)) hash.update(path).update(readFileSync(join(folder, path)));
  return hash.update(readFileSync(join(here, '../../package.json'))).digest('hex');
}

/** What a bundler for the platform would settle: a browser, in production. */
function settle(code: string): string {
  return code.replaceAll('import.meta.env.SSR', 'false').replaceAll('process.env.NODE_ENV', '"production"');
}

/** Compiles into `folder`, which is empty. */
async function bundle(folder: string): Promise<void> {
  // The compiler takes a component's namespace from its folder: `c` is the package's own.
  const modules = join(folder, 'modules');
  mkdirSync(modules);
  symlinkSync(components, join(modules, 'c'), 'junction');
  const built = await rollup({
    input: join(here, 'mount.js'),
    plugins: [
      platform(components),
      lwc({
        rootDir: here,
        modules: [{ dir: modules }, { npm: 'lightning-base-components' }],
        enableDynamicComponents: true,
        enableSyntheticElementInternals: true,
        exclude: [/\/node_modules\/@lwc\//, /\0/, join(here, '*.js')],
      }),
      { name: 'constants', transform: (code) => ({ code: settle(code), map: null }) },
    ],
    onwarn(warning, warn) {
      const isUsual = warning.code === 'CIRCULAR_DEPENDENCY' || warning.code === 'THIS_IS_UNDEFINED';
      if (!isUsual && !warning.id?.includes('node_modules')) warn(warning);
    },
  });
  await built.write({ file: join(folder, 'salesos.js'), format: 'iife', name: 'salesos', inlineDynamicImports: true });
  copyFileSync(styles, join(folder, 'slds.css'));
  for (const name of ['frame.html', 'frame.js']) copyFileSync(join(here, name), join(folder, name));
}

/** Builds where something changed; two builds at once do not see each other's halves. */
export async function buildSalesforce(): Promise<void> {
  writeStaleFiles();
  const now = fingerprint();
  const stamp = join(dist, 'built-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  mkdirSync(dist, { recursive: true });
  const folder = mkdtempSync(join(dist, '.build-'));
  try {
    await bundle(folder);
    writeFileSync(join(folder, 'built-from'), now);
    for (const name of ['salesos.js', 'slds.css', 'frame.html', 'frame.js', 'built-from'])
      renameSync(join(folder, name), join(dist, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) await buildSalesforce();
