/**
 * The Tooling API as far as our command line asks it: what is installed, installing a package, and anonymous Apex. No Apex
 * runs here: a callout is recognised by its address, made, and answered as the failing assertion that carries it home.
 * https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_packageinstallrequest.htm
 */
import { Hono } from 'hono';
import { type FakeEnv, json } from './gate.ts';
import { callBackend } from './package-calls.ts';
import { find } from './records.ts';
import { notFound, Refusal, refused } from './refusal.ts';
import { mayCallOut } from './rights.ts';
import { usersOf, type World } from './world.ts';

const base = '/services/data/v68.0/tooling';
const packageId = '0335g000000SaleAAA';
/** The version that an org of the sandbox has. */
const installedVersionId = '04t5g000000SaleAAA';

export function toolingRoutes(world: World): Hono<FakeEnv> {
  const app = new Hono<FakeEnv>();
  const refuseOthers = (userId: string) => {
    if (!usersOf(world).find(({ id }) => id === userId)?.isAdmin)
      throw new Refusal(403, 'INSUFFICIENT_ACCESS', 'insufficient access rights on cross-reference id');
  };

  app.get(`${base}/query`, (c) => {
    refuseOthers(c.var.grant.userId);
    const text = c.req.query('q') ?? '';
    const table = /\bFROM (\w+)/i.exec(text)?.[1];
    if (table === 'InstalledSubscriberPackage') return c.json(page(installed(world)));
    if (table === 'PackageInstallRequest') {
      const isAsked = ({
        Status,
        SubscriberPackageVersionKey: key,
      }: {
        Status: string;
        SubscriberPackageVersionKey: string;
      }) => text.includes(`'${Status}'`) && text.includes(`'${key}'`);
      return c.json(page(world.installs.filter(isAsked)));
    }
    throw refused('INVALID_TYPE', `sObject type '${table}' is not supported.`);
  });

  app.post(`${base}/sobjects/PackageInstallRequest`, async (c) => {
    refuseOthers(c.var.grant.userId);
    const { SubscriberPackageVersionKey: key, Password: password } = await json(c);
    if (typeof key !== 'string' || !/^04t\w{12}(\w{3})?$/.test(key))
      throw refused('INVALID_ID_FIELD', 'The package version ID is invalid.');
    if (password === 'wrong') throw refused('INVALID_INPUT', 'The installation key is invalid.');
    const id = `0Hf5g000000${String(world.nextNumber()).padStart(7, '0')}`;
    world.installs.push({ Id: id, SubscriberPackageVersionKey: key, Status: 'IN_PROGRESS', Errors: null });
    return c.json({ id, success: true, errors: [] }, 201);
  });
  app.get(`${base}/sobjects/PackageInstallRequest/:id`, (c) => {
    const request = world.installs.find(({ Id }) => Id === c.req.param('id'));
    if (!request) throw notFound();
    return c.json(request);
  });

  // The command line asks who it is in this old version, which Salesforce still answers.
  app.get('/services/data/v51.0/sobjects/User/:id', (c) => c.json(find(world, 'User', c.req.param('id')).values));

  app.get(`${base}/executeAnonymous`, async (c) => {
    refuseOthers(c.var.grant.userId);
    const code = c.req.query('anonymousBody') ?? '';
    const [, name = '', path = ''] = /'callout:(\w+)(\/[^']*)'/.exec(code) ?? [];
    if (!path || !code.includes('Assert.fail('))
      throw new Error('this fake runs no Apex but the callout of our command line');
    const isAllowed = name === `${world.namespace}SalesOS` && mayCallOut(world, c.var.grant.userId);
    const said = isAllowed
      ? await callOut(world, c.var.grant.userId, path, /setBody\('([^']*)'\)/.exec(code)?.[1] ?? '{}')
      : {
          failure: `We couldn't access the credential(s). You might not have the required permissions, or the external credential "${name}" might not exist.`,
        };
    return c.json({
      line: 1,
      column: 1,
      compiled: true,
      success: false,
      compileProblem: null,
      exceptionStackTrace: 'AnonymousBlock: line 1, column 1',
      exceptionMessage: `System.AssertException: Assertion Failed: SalesOS ${JSON.stringify(said)}`,
    });
  });
  return app;
}

async function callOut(world: World, userId: string, path: string, sent: string) {
  try {
    const { status, body } = await callBackend(world, userId, path, JSON.parse(sent));
    return { status, ...(status < 300 ? {} : { code: (JSON.parse(body) as { code?: string }).code ?? null }) };
  } catch (error) {
    return { failure: `Unauthorized endpoint or no answer: ${(error as Error).message}` };
  }
}

function installed(world: World) {
  if (!world.settings.isPackageInstalled) return [];
  const done = world.installs.findLast(({ Status }) => Status === 'SUCCESS');
  return [
    {
      Id: '0A35g000000SaleAAA',
      SubscriberPackageId: packageId,
      SubscriberPackageVersionId: done?.SubscriberPackageVersionKey ?? installedVersionId,
      SubscriberPackage: { NamespacePrefix: world.namespace.replace('__', ''), Name: 'SalesOS' },
      SubscriberPackageVersion: { MajorVersion: 1, MinorVersion: 0, PatchVersion: 0, BuildNumber: 1 },
    },
  ];
}

const page = (records: object[]) => ({ size: records.length, totalSize: records.length, done: true, records });
