/** Reads the part of SOQL that SalesOS uses; everything else is refused, as a word Salesforce does not know is. */
import { refused } from './refusal.ts';

export type Literal =
  | { kind: 'string'; value: string }
  | { kind: 'datetime'; value: number }
  | { kind: 'date'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' };
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'IN' | 'NOT IN';
export type Condition =
  | { kind: 'compare'; field: string; operator: Operator; literals: Literal[] }
  | { kind: 'and' | 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition };

export interface Soql {
  fields: string[];
  table: string;
  where: Condition | null;
  orderBy: { field: string; descending: boolean }[];
  limit: number | null;
}

const malformed = (message: string) => refused('MALFORMED_QUERY', message);
const longestQuery = 100_000;

const tokenPattern =
  /\s+|'(?:[^'\\]|\\[\s\S])*'|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)|\d{4}-\d\d-\d\d|-?\d+(?:\.\d+)?|[A-Za-z][A-Za-z0-9_.]*|!=|<=|>=|<>|[=<>(),]/y;

function tokens(text: string): string[] {
  const list: string[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match) throw malformed(`unexpected token: '${text.slice(at, at + 10)}'`);
    if (match[0].trim() !== '') list.push(match[0]);
  }
  return list;
}

export function parseSoql(text: string): Soql {
  if (text.length > longestQuery) throw malformed('SOQL statements cannot be longer than 100000 characters.');
  const list = tokens(text);
  let at = 0;
  const peek = () => list[at] ?? '';
  const is = (word: string) => peek().toUpperCase() === word;
  const unexpected = () => malformed(`unexpected token: '${peek() || '<EOF>'}'`);
  const take = (word: string) => {
    if (!is(word)) throw unexpected();
    at += 1;
  };
  const name = () => {
    const word = peek();
    if (!/^[A-Za-z]/.test(word) || reserved.has(word.toUpperCase())) throw unexpected();
    at += 1;
    return word;
  };

  function condition(): Condition {
    const parts = [unit()];
    const joiner = is('AND') ? 'AND' : 'OR';
    // AND and OR side by side need brackets in SOQL.
    while (is('AND') || is('OR')) {
      take(joiner);
      parts.push(unit());
    }
    return parts.length === 1 ? parts[0]! : { kind: joiner === 'AND' ? 'and' : 'or', parts };
  }
  function unit(): Condition {
    if (is('NOT')) {
      take('NOT');
      return { kind: 'not', part: unit() };
    }
    if (is('(')) {
      take('(');
      const inner = condition();
      take(')');
      return inner;
    }
    const field = name();
    if (is('IN') || is('NOT')) {
      const operator = is('NOT') ? 'NOT IN' : 'IN';
      if (operator === 'NOT IN') take('NOT');
      take('IN');
      take('(');
      const literals = [literal()];
      while (is(',')) {
        take(',');
        literals.push(literal());
      }
      take(')');
      return { kind: 'compare', field, operator, literals };
    }
    const operator = peek().toUpperCase().replace('<>', '!=');
    if (!['=', '!=', '<', '<=', '>', '>=', 'LIKE'].includes(operator)) throw unexpected();
    at += 1;
    return { kind: 'compare', field, operator: operator as Operator, literals: [literal()] };
  }
  function literal(): Literal {
    const word = peek();
    at += 1;
    if (word.startsWith("'")) return { kind: 'string', value: readEscapes(word.slice(1, -1)) };
    if (/^\d{4}-\d\d-\d\dT/.test(word)) return { kind: 'datetime', value: Date.parse(word) };
    if (/^\d{4}-\d\d-\d\d$/.test(word)) return { kind: 'date', value: word };
    if (/^-?\d/.test(word)) return { kind: 'number', value: Number(word) };
    if (/^(true|false)$/i.test(word)) return { kind: 'boolean', value: word.toLowerCase() === 'true' };
    if (/^null$/i.test(word)) return { kind: 'null' };
    at -= 1;
    throw unexpected();
  }

  take('SELECT');
  const fields = [name()];
  while (is(',')) {
    take(',');
    fields.push(name());
  }
  take('FROM');
  const query: Soql = { fields, table: name(), where: null, orderBy: [], limit: null };
  if (is('WHERE')) {
    take('WHERE');
    query.where = condition();
  }
  if (is('ORDER')) {
    take('ORDER');
    take('BY');
    do {
      if (is(',')) take(',');
      const field = name();
      const descending = is('DESC');
      if (is('ASC') || is('DESC')) at += 1;
      query.orderBy.push({ field, descending });
    } while (is(','));
  }
  if (is('LIMIT')) {
    take('LIMIT');
    if (!/^\d+$/.test(peek())) throw unexpected();
    query.limit = Number(peek());
    at += 1;
  }
  if (at < list.length) throw unexpected();
  return query;
}

const reserved = new Set(['SELECT', 'FROM', 'WHERE', 'AND', 'OR', 'NOT', 'IN', 'LIKE', 'ORDER', 'BY', 'LIMIT']);
const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', "'": "'", '"': '"', '\\': '\\' };

function readEscapes(text: string): string {
  return text.replace(/\\([\s\S])/g, (whole, letter: string) => {
    // A wildcard stays marked for LIKE.
    if (letter === '_' || letter === '%') return whole;
    const meant = escapes[letter];
    if (meant === undefined) throw malformed(`Illegal string literal: Invalid string literal '${text}'`);
    return meant;
  });
}
