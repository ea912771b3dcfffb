/**
 * Every object and field of the static queries exists: standard ones as PMD's package knows them, ours from the field
 * files. Prints a JSON list of findings. Queries built from text are not seen; there are none.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import {
  ApexErrorListener,
  ApexParserBaseListener,
  ApexParserFactory,
  ApexParseTreeWalker,
} from '@apexdevtools/apex-parser';
import { ofKind, readProject } from '../project.ts';

const [folder] = process.argv.slice(2);
const project = readProject(folder);
const findings = [];

/** Queries with their fields, as in {object: 'Contact', fields: [{name: 'Account.Name', line: 3}]}. */
const queries = project.apex.flatMap(({ path, text }) => {
  class Listener extends ApexErrorListener {
    apexSyntaxError(line, _column, message) {
      findings.push({ file: path, line, message });
    }
  }
  const found = [];
  class Queries extends ApexParserBaseListener {
    // The innermost query comes first: its fields are not the outer one's.
    open = [];
    enterQuery = (query) => this.enter(query);
    exitQuery = () => this.open.pop();
    enterSubQuery = () => this.open.push({ fields: [] });
    exitSubQuery = () => this.open.pop();
    enterFieldName = (name) => {
      const isObject = name.parentCtx?.constructor.name === 'FromNameListContext';
      if (!isObject) this.open.at(-1)?.fields.push({ name: name.getText(), line: name.start.line });
    };
    enter(query) {
      const one = { path, object: query.fromNameList().getText(), line: query.start.line, fields: [] };
      this.open.push(one);
      found.push(one);
    }
  }
  const { parser } = ApexParserFactory.createLexerAndParser(text, new Listener());
  ApexParseTreeWalker.DEFAULT.walk(new Queries(), parser.compilationUnit());
  return found;
});

const jars = join(import.meta.dirname, '../node_modules/@salesforce/code-analyzer-pmd-engine/dist/java-lib/*');
const objects = [...new Set(queries.map(({ object }) => object))];
const printed = execFileSync('java', ['-cp', jars, join(import.meta.dirname, 'ObjectFields.java'), ...objects], {
  encoding: 'utf8',
});
const types = new Map();
const put = (object, field, type) => {
  if (!types.has(object)) types.set(object, new Map());
  types.get(object).set(field.toLowerCase(), type);
};
for (const line of printed.trim().split('\n')) put(...line.split('\t'));
for (const { path, name } of ofKind(project, 'field')) put(/objects\/(\w+)\/fields/.exec(path)[1], name, 'own');

for (const { path, object, line, fields } of queries) {
  if (!types.has(object)) findings.push({ file: path, line, message: `There is no object ${object}.` });
  else
    for (const field of fields) {
      let type = object;
      for (const step of field.name.split('.')) {
        const next = types.get(type)?.get(step.toLowerCase());
        if (!next) {
          findings.push({ file: path, line: field.line, message: `${type} has no field ${step}.` });
          break;
        }
        type = next;
      }
    }
}
if (queries.length === 0) findings.push({ file: 'force-app', line: 1, message: 'There is no query to look at.' });
console.log(JSON.stringify(findings));
