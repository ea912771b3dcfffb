import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkAgreement } from './check-agreement.ts';
import { bundleFaults } from './check-code.ts';
import { checkFiles } from './check-files.ts';
import { type Project, readProject } from './project.ts';

const project = readProject(join(import.meta.dirname, '..'));

function faultsOf(broken: Project): string[] {
  const { components, wrong } = checkFiles(broken);
  return [...wrong, ...checkAgreement(broken, components)];
}

/** Parsed JSON that a test breaks on purpose. */
// biome-ignore lint/suspicious/noExplicitAny: the point of these tests is a shape that the types would forbid.
type Json = any;

/** The project with `change` made to a copy of one file. */
function withMeta(name: string, change: (json: Json) => void): Project {
  const copy = structuredClone(project);
  const meta = copy.metas.find(({ path }) => path.endsWith(`/${name}-hsmeta.json`));
  if (!meta) throw new Error(`There is no ${name}-hsmeta.json.`);
  change(meta.json);
  return copy;
}

/** Sets the value at a dotted path. */
function set(path: string, value: unknown): (json: Json) => void {
  return (json) => {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    keys.reduce((inner, key) => inner[key], json)[last] = value;
  };
}

function withoutJson(name: string): Project {
  const copy = structuredClone(project);
  for (const meta of copy.metas) if (meta.path.endsWith(`/${name}-hsmeta.json`)) meta.json = null;
  return copy;
}

test('the project as it is has no fault', () => {
  expect(faultsOf(project)).toEqual([]);
});

const broken: [string, Project, string][] = [
  [
    'an unsupported platform version',
    { ...project, hsproject: { ...(project.hsproject as object), platformVersion: '2025.1' } },
    'must be a supported one',
  ],
  [
    'a backend without https',
    { ...project, profile: { accountId: 1, variables: { API_ORIGIN: 'http://a.test' } } },
    'must be an https address',
  ],
  [
    'a backend address with a path',
    { ...project, profile: { accountId: 1, variables: { API_ORIGIN: 'https://a.test/x' } } },
    'must be an origin',
  ],
  ['a file that is no JSON', withoutJson('app'), 'is not valid JSON'],
  ['a misspelt field', withMeta('app', set('config.permitedUrls', {})), 'Unrecognized key: "permitedUrls"'],
  ['a uid with a space', withMeta('tab', set('uid', 'a b')), 'may hold letters'],
  ['a uid twice', withMeta('tab', set('uid', 'salesos_sidebar_card')), 'has the uid salesos_sidebar_card, which'],
  [
    'an unknown variable',
    withMeta('webhooks', set('config.settings.targetUrl', '${API}/x')),
    'must be an https address',
  ],
  ['a location HubSpot does not know', withMeta('tab', set('config.location', 'crm.record.left')), 'config.location'],
  [
    'an entrypoint that does not exist',
    withMeta('tab', set('config.entrypoint', '/app/cards/Tabs.tsx')),
    'names the entrypoint /app/cards/Tabs.tsx, which does not exist',
  ],
  [
    'a backend that may not be asked',
    withMeta('app', set('config.permittedUrls.fetch', ['https://other.test'])),
    'is missing in permittedUrls.fetch',
  ],
  [
    'a scope nobody explained',
    withMeta('app', (json) => void json.config.auth.requiredScopes.push('tickets')),
    'the scopes in the table lack tickets',
  ],
  [
    'a scope twice',
    withMeta('app', (json) => void json.config.auth.requiredScopes.push('oauth')),
    'asks twice for oauth',
  ],
  [
    'a scope explained but not asked for',
    withMeta('app', (json) => void json.config.auth.requiredScopes.pop()),
    'the scopes in the table have automation, which belong to nothing',
  ],
  [
    'a scope for sensitive data',
    withMeta('app', (json) => void json.config.auth.optionalScopes.push('crm.objects.contacts.sensitive.read')),
    'forbids cards to fetch',
  ],
  [
    'no notice of deleted contacts',
    withMeta('webhooks', (json) => void json.config.subscriptions.crmObjects.splice(1, 1)),
    'no active subscription to object.deletion',
  ],
  [
    'a switched-off notice',
    withMeta('webhooks', set('config.subscriptions.hubEvents.0.active', false)),
    'no active subscription to contact.privacyDeletion',
  ],
  [
    'a notice twice',
    withMeta(
      'webhooks',
      ({ config: { subscriptions } }) => void subscriptions.crmObjects.push(subscriptions.crmObjects[0]),
    ),
    'subscribes twice to object.creation',
  ],
  [
    'a change of no property',
    withMeta('webhooks', (json) => void delete json.config.subscriptions.crmObjects[5].propertyName),
    'names a property exactly when',
  ],
  [
    'a property that cannot be followed',
    withMeta('webhooks', set('config.subscriptions.crmObjects.5.propertyName', 'hs_lastmodifieddate')),
    'cannot subscribe to hs_lastmodifieddate',
  ],
  [
    'a missing error code',
    withMeta('enroll', (json) => void json.config.executionRules.splice(0, 1)),
    'the error codes in executionRules lack NO_ADDRESS',
  ],
  [
    'an unknown error code',
    withMeta('stop', set('config.executionRules.0.conditions.errorCode', 'NOPE')),
    'which shared/actions.ts does not know',
  ],
  [
    'another sentence for a code',
    withMeta('enroll', set('config.labels.en.executionRules.suppressed', 'No.')),
    'says of SUPPRESSED something else',
  ],
  [
    'a rule without a label',
    withMeta('enroll', (json) => void delete json.config.labels.en.executionRules.already_in),
    'the labels of execution rules lack already_in',
  ],
  [
    'a renamed output',
    withMeta('enroll', set('config.outputFields.4.typeDefinition.name', 'text')),
    'the outputs lack message',
  ],
  [
    'an unknown result',
    withMeta('stop', set('config.outputFields.0.typeDefinition.options.0.value', 'ended')),
    'the values of result lack stopped',
  ],
  [
    'an input that must be filled in but is not marked',
    withMeta('enroll', set('config.inputFields.0.isRequired', false)),
    'the required inputs lack sequenceId',
  ],
  ['an action without a contract', withMeta('stop', set('uid', 'stop_all')), 'has no contract'],
];

test('a scope the backend does not ask for at install is refused', () => {
  const backendConfig = project.backendConfig.replace("  'automation',\n", '');
  expect(faultsOf({ ...project, backendConfig })).toEqual([
    'backend/src/vendors/hubspot/config.ts: the hubspotScopes lack automation.',
  ]);
});

test.each(broken)('%s is refused', (_name, changed, sentence) => {
  expect(faultsOf(changed).join('\n')).toContain(sentence);
});

test('a component in a deeper folder, where HubSpot skips it, is refused', () => {
  const moved = structuredClone(project);
  for (const meta of moved.metas) if (meta.path.endsWith('tab-hsmeta.json')) meta.folder = 'src/app/cards/tab';
  expect(faultsOf(moved)).toEqual([
    'src/app/cards/tab-hsmeta.json is of type card, so it must lie directly in src/app/cards; HubSpot skips it elsewhere.',
  ]);
});

test('an address in the code that the app may not ask is refused; one in a comment is not', () => {
  const text = "/* https://comment.test */\n// https://comment.test\nconst base = 'https://elsewhere.test/x';";
  const sources = [...project.sources, { path: 'src/common/new.ts', text }];
  expect(faultsOf({ ...project, sources })).toEqual([
    'src/common/new.ts uses https://elsewhere.test, whose origin is missing in permittedUrls.fetch of the app.',
  ]);
});

test('a surface that would be installed with another React than the tested one is refused', () => {
  const changed = structuredClone(project);
  (changed.packages['src/app/cards'] as Json).dependencies.react = '19.0.0';
  expect(faultsOf(changed)).toEqual([
    'src/app/cards uses react 19.0.0, the repository 18.3.1.',
    'src/app/cards: the locked dependencies lack react 19.0.0.',
    'src/app/cards: the locked dependencies have react 18.3.1, which belong to nothing.',
  ]);
});

test.each([
  ['export const a = 1;', 'is not one function called with React and RemoteUI'],
  ['(function(a) {})(React, RemoteUI);', 'never calls hubspot.extend'],
  ['(function(a) { hubspot.extend(x); React.createElement("a"); })(React, RemoteUI);', 'lacks a tsconfig.json'],
  ['(function(a) { hubspot.extend(x); class ZodError {} })(React, RemoteUI);', 'holds zod'],
  [`(function(a) { hubspot.extend(x); "${'x'.repeat(300_000)}" })(React, RemoteUI);`, 'should stay below'],
])('a bundle that %.40s… is refused', (code, sentence) => {
  expect(bundleFaults('Tab.js', code).join()).toContain(sentence);
});

test('a bundle as HubSpot’s bundler writes it is fine', () => {
  expect(
    bundleFaults('Tab.js', '(function(require$$0, react) {\n  hubspot.extend(x);\n})(React, RemoteUI);\n'),
  ).toEqual([]);
});
