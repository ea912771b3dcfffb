/** The package and the backend meet by names that no compiler compares. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fieldNames } from '../generate-objects.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const packaged = (path: string) => read(`salesforce-package/force-app/main/default/${path}`);
const names = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => name?.toLowerCase()).sort();

test('Apex sends the headers that the backend reads', () => {
  const sent = names(packaged('classes/SalesOSClient.cls'), /setHeader\('(SalesOS-[\w-]+)'/g);
  const readNames = names(read('backend/src/api/salesforce-surface.ts'), /'(salesos-[\w-]+)'/g);
  expect(sent).toHaveLength(5);
  expect(readNames).toEqual(sent);
});

test('the backend writes the fields that the package has', () => {
  const list = /fieldNames = \[([^\]]*)\]/.exec(read('backend/src/vendors/salesforce/fields.ts'))?.[1] ?? '';
  expect(names(list, /'(\w+__c)'/g)).toEqual(fieldNames.map((name) => name.toLowerCase()).sort());
});

test('the backend puts the key where the packaged credential takes it from', () => {
  const pushed = read('backend/src/vendors/salesforce/org-key.ts');
  const credential = packaged('externalCredentials/SalesOS.externalCredential-meta.xml');
  const principal = /principalName: '(\w+)'/.exec(pushed)?.[1];
  const parameter = /credentials: \{ (\w+):/.exec(pushed)?.[1];
  expect(pushed).toMatch(/externalCredential: `\$\{namespace\}SalesOS`/);
  expect(credential).toContain(`<parameterName>${principal}</parameterName>`);
  expect(credential).toContain(`{!'Bearer ' &amp; $Credential.SalesOS.${parameter}}`);
});

test('the setup page leads to the address where the backend connects an org', () => {
  expect(packaged('classes/SalesOSSetupController.cls')).toContain("'/connect/salesforce?host='");
  expect(read('backend/src/api/connect.ts')).toMatch(/const \{ link, host \} = c\.req\.query\(\)/);
});

test('the package’s namespace is the one the backend expects unless told otherwise', () => {
  const { namespace } = JSON.parse(read('salesforce-package/sfdx-project.json')) as { namespace: string };
  const setting = /SALESFORCE_PACKAGE_NAMESPACE:[\s\S]*?\.default\('(\w*)'\)/.exec(read('backend/src/config.ts'))?.[1];
  expect(setting).toBe(namespace);
});
