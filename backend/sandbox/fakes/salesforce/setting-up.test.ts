import { afterEach, expect, test } from 'vitest';
import { codeOf, type ServedOrg, startOrg } from './fake-salesforce.harness.ts';

let org: ServedOrg;
afterEach(() => org.close());

const version = '04t5g000000NewVAAA';
const request = '/tooling/sobjects/PackageInstallRequest';
const tooling = (text: string) => org.query(text, 'tooling/query');

test('a package is there once its installation has ended well', async () => {
  org = await startOrg();
  org.fake.org.settings.isPackageInstalled = false;
  const all = 'SELECT Id, SubscriberPackageVersionId FROM InstalledSubscriberPackage';
  const { body } = await org.call('POST', request, { SubscriberPackageVersionKey: version });
  expect((await tooling(all)).body.records).toEqual([]);
  expect((await org.query("SELECT Id FROM PermissionSet WHERE Name = 'SalesOS_Rep'")).body.records).toEqual([]);
  org.fake.org.finishInstall();
  expect((await org.call('GET', `${request}/${body.id}`)).body.Status).toBe('SUCCESS');
  expect((await tooling(all)).body.records[0].SubscriberPackageVersionId).toBe(version);
});

test('what is no version, and a user who is no admin, are refused', async () => {
  org = await startOrg();
  expect(codeOf(await org.call('POST', request, { SubscriberPackageVersionKey: '0Ho1' }))).toBe('INVALID_ID_FIELD');
  const [, other] = org.fake.org.users();
  org.token = org.fake.org.connect(org.url, other?.id).access_token;
  expect((await org.call('POST', request, { SubscriberPackageVersionKey: version })).status).toBe(403);
});

test('a permission set is assigned once', async () => {
  org = await startOrg();
  const sets = await org.query(
    "SELECT Id FROM PermissionSet WHERE Name = 'SalesOS_Rep' AND NamespacePrefix = 'salesos'",
  );
  const row = { AssigneeId: org.fake.org.users()[0]?.id, PermissionSetId: sets.body.records[0].Id };
  expect((await org.call('POST', '/sobjects/PermissionSetAssignment', row)).status).toBe(201);
  expect(codeOf(await org.call('POST', '/sobjects/PermissionSetAssignment', row))).toBe('DUPLICATE_VALUE');
});

test('an address of the named credential is kept, and an incomplete one refused', async () => {
  org = await startOrg({ backendUrl: 'https://old.example.com' });
  const path = '/named-credentials/named-credential-setup/salesos__SalesOS';
  const { body } = await org.call('GET', path);
  expect(body.calloutUrl).toBe('https://old.example.com');
  expect((await org.call('PUT', path, { calloutUrl: 'https://new.example.com' })).status).toBe(400);
  await org.call('PUT', path, { ...body, calloutUrl: 'https://new.example.com' });
  expect((await org.call('GET', path)).body.calloutUrl).toBe('https://new.example.com');
});
