/** Does everything that Apex and the components name exist, and may somebody use it? Data in, findings out. */
import { type Finding, lineOf, ofKind, type Project, type SourceFile } from './project.ts';
import { every, textOf } from './xml.ts';

export function checkCodeReferences(project: Project): Finding[] {
  return [
    ...labelsExist(project),
    ...importsExist(project),
    ...classesAreWhole(project),
    ...everyEntryIsGranted(project),
    ...replacementsFit(project),
  ];
}

const apexLabel = /System\.Label\.(\w+)/g;
const componentLabel = /@salesforce\/label\/c\.(\w+)/g;

function labelsExist(project: Project): Finding[] {
  const file = ofKind(project, 'labels')[0];
  const labels = file ? every(file.root, 'labels') : [];
  const names = new Set(labels.map((label) => textOf(label, 'fullName')));
  const uses = [...found(project.apex, apexLabel), ...found(project.lwc, componentLabel)];
  const used = new Set(uses.map(({ name }) => name));
  return [
    ...uses
      .filter(({ name }) => !names.has(name))
      .map(({ name, file, line }) => ({ file, line, message: `There is no label ${name}.` })),
    ...labels
      .filter((label) => !used.has(textOf(label, 'fullName') ?? ''))
      .map((label) => ({
        file: file?.path ?? '',
        line: label.line,
        message: `Nobody uses the label ${textOf(label, 'fullName')}.`,
      })),
  ];
}

/** What a component takes from the platform: Apex methods, fields and permissions of this package. */
function importsExist(project: Project): Finding[] {
  const fields = ofKind(project, 'field').map(
    ({ path, name }) => `${/objects\/(\w+)\/fields/.exec(path)?.[1]}.${name}`,
  );
  const permissions = ofKind(project, 'customPermission').map(({ name }) => name);
  const methods = project.apex.flatMap(({ path, text }) =>
    [...text.matchAll(/@AuraEnabled[^\n]*\s+(?:public|global)\s+static\s+[\w<>., ]+?\s+(\w+)\s*\(/g)].map(
      ([, method]) => `${className(path)}.${method}`,
    ),
  );
  const known: [RegExp, string[], string][] = [
    [/@salesforce\/apex\/([\w.]+)/g, methods, 'method with @AuraEnabled'],
    [/@salesforce\/schema\/(\w+\.\w+__c)/g, fields, 'field'],
    [/@salesforce\/customPermission\/(\w+)/g, permissions, 'custom permission'],
  ];
  return known.flatMap(([pattern, names, what]) =>
    found(project.lwc, pattern)
      .filter(({ name }) => !names.includes(name))
      .map(({ name, file, line }) => ({ file, line, message: `There is no ${what} ${name}.` })),
  );
}

/** Salesforce's own converter takes half a class or component for nothing at all. */
function classesAreWhole({ paths, apex }: Project): Finding[] {
  const has = new Set(paths);
  const lacks = (file: string, other: string) =>
    has.has(other) ? [] : [{ file, line: 1, message: `${other} is missing.` }];
  const components = new Set(paths.flatMap((path) => /^(.*\/lwc\/\w+)\/\w+\.(?:js|html|css)$/.exec(path)?.[1] ?? []));
  return [
    ...apex.flatMap(({ path }) => lacks(path, `${path}-meta.xml`)),
    ...[...components].flatMap((folder) => {
      const name = folder.split('/').at(-1);
      return lacks(folder, `${folder}/${name}.js-meta.xml`);
    }),
  ];
}

/** What people or flows call must be granted by a permission set, or it works for nobody but system administrators. */
function everyEntryIsGranted(project: Project): Finding[] {
  const granted = new Set(
    ofKind(project, 'permissionset').flatMap(({ root }) => every(root, 'apexClass').map(({ text }) => text.trim())),
  );
  return project.apex
    .filter(({ text }) => /@InvocableMethod|@AuraEnabled\s+public static/.test(text))
    .filter(({ path }) => !granted.has(className(path)))
    .map(({ path }) => ({ file: path, line: 1, message: 'No permission set grants this class.' }));
}

/** What is put in when the package is built must stand there. */
function replacementsFit({ sfdxProject, metadata }: Project): Finding[] {
  return sfdxProject.replacements
    .filter(
      ({ filename, stringToReplace }) =>
        !metadata.some(({ path, text }) => path === filename && text.includes(stringToReplace)),
    )
    .map(({ filename, stringToReplace }) => ({
      file: 'sfdx-project.json',
      line: 1,
      message: `${filename} does not hold ${stringToReplace}.`,
    }));
}

function found(files: SourceFile[], pattern: RegExp): { name: string; file: string; line: number }[] {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map((match) => ({ name: match[1] ?? '', file: path, line: lineOf(text, match.index) })),
  );
}

const className = (path: string) => /(\w+)\.cls$/.exec(path)?.[1] ?? '';
