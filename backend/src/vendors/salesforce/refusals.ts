/**
 * Salesforce's error codes in plain words.
 * https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm
 */
import type { WriteResult } from '../../crm-sync/crm.ts';

/** They say something about Salesforce's moment and nothing about the request; nothing was done. */
export const passingCodes = new Set([
  'UNABLE_TO_LOCK_ROW',
  'SERVER_UNAVAILABLE',
  'QUERY_TIMEOUT',
  'REQUEST_LIMIT_EXCEEDED',
  'UNKNOWN_EXCEPTION',
]);

const givePermission =
  'In Salesforce Setup, assign the permission sets “SalesOS Integration” and “SalesOS Integration Objects” to the user who connected SalesOS, and check that the fields named here are visible to that user.';

/** What an admin must change before the same can succeed; a code that is not here has no such answer. */
export const howToFix: Record<string, string> & Record<'PACKAGE_MISSING' | 'FIELD_PERMISSION_MISSING', string> = {
  INVALID_FIELD: givePermission,
  INVALID_FIELD_FOR_INSERT_UPDATE: givePermission,
  INVALID_TYPE: givePermission,
  INSUFFICIENT_ACCESS: givePermission,
  INSUFFICIENT_ACCESS_OR_READONLY: givePermission,
  FIELD_PERMISSION_MISSING: givePermission,
  PACKAGE_MISSING: `Install the SalesOS package from the AppExchange. ${givePermission}`,
  API_DISABLED_FOR_ORG:
    'Ask Salesforce to enable API access for your edition, or let a user with “API Enabled” connect.',
  API_CURRENTLY_DISABLED: 'In Salesforce Setup, give the user who connected SalesOS the permission “API Enabled”.',
};

const gone = () => 'The record is no longer in Salesforce.';
const fields = (message: string) => `A field that SalesOS keeps is missing or closed in Salesforce: ${message}`;
const access = (message: string) => `Salesforce does not let SalesOS change this record: ${message}`;

const sentences: Record<string, (message: string) => string> = {
  FIELD_CUSTOM_VALIDATION_EXCEPTION: (message) => `A validation rule in Salesforce does not allow it: ${message}`,
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: (message) => `An automation in Salesforce stopped it: ${message}`,
  DUPLICATES_DETECTED: (message) => `A duplicate rule in Salesforce does not allow it: ${message}`,
  REQUIRED_FIELD_MISSING: (message) => `Salesforce asks for a value that is missing on the record: ${message}`,
  STRING_TOO_LONG: (message) => `A text is longer than Salesforce takes: ${message}`,
  INVALID_EMAIL_ADDRESS: (message) => `Salesforce does not accept the address: ${message}`,
  INACTIVE_OWNER_OR_USER: () => 'The owner is no longer active in Salesforce.',
  CANNOT_UPDATE_CONVERTED_LEAD: () => 'The lead was converted; its contact is kept up to date instead.',
  INVALID_FIELD: fields,
  INVALID_FIELD_FOR_INSERT_UPDATE: fields,
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: fields,
  INSUFFICIENT_ACCESS: access,
  INSUFFICIENT_ACCESS_OR_READONLY: access,
  ENTITY_IS_DELETED: gone,
  INVALID_CROSS_REFERENCE_KEY: gone,
  NOT_FOUND: gone,
  MALFORMED_ID: gone,
  API_DISABLED_FOR_ORG: () => 'This Salesforce edition has no API access.',
  API_CURRENTLY_DISABLED: () => 'The user who connected SalesOS may not use the API.',
};

/** A refusal of a row, or of the account where somebody there can mend it. */
export function refusalOf(code: string, message: string): WriteResult {
  const fix = howToFix[code];
  return { outcome: 'refused', code, reason: sentenceOf(code, message), ...(fix ? { howToFix: fix } : {}) };
}

/** One sentence for people; Salesforce's own words are kept where they say what rule it was. */
export const sentenceOf = (code: string, message: string): string =>
  sentences[code]?.(message) ?? `Salesforce does not accept it: ${message || code}`;
