import { type Ctx, inTransaction } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import { memberByOwnerId } from '../tenants/index.ts';
import { type Contact, findByAddresses, getContact, normaliseAddress } from './contact.ts';
import { countryCode } from './country.ts';
import {
  type ContactRow,
  changeContact,
  insertContact,
  insertRecord,
  lockContact,
  readAddresses,
  readRecord,
  replaceAddresses,
  saveRecord,
} from './queries.ts';
import { timeZoneOf } from './time-zone.ts';

/** A person's record as a CRM adapter gives it. */
export interface PersonFromCrm {
  recordId: string;
  objectType: string;
  addresses: string[];
  firstName: string | null;
  lastName: string | null;
  jobTitle: string | null;
  companyName: string | null;
  ownerId: string | null;
  timeZone: string | null;
  country: string | null;
  properties: Record<string, string>;
}

/**
 * Takes over what the CRM says about a record that was read at `readAt`. An answer older than what we know is ignored, so a
 * slow read neither undoes a newer one nor brings back somebody deleted since; an erased person stays erased. A record of
 * another CRM with the address of exactly one known person is that person; within one CRM only the record id counts.
 */
export async function saveFromCrm(ctx: Ctx, crm: string, person: PersonFromCrm, readAt: Date): Promise<Contact> {
  return inTransaction(ctx, async (ctx) => {
    const { recordId, objectType } = person;
    const known = await readRecord(ctx, crm, recordId);
    const contactId = known?.contactId ?? (await sameElsewhere(ctx, crm, person)) ?? newId(ctx.clock.now());
    // Of two who save a new record at once, the second waits here and then finds it.
    if (!known) await insertRecord(ctx, { crm, recordId, objectType, contactId });
    const owner = (await readRecord(ctx, crm, recordId))!.contactId;
    const before = await lockPresent(ctx, owner);
    if (!before) return create(ctx, owner, await valuesOf(ctx, crm, person), person.addresses, readAt);
    if (before.status === 'erased' || (before.fetchedAt && readAt < before.fetchedAt))
      return getContact(ctx, before.id);
    if (known && !known.isCurrent) await saveRecord(ctx, { ...known, contactId: before.id, isCurrent: true });
    return update(ctx, before, await valuesOf(ctx, crm, person), person.addresses, readAt);
  });
}

type Values = Awaited<ReturnType<typeof valuesOf>>;

async function create(ctx: Ctx, id: string, values: Values, addresses: string[], readAt: Date): Promise<Contact> {
  const { tenantId } = ctx;
  const properties = JSON.stringify(values.properties);
  await insertContact(ctx, { ...values, properties, tenantId, id, fetchedAt: readAt, createdAt: ctx.clock.now() });
  await replaceAddresses(ctx, id, listOf(addresses));
  await emit(ctx, 'contact.created', { contactId: id });
  return getContact(ctx, id);
}

async function update(ctx: Ctx, before: ContactRow, values: Values, given: string[], readAt: Date): Promise<Contact> {
  const addresses = listOf(given);
  const status = 'active' as const;
  const next = { ...values, status };
  const changed = (Object.keys(next) as (keyof typeof next)[])
    .filter((field) => stable(before[field]) !== stable(next[field]))
    .map(String);
  if (stable(await readAddresses(ctx, before.id)) !== stable(addresses)) {
    await replaceAddresses(ctx, before.id, addresses);
    changed.push('addresses');
  }
  await changeContact(ctx, before.id, { ...next, properties: JSON.stringify(values.properties), fetchedAt: readAt });
  if (changed.length > 0) await emit(ctx, 'contact.updated', { contactId: before.id, changed });
  return getContact(ctx, before.id);
}

async function valuesOf(ctx: Ctx, crm: string, person: PersonFromCrm) {
  const country = clean(person.country);
  const code = countryCode(country);
  const owner = person.ownerId ? await memberByOwnerId(ctx, crm, person.ownerId) : null;
  const properties = Object.entries(person.properties).map(([name, value]) => [name, clean(value) ?? '']);
  return {
    firstName: clean(person.firstName),
    lastName: clean(person.lastName),
    jobTitle: clean(person.jobTitle),
    companyName: clean(person.companyName),
    ownerMemberId: owner?.id ?? null,
    ...timeZoneOf({ timeZone: person.timeZone, countryCode: code }),
    country: code ?? country,
    properties: Object.fromEntries(properties) as Record<string, string>,
  };
}

/** The contact, or the one it was merged into while we waited for it. */
async function lockPresent(ctx: Ctx, id: string): Promise<ContactRow | undefined> {
  const row = await lockContact(ctx, id);
  return row?.status === 'merged' && row.mergedIntoId ? lockContact(ctx, row.mergedIntoId) : row;
}

async function sameElsewhere(ctx: Ctx, crm: string, { addresses }: PersonFromCrm): Promise<string | null> {
  if (!addresses[0]) return null;
  const found = await findByAddresses(ctx, [addresses[0]]);
  const strangers = found.filter((contact) => contact.records.every((record) => record.crm !== crm));
  return found.length === 1 && strangers[0] ? strangers[0].id : null;
}

const longestText = 500;

/** Text as the database can hold it; blank is nothing. */
function clean(text: string | null): string | null {
  const cleaned = text?.replaceAll('\0', '').trim().slice(0, longestText);
  return cleaned || null;
}

const listOf = (addresses: string[]): string[] => [
  ...new Set(addresses.flatMap((address) => clean(address) ?? []).map(normaliseAddress)),
];

/** Equal for equal values, whatever the order of an object's keys. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  );
