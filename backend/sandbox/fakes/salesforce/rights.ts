/** Permission sets of the package, who has them, what they grant; and the other rows that follow from the world. */
import { makeId } from './ids.ts';
import { refused } from './refusal.ts';
import { type ObjectType, packagedFields, prefixes } from './schema.ts';
import type { StoredRecord, Value, World } from './world.ts';

const packagedSets = ['SalesOS_Rep', 'SalesOS_Admin', 'SalesOS_Integration'] as const;
const setId = (name: (typeof packagedSets)[number]) => makeId(prefixes.PermissionSet, packagedSets.indexOf(name) + 1);

export function addPermissionSets(world: World): void {
  for (const name of packagedSets) {
    const values = {
      Id: setId(name),
      Name: name,
      Label: name.replace('_', ' '),
      NamespacePrefix: world.namespace.replace('__', '') || null,
    };
    world.records.set(values.Id, { id: values.Id, type: 'PermissionSet', values });
  }
}

/** Nobody without these reaches the principal of the packaged credential. */
export const mayCallOut = (world: World, userId: string): boolean =>
  world.settings.isPackageInstalled &&
  (['SalesOS_Rep', 'SalesOS_Admin'] as const).some((set) => isAssigned(world, userId, setId(set)));

const isAssigned = (world: World, userId: unknown, permissionSetId: unknown): boolean =>
  [...world.records.values()].some(
    ({ type, values: v }) =>
      type === 'PermissionSetAssignment' &&
      v.IsDeleted !== true &&
      v.AssigneeId === userId &&
      v.PermissionSetId === permissionSetId,
  );

export function checkAssignment(world: World, { AssigneeId, PermissionSetId }: Record<string, Value>): void {
  if (!isAssigned(world, AssigneeId, PermissionSetId)) return;
  throw refused(
    'DUPLICATE_VALUE',
    `Duplicate PermissionSetAssignment. Assignee: ${AssigneeId}; Permission Set: ${PermissionSetId}`,
  );
}

export function rowsOf(world: World, type: ObjectType): StoredRecord[] {
  if (type === 'FieldPermissions') return fieldPermissions(world);
  if (type === 'OauthToken') {
    return [...world.grants]
      .filter(({ revoked }) => !revoked)
      .map(({ appName, userId, createdAt, usedAt }, index) =>
        row(type, index, { AppName: appName, UserId: userId, CreatedDate: createdAt, LastUsedDate: usedAt }),
      );
  }
  const { isPackageInstalled, isReadOnly } = world.settings;
  if (type === 'PermissionSet' && !isPackageInstalled) return [];
  const records = [...world.records.values()].filter((record) => record.type === type);
  if (type !== 'Organization') return records;
  return records.map((record) => ({ ...record, values: { ...record.values, IsReadOnly: isReadOnly } }));
}

function fieldPermissions(world: World): StoredRecord[] {
  if (!world.settings.isPackageInstalled) return [];
  const { hiddenFields, readOnlyFields } = world.settings;
  const granted = Object.entries(packagedFields(world.namespace)).flatMap(([object, fields]) =>
    fields.flatMap(({ name }) =>
      packagedSets.map((set) => ({ object, field: `${object}.${name}`, parent: setId(set), set })),
    ),
  );
  return granted
    .filter(({ field }) => !hiddenFields.has(field))
    .map(({ object, field, parent, set }, index) =>
      row('FieldPermissions', index, {
        ParentId: parent,
        SobjectType: object,
        Field: field,
        PermissionsRead: true,
        PermissionsEdit: set === 'SalesOS_Integration' && !readOnlyFields.has(field),
      }),
    );
}

function row(type: ObjectType, index: number, values: Record<string, Value>): StoredRecord {
  const id = makeId(prefixes[type], index + 1);
  return { id, type, values: { Id: id, ...values } };
}
