/**
 * Compiles the Lightning components for a browser: `dist/salesos.js` (the components as they stand in the package, over
 * Salesforce's own base components), `dist/slds.css` and the frame that shows them. Skipped when nothing changed.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import lwc from '@lwc/rollup-plugin';
import { rollup } from 'rollup';
import { labelsModule, labelsPath } from './labels.ts';
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

function settle(code: string): string {
  return code.replaceAll('import.meta.env.SSR', 'false').replaceAll('process.env.NODE_ENV', '"production"');
}

async function bundle(): Promise<void> {
  // The compiler takes a component's namespace from its folder: `c` is the package's own.
  const modules = join(dist, '.modules');
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
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
      if (
        !['CIRCULAR_DEPENDENCY', 'THIS_IS_UNDEFINED'].includes(warning.code ?? '') &&
        !warning.id?.includes('node_modules')
      )
        warn(warning);
    },
  });
  await built.write({ file: join(dist, 'salesos.js'), format: 'iife', name: 'salesos', inlineDynamicImports: true });
}

if (import.meta.main) {
  writeFileSync(labelsPath, labelsModule());
  const stamp = join(dist, 'built-from');
  const now = fingerprint();
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== now) {
    mkdirSync(dist, { recursive: true });
    await bundle();
    copyFileSync(styles, join(dist, 'slds.css'));
    for (const name of ['frame.html', 'frame.js']) copyFileSync(join(here, name), join(dist, name));
    writeFileSync(stamp, now);
  }
}
