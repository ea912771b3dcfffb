/** Every change of a record, whether a person in the org or an app made it. */
import { makeId, toId18 } from './ids.ts';
import { notFound, Refusal, refused } from './refusal.ts';
import { checkAssignment } from './rights.ts';
import { type ObjectType, prefixes, writable } from './schema.ts';
import { acceptValues, checkRequired } from './values.ts';
import type { StoredRecord, Value, World } from './world.ts';

/** A live record of this type. */
export function find(world: World, type: ObjectType, id: string): StoredRecord {
  const record = world.records.get(toId18(id));
  if (!record || record.type !== type) throw notFound();
  if (record.values.IsDeleted === true) throw new Refusal(404, 'ENTITY_IS_DELETED', 'entity is deleted');
  return record;
}

export function create(world: World, type: ObjectType, given: Record<string, unknown>, userId: string): StoredRecord {
  checkOrg(world, type);
  const { values, toIds } = acceptValues(world, type, given, 'createable');
  checkRequired(world, type, values);
  if (type === 'EmailMessage') checkMail(values);
  if (type === 'PermissionSetAssignment') checkAssignment(world, values);
  checkActivity(world, values);
  checkRules(world, type, values);
  const id = makeId(prefixes[type], world.nextNumber());
  const now = world.options.clock.now().toISOString();
  const record: StoredRecord = {
    id,
    type,
    values: { IsDeleted: false, ...defaults(type, userId), ...values, Id: id, CreatedDate: now },
  };
  world.records.set(id, record);
  touch(world, record, userId);
  if (type === 'EmailMessage') completeMail(world, record, toIds, userId);
  if (type === 'EmailMessageRelation') showOnTimeline(world, values, userId);
  return record;
}

export function update(world: World, record: StoredRecord, given: Record<string, unknown>, userId: string): void {
  checkOrg(world, record.type);
  const { values } = acceptValues(world, record.type, given, 'updateable');
  const after = { ...record.values, ...values };
  checkRequired(world, record.type, after);
  const locked = world.locks.get(record.id) ?? 0;
  if (locked > 0) {
    world.locks.set(record.id, locked - 1);
    throw refused('UNABLE_TO_LOCK_ROW', `unable to obtain exclusive access to this record or 1 records: ${record.id}`);
  }
  if (record.values.IsConverted === true) {
    throw refused('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
  }
  checkActivity(world, after);
  checkRules(world, record.type, after);
  Object.assign(record.values, values);
  touch(world, record, userId);
}

export function remove(world: World, record: StoredRecord, userId: string): void {
  checkOrg(world, record.type);
  record.values.IsDeleted = true;
  touch(world, record, userId);
}

/** Out of the recycle bin too: only the log of deletions still knows it. */
export function purge(world: World, record: StoredRecord): void {
  world.records.delete(record.id);
  world.purged.push({ id: record.id, type: record.type, deletedDate: world.options.clock.now().toISOString() });
}

/** The master keeps its id and its values; the other goes to the recycle bin and says where it went. */
export function merge(world: World, master: StoredRecord, other: StoredRecord, userId: string): void {
  if (master.type !== other.type) throw refused('INVALID_OPERATION', 'Only records of one object can be merged');
  for (const [name, value] of Object.entries(other.values)) master.values[name] ??= value;
  for (const record of world.records.values()) {
    for (const name of ['WhoId', 'RelationId', 'WhatId', 'RelatedToId', 'AccountId', 'MasterRecordId']) {
      if (record.values[name] === other.id) record.values[name] = master.id;
    }
  }
  other.values.MasterRecordId = master.id;
  other.values.IsDeleted = true;
  touch(world, other, userId);
  touch(world, master, userId);
}

/** A lead becomes a contact of an account. */
export function convert(world: World, lead: StoredRecord, userId: string): StoredRecord {
  const { values: v } = lead;
  const account = create(world, 'Account', { Name: v.Company }, userId);
  const names = ['FirstName', 'LastName', 'Title', 'Email', 'Phone', 'HasOptedOutOfEmail', 'OwnerId'];
  const taken = Object.fromEntries(names.map((name) => [name, v[name] ?? null]));
  const contact = create(world, 'Contact', { ...taken, AccountId: account.id }, userId);
  Object.assign(v, { IsConverted: true, ConvertedContactId: contact.id, ConvertedAccountId: account.id });
  for (const record of world.records.values()) {
    for (const name of ['WhoId', 'RelationId']) if (record.values[name] === lead.id) record.values[name] = contact.id;
  }
  touch(world, lead, userId);
  return contact;
}

function touch(world: World, record: StoredRecord, userId: string): void {
  const now = world.options.clock.now().toISOString();
  const { values } = record;
  Object.assign(values, { LastModifiedDate: now, SystemModstamp: now, LastModifiedById: userId });
  if (record.type === 'Contact' || record.type === 'Lead') {
    values.Name = [values.FirstName, values.LastName].filter(Boolean).join(' ');
  }
  if (record.type !== 'Task') return;
  values.IsClosed = values.Status === 'Completed';
  const who = world.records.get(String(values.WhoId ?? ''));
  const what = world.records.get(String(values.WhatId ?? ''));
  values.AccountId = what?.type === 'Account' ? what.id : (who?.values.AccountId ?? null);
}

function defaults(type: ObjectType, userId: string): Record<string, Value> {
  if (type === 'Task') return { Status: 'Not Started', Priority: 'Normal', TaskSubtype: 'Task', OwnerId: userId };
  if (type === 'EmailMessage') return { Incoming: false, Status: '0', IsExternallyVisible: false };
  if (type === 'Contact') return { HasOptedOutOfEmail: false, OwnerId: userId };
  if (type === 'Lead')
    return { HasOptedOutOfEmail: false, IsConverted: false, Status: 'Open - Not Contacted', OwnerId: userId };
  return type === 'Account' ? { OwnerId: userId } : {};
}

function checkOrg(world: World, type: ObjectType): void {
  const { settings } = world;
  if (settings.isReadOnly || !writable.has(type)) {
    const message = settings.isReadOnly ? 'The org is in read-only mode.' : `entity type ${type} does not support this`;
    throw refused(
      settings.isReadOnly ? 'INSUFFICIENT_ACCESS_OR_READONLY' : 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      message,
    );
  }
}

function checkRules(world: World, type: ObjectType, values: Record<string, Value>): void {
  const broken = world.rules.find((rule) => rule.type === type && rule.refuses(values));
  if (broken) throw refused(broken.errorCode, broken.message);
}

function checkActivity(world: World, values: Record<string, Value>): void {
  const isLead = world.records.get(String(values.WhoId ?? ''))?.type === 'Lead';
  if (isLead && values.WhatId) {
    throw refused('FIELD_INTEGRITY_EXCEPTION', 'You cannot relate a lead and another object to one activity.', [
      'WhatId',
    ]);
  }
}

function checkMail(values: Record<string, Value>): void {
  if (values.ActivityId && !values.ParentId) {
    const message = 'ActivityId can only be specified for emails on cases.';
    throw refused('FIELD_INTEGRITY_EXCEPTION', message, ['ActivityId']);
  }
}

/** A person who is related to a mail later, as its sender is, gets its task too. */
function showOnTimeline(world: World, relation: Record<string, Value>, userId: string): void {
  const mail = world.records.get(String(relation.EmailMessageId));
  const task = world.records.get(String(mail?.values.ActivityId ?? ''));
  const who = world.records.get(String(relation.RelationId ?? ''));
  if (!task || task.values.WhoId || (who?.type !== 'Contact' && who?.type !== 'Lead')) return;
  task.values.WhoId = who.id;
  touch(world, task, userId);
}

/** What Salesforce does with a mail by itself: relations for its recipients, and the task people see. */
function completeMail(world: World, mail: StoredRecord, toIds: string[], userId: string): void {
  for (const RelationId of toIds) {
    create(world, 'EmailMessageRelation', { EmailMessageId: mail.id, RelationId, RelationType: 'ToAddress' }, userId);
  }
  const { values: v } = mail;
  if (v.Status === '5') return;
  const who = toIds
    .map((id) => world.records.get(id))
    .find((record) => record?.type === 'Contact' || record?.type === 'Lead');
  const task = create(
    world,
    'Task',
    {
      Subject: `Email: ${v.Subject ?? ''}`.slice(0, 255),
      Description: String(v.TextBody ?? '').slice(0, 32_000),
      Status: 'Completed',
      TaskSubtype: 'Email',
      ActivityDate: String(v.MessageDate ?? v.CreatedDate).slice(0, 10),
      ...(who ? { WhoId: who.id } : {}),
      ...(v.RelatedToId && who?.type !== 'Lead' ? { WhatId: v.RelatedToId } : {}),
    },
    userId,
  );
  v.ActivityId = task.id;
}
