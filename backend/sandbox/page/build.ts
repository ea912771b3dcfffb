/** Bundles the sandbox page into dist/: the page, its style, and the worker that runs HubSpot's bundles. About a second. */
import { copyFile, mkdir } from 'node:fs/promises';
import { build } from 'esbuild';

const at = (path: string) => new URL(path, import.meta.url).pathname;

await mkdir(at('dist'), { recursive: true });
await Promise.all([
  copyFile(at('index.html'), at('dist/index.html')),
  build({
    entryPoints: [
      { in: at('src/main.tsx'), out: 'page' },
      { in: at('src/style/index.css'), out: 'page' },
      { in: at('src/hubspot/host/worker.ts'), out: 'worker' },
    ],
    outdir: at('dist'),
    bundle: true,
    format: 'iife',
    target: ['chrome120', 'firefox121', 'safari17'],
    jsx: 'automatic',
    minify: true,
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  }),
]);
