/**
 * Writes what the package needs of `shared`: neither Apex nor Lightning components can import it. `node salesforce-package/generate.ts` writes the files;
 * a test fails while one of them differs from what this would write.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { actionClasses, pathsClass } from './generate-apex.ts';
import { componentModules } from './generate-components.ts';
import { perObject } from './generate-objects.ts';
import { metadataFile } from './metadata.ts';
import { labels } from './wording.ts';

const root = import.meta.dirname;
const { namespace } = JSON.parse(readFileSync(join(root, 'sfdx-project.json'), 'utf8')) as { namespace: string };

/** Path inside the package → content. */
export function generatedFiles(): Record<string, string> {
  const files = {
    'labels/CustomLabels.labels-meta.xml': metadataFile('CustomLabels', {
      labels: Object.entries(labels).map(([fullName, value]) => ({
        fullName,
        categories: 'SalesOS',
        language: 'en_US',
        protected: true,
        shortDescription: fullName.replaceAll('_', ' '),
        value,
      })),
    }),
    ...pathsClass(),
    ...actionClasses(),
    ...componentModules(),
    ...perObject('Contact', namespace),
    ...perObject('Lead', namespace),
  };
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`force-app/main/default/${path}`, text]));
}

/** The generated files that are missing or differ from what is written. */
export function staleFiles(): string[] {
  return Object.entries(generatedFiles())
    .filter(([path, text]) => {
      try {
        return readFileSync(join(root, path), 'utf8') !== text;
      } catch {
        return true;
      }
    })
    .map(([path]) => path);
}

/** Writes those; a file that is as it should be keeps its time. */
export function writeStaleFiles(): number {
  const files = generatedFiles();
  const stale = staleFiles();
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), files[path]!);
  }
  return stale.length;
}

if (import.meta.main) console.log(`${writeStaleFiles()} files written.`);
