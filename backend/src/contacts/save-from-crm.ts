import { type Ctx, inTransaction } from '../core/ctx.ts';
import { parseAddress } from '../core/email-address.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import { memberByOwnerId } from '../tenants/index.ts';
import type { SaidByCrm } from './combine-records.ts';
import { type Contact, getContact, normaliseAddress } from './contact.ts';
import { countryCode } from './country.ts';
import {
  type ContactRow,
  insertContact,
  insertRecord,
  lockAddress,
  lockContact,
  readRecord,
  replaceAddresses,
  saveRecord,
  saveSaid,
} from './queries.ts';
import { refreshContact } from './refresh-contact.ts';
import { askSamePerson, noteJoined, sameElsewhere } from './same-person.ts';
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
  /** Where this CRM takes copies of mails to the person. */
  mailCopyTo: string | null;
}

/**
 * Takes over what the CRM says about a record that was read at `readAt`. An answer older than what we know of the record is
 * ignored, so a slow read neither undoes a newer one nor brings back somebody deleted since; an erased person stays erased.
 * A new record may be somebody whom another CRM shows (same-person.ts); then the person is put together from both.
 */
export async function saveFromCrm(ctx: Ctx, crm: string, person: PersonFromCrm, readAt: Date): Promise<Contact> {
  return inTransaction(ctx, async (ctx) => {
    const { recordId, objectType } = person;
    const said = await saidBy(ctx, crm, person);
    const known = await readRecord(ctx, crm, recordId);
    const [address] = said.addresses;
    // Of two CRMs that show one new person at once, the second waits here and then finds the first.
    if (!known && address) await lockAddress(ctx, address);
    const like = known ? null : await sameElsewhere(ctx, crm, address);
    const joined = like?.policy === 'automatic' ? like.contactId : null;
    const contactId = known?.contactId ?? joined ?? newId(ctx.clock.now());
    const record = { crm, recordId, objectType, contactId };
    // Of two who save a new record at once, the second waits here and then finds it.
    const isNew = !known && (await insertRecord(ctx, record, ctx.clock.now()));
    const before = await lockPresent(ctx, (await readRecord(ctx, crm, recordId))!.contactId);
    const present = (await readRecord(ctx, crm, recordId))!;
    if (before?.status === 'erased' || (before && present.fetchedAt && readAt < present.fetchedAt))
      return getContact(ctx, before.id);
    const owner = before?.id ?? present.contactId;
    await saveRecord(ctx, { ...record, contactId: owner, isCurrent: true });
    await saveSaid(ctx, crm, recordId, said, readAt);
    if (!before) await create(ctx, owner, said, readAt);
    else await refreshContact(ctx, before, readAt, isNew || !present.isCurrent);
    if (isNew && joined) await noteJoined(ctx, owner, { crm, recordId });
    if (isNew && like?.policy === 'confirmed') await askSamePerson(ctx, like.contactId, owner);
    return getContact(ctx, owner);
  });
}

async function create(ctx: Ctx, id: string, said: SaidByCrm, readAt: Date): Promise<void> {
  const { addresses, mailCopyTo: _, ...values } = said;
  const { tenantId } = ctx;
  const properties = JSON.stringify(values.properties);
  await insertContact(ctx, { ...values, properties, tenantId, id, fetchedAt: readAt, createdAt: ctx.clock.now() });
  await replaceAddresses(ctx, id, addresses);
  await emit(ctx, 'contact.created', { contactId: id });
}

async function saidBy(ctx: Ctx, crm: string, person: PersonFromCrm): Promise<SaidByCrm> {
  const country = clean(person.country);
  const code = countryCode(country);
  const owner = person.ownerId ? await memberByOwnerId(ctx, crm, person.ownerId) : null;
  const properties = Object.entries(person.properties).map(([name, value]) => [name, clean(value) ?? '']);
  return {
    addresses: listOf(person.addresses),
    firstName: clean(person.firstName),
    lastName: clean(person.lastName),
    jobTitle: clean(person.jobTitle),
    companyName: clean(person.companyName),
    ownerMemberId: owner?.id ?? null,
    ...timeZoneOf({ timeZone: person.timeZone, countryCode: code }),
    country: code ?? country,
    properties: Object.fromEntries(properties) as Record<string, string>,
    mailCopyTo: copyAddress(person.mailCopyTo),
  };
}

/** The contact, or the one it was merged into while we waited for it. */
async function lockPresent(ctx: Ctx, id: string): Promise<ContactRow | undefined> {
  const row = await lockContact(ctx, id);
  return row?.status === 'merged' && row.mergedIntoId ? lockContact(ctx, row.mergedIntoId) : row;
}

const longestText = 500;

/** Text as the database can hold it; blank is nothing. */
function clean(text: string | null): string | null {
  const cleaned = text?.replaceAll('\0', '').trim().slice(0, longestText);
  return cleaned || null;
}

/** One that a provider would refuse would keep the mail itself from leaving: then there is none. */
function copyAddress(text: string | null): string | null {
  const parsed = parseAddress(text ?? '');
  return 'invalid' in parsed || !/^[\x21-\x7e]+$/.test(parsed.address) ? null : parsed.address;
}

const listOf = (addresses: string[]): string[] => [
  ...new Set(addresses.flatMap((address) => clean(address) ?? []).map(normaliseAddress)),
];
