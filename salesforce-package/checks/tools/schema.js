/**
 * Every metadata file against the types Salesforce publishes: unknown elements, wrong values, missing ones. Salesforce's
 * converter passes all of that. Prints a JSON list of findings.
 */
import { createRequire } from 'node:module';
import ts from 'typescript';
import { readProject } from '../project.ts';

const [folder] = process.argv.slice(2);
const file = createRequire(import.meta.url)
  .resolve('@salesforce/types/metadata')
  .replace(/\.js$/, '.d.ts');
const program = ts.createProgram([file], { strict: true });
const checker = program.getTypeChecker();
const source = program.getSourceFile(file);
const exported = new Map(checker.getExportsOfModule(checker.getSymbolAtLocation(source)).map((one) => [one.name, one]));

/** The components' own files have a part that the types leave out: properties by place, checked with the components. */
const unchecked = { LightningComponentBundle: ['targetConfigs'] };

function check(path, element, type, trail) {
  const properties = checker.getPropertiesOfType(type);
  const complain = (line, message) => [{ file: path, line, message }];
  const seen = new Set(element.children.map(({ name }) => name));
  return [
    ...element.children.flatMap((child) => {
      if (child.name === 'fullName' || unchecked[trail]?.includes(child.name)) return [];
      const property = properties.find(({ name }) => name === child.name);
      if (!property) return complain(child.line, `${trail} has no ${child.name}.`);
      return value(path, child, checker.getTypeOfSymbol(property), `${trail}.${child.name}`);
    }),
    ...properties
      .filter(({ name, flags }) => !seen.has(name) && name !== 'fullName' && !(flags & ts.SymbolFlags.Optional))
      .filter((property) => !checker.isArrayType(checker.getTypeOfSymbol(property)))
      .flatMap(({ name }) => complain(element.line, `${trail} lacks ${name}.`)),
  ];
}

function value(path, element, declared, trail) {
  const type = checker.getNonNullableType(declared);
  if (checker.isArrayType(type)) return value(path, element, checker.getTypeArguments(type)[0], trail);
  const text = element.text.trim();
  const wrong = (expected) => [{ file: path, line: element.line, message: `${trail} is “${text}”, not ${expected}.` }];
  const options = type.isUnion() ? type.types : [type];
  if (options.every((option) => option.isStringLiteral())) {
    const values = options.map((option) => option.value);
    return values.includes(text) ? [] : wrong(`one of ${values.slice(0, 12).join(', ')}`);
  }
  if (options.some(({ flags }) => flags & ts.TypeFlags.BooleanLike))
    return /^(true|false)$/.test(text) ? [] : wrong('true or false');
  if (type.flags & ts.TypeFlags.Number) return text !== '' && Number.isFinite(Number(text)) ? [] : wrong('a number');
  if (type.flags & ts.TypeFlags.String) return element.children.length === 0 ? [] : wrong('a text');
  return type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection) ? check(path, element, type, trail) : [];
}

const projects = [readProject(folder), readProject(folder, 'unpackaged')];
const findings = projects
  .flatMap(({ metadata }) => metadata)
  .flatMap(({ path, root, text }) => {
    const symbol = exported.get(root.name);
    if (!symbol) return [{ file: path, line: root.line, message: `Salesforce has no metadata type ${root.name}.` }];
    const namespace = text.includes('xmlns="http://soap.sforce.com/2006/04/metadata"');
    return [
      ...(namespace
        ? []
        : [{ file: path, line: root.line, message: 'The namespace of Salesforce metadata is missing.' }]),
      ...check(path, root, checker.getDeclaredTypeOfSymbol(symbol), root.name),
    ];
  });
console.log(JSON.stringify([...projects.flatMap(({ malformed }) => malformed), ...findings]));
