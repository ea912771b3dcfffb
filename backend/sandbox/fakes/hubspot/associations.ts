/** Which records belong together, kept in both directions. */
import { notFound, Refusal } from './refusal.ts';
import type { CrmObject, ObjectType, Portal } from './world.ts';

/** Association type id → from, to, and the id of the way back. Ids as in AssociationTypes of @hubspot/api-client. */
const types: Record<number, { from: ObjectType; to: ObjectType; back: number }> = {
  1: { from: 'contacts', to: 'companies', back: 2 },
  2: { from: 'companies', to: 'contacts', back: 1 },
  279: { from: 'contacts', to: 'companies', back: 280 },
  280: { from: 'companies', to: 'contacts', back: 279 },
  198: { from: 'emails', to: 'contacts', back: 197 },
  197: { from: 'contacts', to: 'emails', back: 198 },
  186: { from: 'emails', to: 'companies', back: 185 },
  185: { from: 'companies', to: 'emails', back: 186 },
};

export function defaultTypeId(from: ObjectType, to: ObjectType): number {
  const found = Object.entries(types).find(([id, type]) => Number(id) > 2 && type.from === from && type.to === to);
  if (!found) throw new Refusal(400, 'VALIDATION_ERROR', `${from} cannot be associated with ${to}`);
  return Number(found[0]);
}

export function checkAssociation(portal: Portal, from: ObjectType, to: string, typeId: number): CrmObject {
  const type = types[typeId];
  if (type?.from !== from) {
    throw new Refusal(400, 'VALIDATION_ERROR', `invalid association type ${typeId} for ${from}`);
  }
  const target = portal.objects.get(`${type.to}:${to}`);
  if (!target || target.archivedAt || target.mergedInto) {
    throw notFound(`No ${type.to} with ID ${to} exists`, { toObjectId: [to] });
  }
  return target;
}

export function associate(portal: Portal, from: CrmObject, to: CrmObject, typeId: number): void {
  const back = types[typeId]?.back;
  if (back === undefined) throw new Refusal(400, 'VALIDATION_ERROR', `unknown association type ${typeId}`);
  link(portal, from, to, typeId);
  link(portal, to, from, back);
  // The first company of a contact becomes the primary one.
  if (typeId === 279 && !from.properties.associatedcompanyid) associate(portal, from, to, 1);
  if (typeId === 1) from.properties.associatedcompanyid = to.id;
}

function link(portal: Portal, from: CrmObject, to: CrmObject, typeId: number): void {
  const key = `${from.type}:${from.id}`;
  const others = portal.associations.get(key) ?? new Map<string, Set<number>>();
  portal.associations.set(key, others);
  const ids = others.get(`${to.type}:${to.id}`) ?? new Set<number>();
  others.set(`${to.type}:${to.id}`, ids.add(typeId));
}

export function unlink(portal: Portal, from: CrmObject, to: CrmObject): void {
  portal.associations.get(`${from.type}:${from.id}`)?.delete(`${to.type}:${to.id}`);
  portal.associations.get(`${to.type}:${to.id}`)?.delete(`${from.type}:${from.id}`);
}

/** Live records of one kind that belong to a record, oldest first, with the types of the link. */
export function associated(portal: Portal, of: CrmObject, to: ObjectType): { object: CrmObject; typeIds: number[] }[] {
  const found = [...(portal.associations.get(`${of.type}:${of.id}`) ?? [])].flatMap(([key, typeIds]) => {
    const object = portal.objects.get(key);
    return object?.type === to && !object.archivedAt ? [{ object, typeIds: [...typeIds] }] : [];
  });
  return found.sort((a, b) => Number(a.object.id) - Number(b.object.id));
}

/** Everything that belonged to `from` belongs to `to` from now on. */
export function moveAssociations(portal: Portal, from: CrmObject, to: CrmObject): void {
  for (const [key, typeIds] of portal.associations.get(`${from.type}:${from.id}`) ?? []) {
    const other = portal.objects.get(key);
    if (!other) continue;
    for (const typeId of typeIds) associate(portal, to, other, typeId);
    unlink(portal, from, other);
  }
}
