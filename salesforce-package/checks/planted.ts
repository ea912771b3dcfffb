/** For the tests of the checks: a copy of the package with mistakes in it. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Finding } from './project.ts';

const folder = join(import.meta.dirname, '..');
export const main = 'force-app/main/default';
export const client = `${main}/classes/SalesOSClient.cls`;
export const app = `${main}/applications/SalesOS.app-meta.xml`;
export const flow = `${main}/flows/SalesOS_Enroll_Leads.flow-meta.xml`;

export type Mistake = [path: string, find: string | RegExp, put: string];
const copies: string[] = [];

export function removeCopies(): void {
  for (const copy of copies) rmSync(copy, { recursive: true });
}

/** A copy of the package with these mistakes; an empty `find` makes a new file. */
export function planted(mistakes: Mistake[]): string {
  const copy = mkdtempSync(join(tmpdir(), 'salesos-check-'));
  copies.push(copy);
  for (const part of ['force-app', 'unpackaged', 'sfdx-project.json'])
    cpSync(join(folder, part), join(copy, part), { recursive: true });
  for (const [path, find, put] of mistakes) {
    const file = join(copy, path);
    mkdirSync(dirname(file), { recursive: true });
    const text = find === '' ? '' : readFileSync(file, 'utf8');
    const changed = find === '' ? put : text.replace(find, put);
    if (changed === text) throw new Error(`The mistake is not planted: ${path} does not hold ${find}.`);
    writeFileSync(file, changed);
  }
  return copy;
}

export const said = (findings: Finding[]) => findings.map(({ file, line, message }) => `${file}:${line}: ${message}`);
