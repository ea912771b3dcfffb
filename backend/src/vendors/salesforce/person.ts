/** A Contact or a Lead as a CrmPerson, and where a record that moved lives now. */
import { z } from 'zod';
import type { CrmPerson } from '../../crm-sync/crm.ts';

export type PersonType = 'Contact' | 'Lead';
export const personTypes = ['Contact', 'Lead'] as const;

/** Asked for where the user may see them: a hidden field would refuse the whole question. */
export const personFields: Record<PersonType, string[]> = {
  Contact: ['FirstName', 'LastName', 'Title', 'Email', 'Phone', 'MailingCity', 'MailingCountry', 'HasOptedOutOfEmail'],
  Lead: ['FirstName', 'LastName', 'Title', 'Email', 'Phone', 'City', 'Country', 'Company', 'HasOptedOutOfEmail'],
};
/** Every org has these, and everybody who sees the record may see them. */
export const alwaysFields: Record<PersonType, string[]> = {
  Contact: ['Id', 'IsDeleted', 'MasterRecordId', 'SystemModstamp', 'OwnerId', 'AccountId', 'Account.Name'],
  Lead: ['Id', 'IsDeleted', 'MasterRecordId', 'SystemModstamp', 'OwnerId', 'IsConverted', 'ConvertedContactId'],
};

const text = z.string().nullish();
export const personRow = z.looseObject({
  Id: z.string().length(18),
  IsDeleted: z.boolean(),
  MasterRecordId: text,
  SystemModstamp: z.string(),
  OwnerId: text,
  AccountId: text,
  Account: z.object({ Name: text }).nullish(),
  IsConverted: z.boolean().nullish(),
  ConvertedContactId: text,
  FirstName: text,
  LastName: text,
  Title: text,
  Email: text,
  Phone: text,
  MailingCity: text,
  MailingCountry: text,
  City: text,
  Country: text,
  Company: text,
  HasOptedOutOfEmail: z.boolean().nullish(),
});
export type PersonRow = z.infer<typeof personRow>;

/** The id's first three characters say what it is; null for what is no id of a person. */
export function personType(recordId: string): PersonType | null {
  if (!/^[a-zA-Z0-9]{15}([A-Z0-5]{3})?$/.test(recordId)) return null;
  if (recordId.startsWith('003')) return 'Contact';
  return recordId.startsWith('00Q') ? 'Lead' : null;
}

export const isAccountId = (id: string): boolean => /^001[a-zA-Z0-9]{12}([A-Z0-5]{3})?$/.test(id);

/** The record that took this one's place: of a merge the master, of a converted lead its contact. */
export function survivorOf(
  row: Pick<PersonRow, 'MasterRecordId' | 'IsConverted' | 'ConvertedContactId'>,
): string | null {
  return row.MasterRecordId || (row.IsConverted && row.ConvertedContactId) || null;
}

/** Salesforce demands a last name, and a lead's company; what people and tools write for want of one is no name. */
const placeholder = /^([^\p{L}\p{N}]+|\[+[^\]]*\]+|n\/a|unknown)$/iu;

/** `addressFields`: the fields that hold further addresses, which an org adds itself. */
export function toPerson(row: PersonRow, addressFields: string[]): CrmPerson {
  const value = (given: unknown) => (typeof given === 'string' && given.trim()) || null;
  const name = (given: unknown) => (placeholder.test(value(given) ?? '') ? null : value(given));
  const objectType = personType(row.Id) ?? 'Contact';
  const given = [row.Email, ...addressFields.map((field) => row[field])].flatMap((one) => value(one) ?? []);
  const addresses = [...new Set(given.map((address) => address.toLowerCase()))];
  const companyName = name(row.Company) ?? value(row.Account?.Name);
  const country = value(row.MailingCountry) ?? value(row.Country);
  const updatedAt = parseTime(row.SystemModstamp);
  const properties: Record<string, string | null> = {
    first_name: name(row.FirstName),
    last_name: name(row.LastName),
    email: addresses[0] ?? null,
    job_title: value(row.Title),
    company_name: companyName,
    country,
    city: value(row.MailingCity) ?? value(row.City),
    phone: value(row.Phone),
  };
  return {
    recordId: row.Id,
    objectType,
    addresses,
    firstName: name(row.FirstName),
    lastName: name(row.LastName),
    jobTitle: value(row.Title),
    companyName,
    ownerId: value(row.OwnerId),
    // Salesforce keeps no time zone of a person.
    timeZone: null,
    country,
    optedOut: row.HasOptedOutOfEmail === true,
    mailCopyTo: null,
    updatedAt: Number.isNaN(updatedAt.getTime()) ? null : updatedAt,
    properties: Object.fromEntries(Object.entries(properties).filter((entry): entry is [string, string] => !!entry[1])),
  };
}

/** `2026-03-02T09:00:00.000+0000` */
export const parseTime = (time: string): Date => new Date(time.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
