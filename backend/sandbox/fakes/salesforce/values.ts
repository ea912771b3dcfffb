/** What a field takes, and how Salesforce refuses what it does not. */
import { isId, toId18 } from './ids.ts';
import { refused } from './refusal.ts';
import type { FieldDefinition, ObjectType } from './schema.ts';
import { fieldsOf, type Value, type World } from './world.ts';

/** Ids of a junction list are no value of the record; they come back beside the values. */
export function acceptValues(
  world: World,
  type: ObjectType,
  given: Record<string, unknown>,
  act: 'createable' | 'updateable',
): { values: Record<string, Value>; toIds: string[] } {
  const fields = fieldsOf(world, type);
  const values: Record<string, Value> = {};
  let toIds: string[] = [];
  const closed: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (name === 'attributes' || name.toLowerCase() === 'id') continue;
    const field = fields.get(name.toLowerCase());
    if (!field) throw refused('INVALID_FIELD', `No such column '${name}' on sobject of type ${type}`);
    if (!field[act]) closed.push(field.name);
    else if (field.type === 'junctionidlist')
      toIds = (value as string[]).map((id) => acceptReference(world, field, id));
    else values[field.name] = acceptValue(world, field, value);
  }
  if (closed.length > 0) {
    const message = `Unable to create/update fields: ${closed.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`;
    throw refused('INVALID_FIELD_FOR_INSERT_UPDATE', message, closed);
  }
  return { values, toIds };
}

export function checkRequired(world: World, type: ObjectType, values: Record<string, Value>): void {
  const missing = [...fieldsOf(world, type).values()].filter(({ name, required }) => required && !values[name]);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  throw refused('REQUIRED_FIELD_MISSING', `Required fields are missing: [${names.join(', ')}]`, names);
}

function acceptValue(world: World, field: FieldDefinition, given: unknown): Value {
  const { name, type, length } = field;
  if (given === null || given === '') return type === 'boolean' ? false : null;
  const wrong = () =>
    refused('JSON_PARSER_ERROR', `Cannot deserialize instance of ${type} from ${JSON.stringify(given)}`, [name]);
  if (type === 'boolean' || type === 'double') {
    if (typeof given !== (type === 'boolean' ? 'boolean' : 'number')) throw wrong();
    return given as boolean | number;
  }
  if (typeof given !== 'string') throw wrong();
  if (type === 'datetime') {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.test(given)) throw wrong();
    return new Date(given.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')).toISOString();
  }
  if (type === 'date') {
    if (!/^\d{4}-\d\d-\d\d$/.test(given)) throw wrong();
    return given;
  }
  if (type === 'reference') return acceptReference(world, field, given);
  if (length > 0 && given.length > length) {
    const message = `${name}: data value too large: ${given.slice(0, 30)}… (max length=${length})`;
    throw refused('STRING_TOO_LONG', message, [name]);
  }
  if (type === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(given)) {
    throw refused('INVALID_EMAIL_ADDRESS', `${name}: invalid email address: ${given}`, [name]);
  }
  if (field.values && !field.values.includes(given)) {
    const message = `${name}: bad value for restricted picklist field: ${given}`;
    throw refused('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, [name]);
  }
  return type === 'email' ? given.toLowerCase() : given;
}

function acceptReference(world: World, { name, referenceTo }: FieldDefinition, given: unknown): string {
  if (typeof given !== 'string' || !isId(given)) {
    throw refused('MALFORMED_ID', `${name}: id value of incorrect type: ${String(given)}`, [name]);
  }
  const id = toId18(given);
  const target = world.records.get(id);
  const fits = !target || !referenceTo || referenceTo === 'Name' || target.type === referenceTo;
  if (!target || !fits) throw refused('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [name]);
  if (target.values.IsDeleted === true) throw refused('ENTITY_IS_DELETED', 'entity is deleted', [name]);
  if (target.type === 'User' && target.values.IsActive === false) {
    const message = `Operation performed with inactive user [${id}] as owner of ${name}`;
    throw refused('INACTIVE_OWNER_OR_USER', message, [name]);
  }
  return id;
}
