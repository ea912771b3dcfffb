/**
 * Everything about the Salesforce package that can be checked without an org. `--fast` leaves out what needs Salesforce's
 * tools and Java; that is what `npm run check` runs. Ends with an error when something is wrong.
 */

import { ensureInstalled } from '../tools/install.ts';
import { checkCodeReferences } from './checks/check-code-references.ts';
import { checkReferences } from './checks/check-references.ts';
import { heavyChecks, type Outcome, toolsFolder } from './checks/heavy-checks.ts';
import { readProject } from './checks/project.ts';
import { staleFiles } from './generate.ts';

const folder = import.meta.dirname;
const project = readProject(folder);
const fast = process.argv.includes('--fast');
let faults = 0;

say('what follows from shared is up to date', {
  skipped: null,
  findings: staleFiles().map((file) => ({ file, line: 1, message: 'Run node salesforce-package/generate.ts.' })),
});
say('everything that is named exists', {
  skipped: null,
  findings: [...project.malformed, ...checkReferences(project), ...checkCodeReferences(project)],
});
if (!fast) {
  const ready = ensureInstalled(toolsFolder, 'Salesforce’s tools (190 MB)');
  for (const { name, run } of heavyChecks)
    say(name, ready ? run(folder) : { findings: [], skipped: 'its tools could not be installed' });
}
if (faults > 0) process.exitCode = 1;

function say(name: string, { findings, skipped }: Outcome): void {
  faults += findings.length;
  console.log(skipped ? `SKIPPED  ${name}: ${skipped}` : `${findings.length === 0 ? 'ok  ' : 'FAIL'}  ${name}`);
  for (const { file, line, message } of findings) console.log(`      ${file}:${line}: ${message}`);
}
