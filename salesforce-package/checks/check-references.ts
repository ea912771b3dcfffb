/** Does everything that a metadata file names exist? Salesforce says so only when the package is built. Data in, findings out. */
import { type Finding, type MetadataFile, ofKind, type Project } from './project.ts';
import { type Element, every, textOf } from './xml.ts';

/** Names by kind, as in `names('cls')`. */
type Names = (kind: string) => Set<string>;

export function checkReferences(project: Project): Finding[] {
  const names: Names = (kind) => new Set(ofKind(project, kind).map(({ name }) => name));
  return project.metadata.flatMap((file) => [
    ...(rules[file.kind] ?? []).flatMap((rule) => rule(file, names, project)),
    ...apiVersionFits(file, project),
  ]);
}

type Rule = (file: MetadataFile, names: Names, project: Project) => Finding[];

/** Each `element` of the file names something of this kind. */
function refers(element: string, kind: string, isForeign: (name: string) => boolean = () => false): Rule {
  return ({ path, root }, names) =>
    every(root, element)
      .filter(({ text }) => !isForeign(text.trim()) && !names(kind).has(text.trim()))
      .map(({ text, line }) => ({ file: path, line, message: `There is no ${kind} ${text.trim()}.` }));
}

/** Each `element` names a component that says it may stand there. */
function hostsComponent(element: string, target: string, prefix = ''): Rule {
  return ({ path, root }, _names, project) =>
    every(root, element).flatMap(({ text, line }) => {
      const name = text.trim().slice(prefix.length);
      const finding = (message: string) => [{ file: path, line, message }];
      const component = ofKind(project, 'js').find((file) => file.name === name);
      if (!component) return finding(`There is no Lightning web component ${name}.`);
      const targets = every(component.root, 'target').map((target) => target.text.trim());
      return targets.includes(target) ? [] : finding(`${name} does not list the target ${target}.`);
    });
}

/** `Contact.Score__c` where the package holds objects/Contact/fields/Score__c. */
function fieldsOf(project: Project): Set<string> {
  return new Set(
    ofKind(project, 'field').map(({ path, name }) => `${/objects\/(\w+)\/fields/.exec(path)?.[1]}.${name}`),
  );
}

const namesField: Rule = ({ path, root }, _names, project) =>
  every(root, 'field')
    .filter(({ text }) => !fieldsOf(project).has(text.trim()))
    .map(({ text, line }) => ({ file: path, line, message: `There is no field ${text.trim()}.` }));

/** As in SalesOS-Backend: the external credential and one of its principals. */
const namesPrincipal: Rule = ({ path, root }, _names, project) => {
  const principals = ofKind(project, 'externalCredential').flatMap(({ name, root }) =>
    every(root, 'externalCredentialParameters')
      .filter((parameter) => textOf(parameter, 'parameterType') === 'NamedPrincipal')
      .map((parameter) => `${name}-${textOf(parameter, 'parameterName')}`),
  );
  return every(root, 'externalCredentialPrincipal')
    .filter(({ text }) => !principals.includes(text.trim()))
    .map(({ text, line }) => ({
      file: path,
      line,
      message: `No external credential has the principal ${text.trim()}.`,
    }));
};

/** Salesforce drops these when a package is installed [2GP guide, Permission Set Groups], without a word. */
const grantsOnlyWhatPackagesMay: Rule = ({ path, root }) =>
  root.children
    .filter(({ name }) => name === 'objectPermissions' || name === 'userPermissions')
    .map(({ name, line }) => ({
      file: path,
      line,
      message: `A package cannot grant ${name}; put it into unpackaged/.`,
    }));

const grantsEveryField: Rule = ({ path, root }, _names, project) => {
  const granted = every(root, 'field').map(({ text }) => text.trim());
  return [...fieldsOf(project)]
    .filter((field) => /^(Contact|Lead)\./.test(field) && !granted.includes(field))
    .map((field) => ({ file: path, line: root.line, message: `It does not grant ${field}, so nobody would see it.` }));
};

const namesOwnTypeAndFields: Rule = ({ path, name, root }, names, project) => {
  const type = `${name.split('.')[0]}__mdt`;
  if (!names('object').has(type))
    return [{ file: path, line: 1, message: `There is no custom metadata type ${type}.` }];
  return every(root, 'field')
    .filter(({ text }) => !fieldsOf(project).has(`${type}.${text.trim()}`))
    .map(({ text, line }) => ({ file: path, line, message: `${type} has no field ${text.trim()}.` }));
};

const opensOwnFlow: Rule = ({ path, root }, names, { sfdxProject: { namespace } }) =>
  every(root, 'url').flatMap(({ text, line }) => {
    const [, folder = '', flow = ''] = /^\/flow\/(?:(\w+)\/)?(\w+)/.exec(text.trim()) ?? [];
    const finding = (message: string) => [{ file: path, line, message }];
    if (!names('flow').has(flow)) return finding(`There is no flow ${flow || text.trim()}.`);
    return folder === namespace ? [] : finding(`The address must name the namespace ${namespace}.`);
  });

const flowHoldsTogether: Rule = ({ path, root }, _names, project) => {
  const named = new Set(root.children.map((child) => textOf(child, 'name')));
  const missing = (element: Element) =>
    named.has(element.text.trim())
      ? []
      : [{ file: path, line: element.line, message: `The flow has no ${element.text.trim()}.` }];
  const inputs = every(root, 'fields').flatMap((field) => {
    const component = textOf(field, 'extensionName')?.replace(/^c:/, '');
    const meta = ofKind(project, 'js').find(({ name }) => name === component);
    const properties = meta ? every(meta.root, 'property').length : 0;
    return every(field, 'inputParameters')
      .filter((input) => meta && !new RegExp(`name="${textOf(input, 'name')}"`).test(meta.text))
      .map((input) => ({
        file: path,
        line: input.line,
        message: `${component} takes no property ${textOf(input, 'name')} in a flow (it takes ${properties}).`,
      }));
  });
  return [
    ...every(root, 'targetReference').flatMap(missing),
    ...every(root, 'elementReference').flatMap(missing),
    ...inputs,
  ];
};

/** The key comes from the principal; a credential that holds one itself would be published with the package. */
const holdsNoSecret: Rule = ({ path, name, root }) =>
  every(root, 'externalCredentialParameters')
    .filter((parameter) => textOf(parameter, 'parameterType') === 'AuthHeader')
    .filter((parameter) => !textOf(parameter, 'parameterValue')?.includes(`$Credential.${name}.`))
    .map(({ line }) => ({ file: path, line, message: `The header must take its value from $Credential.${name}.` }));

const asksOverHttps: Rule = ({ path, root }) =>
  every(root, 'parameterValue')
    .filter(({ text }) => !/^https:\/\/[^/]+$/.test(text.trim()))
    .map(({ text, line }) => ({
      file: path,
      line,
      message: `${text.trim()} must be an https address without a path.`,
    }));

/** It holds the consumer key. */
const neverPackaged: Rule = ({ path }) => [
  { file: path, line: 1, message: 'This must never be in the package: it holds the consumer key.' },
];

const standardTab = (name: string) => name.startsWith('standard-');
const rules: Record<string, Rule[]> = {
  permissionset: [
    refers('apexClass', 'cls'),
    refers('tab', 'tab'),
    refers('application', 'app'),
    refers('flow', 'flow'),
    ({ path, root }, names) =>
      [
        ...every(root, 'customPermissions').map((element) => ({ element, kind: 'customPermission' })),
        ...every(root, 'customMetadataTypeAccesses').map((element) => ({ element, kind: 'object' })),
      ]
        .filter(({ element, kind }) => !names(kind).has(textOf(element, 'name') ?? ''))
        .map(({ element: { line }, element, kind }) => ({
          file: path,
          line,
          message: `There is no ${kind} ${textOf(element, 'name')}.`,
        })),
    namesField,
    namesPrincipal,
    grantsOnlyWhatPackagesMay,
    grantsEveryField,
  ],
  tab: [hostsComponent('lwcComponent', 'lightning__Tab')],
  app: [refers('tabs', 'tab', standardTab), refers('utilityBar', 'flexipage')],
  flexipage: [hostsComponent('componentName', 'lightning__UtilityBar')],
  quickAction: [hostsComponent('lightningWebComponent', 'lightning__RecordAction')],
  flow: [hostsComponent('extensionName', 'lightning__FlowScreen', 'c:'), flowHoldsTogether],
  md: [namesOwnTypeAndFields],
  webLink: [opensOwnFlow],
  externalCredential: [holdsNoSecret],
  namedCredential: [refers('externalCredential', 'externalCredential'), asksOverHttps],
  ecaOauth: [refers('externalClientApplication', 'eca')],
  ecaGlblOauth: [neverPackaged],
};

function apiVersionFits({ path, root }: MetadataFile, { sfdxProject }: Project): Finding[] {
  return root.children
    .filter(({ name, text }) => name === 'apiVersion' && text.trim() !== sfdxProject.sourceApiVersion)
    .map(({ line, text }) => ({
      file: path,
      line,
      message: `API version ${text}, not ${sfdxProject.sourceApiVersion}.`,
    }));
}
