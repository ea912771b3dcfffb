import type { Ctx } from '../core/ctx.ts';
import { parseAddress } from '../core/email-address.ts';
import { NotFound } from '../core/errors.ts';
import {
  type ContactRow,
  type FullRow,
  type RecordRef,
  readContactIdsByDomain,
  readContacts,
  readContactsByAddress,
  readPage,
  readRecord,
  readStatuses,
} from './queries.ts';
import type { TimeZoneSource } from './time-zone.ts';

/** A person as we know them: a thin copy of what the CRM says. */
export interface Contact {
  id: string;
  firstName: string | null;
  lastName: string | null;
  /** For people: the full name, or else the first address. */
  name: string;
  jobTitle: string | null;
  companyName: string | null;
  /** The first one is written to. Normalised; what is no address at all is kept as the CRM has it, to be shown. */
  addresses: string[];
  ownerMemberId: string | null;
  /** Null: the account's time zone. */
  timeZone: string | null;
  timeZoneSource: TimeZoneSource;
  /** ISO 3166 code, or the CRM's own words where they were not understood. */
  country: string | null;
  properties: Record<string, string>;
  status: ContactRow['status'];
  /** Records in the CRMs that lead to this person now. */
  records: RecordRef[];
  /** When the CRM last told us; null when it never did. */
  fetchedAt: Date | null;
  createdAt: Date;
}

/** One contact, whatever its status. The id of somebody who was merged leads to the person they are now. */
export async function getContact(ctx: Ctx, id: string): Promise<Contact> {
  const [row] = await readContacts(ctx, [id]);
  if (!row) throw new NotFound('contact');
  return row.status === 'merged' && row.mergedIntoId ? getContact(ctx, row.mergedIntoId) : toContact(row);
}

/** Many contacts by id in one query; unknown ids are absent, merged ones are given as they are. */
export async function getContacts(ctx: Ctx, ids: string[]): Promise<Map<string, Contact>> {
  if (ids.length === 0) return new Map();
  return new Map((await readContacts(ctx, ids)).map((row) => [row.id, toContact(row)]));
}

/** The status of each contact, in one query; unknown ids are absent. */
export const contactStatuses = async (ctx: Ctx, ids: string[]): Promise<Map<string, Contact['status']>> =>
  ids.length === 0 ? new Map() : readStatuses(ctx, ids);

/** The contact of a CRM record, also by the id of a record that was merged away; null when we do not know it. */
export async function findByRecord(ctx: Ctx, crm: string, recordId: string): Promise<Contact | null> {
  const record = await readRecord(ctx, crm, recordId);
  return record ? getContact(ctx, record.contactId) : null;
}

/** When this record was last read in its CRM, whatever another CRM has said of the person since; null when it never was. */
export async function recordReadAt(ctx: Ctx, crm: string, recordId: string): Promise<Date | null> {
  const record = await readRecord(ctx, crm, recordId);
  return record?.fetchedAt ?? null;
}

/** Active contacts with any of these addresses, whatever their spelling. */
export async function findByAddresses(ctx: Ctx, addresses: string[]): Promise<Contact[]> {
  const keys = [...new Set(addresses.map(normaliseAddress))];
  return keys.length === 0 ? [] : (await readContactsByAddress(ctx, keys)).map(toContact);
}

/** The ids of active contacts with an address in this domain or below it. */
export const contactIdsInDomain = (ctx: Ctx, domain: string): Promise<string[]> => readContactIdsByDomain(ctx, domain);

/** Active contacts, newest first; or those with an address. `before` is the id of the last one seen. */
export async function listContacts(
  ctx: Ctx,
  { before, limit, address }: { before: string | null; limit: number; address?: string },
): Promise<Contact[]> {
  if (address === undefined) return (await readPage(ctx, { before, limit })).map(toContact);
  const found = (await findByAddresses(ctx, [address])).sort((a, b) => (a.id < b.id ? 1 : -1));
  return found.filter((contact) => before === null || contact.id < before).slice(0, limit);
}

/** What templates may say about a person; absent values are absent. `extra` wins over the record. */
export function templateVariables(contact: Contact, extra: Record<string, string> = {}): Record<string, string> {
  const { firstName, lastName, jobTitle, companyName, addresses } = contact;
  const own = {
    first_name: firstName,
    last_name: lastName,
    full_name: fullName(contact),
    email: addresses[0],
    job_title: jobTitle,
    company_name: companyName,
  };
  const known = Object.entries(own).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return { ...contact.properties, ...Object.fromEntries(known), ...extra };
}

/** What two spellings of one address share; text that is no address is kept as it is, trimmed. */
export function normaliseAddress(text: string): string {
  const parsed = parseAddress(text);
  return 'invalid' in parsed ? text.trim().slice(0, 320) : parsed.key;
}

const fullName = ({ firstName, lastName }: Pick<Contact, 'firstName' | 'lastName'>) =>
  [firstName, lastName].filter(Boolean).join(' ');

function toContact({ tenantId: _, mergedIntoId: __, ...row }: FullRow): Contact {
  return { ...row, name: fullName(row) || row.addresses[0] || 'Unknown person' };
}
