/**
 * Everything about the HubSpot project that can be checked without a HubSpot account. Run by `npm run check:hubspot`.
 * `hs project validate` needs an account; run it before a release.
 */
import { checkAgreement } from './check/check-agreement.ts';
import { checkBundles, checkTypes } from './check/check-code.ts';
import { checkFiles } from './check/check-files.ts';
import { checkWithHubspotTools } from './check/check-with-hubspot-tools.ts';
import { readProject } from './check/project.ts';

const folder = import.meta.dirname;
const project = readProject(folder);
const { components, wrong } = checkFiles(project);

const checks: [string, () => string[] | Promise<string[]>][] = [
  ['files in place and of a shape HubSpot accepts', () => wrong],
  ['files agree with each other and with the contract', () => checkAgreement(project, components)],
  ['types', () => checkTypes(folder)],
  ['bundles', () => checkBundles(folder)],
  ['HubSpot’s own parser and lint rules', () => checkWithHubspotTools(folder)],
];

let faults = 0;
for (const [name, check] of checks) {
  const sentences = await check();
  faults += sentences.length;
  console.log(`${sentences.length === 0 ? 'ok  ' : 'FAIL'}  ${name}`);
  for (const sentence of sentences) console.log(`      ${sentence}`);
}
if (faults > 0) process.exitCode = 1;
