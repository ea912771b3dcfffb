/** What is decided without asking anybody. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explain } from '../src/org/ask.ts';
import { calloutApex, readOutcome } from '../src/org/callout-test.ts';
import { isOrgKey } from '../src/org/credentials.ts';
import { judgeAddress, judgeFields, judgePermissionSets } from '../src/org/findings.ts';
import { parseNamespace, parseServerUrl } from '../src/org/flags.ts';
import { adminSet, credentialName, integrationSet, packagedFields, principalName, repSet } from '../src/org/names.ts';
import { describeOrg, type OrgFacts } from '../src/org/org-health.ts';
import { waitFor } from '../src/org/wait.ts';

const packaged = (path: string) =>
  readFileSync(join(import.meta.dirname, '../../force-app/main/default', path), 'utf8');

test('the names are those of the package', () => {
  for (const { objectName, fieldName } of packagedFields) {
    expect(packaged(`objects/${objectName}/fields/${fieldName}.field-meta.xml`)).toContain(fieldName);
    const granted = packaged(`permissionsets/${integrationSet}.permissionset-meta.xml`);
    expect(granted).toContain(`<field>${objectName}.${fieldName}</field>`);
  }
  for (const name of [repSet, adminSet])
    expect(packaged(`permissionsets/${name}.permissionset-meta.xml`)).toContain(`${credentialName}-${principalName}`);
  expect(packaged(`namedCredentials/${credentialName}.namedCredential-meta.xml`)).toContain('SecuredEndpoint');
});

test('waiting pauses 1, 2, 4 and then 5 seconds, and ends', async () => {
  const pauses: number[] = [];
  const pause = async (seconds: number) => pauses.push(seconds);
  expect(await waitFor(async () => null, 20, pause)).toBeNull();
  expect(pauses).toEqual([1, 2, 4, 5, 5]);
  expect(await waitFor(async () => (pauses.length === 7 ? 'there' : null), 20, pause)).toBe('there');
});

describe('a refusal', () => {
  const needs = { act: 'read users', right: 'the permission “View All Users”' };
  test.each([
    ['INVALID_SESSION_ID', 'SignInEnded'],
    ['API_DISABLED_FOR_ORG', 'ApiDisabled'],
    ['REQUEST_LIMIT_EXCEEDED', 'ApiLimitReached'],
    ['INSUFFICIENT_ACCESS', 'NotAllowed'],
    ['ECONNREFUSED', 'NoAnswer'],
    ['ERROR_HTTP_503', 'NoAnswer'],
    ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'Refused'],
  ])('with %s is told as %s, with what to do', (errorCode, name) => {
    const told = explain(Object.assign(new Error('said'), { errorCode }), needs);
    expect(told).toMatchObject({ name, exitCode: 1 });
    expect(told.actions?.length).toBeGreaterThan(0);
  });
});

describe('the callout', () => {
  const message = (said: object) => `System.AssertException: Assertion Failed: SalesOS ${JSON.stringify(said)}`;
  test.each([
    [{ status: 200 }, 'ok'],
    [{ status: 401, code: 'signature_refused' }, 'key_refused'],
    [{ status: 403, code: 'crm_not_connected' }, 'key_refused'],
    [{ status: 503, code: 'vendor_unavailable' }, 'unreachable'],
    [{ failure: "We couldn't access the credential(s)." }, 'no_access'],
    [{ failure: 'Read timed out' }, 'unreachable'],
    // A proxy in between answered with a page: the status is known, the answer is no JSON.
    [{ status: 502, failure: 'Unexpected character' }, 'unreachable'],
  ])('that brings %j home is %s', (said, outcome) => {
    expect(readOutcome(message(said))).toMatchObject({ outcome });
  });
  test('that did not even compile says why', () => {
    expect(readOutcome('Method does not exist')).toEqual({ outcome: 'unreachable', detail: 'Method does not exist' });
    expect(readOutcome('')).toMatchObject({ detail: 'Salesforce did not say why.' });
  });
  test('asks the package’s own credential', () => {
    expect(calloutApex('acme')).toContain("'callout:acme__SalesOS/salesforce/actions/options'");
    expect(calloutApex('')).toContain("'callout:SalesOS/");
  });
});

test('nothing but a namespace becomes part of Apex', () => {
  expect(['salesos', ''].map(parseNamespace)).toEqual(['salesos', '']);
  for (const text of ["a'b", 'a/b', 'a b', '1a', 'x'.repeat(16)])
    expect(() => parseNamespace(text)).toThrow('no namespace');
});

test('the server is an https address without a secret in it', () => {
  expect(parseServerUrl('https://salesos.example.com/')).toBe('https://salesos.example.com');
  expect(parseServerUrl('http://127.0.0.1:8000')).toBe('http://127.0.0.1:8000');
  for (const text of [
    'salesos.example.com',
    'http://salesos.example.com',
    'https://a:b@x.example',
    'https://x.example/?a=b',
  ])
    expect(() => parseServerUrl(text)).toThrow('no address of SalesOS');
});

test('a key of an org has its prefix and its length', () => {
  expect(isOrgKey(`sfo_${'aB3-_'.repeat(8)}abc`)).toBe(true);
  for (const text of ['', 'sfo_short', `sfx_${'a'.repeat(43)}`, `sfo_${'a'.repeat(44)}`])
    expect(isOrgKey(text)).toBe(false);
});

describe('verify', () => {
  const rights = packagedFields.map(({ objectName, fieldName }) => ({
    Field: `${objectName}.salesos__${fieldName}`,
    PermissionsRead: true,
    PermissionsEdit: true,
  }));
  test('adds up what several permission sets grant', () => {
    const reading = rights.map((one) => ({ ...one, PermissionsEdit: false }));
    expect(judgeFields('salesos', 'sam', [...reading, ...rights]).state).toBe('ok');
    expect(judgeFields('salesos', 'sam', reading)).toMatchObject({
      state: 'problem',
      detail: expect.stringContaining('cannot write'),
    });
    expect(judgeFields('salesos', 'sam', rights.slice(1)).detail).toBe('sam cannot see Contact.salesos__Score__c.');
  });
  test('wants somebody to have each permission set', () => {
    const found = judgePermissionSets(new Map([[repSet, 0]]));
    expect(found.map(({ check, detail }) => [check, detail])).toEqual([
      [repSet, 'Nobody has it.'],
      [adminSet, 'This permission set is not in the org.'],
    ]);
    expect(
      judgePermissionSets(
        new Map([
          [repSet, 3],
          [adminSet, 1],
        ]),
      ).every(({ state }) => state === 'ok'),
    ).toBe(true);
  });
  test('compares the address with the one that was asked for', () => {
    const ours = 'https://salesos.example.com';
    expect(judgeAddress(`${ours}/`, ours).state).toBe('ok');
    expect(judgeAddress('https://other.example', ours).detail).toBe(
      `It leads to https://other.example, not to ${ours}.`,
    );
    expect(judgeAddress('http://salesos.example.com', undefined).state).toBe('problem');
    expect(judgeAddress(null, undefined).state).toBe('problem');
  });
});

describe('doctor', () => {
  const now = new Date('2026-03-31T12:00:00Z');
  const fine: OrgFacts = {
    apiCalls: { Max: 100_000, Remaining: 60_000 },
    organization: {
      Name: 'Acme',
      OrganizationType: 'Enterprise Edition',
      InstanceName: 'EU44',
      IsSandbox: false,
      IsReadOnly: false,
    },
    hasEnhancedEmail: true,
    access: { CreatedDate: '2026-03-01T12:00:00.000+0000', LastUsedDate: '2026-03-31T11:00:00.000+0000' },
  };
  const advised = (more: Partial<OrgFacts>) =>
    describeOrg({ ...fine, ...more }, now)
      .filter(({ advice }) => advice !== null)
      .map(({ what }) => what);
  const edition = (OrganizationType: string) => ({ organization: { ...fine.organization, OrganizationType } });

  test('has nothing to advise where all is well', () => {
    expect(advised({})).toEqual([]);
    expect(describeOrg(fine, now).at(-1)?.value).toBe('connected 30 days ago, last used today');
  });
  test('warns from four fifths of the calls on', () => {
    expect(advised({ apiCalls: { Max: 100, Remaining: 21 } })).toEqual([]);
    expect(advised({ apiCalls: { Max: 100, Remaining: 20 } })).toEqual(['API calls today']);
    expect(advised({ apiCalls: null })).toEqual(['API calls today']);
  });
  test('warns about small editions', () => {
    expect(advised(edition('Professional Edition'))).toEqual(['Edition']);
    expect(advised(edition('Group Edition'))).toEqual(['Edition']);
    expect(advised(edition('Developer Edition'))).toEqual([]);
  });
  test('warns when SalesOS did not come for a day, and when it may not come any more', () => {
    const used = (LastUsedDate: string | null) => {
      const line = describeOrg({ ...fine, access: { CreatedDate: null, LastUsedDate } }, now).at(-1);
      return line?.advice ?? line?.value;
    };
    expect(used('2026-03-31T11:00:00Z')).toBe('last used today');
    expect(used('2026-03-30T11:00:00Z')).toContain('29 days from now');
    expect(used('2026-03-01T11:00:00Z')).toContain('Connect again');
    expect(used(null)).toContain('Wait a few minutes');
    expect(advised({ access: null })).toEqual(['Connection']);
  });
});
