/** A person of Pipedrive as ours. */
import { z } from 'zod';
import type { CrmPerson } from '../../crm-sync/crm.ts';

const text = z.string().nullish().catch(null);
const id = z.number().int().nullish().catch(null);
const address = z.object({ country: text }).nullish().catch(null);

export const personRecord = z.object({
  id: z.number().int(),
  name: text,
  first_name: text,
  last_name: text,
  owner_id: id,
  org_id: id,
  emails: z.array(z.object({ value: z.string(), primary: z.boolean().catch(false) })).catch([]),
  update_time: text,
  is_deleted: z.boolean().catch(false),
  marketing_status: text,
  smart_bcc_email: text,
  /** Only where the company syncs its contacts with an address book. */
  job_title: text,
  postal_address: address,
  custom_fields: z.record(z.string(), z.unknown()).catch({}),
});
export type PersonRecord = z.infer<typeof personRecord>;
export const personAnswer = z.object({ data: personRecord });
export const peopleAnswer = z.object({
  data: z.array(personRecord),
  additional_data: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

export const organizationRecord = z.object({
  id: z.number().int(),
  name: z.string(),
  address,
  is_deleted: z.boolean().catch(false),
});
export type Organization = z.infer<typeof organizationRecord>;

/** Ids are numbers; anything else would reach another path. */
export const isRecordId = (recordId: string): boolean => /^[1-9]\d{0,15}$/.test(recordId);

export function addressesOf(record: PersonRecord): string[] {
  const sorted = [...record.emails].sort((a, b) => Number(b.primary) - Number(a.primary));
  return [...new Set(sorted.map(({ value }) => value.trim().toLowerCase()).filter((value) => value.includes('@')))];
}

/** Pipedrive knows no time zone of a person, and a country only by the addresses. */
export function toPerson(record: PersonRecord, organization: Organization | null): CrmPerson {
  const firstName = record.first_name?.trim() || null;
  const lastName = record.last_name?.trim() || null;
  const jobTitle = record.job_title?.trim() || null;
  const companyName = organization?.name || null;
  const country = record.postal_address?.country || organization?.address?.country || null;
  const named = {
    first_name: firstName,
    last_name: lastName,
    email: addressesOf(record)[0] ?? null,
    job_title: jobTitle,
    company_name: companyName,
    country,
  };
  const updatedAt = new Date(record.update_time ?? Number.NaN);
  const filled = Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== null);
  return {
    recordId: String(record.id),
    objectType: 'person',
    addresses: addressesOf(record),
    firstName,
    lastName,
    jobTitle,
    companyName,
    country,
    ownerId: record.owner_id ? String(record.owner_id) : null,
    timeZone: null,
    optedOut: record.marketing_status === 'unsubscribed',
    mailCopyTo: record.smart_bcc_email?.trim() || null,
    updatedAt: Number.isNaN(updatedAt.getTime()) ? null : updatedAt,
    properties: Object.fromEntries(filled),
  };
}
