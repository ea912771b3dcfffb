import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { orgKey, type Run, type ServedCommandLine, startCommandLine } from './org.harness.ts';

const version = '04t5g000000NewVAAA';
const credential = '/named-credentials/credential';

let on: ServedCommandLine;
beforeEach(async () => {
  on = await startCommandLine();
});
afterEach(() => on.close());

const json = ({ stdout }: Run) =>
  JSON.parse(stdout) as { status: number; result: never; name?: string; actions?: string[] };
const sent = (method: string, end: string) =>
  on.fake.requests.filter((one) => one.method === method && one.path.endsWith(end)).length;
const installAsked = () =>
  vi.waitFor(() => expect(sent('POST', 'PackageInstallRequest')).toBe(1), { timeout: 60_000, interval: 20 });
/** The package is there, and the user of the command line may use its credential. */
const setUp = () => on.sf(`install --package-version 04t5g000000SaleAAA --integration-user ${on.username}`);

describe('install', () => {
  test('installs the version, waits for it, and gives the permission sets once', async () => {
    on.fake.org.settings.isPackageInstalled = false;
    const command = `install --package-version ${version} --assign ${on.username} --json`;
    const running = on.sf(command);
    await installAsked();
    on.fake.org.finishInstall();
    expect(json(await running)).toMatchObject({
      status: 0,
      result: {
        package: 'installed',
        assignments: [
          { username: on.username, permissionSet: 'SalesOS_Rep', outcome: 'assigned' },
          { username: on.username, permissionSet: 'SalesOS_Admin', outcome: 'assigned' },
        ],
      },
    });
    const again = json(await on.sf(command));
    expect(again.result).toMatchObject({
      package: 'already installed',
      assignments: [{ outcome: 'already assigned' }, { outcome: 'already assigned' }],
    });
    expect(sent('POST', 'PackageInstallRequest')).toBe(1);
    expect(on.fake.org.count('PermissionSetAssignment')).toBe(2);
  });

  test('tells why Salesforce did not install it', async () => {
    on.fake.org.settings.isPackageInstalled = false;
    const running = on.sf(`install --package-version ${version}`);
    await installAsked();
    on.fake.org.finishInstall('The org needs Person Accounts off.');
    const { exitCode, stderr } = await running;
    expect(exitCode).toBe(1);
    expect(stderr).toContain('The package was not installed. The org needs Person Accounts off.');
  });

  test('refuses a user who is not there before it changes the org, and never shows the installation key', async () => {
    on.fake.org.settings.isPackageInstalled = false;
    const missing = await on.sf(`install --package-version ${version} --assign nobody@acme.test --json`);
    expect(json(missing)).toMatchObject({ status: 1, name: 'UnknownUser' });
    expect(sent('POST', 'PackageInstallRequest')).toBe(0);
    const refused = await on.sf(`install --package-version ${version} --installation-key wrong --json`);
    expect(json(refused)).toMatchObject({ status: 1, name: 'Refused' });
    expect(refused.stdout + refused.stderr).not.toContain('wrong');
  });
});

describe('connect', () => {
  test('leads the org to SalesOS, and waits until an admin connected it', async () => {
    await setUp();
    let shown = '';
    const run = await on.sf(`connect --server-url ${on.salesos.url} --json`, {
      onError: (text) => {
        const address = /http\S+\/connect\/salesforce\?host=\S+/.exec(text)?.[0];
        if (!address || shown) return;
        shown = address;
        // What the backend does once the admin has allowed it.
        void on.fake.app.request(`/services/data/v68.0${credential}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${on.token}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            externalCredential: 'salesos__SalesOS',
            principalName: 'Backend',
            principalType: 'NamedPrincipal',
            authenticationProtocol: 'Custom',
            credentials: { Token: { value: orgKey, encrypted: true } },
          }),
        });
      },
    });
    expect(shown).toMatch(`${on.salesos.url}/connect/salesforce?host=127.0.0.1%3A`);
    expect(json(run)).toMatchObject({
      status: 0,
      result: { address: 'changed', key: 'stored by SalesOS', callout: { outcome: 'ok' } },
    });
    const again = json(await on.sf(`connect --server-url ${on.salesos.url} --json`));
    expect(again.result).toMatchObject({ address: 'unchanged', key: 'already there' });
  });

  test('stores a key by hand, replaces it, and shows it nowhere', async () => {
    await setUp();
    const other = `sfo_${'x'.repeat(43)}`;
    const command = `connect --server-url ${on.salesos.url} --by-hand`;
    const wrong = await on.sf(command, { env: { SALESOS_ORG_KEY: other } });
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stderr).toContain('does not take the org’s key');
    const right = await on.sf(command, { env: { SALESOS_ORG_KEY: orgKey } });
    expect(right.exitCode).toBe(0);
    expect(on.fake.org.credential()).toBe(orgKey);
    expect(wrong.stdout + wrong.stderr + right.stdout + right.stderr).not.toMatch(/xxxx|kkkk/);
  });

  test('says what is missing: the package, the right, a real key', async () => {
    const attempt = async (env: Record<string, string> = {}) =>
      json(await on.sf(`connect --server-url ${on.salesos.url} --by-hand --json`, { env })).name;
    expect(await attempt()).toBe('KeyMissing');
    expect(await attempt({ SALESOS_ORG_KEY: 'sfo_short' })).toBe('KeyInvalid');
    on.fake.org.settings.mayChangeCredentials = false;
    expect(await attempt({ SALESOS_ORG_KEY: orgKey })).toBe('NotAllowed');
    on.fake.org.settings.mayChangeCredentials = true;
    on.fake.org.settings.isPackageInstalled = false;
    expect(await attempt({ SALESOS_ORG_KEY: orgKey })).toBe('PackageMissing');
    expect(on.fake.org.credential()).toBeNull();
  });
});

describe('verify', () => {
  const findings = (run: Run) =>
    (json(run).result as { findings: { check: string; state: string; detail: string }[] }).findings;
  const problems = (run: Run) =>
    findings(run)
      .filter(({ state }) => state === 'problem')
      .map(({ check }) => check);

  test('is content once everything is done', async () => {
    await on.sf(
      `install --package-version 04t5g000000SaleAAA --integration-user ${on.username} --assign ${on.username}`,
    );
    await on.sf(`connect --server-url ${on.salesos.url}`, { env: { SALESOS_ORG_KEY: orgKey } });
    const run = await on.sf(`verify --server-url ${on.salesos.url}`);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('SalesOS is set up completely.');
    on.fake.org.settings.readOnlyFields.add('Lead.salesos__Score__c');
    expect(problems(await on.sf(`verify --server-url ${on.salesos.url} --json`))).toEqual(['Fields']);
  });

  test('names every gap of a fresh installation, with exit code 1', async () => {
    const run = await on.sf('verify --json');
    expect(run.exitCode).toBe(1);
    expect(problems(run)).toEqual(['Fields', 'SalesOS_Rep', 'SalesOS_Admin', 'Key', 'Callout']);
    on.fake.org.settings.isPackageInstalled = false;
    expect(findings(await on.sf('verify --json'))).toMatchObject([{ check: 'Package', state: 'problem' }]);
  });
});

describe('doctor', () => {
  test('warns about what may hinder SalesOS, and is no failure', async () => {
    on.fake.org.settings.hasEnhancedEmail = false;
    on.fake.org.settings.isReadOnly = true;
    on.fake.org.useRequests(13_000);
    const run = await on.sf('doctor');
    expect(run.exitCode).toBe(0);
    for (const warning of ['API calls today: ', 'Enhanced Email: ', 'Read-only: '])
      expect(run.stderr).toContain(warning);
  });

  test('says that the sign-in has ended', async () => {
    on.fake.org.revokeAll();
    const run = json(await on.sf('doctor --json'));
    expect(run).toMatchObject({
      status: 1,
      name: 'SignInEnded',
      actions: [expect.stringContaining('sf org login web')],
    });
  });
});
