/** The commands with what Salesforce answers put into their mouth. */
import { join } from 'node:path';
import { MockTestOrgData, TestContext } from '@salesforce/core/testSetup';
import { stubPrompter, stubSfCommandUx, stubSpinner } from '@salesforce/sf-plugins-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import Connect from '../src/commands/salesos/connect.ts';
import Doctor from '../src/commands/salesos/doctor.ts';
import Install from '../src/commands/salesos/install.ts';

const key = `sfo_${'k'.repeat(43)}`;
const server = 'https://salesos.example.com';
const version = '04t5g000000NewVAAA';

interface Sent {
  method: string;
  url: string;
  body?: string;
}
type Answers = (request: Sent) => object | undefined;

const $$ = new TestContext({ setup: false });
const org = new MockTestOrgData();
let ux: ReturnType<typeof stubSfCommandUx>;
let prompts: ReturnType<typeof stubPrompter>;
let requests: Sent[];

beforeEach(async () => {
  $$.init();
  await $$.stubAuths(org);
  ux = stubSfCommandUx($$.SANDBOX);
  stubSpinner($$.SANDBOX);
  prompts = stubPrompter($$.SANDBOX);
  requests = [];
});
afterEach(() => {
  $$.restore();
  process.exitCode = undefined;
});

/** What nobody answers is an empty page. */
function answerWith(answers: Answers): void {
  $$.fakeConnectionRequest = async (request) => {
    const sent = request as unknown as Sent;
    requests.push({ ...sent, url: decodeURIComponent(sent.url) });
    return (answers(requests.at(-1)!) ?? { records: [], done: true }) as never;
  };
}
const refused = (errorCode: string) => Object.assign(new Error(errorCode), { errorCode });
const target = ['--target-org', org.username];
const here = { root: join(import.meta.dirname, '..') };
const posted = (end: string) => requests.filter(({ method, url }) => method !== 'GET' && url.endsWith(end));

describe('connect --by-hand', () => {
  const connect = () => Connect.run([...target, '--server-url', server, '--by-hand'], here);
  const calloutSays = (said: object) => ({ exceptionMessage: `Assertion Failed: SalesOS ${JSON.stringify(said)}` });
  const installed = { developerName: 'salesos__SalesOS', calloutUrl: server, externalCredentials: [] };
  const answers =
    (more: Answers): Answers =>
    (request) => {
      const answer = more(request);
      if (answer) return answer;
      if (request.url.includes('named-credential-setup')) return installed;
      return request.url.includes('executeAnonymous') ? calloutSays({ status: 200 }) : undefined;
    };

  test('asks for the key without showing it, and sends it to one place', async () => {
    prompts.secret.resolves(key);
    answerWith(answers(() => undefined));
    expect(await connect()).toMatchObject({ address: 'unchanged', key: 'stored by hand', callout: { outcome: 'ok' } });
    expect(requests.filter(({ url, body }) => `${url}${body}`.includes(key)).map(({ url }) => url)).toEqual([
      expect.stringMatching(/\/named-credentials\/credential$/),
    ]);
    expect(JSON.stringify([ux.log.args, ux.logSuccess.args, ux.warn.args])).not.toContain(key);
  });

  test('replaces a key that is there, and repeats nothing whose answer was lost', async () => {
    prompts.secret.resolves(key);
    answerWith(
      answers(({ method, url }) => {
        if (method === 'POST' && url.endsWith('/credential')) throw refused('DUPLICATE_VALUE');
        return undefined;
      }),
    );
    await connect();
    expect(posted('/credential').map(({ method }) => method)).toEqual(['POST', 'PUT']);
    requests = [];
    answerWith(
      answers(({ method }) => {
        if (method === 'POST') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
        return undefined;
      }),
    );
    await expect(connect()).rejects.toMatchObject({ name: 'NoAnswer' });
    expect(posted('/credential').map(({ method }) => method)).toEqual(['POST']);
  });

  test('changes nothing for what is no key', async () => {
    prompts.secret.resolves('sfo_short');
    answerWith(answers(() => undefined));
    await expect(connect()).rejects.toMatchObject({ name: 'KeyInvalid' });
    expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});

describe('install', () => {
  const user = { Id: '0055g00000000GBAAY', Username: org.username, IsActive: true };
  const install = () => Install.run([...target, '--package-version', version], here);
  const answers =
    (more: Answers): Answers =>
    (request) => {
      const answer = more(request);
      if (answer) return answer;
      if (request.url.includes('FROM User ')) return { records: [user] };
      if (request.url.includes('FROM PermissionSet ')) return { records: [{ Id: '0PS1', Name: 'SalesOS_Admin' }] };
      return request.url.endsWith('/composite/sobjects') ? [{ success: true, errors: [] }] : undefined;
    };

  test('joins an installation that runs already', async () => {
    answerWith(
      answers(({ url }) => {
        if (url.includes('FROM PackageInstallRequest')) return { records: [{ Id: '0Hf1' }] };
        return url.endsWith('/PackageInstallRequest/0Hf1') ? { Status: 'SUCCESS', Errors: null } : undefined;
      }),
    );
    expect(await install()).toMatchObject({ package: 'installed', assignments: [{ outcome: 'assigned' }] });
    expect(posted('/PackageInstallRequest')).toEqual([]);
  });

  test('does not ask twice when the answer was lost, and says how to go on', async () => {
    answerWith(
      answers(({ method }) => {
        if (method === 'POST') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
        return undefined;
      }),
    );
    await expect(install()).rejects.toMatchObject({
      name: 'NoAnswer',
      actions: [expect.stringContaining('same command')],
    });
    expect(posted('/PackageInstallRequest')).toHaveLength(1);
  });

  test('names who did not get a permission set, with exit code 1', async () => {
    answerWith(
      answers(({ url }) => {
        if (url.includes('FROM InstalledSubscriberPackage'))
          return {
            records: [{ SubscriberPackageVersionId: version, SubscriberPackage: { NamespacePrefix: 'salesos' } }],
          };
        if (!url.endsWith('/composite/sobjects')) return undefined;
        return [{ success: false, errors: [{ statusCode: 'LICENSE_LIMIT_EXCEEDED', message: 'no licence left' }] }];
      }),
    );
    expect(await install()).toMatchObject({ package: 'already installed', assignments: [{ outcome: 'refused' }] });
    expect(ux.warn.args.flat().join()).toContain('no licence left');
    expect(process.exitCode).toBe(1);
  });
});

describe('doctor', () => {
  test('warns with what to do', async () => {
    answerWith(({ url }) => {
      if (url.endsWith('/limits')) return { DailyApiRequests: { Max: 100, Remaining: 5 } };
      if (url.endsWith('/describe')) throw refused('NOT_FOUND');
      if (url.includes('FROM Organization'))
        return { records: [{ Name: 'Acme', OrganizationType: 'Developer Edition' }] };
      return undefined;
    });
    const { lines } = await Doctor.run(target, here);
    expect(lines.find(({ what }) => what === 'API calls today')?.value).toBe('95 of 100 (95 %)');
    const warned = ux.warn.args.flat().map((text: unknown) => String(text).split(':')[0]);
    expect(warned).toEqual(['API calls today', 'Enhanced Email', 'Connection']);
  });

  test('says who can help where a right is missing', async () => {
    answerWith(() => {
      throw refused('INSUFFICIENT_ACCESS');
    });
    await expect(Doctor.run(target, here)).rejects.toMatchObject({
      name: 'NotAllowed',
      actions: [expect.stringContaining('System Administrator')],
    });
  });
});
