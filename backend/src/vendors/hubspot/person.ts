/** A HubSpot contact as a CrmPerson. */
import { z } from 'zod';
import type { CrmPerson } from '../../crm-sync/crm.ts';

export const contactProperties = [
  'email',
  'hs_additional_emails',
  'firstname',
  'lastname',
  'jobtitle',
  'company',
  'associatedcompanyid',
  'country',
  'city',
  'phone',
  'hubspot_owner_id',
  'hs_timezone',
  'hs_email_optout',
  'lastmodifieddate',
];

/** Any CRM record as the API shows it: values are strings, or null where there is none. */
export const crmRecord = z.object({
  id: z.string().min(1),
  properties: z.record(z.string(), z.string().nullable()),
});
export type CrmRecord = z.infer<typeof crmRecord>;

/** HubSpot's record ids are numbers; anything else would reach another path or refuse a whole batch. */
export function isRecordId(id: string): boolean {
  return /^\d{1,19}$/.test(id);
}

/** `companyName` is the name on the company's own record, used where the contact itself names none. */
export function toPerson(record: CrmRecord, companyRecordName: string | null): CrmPerson {
  const value = (name: string) => record.properties[name]?.trim() || null;
  const addresses = [value('email'), ...(value('hs_additional_emails')?.split(';') ?? [])]
    .map((address) => address?.trim() ?? '')
    .filter((address) => address !== '');
  const companyName = value('company') ?? companyRecordName;
  const updatedAt = new Date(value('lastmodifieddate') ?? Number.NaN);
  const properties: Record<string, string | null> = {
    first_name: value('firstname'),
    last_name: value('lastname'),
    email: addresses[0] ?? null,
    job_title: value('jobtitle'),
    company_name: companyName,
    country: value('country'),
    city: value('city'),
    phone: value('phone'),
  };
  return {
    recordId: record.id,
    objectType: 'contact',
    addresses: [...new Set(addresses)],
    firstName: value('firstname'),
    lastName: value('lastname'),
    jobTitle: value('jobtitle'),
    companyName,
    ownerId: value('hubspot_owner_id'),
    timeZone: timeZoneOf(value('hs_timezone')),
    country: value('country'),
    optedOut: value('hs_email_optout') === 'true',
    mailCopyTo: null,
    updatedAt: Number.isNaN(updatedAt.getTime()) ? null : updatedAt,
    properties: Object.fromEntries(Object.entries(properties).filter((entry): entry is [string, string] => !!entry[1])),
  };
}

/** HubSpot writes `america_slash_port_hyphen_au_hyphen_prince`; null where it means no zone we know. */
export function timeZoneOf(slug: string | null): string | null {
  if (slug === null) return null;
  const name = slug.replaceAll('_slash_', '/').replaceAll('_hyphen_', '-').replaceAll('_plus_', '+');
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
