/** Do the project's files agree with each other and with the contract in `shared`? Data in, sentences out. */
import { actions, enrollRefusals } from '@salesos/shared/actions.ts';
import type { z } from 'zod';
import type { Component, Components } from './check-files.ts';
import { type Project, surfaceFolders } from './project.ts';

export function checkAgreement(project: Project, components: Components): string[] {
  return [
    ...entrypointsExist(project, components),
    ...originsPermitted(project, components),
    ...scopesAgree(project, components),
    ...lifeCycleSubscribed(components),
    ...components['workflow-action'].flatMap(actionKeepsContract),
    ...unlike('src/app/workflow-actions', 'uids', actionUids(components), Object.keys(contracts)),
    ...packagesAgree(project),
  ];
}

function entrypointsExist({ sources }: Project, components: Components): string[] {
  return [...components.card, ...components.settings]
    .filter(({ config }) => !sources.some(({ path }) => path === `src${config.entrypoint}`))
    .map(({ path, config }) => `${path} names the entrypoint ${config.entrypoint}, which does not exist.`);
}

function originsPermitted({ sources }: Project, components: Components): string[] {
  return components.app.flatMap(({ config }) => {
    const permitted = config.permittedUrls.fetch;
    const wanted = [
      ...config.auth.redirectUrls.map((url) => ({ url, by: 'the redirect address' })),
      ...components.webhooks.map(({ path, config: { settings } }) => ({ url: settings.targetUrl, by: path })),
      ...components['workflow-action'].flatMap(({ path, config: { actionUrl, inputFields } }) => [
        { url: actionUrl, by: path },
        ...inputFields.flatMap(({ typeDefinition }) =>
          typeDefinition.optionsUrl ? [{ url: typeDefinition.optionsUrl, by: path }] : [],
        ),
      ]),
      ...sources.flatMap(({ path, text }) =>
        [...withoutComments(text).matchAll(/https?:\/\/[\w.-]+/g)].map(([url]) => ({ url, by: path })),
      ),
    ];
    return wanted
      .filter(({ url }) => !permitted.includes(new URL(url).origin))
      .map(({ url, by }) => `${by} uses ${url}, whose origin is missing in permittedUrls.fetch of the app.`);
  });
}

/** What an admin agrees to, what the backend asks for at install, and the README's reasons: three times the same list. */
function scopesAgree({ readme, backendConfig }: Project, components: Components): string[] {
  const section = readme.split(/^## /m).find((part) => part.startsWith('Scopes')) ?? '';
  const documented = [...section.matchAll(/^\| `([^`]+)` +\| \S/gm)].map(([, scope]) => scope ?? '');
  const list = /hubspotScopes = \[([^\]]*)\]/.exec(backendConfig)?.[1] ?? '';
  const requested = [...list.matchAll(/'([^']+)'/g)].map(([, scope]) => scope ?? '');
  return components.app.flatMap(({ config: { auth } }) => {
    const asked = [...auth.requiredScopes, ...auth.optionalScopes, ...auth.conditionallyRequiredScopes];
    return [
      ...asked
        .filter((scope, index) => asked.indexOf(scope) !== index)
        .map((scope) => `The app asks twice for ${scope}.`),
      ...unlike('README.md', 'scopes in the table', documented, asked),
      ...unlike('backend/src/vendors/hubspot/config.ts', 'hubspotScopes', requested, asked),
      ...asked
        .filter((scope) => scope.includes('sensitive'))
        .map((scope) => `The app asks for ${scope}; with it, HubSpot forbids cards to fetch anything.`),
    ];
  });
}

/** What must reach us, or we mail people we should not. */
function lifeCycleSubscribed(components: Components): string[] {
  return components.webhooks.flatMap(({ path, config: { subscriptions } }) => {
    const active = [
      ...subscriptions.crmObjects
        .filter(({ objectType }) => objectType === 'contact')
        .map(({ subscriptionType, propertyName, active }) => ({
          name: [subscriptionType, propertyName].filter(Boolean).join(' of '),
          active,
        })),
      ...subscriptions.hubEvents.map(({ subscriptionType, active }) => ({ name: subscriptionType, active })),
    ].filter((subscription) => subscription.active);
    const names = active.map(({ name }) => name);
    const needed = [
      'object.creation',
      'object.deletion',
      'object.merge',
      'object.restore',
      'object.propertyChange of email',
      'object.propertyChange of hs_email_optout',
      'contact.privacyDeletion',
    ];
    return [
      ...needed
        .filter((name) => !names.includes(name))
        .map((name) => `${path} has no active subscription to ${name} of contacts.`),
      ...names
        .filter((name, index) => names.indexOf(name) !== index)
        .map((name) => `${path} subscribes twice to ${name}.`),
    ];
  });
}

const contracts = {
  enroll_in_sequence: { ...actions.enroll, allCodes: true },
  stop_sequences: { ...actions.stop, allCodes: false },
  pause_sequences: { ...actions.pause, allCodes: false },
  resume_sequences: { ...actions.resume, allCodes: false },
  recalculate_score: { ...actions.recalculate, allCodes: false },
} as const;

const actionUids = (components: Components) => components['workflow-action'].map(({ uid }) => uid);

function actionKeepsContract({ path, uid, config }: Component<'workflow-action'>): string[] {
  const contract = contracts[uid as keyof typeof contracts];
  if (!contract) return [`${path} has the uid ${uid}, for which shared/actions.ts has no contract.`];
  const { labels, inputFields, outputFields, executionRules } = config;
  const inputs = inputFields.map(({ typeDefinition }) => typeDefinition.name);
  const outputs = outputFields.map(({ typeDefinition }) => typeDefinition.name);
  const results = outputFields.find(({ typeDefinition }) => typeDefinition.name === 'result')?.typeDefinition.options;
  const ruleNames = executionRules.map(({ labelName }) => labelName);
  const codes = executionRules.flatMap(({ conditions }) => conditions.errorCode ?? []);
  const required = inputFields.filter(({ isRequired }) => isRequired).map(({ typeDefinition }) => typeDefinition.name);
  const inputShape: Record<string, z.ZodType> = contract.input.shape;
  const neededInputs = Object.keys(inputShape).filter((name) => !inputShape[name]?.safeParse(undefined).success);

  return [
    ...unlike(path, 'inputs', inputs, Object.keys(inputShape)),
    ...unlike(path, 'required inputs', required, neededInputs),
    ...unlike(path, 'outputs', outputs, Object.keys(contract.output.shape)),
    ...unlike(path, 'values of result', results?.map(({ value }) => value) ?? [], contract.output.shape.result.options),
    ...unlike(path, 'labels of inputs', Object.keys(labels.en.inputFieldLabels), inputs),
    ...unlike(path, 'descriptions of inputs', Object.keys(labels.en.inputFieldDescriptions), inputs),
    ...unlike(path, 'labels of outputs', Object.keys(labels.en.outputFieldLabels), outputs),
    ...unlike(path, 'labels of execution rules', Object.keys(labels.en.executionRules), ruleNames),
    ...(contract.allCodes
      ? unlike(path, 'error codes in executionRules', codes, Object.keys(enrollRefusals))
      : codes
          .filter((code) => !(code in enrollRefusals))
          .map((code) => `${path} has an execution rule for ${code}, which shared/actions.ts does not know.`)),
    ...executionRules.flatMap(({ labelName, conditions: { errorCode } }) => {
      const sentence = enrollRefusals[errorCode as keyof typeof enrollRefusals];
      return sentence && labels.en.executionRules[labelName] !== sentence
        ? [`${path} says of ${errorCode} something else than shared/actions.ts: “${sentence}”`]
        : [];
    }),
  ];
}

/** Each surface is installed on its own by HubSpot; what is tested here must be what is installed there. */
function packagesAgree({ packages, locks }: Project): string[] {
  const root = dependenciesOf(packages[''], 'devDependencies');
  return surfaceFolders.flatMap((folder) => {
    const own = dependenciesOf(packages[folder], 'dependencies');
    const locked = dependenciesOf(
      (locks[folder] as { packages?: Record<string, unknown> } | null)?.packages?.[''],
      'dependencies',
    );
    return [
      ...Object.entries(own)
        .filter(([name, version]) => !version.startsWith('file:') && root[name] !== version)
        .map(([name, version]) => `${folder} uses ${name} ${version}, the repository ${root[name] ?? 'does not'}.`),
      ...unlike(folder, 'locked dependencies', pairs(locked), pairs(own)),
    ];
  });
}

function dependenciesOf(manifest: unknown, field: 'dependencies' | 'devDependencies'): Record<string, string> {
  return (manifest as Record<typeof field, Record<string, string>> | null | undefined)?.[field] ?? {};
}

function pairs(entries: Record<string, string>): string[] {
  return Object.entries(entries).map(([name, version]) => `${name} ${version}`);
}

/** A sentence for what `found` lacks of `expected`, and one for what it has too much. */
function unlike(where: string, what: string, found: readonly string[], expected: readonly string[]): string[] {
  const missing = expected.filter((name) => !found.includes(name));
  const surplus = found.filter((name) => !expected.includes(name));
  return [
    ...(missing.length > 0 ? [`${where}: the ${what} lack ${missing.join(', ')}.`] : []),
    ...(surplus.length > 0 ? [`${where}: the ${what} have ${surplus.join(', ')}, which belong to nothing.`] : []),
  ];
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
