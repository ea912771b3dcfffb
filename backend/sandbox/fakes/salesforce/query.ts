/** Answers a query from the org's records, with the types checked as Salesforce checks them. */
import { isId, toId18 } from './ids.ts';
import { refused } from './refusal.ts';
import { rowsOf } from './rights.ts';
import type { FieldDefinition, FieldType, ObjectType } from './schema.ts';
import { type Condition, type Literal, parseSoql } from './soql.ts';
import { fieldsOf, objectType, type StoredRecord, type Value, type World } from './world.ts';

/** `type` of what was asked, and the rows as they are answered. */
export function runQuery(world: World, text: string, withDeleted: boolean) {
  const query = parseSoql(text);
  const type = objectType(world, query.table);
  if (!type) throw refused('INVALID_TYPE', `sObject type '${query.table}' is not supported.`);
  const matches = query.where ? compile(world, type, query.where) : () => true;
  const columns = query.fields.map((path) => ({ path, read: reader(world, type, path) }));
  const order = query.orderBy.map(({ field, descending }) => ({ read: reader(world, type, field).value, descending }));
  const found = rowsOf(world, type)
    .filter((record) => (withDeleted || record.values.IsDeleted !== true) && matches(record))
    .sort((a, b) => {
      for (const { read, descending } of order) {
        const difference = compareValues(read(a), read(b));
        if (difference !== 0) return descending ? -difference : difference;
      }
      return 0;
    })
    .slice(0, query.limit ?? undefined);
  const rows = found.map((record) => {
    const row: Record<string, unknown> = { attributes: attributes(record) };
    for (const { path, read } of columns) place(row, path, read, record);
    return row;
  });
  return { type, rows };
}

export const attributes = ({ type, id }: Pick<StoredRecord, 'type' | 'id'>) => ({
  type,
  url: `/services/data/v68.0/sobjects/${type}/${id}`,
});

interface Reader {
  definition: FieldDefinition;
  parent: ((record: StoredRecord) => StoredRecord | null) | null;
  value: (record: StoredRecord) => Value;
}

/** A field, or one of a parent record as in `Owner.Name`. */
function reader(world: World, type: ObjectType, path: string): Reader {
  const [first = '', ...rest] = path.split('.');
  const fields = fieldsOf(world, type);
  if (rest.length === 0) {
    const definition = fields.get(first.toLowerCase());
    if (!definition) {
      const message = `No such column '${first}' on entity '${type}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.`;
      throw refused('INVALID_FIELD', message);
    }
    return { definition, parent: null, value: (record) => record.values[definition.name] ?? null };
  }
  const relation = [...fields.values()].find(
    ({ relationshipName }) => relationshipName?.toLowerCase() === first.toLowerCase(),
  );
  const parentType = relation?.referenceTo ? objectType(world, relation.referenceTo) : null;
  if (!relation || !parentType)
    throw refused('INVALID_FIELD', `Didn't understand relationship '${first}' in field path.`);
  const inner = reader(world, parentType, rest.join('.'));
  const parent = (record: StoredRecord) => world.records.get(String(record.values[relation.name] ?? '')) ?? null;
  return {
    definition: inner.definition,
    parent,
    value: (record) => {
      const above = parent(record);
      return above ? inner.value(above) : null;
    },
  };
}

function place(row: Record<string, unknown>, path: string, read: Reader, record: StoredRecord): void {
  const parts = path.split('.');
  if (!read.parent) {
    row[read.definition.name] = shown(read.definition, read.value(record));
    return;
  }
  const above = read.parent(record);
  const relation = parts[0]!;
  const nested =
    (row[relation] as Record<string, unknown> | null | undefined) ?? (above ? { attributes: attributes(above) } : null);
  if (nested) nested[parts.at(-1)!] = shown(read.definition, read.value(record));
  row[relation] = nested;
}

/** Date times leave as `2026-03-02T09:00:00.000+0000`. */
export function shown({ type }: FieldDefinition, value: Value): Value {
  return type === 'datetime' && typeof value === 'string' ? value.replace(/Z$/, '+0000') : value;
}

function compile(world: World, type: ObjectType, condition: Condition): (record: StoredRecord) => boolean {
  if (condition.kind === 'not') {
    const part = compile(world, type, condition.part);
    return (record) => !part(record);
  }
  if (condition.kind !== 'compare') {
    const parts = condition.parts.map((part) => compile(world, type, part));
    return condition.kind === 'and'
      ? (record) => parts.every((part) => part(record))
      : (record) => parts.some((part) => part(record));
  }
  const { operator } = condition;
  const { definition, value } = reader(world, type, condition.field);
  if (!definition.filterable) {
    throw refused('INVALID_FIELD', `field '${definition.name}' can not be filtered in a query call`);
  }
  const wanted = condition.literals.map((literal) => typed(definition, literal));
  const same = (record: StoredRecord) => wanted.some((one) => compareValues(value(record), one) === 0);
  if (operator === '=' || operator === 'IN') return same;
  if (operator === '!=' || operator === 'NOT IN') return (record) => !same(record);
  if (operator === 'LIKE') {
    const pattern = likePattern(String(wanted[0]));
    return (record) => pattern.test(String(value(record) ?? ''));
  }
  return (record) => {
    if (value(record) === null) return false;
    const difference = compareValues(value(record), wanted[0] ?? null);
    return { '<': difference < 0, '<=': difference <= 0, '>': difference > 0, '>=': difference >= 0 }[operator];
  };
}

/** How a value of a type is written in a query; everything else is a string. */
const literalKinds: Partial<Record<FieldType, Literal['kind']>> = {
  datetime: 'datetime',
  date: 'date',
  boolean: 'boolean',
  double: 'number',
};

function typed({ name, type }: FieldDefinition, literal: Literal): Value {
  const wrong = (more: string) =>
    refused('INVALID_FIELD', `value of filter criterion for field '${name}' must be of type ${type}${more}`);
  if (literal.kind === 'null') return null;
  if (type === 'id' || type === 'reference') {
    if (literal.kind !== 'string') throw wrong(' and should be enclosed in quotes');
    if (!isId(literal.value)) throw refused('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${literal.value}`);
    return toId18(literal.value);
  }
  const kind = literalKinds[type] ?? 'string';
  if (literal.kind !== kind)
    throw wrong(kind === 'string' ? ' and should be enclosed in quotes' : ' and should not be enclosed in quotes');
  return literal.kind === 'datetime' ? new Date(literal.value).toISOString() : literal.value;
}

/** Strings compare without case; nothing is before everything. */
function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a).toLowerCase(), String(b).toLowerCase()];
  return left < right ? -1 : Number(left > right);
}

function likePattern(text: string): RegExp {
  const source = text.replace(/\\([%_])|[%_]|[.*+?^${}()|[\]\\]/g, (found, escaped: string | undefined) => {
    if (escaped) return escaped;
    if (found === '%') return '[\\s\\S]*';
    return found === '_' ? '[\\s\\S]' : `\\${found}`;
  });
  return new RegExp(`^${source}$`, 'i');
}
