/** Builds SOQL in which every value is quoted by its type; nothing a person wrote can leave its quotes. */

type Value = string | number | boolean | Date | null | readonly string[];

/** Names of fields and objects, from our own code or from `describe`; anything else is our mistake. */
export function names(...list: string[]): { raw: string } {
  const wrong = list.find((name) => !/^[A-Za-z][A-Za-z0-9_.]*$/.test(name));
  if (wrong !== undefined) throw new Error(`no name of a field or object: ${wrong}`);
  return { raw: list.join(', ') };
}

export function soql(parts: TemplateStringsArray, ...values: (Value | { raw: string })[]): string {
  return parts.reduce((text, part, index) => text + literal(values[index - 1] ?? null) + part);
}

/** https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */
function literal(value: Value | { raw: string }): string {
  if (value === null) return 'null';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return String(value);
  return 'raw' in value ? value.raw : `(${value.map(quote).join(', ')})`;
}

const escapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };

const quote = (text: string): string =>
  `'${text.replace(/[\\'"\n\r\t\b\f]/g, (character) => escapes[character] ?? `\\${character}`)}'`;
