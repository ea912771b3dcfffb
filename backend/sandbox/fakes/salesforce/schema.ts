/** The objects and fields the fake org has, as `describe` tells them. */

export type FieldType =
  | 'id'
  | 'string'
  | 'email'
  | 'phone'
  | 'textarea'
  | 'picklist'
  | 'boolean'
  | 'double'
  | 'date'
  | 'datetime'
  | 'reference'
  /** Ids that become EmailMessageRelations; not stored on the record. */
  | 'junctionidlist';

export interface FieldDefinition {
  name: string;
  type: FieldType;
  length: number;
  createable: boolean;
  updateable: boolean;
  /** May stand in WHERE; long texts may not. */
  filterable: boolean;
  required: boolean;
  referenceTo: string | null;
  relationshipName: string | null;
  /** Of a restricted picklist. */
  values: string[] | null;
  custom: boolean;
}

export type ObjectType =
  | 'Contact'
  | 'Lead'
  | 'Account'
  | 'User'
  | 'Profile'
  | 'Organization'
  | 'Task'
  | 'EmailMessage'
  | 'EmailMessageRelation'
  | 'PermissionSet'
  | 'PermissionSetAssignment'
  | 'FieldPermissions'
  | 'OauthToken';

export const prefixes: Record<ObjectType, string> = {
  Contact: '003',
  Lead: '00Q',
  Account: '001',
  User: '005',
  Profile: '00e',
  Organization: '00D',
  Task: '00T',
  EmailMessage: '02s',
  EmailMessageRelation: '0CZ',
  PermissionSet: '0PS',
  PermissionSetAssignment: '0Pa',
  FieldPermissions: '01k',
  OauthToken: '0CQ',
};
/** What the API may create, change and delete; the rest is for reading. */
export const writable = new Set<ObjectType>([
  'Contact',
  'Lead',
  'Account',
  'Task',
  'EmailMessage',
  'EmailMessageRelation',
  'PermissionSetAssignment',
]);

export const field = (name: string, type: FieldType, more: Partial<FieldDefinition> = {}): FieldDefinition => ({
  name,
  type,
  length:
    { id: 18, reference: 18, email: 80, phone: 40, string: 255, picklist: 255, textarea: 32_000 }[type as 'id'] ?? 0,
  createable: true,
  updateable: true,
  filterable: type !== 'textarea' && type !== 'junctionidlist',
  required: false,
  referenceTo: null,
  relationshipName: null,
  values: null,
  custom: name.endsWith('__c'),
  ...more,
});
const readOnly = { createable: false, updateable: false };
const createOnly = { updateable: false };
const to = (referenceTo: string, relationshipName: string | null = referenceTo) => ({ referenceTo, relationshipName });

const system = [
  field('Id', 'id', readOnly),
  field('IsDeleted', 'boolean', readOnly),
  field('CreatedDate', 'datetime', readOnly),
  field('LastModifiedDate', 'datetime', readOnly),
  field('LastModifiedById', 'reference', { ...readOnly, ...to('User', 'LastModifiedBy') }),
  field('SystemModstamp', 'datetime', readOnly),
];
const person = [
  ...system,
  field('MasterRecordId', 'reference', readOnly),
  field('FirstName', 'string', { length: 40 }),
  field('LastName', 'string', { length: 80, required: true }),
  field('Name', 'string', { ...readOnly, length: 121 }),
  field('Title', 'string', { length: 128 }),
  field('Email', 'email'),
  field('Phone', 'phone'),
  field('HasOptedOutOfEmail', 'boolean'),
  field('OwnerId', 'reference', to('User', 'Owner')),
];

export const standardFields: Record<ObjectType, FieldDefinition[]> = {
  Contact: [
    ...person,
    field('AccountId', 'reference', to('Account')),
    field('MailingCity', 'string', { length: 40 }),
    field('MailingCountry', 'string', { length: 80 }),
  ],
  Lead: [
    ...person,
    field('Company', 'string', { required: true }),
    field('City', 'string', { length: 40 }),
    field('Country', 'string', { length: 80 }),
    field('Status', 'picklist'),
    field('IsConverted', 'boolean', readOnly),
    field('ConvertedContactId', 'reference', { ...readOnly, ...to('Contact', 'ConvertedContact') }),
    field('ConvertedAccountId', 'reference', { ...readOnly, ...to('Account', 'ConvertedAccount') }),
  ],
  Account: [
    ...system,
    field('Name', 'string', { required: true }),
    field('OwnerId', 'reference', to('User', 'Owner')),
    field('BillingCountry', 'string', { length: 80 }),
  ],
  User: [
    field('Id', 'id', readOnly),
    field('Name', 'string', readOnly),
    field('FirstName', 'string', readOnly),
    field('LastName', 'string', readOnly),
    field('Email', 'email', readOnly),
    field('Username', 'string', readOnly),
    field('IsActive', 'boolean', readOnly),
    field('UserType', 'picklist', readOnly),
    field('TimeZoneSidKey', 'picklist', readOnly),
    field('ProfileId', 'reference', { ...readOnly, ...to('Profile') }),
  ],
  Profile: [
    field('Id', 'id', readOnly),
    field('Name', 'string', readOnly),
    field('PermissionsCustomizeApplication', 'boolean', readOnly),
  ],
  Organization: [
    field('Id', 'id', readOnly),
    field('Name', 'string', readOnly),
    field('IsSandbox', 'boolean', readOnly),
    field('OrganizationType', 'picklist', readOnly),
    field('InstanceName', 'string', readOnly),
    field('IsReadOnly', 'boolean', readOnly),
    field('NamespacePrefix', 'string', readOnly),
    field('TrialExpirationDate', 'datetime', readOnly),
  ],
  PermissionSet: [
    field('Id', 'id', readOnly),
    field('Name', 'string', readOnly),
    field('Label', 'string', readOnly),
    field('NamespacePrefix', 'string', readOnly),
  ],
  PermissionSetAssignment: [
    field('Id', 'id', readOnly),
    field('AssigneeId', 'reference', { ...createOnly, ...to('User', 'Assignee'), required: true }),
    field('PermissionSetId', 'reference', { ...createOnly, ...to('PermissionSet'), required: true }),
  ],
  FieldPermissions: [
    field('Id', 'id', readOnly),
    field('ParentId', 'reference', { ...readOnly, ...to('PermissionSet', 'Parent') }),
    field('SobjectType', 'picklist', readOnly),
    field('Field', 'picklist', readOnly),
    field('PermissionsRead', 'boolean', readOnly),
    field('PermissionsEdit', 'boolean', readOnly),
  ],
  // Without an id: Salesforce gives none.
  OauthToken: [
    field('AppName', 'string', readOnly),
    field('UserId', 'reference', { ...readOnly, ...to('User') }),
    field('CreatedDate', 'datetime', readOnly),
    field('LastUsedDate', 'datetime', readOnly),
  ],
  Task: [
    ...system,
    field('WhoId', 'reference', to('Name', 'Who')),
    field('WhatId', 'reference', to('Name', 'What')),
    field('AccountId', 'reference', { ...readOnly, ...to('Account') }),
    field('Subject', 'string'),
    field('Status', 'picklist', { values: ['Not Started', 'In Progress', 'Completed', 'Waiting', 'Deferred'] }),
    field('Priority', 'picklist', { values: ['High', 'Normal', 'Low'] }),
    field('ActivityDate', 'date'),
    field('TaskSubtype', 'picklist', {
      ...createOnly,
      values: ['Task', 'Email', 'Call', 'ListEmail', 'LinkedIn', 'Cadence'],
    }),
    field('Description', 'textarea'),
    field('OwnerId', 'reference', to('User', 'Owner')),
    field('IsClosed', 'boolean', readOnly),
  ],
  EmailMessage: [
    ...system,
    field('FromAddress', 'email', createOnly),
    field('FromName', 'string', { ...createOnly, length: 1000 }),
    field('ToAddress', 'string', { ...createOnly, length: 4000, filterable: false }),
    field('ToIds', 'junctionidlist', createOnly),
    field('Subject', 'string', { ...createOnly, length: 3000 }),
    field('TextBody', 'textarea', { ...createOnly, length: 131_072 }),
    field('HtmlBody', 'textarea', { ...createOnly, length: 131_072 }),
    field('MessageDate', 'datetime', createOnly),
    field('Incoming', 'boolean', createOnly),
    // 0 new, 1 read, 2 replied, 3 sent, 4 forwarded, 5 draft.
    field('Status', 'picklist', { ...createOnly, values: ['0', '1', '2', '3', '4', '5'] }),
    field('RelatedToId', 'reference', { ...createOnly, ...to('Name', 'RelatedTo') }),
    field('ActivityId', 'reference', { ...createOnly, ...to('Task', 'Activity') }),
    field('ParentId', 'reference', { ...createOnly, ...to('Case', 'Parent') }),
    field('MessageIdentifier', 'string', { ...createOnly, length: 765 }),
    field('IsExternallyVisible', 'boolean'),
  ],
  EmailMessageRelation: [
    ...system,
    field('EmailMessageId', 'reference', { ...createOnly, ...to('EmailMessage'), required: true }),
    field('RelationId', 'reference', { ...createOnly, ...to('Name', 'Relation') }),
    field('RelationType', 'picklist', {
      ...createOnly,
      required: true,
      values: ['ToAddress', 'CcAddress', 'BccAddress', 'FromAddress', 'OtherAddress'],
    }),
    field('RelationAddress', 'string', createOnly),
  ],
};

/** What our package adds, under its namespace. */
export function packagedFields(namespace: string): Partial<Record<ObjectType, FieldDefinition[]>> {
  const own = (name: string, ...rest: [FieldType, Partial<FieldDefinition>?]) => field(`${namespace}${name}`, ...rest);
  const onPeople = [
    own('Score__c', 'double'),
    own('Tier__c', 'picklist', { values: ['1', '2', '3', '4'] }),
    own('Last_Engaged__c', 'datetime'),
    own('Sequence_Status__c', 'string'),
    own('Status_Reason__c', 'string'),
  ];
  return { Contact: onPeople, Lead: onPeople };
}
