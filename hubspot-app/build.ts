/**
 * Builds the three surfaces into `dist/` with HubSpot's own bundler: the function that `uie build-dev` runs, called
 * without the command around it, because the command's other half (a dev server bound to a HubSpot account) brings
 * some 190 MB that nothing here uses.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSingleExtension } from '@hubspot/ui-extensions-dev-server/build';

const surfaces = [
  { folder: 'cards', entry: 'Sidebar' },
  { folder: 'cards', entry: 'Tab' },
  { folder: 'settings', entry: 'Settings' },
];

/**
 * Writes `Sidebar.js`, `Tab.js` and `Settings.js`, each with HubSpot's manifest beside it, into `outputDir`; `source` is
 * the project's `src` or a copy of it.
 */
export async function buildSurfaces(outputDir: string, source = join(import.meta.dirname, 'src')): Promise<void> {
  mkdirSync(outputDir, { recursive: true });
  for (const { folder, entry } of surfaces) {
    const root = join(source, 'app', folder);
    const built = mkdtempSync(join(outputDir, '.build-'));
    try {
      await buildSingleExtension({
        file: join(root, `${entry}.tsx`),
        root,
        outputDir: built,
        minify: false,
        logLevel: 'warn',
        codeCheckingPluginEnabled: true,
      });
      for (const file of [`${entry}.js`, `${entry}-manifest.json`])
        copyFileSync(join(built, file), join(outputDir, file));
    } finally {
      rmSync(built, { recursive: true, force: true });
    }
  }
}

if (import.meta.main) await buildSurfaces(join(import.meta.dirname, 'dist'));
