/** The properties a portal starts with, and what a value must look like. */
import { invalid, type RefusalDetail } from './refusal.ts';
import type { ObjectType } from './world.ts';

export interface PropertyDefinition {
  name: string;
  label: string;
  groupName: string;
  type: 'string' | 'number' | 'bool' | 'enumeration' | 'datetime' | 'date' | 'phone_number';
  fieldType: string;
  options: { label: string; value: string; displayOrder?: number; hidden?: boolean }[];
  readOnly: boolean;
  hasUniqueValue: boolean;
}

const timeZoneSlugs = Intl.supportedValuesOf('timeZone').map((zone) =>
  zone.toLowerCase().replaceAll('/', '_slash_').replaceAll('-', '_hyphen_'),
);

const standard: Record<ObjectType, string[]> = {
  contacts: [
    'email firstname lastname jobtitle company country city phone hubspot_owner_id',
    'hs_email_optout:bool hs_timezone:enumeration',
    '!hs_additional_emails !hs_merged_object_ids !associatedcompanyid !hs_object_id',
    '!createdate:datetime !lastmodifieddate:datetime',
  ],
  companies: [
    'name domain country city hubspot_owner_id',
    '!hs_object_id !hs_merged_object_ids !createdate:datetime !hs_lastmodifieddate:datetime',
  ],
  emails: [
    'hs_timestamp:datetime hubspot_owner_id hs_email_direction:enumeration hs_email_status:enumeration',
    'hs_email_subject hs_email_html hs_email_text hs_attachment_ids hs_email_headers',
    '!hs_email_from_email !hs_email_from_firstname !hs_email_from_lastname',
    '!hs_email_to_email !hs_email_to_firstname !hs_email_to_lastname',
    '!hs_object_id !hs_createdate:datetime !hs_lastmodifieddate:datetime',
  ],
};
const choices: Record<string, string[]> = {
  hs_timezone: timeZoneSlugs,
  hs_email_direction: ['EMAIL', 'INCOMING_EMAIL', 'FORWARDED_EMAIL'],
  hs_email_status: ['BOUNCED', 'FAILED', 'SCHEDULED', 'SENDING', 'SENT'],
};

export function standardDefinitions(type: ObjectType): Map<string, PropertyDefinition> {
  const definitions = standard[type].join(' ').split(' ').map(readDefinition);
  return new Map(definitions.map((definition) => [definition.name, definition]));
}

/** `!name:type`: read-only, named, typed. */
function readDefinition(word: string): PropertyDefinition {
  const [name = '', type = 'string'] = word.replace('!', '').split(':');
  return {
    name,
    label: name,
    groupName: 'standard',
    type: type as PropertyDefinition['type'],
    fieldType: type === 'enumeration' ? 'select' : 'text',
    options: (choices[name] ?? []).map((value) => ({ label: value, value })),
    readOnly: word.startsWith('!'),
    hasUniqueValue: name === 'email',
  };
}

/** Values as HubSpot stores them. Refuses what is unknown, read-only or of the wrong kind, all at once. */
export function acceptValues(
  definitions: Map<string, PropertyDefinition>,
  values: Record<string, unknown>,
): Record<string, string> {
  const accepted: Record<string, string> = {};
  const errors: RefusalDetail[] = [];
  for (const [name, given] of Object.entries(values)) {
    const definition = definitions.get(name);
    const refuse = (code: string, message: string) => errors.push({ message, code, context: { propertyName: [name] } });
    if (!definition) refuse('PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`);
    else if (definition.readOnly) refuse('READ_ONLY_VALUE', `"${name}" is a read only property`);
    else if (given !== null && typeof given === 'object') refuse('INVALID_VALUE', `"${name}" must be a string`);
    else {
      const value = normal(definition, given === null || given === undefined ? '' : String(given));
      if (value === null)
        refuse(refusalCodes[definition.type] ?? 'INVALID_VALUE', `${given} was not valid for ${name}`);
      else accepted[name] = value;
    }
  }
  if (errors.length > 0) throw invalid(`Property values were not valid: ${JSON.stringify(errors)}`, errors);
  return accepted;
}

const refusalCodes: Partial<Record<PropertyDefinition['type'], string>> = {
  number: 'INVALID_INTEGER',
  enumeration: 'INVALID_OPTION',
  datetime: 'INVALID_DATE',
};
const longestValue = 65_536;

/** The stored form of one value, or null when it is of the wrong kind. Empty clears a property. */
function normal(definition: PropertyDefinition, value: string): string | null {
  if (value === '') return '';
  switch (definition.type) {
    case 'number':
      return Number.isFinite(Number(value)) ? value : null;
    case 'bool':
      return value === 'true' || value === 'false' ? value : null;
    case 'enumeration':
      return definition.options.some((option) => option.value === value) ? value : null;
    case 'datetime': {
      const time = new Date(/^\d+$/.test(value) ? Number(value) : value);
      return Number.isNaN(time.getTime()) ? null : time.toISOString();
    }
    default:
      if (definition.name === 'email') return /^[^\s@,;]+@[^\s@]+\.[^\s@]+$/.test(value) ? value.toLowerCase() : null;
      return value.length > longestValue ? null : value;
  }
}
