import Handlebars from 'handlebars';
import { InvalidInput } from '../../core/errors.ts';
import { findMustaches, type Mustache, maskMustaches } from './mustaches.ts';
import { scanHtml } from './scan-html.ts';

export type TemplatePart = 'subject' | 'html' | 'text';

/** One thing to correct in a template; line and column count from 1. */
export interface TemplateProblem {
  part: TemplatePart;
  line: number;
  column: number;
  message: string;
}

/** A template that cannot be used, with everything that is wrong with it. */
export class InvalidTemplate extends InvalidInput {
  readonly problems: TemplateProblem[];
  constructor(problems: TemplateProblem[]) {
    super(problems.map(({ part, line, column, message }) => `${part} ${line}:${column}: ${message}`).join('\n'), {
      fields: problems.map(({ part, line, column, message }) => ({
        pointer: `/${part}`,
        code: 'invalid_template',
        message: `Line ${line}, column ${column}: ${message}`,
      })),
    });
    this.problems = problems;
  }
}

export interface CheckedPart {
  problems: TemplateProblem[];
  /** The variables that the part mentions. */
  variables: Set<string>;
}

const longestPart = { subject: 1_000, html: 256_000, text: 100_000 };
const mostMustaches = 500;

/**
 * Checks one part against the subset of Handlebars that templates may use:
 * `{{variable}}`, `{{fallback variable "words"}}`, `{{#if variable}}…{{else}}…{{/if}}`, `{{#unless variable}}…{{/unless}}`, `{{! note }}`.
 */
export function checkPart(part: TemplatePart, source: string, known: ReadonlySet<string>): CheckedPart {
  const checked: CheckedPart = { problems: [], variables: new Set() };
  const at = (offset: number, message: string) => checked.problems.push({ part, ...position(source, offset), message });
  if (source.length > longestPart[part]) {
    at(0, `The ${part} is longer than ${longestPart[part]} characters.`);
    return checked;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  const control = source.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  if (control !== -1) at(control, 'There is an invisible control character here. Delete it.');
  const { mustaches, unclosedAt } = findMustaches(source);
  if (unclosedAt !== null) at(unclosedAt, 'This "{{" is never closed with "}}".');
  if (mustaches.length > mostMustaches)
    at(mustaches[mostMustaches]!.start, `More than ${mostMustaches} variables in one part.`);
  for (const mustache of mustaches) checkBraces(source, mustache, at);
  if (checked.problems.length > 0) return checked;
  if (part === 'html') checkPlaces(source, mustaches, at);
  checkSyntax(source, known, checked, at);
  return checked;
}

type Note = (offset: number, message: string) => void;

function checkBraces(source: string, { start, inner }: Mustache, at: Note): void {
  if (inner.startsWith('{')) at(start, 'Use two braces, not three: values are always made safe for HTML.');
  else if (inner.startsWith('!')) return;
  else if (/[{}]/.test(inner)) at(start, 'A brace inside of {{…}} is not allowed.');
  if (source[start - 1] === '\\') at(start - 1, 'A "\\" before "{{" is not allowed.');
}

/** A value must not be able to change how the HTML around it is read, so it stands in text or in a quoted attribute. */
function checkPlaces(source: string, mustaches: readonly Mustache[], at: Note): void {
  const scanned = scanHtml(maskMustaches(source, mustaches));
  for (const start of scanned.scripts) at(start, 'Mail programs remove scripts. Delete the <script>.');
  const within = (ranges: readonly { start: number; end: number }[], { start, end }: Mustache) =>
    ranges.some((range) => range.start <= start && end <= range.end);
  const free = joined(scanned.texts.filter((text) => text.element === null));
  const valuesOnly = [
    ...joined(scanned.texts.filter((text) => text.element !== null)),
    ...scanned.quotedValues,
    ...scanned.comments,
  ];
  for (const mustache of mustaches) {
    if (mustache.inner.startsWith('!') || within(free, mustache)) continue;
    if (!within(valuesOnly, mustache))
      at(mustache.start, 'A variable can stand in text or between the quotes of an attribute, not here.');
    else if (/^~?\s*(?:[#/^]|else\b)/.test(mustache.inner))
      at(mustache.start, 'A condition can stand in text only, not inside of a tag.');
  }
}

/** The tokenizer may cut one text in several; neighbours become one range again. */
function joined(ranges: readonly { start: number; end: number }[]): { start: number; end: number }[] {
  const whole: { start: number; end: number }[] = [];
  for (const { start, end } of ranges) {
    const last = whole.at(-1);
    if (last && last.end === start) last.end = end;
    else whole.push({ start, end });
  }
  return whole;
}

function checkSyntax(source: string, known: ReadonlySet<string>, checked: CheckedPart, at: Note): void {
  const offsetOf = ({ start }: hbs.AST.SourceLocation) => offset(source, start.line, start.column);
  const variable = (node: hbs.AST.Node | undefined, where: number): void => {
    const name = node && isPath(node) ? node.original : '';
    if (known.has(name)) checked.variables.add(name);
    else at(where, `There is no variable "${name.slice(0, 60)}".`);
  };
  const visit = (program: hbs.AST.Program | undefined): void => {
    for (const node of program?.body ?? []) statement(node);
  };
  const statement = (node: hbs.AST.Statement): void => {
    const where = offsetOf(node.loc);
    if (node.type === 'ContentStatement' || node.type === 'CommentStatement') return;
    if (isMustache(node) && node.escaped && isPath(node.path) && !node.hash) {
      const [value, words, ...rest] = node.params;
      const helper = node.path.original;
      if (node.params.length === 0 && helper !== 'fallback') variable(node.path, where);
      else if (helper !== 'fallback') at(where, `There is no helper "${helper.slice(0, 60)}".`);
      else if (words && isPlainString(words) && rest.length === 0) variable(value, where);
      else at(where, 'Write {{fallback first_name "there"}}.');
    } else if (
      isBlock(node) &&
      (node.path.original === 'if' || node.path.original === 'unless') &&
      node.params.length === 1 &&
      !node.hash
    ) {
      variable(node.params[0], where);
      visit(node.program);
      visit(node.inverse);
    } else {
      at(
        where,
        'Only {{variable}}, {{fallback variable "words"}}, {{#if variable}} and {{#unless variable}} can be used.',
      );
    }
  };
  try {
    visit(Handlebars.parse(source));
  } catch (error) {
    const line = error instanceof Error ? Number(/on line (\d+)/.exec(error.message)?.[1] ?? 1) : 1;
    at(
      offset(source, line, 0),
      'The {{…}} on this line or before it do not fit together: each {{#if}} needs an {{/if}}, each quote its end.',
    );
  }
}

const isMustache = (node: hbs.AST.Node): node is hbs.AST.MustacheStatement => node.type === 'MustacheStatement';
const isBlock = (node: hbs.AST.Node): node is hbs.AST.BlockStatement => node.type === 'BlockStatement';
const isPlainString = (node: hbs.AST.Node) =>
  node.type === 'StringLiteral' && 'value' in node && !/[{}]/.test(String(node.value));
const isPath = (node: hbs.AST.Node): node is hbs.AST.PathExpression => node.type === 'PathExpression';

function position(source: string, at: number): { line: number; column: number } {
  const before = source.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}

function offset(source: string, line: number, column: number): number {
  let start = 0;
  for (let count = 1; count < line; count += 1) start = source.indexOf('\n', start) + 1;
  return start + column;
}
