/** Every change of a record, whether a person in HubSpot or an app made it: checked, stored, announced. */
import { associate, checkAssociation, moveAssociations } from './associations.ts';
import { acceptValues } from './definitions.ts';
import { fillFromHeaders } from './email-headers.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { announce } from './webhooks.ts';
import type { Author, CrmObject, ObjectType, Portal, World } from './world.ts';

export interface AssociationInput {
  to: { id: string };
  types: { associationCategory: string; associationTypeId: number }[];
}

/** A live record; a merged-away id leads to its survivor where the fake is set so. */
export function find(world: World, portal: Portal, type: ObjectType, id: string): CrmObject {
  const object = portal.objects.get(`${type}:${id}`);
  if (object?.mergedInto && (world.options.mergedRecordsAnswer ?? 'survivor') === 'survivor') {
    return find(world, portal, type, object.mergedInto);
  }
  if (!object || object.archivedAt || object.mergedInto) throw notFound();
  return object;
}

export function create(
  world: World,
  portal: Portal,
  type: ObjectType,
  values: Record<string, unknown>,
  associations: AssociationInput[],
  author: Author,
): CrmObject {
  const properties = acceptValues(portal.definitions[type], values);
  if (type === 'emails' && !properties.hs_timestamp) {
    throw invalid('Some required properties were not set: hs_timestamp', [
      { message: 'hs_timestamp is required', code: 'MISSING_REQUIRED_PROPERTY' },
    ]);
  }
  checkWrite(portal, type, properties, null);
  // Checked before anything is stored, so that a refused record leaves nothing behind.
  const links = associations.flatMap(({ to, types }) =>
    types.map(({ associationTypeId }) => ({
      to: checkAssociation(portal, type, to.id, associationTypeId),
      associationTypeId,
    })),
  );
  const object = store(world, portal, type, type === 'emails' ? fillFromHeaders(world, properties) : properties);
  for (const link of links) associate(portal, object, link.to, link.associationTypeId);
  announce(world, portal, author, object, 'creation');
  for (const [name, value] of Object.entries(properties)) {
    if (value !== '') announce(world, portal, author, object, 'propertyChange', { name, value });
  }
  return object;
}

function store(world: World, portal: Portal, type: ObjectType, properties: Record<string, string>): CrmObject {
  const now = world.options.clock.now();
  const id = String(world.nextNumber());
  const object = { id, type, properties, createdAt: now, updatedAt: now, archivedAt: null, mergedInto: null };
  portal.objects.set(`${type}:${id}`, object);
  return object;
}

export function update(
  world: World,
  portal: Portal,
  object: CrmObject,
  values: Record<string, unknown>,
  author: Author,
): CrmObject {
  const properties = acceptValues(portal.definitions[object.type], values);
  checkWrite(portal, object.type, { ...object.properties, ...properties }, object);
  object.updatedAt = world.options.clock.now();
  for (const [name, value] of Object.entries(properties)) {
    if ((object.properties[name] ?? '') === value) continue;
    object.properties[name] = value;
    announce(world, portal, author, object, 'propertyChange', { name, value });
  }
  return object;
}

function checkWrite(portal: Portal, type: ObjectType, values: Record<string, string>, self: CrmObject | null): void {
  for (const rule of portal.rules) {
    if (rule.type === type && rule.refuses(values)) {
      throw invalid(rule.message, [{ message: rule.message, code: 'VALIDATION_RULE' }]);
    }
  }
  for (const { name } of [...portal.definitions[type].values()].filter((definition) => definition.hasUniqueValue)) {
    const holder = values[name] ? holderOf(portal, type, name, values[name]) : undefined;
    if (holder && holder !== self) {
      const noun = type === 'contacts' ? 'Contact' : 'Object';
      throw new Refusal(409, 'CONFLICT', `${noun} already exists. Existing ID: ${holder.id}`);
    }
  }
}

/** The live record that holds a unique value; a contact also holds its additional addresses. */
export function holderOf(portal: Portal, type: ObjectType, name: string, value: string): CrmObject | undefined {
  const wanted = name === 'email' ? value.toLowerCase() : value;
  for (const object of portal.objects.values()) {
    if (object.type !== type || object.archivedAt || object.mergedInto) continue;
    if (object.properties[name] === wanted) return object;
    if (name === 'email' && object.properties.hs_additional_emails?.split(';').includes(wanted)) return object;
  }
  return undefined;
}

export function archive(world: World, portal: Portal, object: CrmObject, author: Author): void {
  object.archivedAt = world.options.clock.now();
  announce(world, portal, author, object, 'deletion');
}

export function restore(world: World, portal: Portal, object: CrmObject, author: Author): void {
  object.archivedAt = null;
  announce(world, portal, author, object, 'restore');
}

/** Deletion for privacy: gone for good, and announced twice in an order nobody can rely on. */
export function erase(world: World, portal: Portal, object: CrmObject, author: Author): void {
  portal.objects.delete(`${object.type}:${object.id}`);
  announce(world, portal, author, object, 'privacyDeletion');
  announce(world, portal, author, object, 'deletion');
}

/** Two records become a new one: the primary's values win, the other's address stays as an additional one. */
export function merge(world: World, portal: Portal, primary: CrmObject, other: CrmObject, author: Author): CrmObject {
  if (primary === other) throw invalid('Cannot merge a record with itself');
  const [kept, gone] = [primary.properties, other.properties];
  const addresses = [kept.hs_additional_emails, gone.email, gone.hs_additional_emails]
    .flatMap((list) => list?.split(';') ?? [])
    .filter((address) => address !== '' && address !== kept.email);
  const before = [kept.hs_merged_object_ids, primary.id, gone.hs_merged_object_ids, other.id].filter(Boolean);
  const survivor = store(world, portal, primary.type, {
    ...gone,
    ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== '')),
    hs_merged_object_ids: before.join(';'),
    ...(addresses.length > 0 ? { hs_additional_emails: [...new Set(addresses)].join(';') } : {}),
  });
  for (const old of [primary, other]) {
    old.mergedInto = survivor.id;
    moveAssociations(portal, old, survivor);
  }
  announce(world, portal, author, primary, 'merge', null, {
    primaryObjectId: Number(primary.id),
    mergedObjectIds: [Number(other.id)],
    newObjectId: Number(survivor.id),
    numberOfPropertiesMoved: Object.keys(gone).length,
  });
  return survivor;
}
