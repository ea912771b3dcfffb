import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

/** Who may import whom. Each rule that is broken is said in a sentence, with the file. */

const root = resolve(import.meta.dirname, '..');
const source = join(root, 'backend/src');

/** What a capability may call, through the other's index.ts. Growing this list is a decision. */
const mayCall: Record<string, string[]> = {
  tenants: [],
  contacts: ['tenants'],
  compliance: ['tenants', 'contacts'],
  email: ['tenants', 'contacts', 'compliance'],
  sequences: ['tenants', 'contacts', 'compliance', 'email'],
  engagement: ['contacts', 'email'],
  scoring: ['engagement'],
  'crm-sync': ['tenants', 'contacts', 'compliance', 'email'],
};
const capabilities = Object.keys(mayCall);
/** The files that define a socket; a vendor may import these of a capability, and nothing else. */
const sockets = ['tenants/oauth.ts', 'email/mailbox.ts', 'email/dns.ts', 'crm-sync/crm.ts', 'api/surface.ts'];
/** The only tables a capability's queries may touch. */
const tables: Record<string, string[]> = {
  tenants: [
    'tenant',
    'member',
    'memberIdentity',
    'crmConnection',
    'connectionProblem',
    'orgKey',
    'vendorGrant',
    'oauthState',
    'apiKey',
  ],
  contacts: ['contact', 'contactRecord', 'contactAddress', 'samePersonQuestion'],
  compliance: ['suppression', 'consent'],
  email: [
    'template',
    'templateVersion',
    'mailbox',
    'message',
    'trackingHit',
    'inboundMessage',
    'sendSettings',
    'sendCount',
    'sendingDomain',
  ],
  sequences: ['sequence', 'sequenceVersion', 'enrollment', 'task'],
  engagement: ['engagement'],
  scoring: ['score'],
  'crm-sync': ['crmWrite', 'crmRead', 'crmChanges', 'crmNotice'],
  api: ['automationSecret', 'automationDelivery'],
};

const isTest = (file: string) => /\.(test|contract|harness)\.ts$|-fixtures\.ts$/.test(file);
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !isTest(file),
);
const folderOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '');
const text = (file: string) => readFileSync(join(source, file), 'utf8');

/** Imports of a file: ours relative to backend/src (or to the project), packages by name. */
function imports(file: string): { ours: string[]; packages: string[] } {
  const found = [...text(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
  return {
    ours: found
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(source, resolve(source, dirname(file), name))),
    packages: found.filter((name) => !name.startsWith('.')),
  };
}

it('every file imports only what lies below it', () => {
  const broken: string[] = [];
  for (const file of files) {
    const folder = folderOf(file);
    const { ours, packages } = imports(file);
    const forbid = (condition: boolean, sentence: string) => condition && broken.push(`${file}: ${sentence}`);
    for (const other of ours) {
      const target = folderOf(other);
      if (target === folder) continue;
      if (folder === 'core') forbid(true, `core knows nothing above it, and must not import ${other}.`);
      if (folder === 'vendors')
        forbid(
          target !== 'core' && !sockets.includes(other),
          `a vendor imports core and the sockets it fills, not ${other}.`,
        );
      if (!capabilities.includes(folder)) continue;
      forbid(
        ['vendors', 'api', ''].includes(target),
        `a capability must not know ${other}; vendors reach it through app.ts.`,
      );
      if (!capabilities.includes(target)) continue;
      forbid(
        !mayCall[folder]!.includes(target),
        `${folder} may not call ${target}: let it react to an event, or add it to the list in this test.`,
      );
      forbid(
        mayCall[folder]!.includes(target) && other !== `${target}/index.ts`,
        `only ${target}/index.ts may be imported from outside, not ${other}.`,
      );
    }
    for (const name of packages) {
      if (name === 'pg-boss')
        forbid(!['core/jobs.ts', 'core/db.ts', 'app.ts'].includes(file), 'only core speaks to the queue.');
      if (name === 'hono' || name.startsWith('@hono/'))
        forbid(!['api', ''].includes(folder), 'only the API knows the web server.');
    }
  }
  expect(broken).toEqual([]);
});

it('shared imports nothing of ours', () => {
  const shared = join(root, 'shared');
  const broken = readdirSync(shared, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !isTest(file) && !file.includes('node_modules'))
    .filter((file) =>
      /from '(?:\.\.\/)+(?:backend|hubspot-app)|from '@salesos\/backend/.test(readFileSync(join(shared, file), 'utf8')),
    );
  expect(broken).toEqual([]);
});

it('only queries touch tables, and only those of their own folder', () => {
  const broken: string[] = [];
  const owner = new Map(Object.entries(tables).flatMap(([folder, names]) => names.map((name) => [name, folder])));
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  for (const file of files) {
    const folder = folderOf(file);
    if (!capabilities.includes(folder) && folder !== 'api') continue;
    const code = text(file);
    const isQueries = /(^|[/-])queries\.ts$/.test(file);
    if (!isQueries && /\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql(<[^`]*>)?`/.test(code))
      broken.push(`${file}: SQL belongs into queries.ts.`);
    for (const [name, its] of owner) {
      const touched = new RegExp(
        `(?:selectFrom|insertInto|updateTable|deleteFrom|[jJ]oin)\\('${name}\\b|(?:from|join|into|update)\\s+${snake(name)}\\s`,
      ).test(code);
      if (touched && its !== folder) broken.push(`${file}: the table ${snake(name)} belongs to ${its}.`);
    }
  }
  expect(broken).toEqual([]);
});
