/** Reading people, accounts and users. */
import { z } from 'zod';
import { inParts } from '../../core/in-parts.ts';
import type { CrmAccount, CrmOwner, CrmPerson, GroupRead, PersonRead } from '../../crm-sync/crm.ts';
import { NotAllowed, type SalesforceApi } from './api.ts';
import type { Describer } from './describe.ts';
import {
  alwaysFields,
  isAccountId,
  type PersonRow,
  type PersonType,
  personFields,
  personRow,
  personType,
  personTypes,
  survivorOf,
  toPerson,
} from './person.ts';
import { idsPerQuery } from './places.ts';
import { names, soql } from './soql.ts';

const mostPeople = 100;
const mostByAddress = 20;
const mostAddressFields = 5;
const nameRow = z.object({ Name: z.string().nullish() });
const userRow = z.object({ Id: z.string(), Name: z.string().nullish(), Email: z.string().nullish() });

export function createPeopleReader(api: SalesforceApi, describer: Describer) {
  /** What may be asked of an object in this org, and where a person's further addresses are. */
  async function known(
    account: CrmAccount,
    type: PersonType,
  ): Promise<{ columns: { raw: string }; addressFields: string[] }> {
    const visible = (await describer.of(account, type)) ?? new Map<string, { type: string }>();
    const seen = personFields[type].filter((field) => visible.has(field));
    const emails = [...visible].flatMap(([name, field]) => (field.type === 'email' && name !== 'Email' ? [name] : []));
    const addressFields = emails.slice(0, mostAddressFields);
    return { columns: names(...alwaysFields[type], ...seen, ...addressFields), addressFields };
  }

  async function readPeople(account: CrmAccount, recordIds: string[]): Promise<PersonRead[]> {
    const reads = new Map<string, PersonRead>();
    for (const type of personTypes) {
      const ids = [...new Set(recordIds.filter((id) => personType(id) === type))];
      if (ids.length === 0) continue;
      const { columns, addressFields } = await known(account, type);
      for (const some of inParts(ids, idsPerQuery)) {
        const text = soql`SELECT ${columns} FROM ${names(type)} WHERE Id IN ${some}`;
        // The bin is asked too: a merged record lies there and names the one it went into.
        const rows = new Map(
          (await api.query(account, text, personRow, { withDeleted: true })).map((row) => [short(row.Id), row]),
        );
        for (const id of some) reads.set(id, toRead(id, rows.get(short(id)), addressFields));
      }
    }
    return recordIds.map((id) => reads.get(id) ?? { outcome: 'missing' });
  }

  async function readGroup(account: CrmAccount, objectType: string, recordId: string): Promise<GroupRead> {
    if (objectType.toLowerCase() !== 'account' || !isAccountId(recordId)) return { outcome: 'missing' };
    const [group] = await api.query(account, soql`SELECT Name FROM Account WHERE Id = ${recordId}`, nameRow);
    if (!group) return { outcome: 'missing' };
    const { columns, addressFields } = await known(account, 'Contact');
    const text = soql`SELECT ${columns} FROM Contact WHERE AccountId = ${recordId} ORDER BY SystemModstamp DESC, Id LIMIT ${mostPeople + 1}`;
    const rows = await api.query(account, text, personRow);
    const people = rows.slice(0, mostPeople).map((row) => toPerson(row, addressFields));
    return { outcome: 'found', name: group.Name ?? '', people, isCut: rows.length > mostPeople };
  }

  /** Among contacts and leads alike; a converted lead is found as its contact. */
  async function findByAddress(account: CrmAccount, address: string): Promise<CrmPerson[]> {
    const wanted = address.trim().toLowerCase();
    if (!wanted.includes('@')) return [];
    const people: CrmPerson[] = [];
    for (const type of personTypes) {
      const { columns, addressFields } = await known(account, type);
      const isIt = ['Email', ...addressFields].map((field) => soql`${names(field)} = ${wanted}`).join(' OR ');
      const open = type === 'Lead' ? ' AND IsConverted = false' : '';
      const where = { raw: `(${isIt})${open}` };
      const text = soql`SELECT ${columns} FROM ${names(type)} WHERE ${where} ORDER BY SystemModstamp DESC LIMIT ${mostByAddress}`;
      const rows = await api.query(account, text, personRow);
      people.push(
        ...rows.map((row) => toPerson(row, addressFields)).filter((person) => person.addresses.includes(wanted)),
      );
    }
    return people;
  }

  async function listOwners(account: CrmAccount): Promise<CrmOwner[]> {
    const text = soql`SELECT Id, Name, Email FROM User WHERE IsActive = true AND UserType = ${'Standard'} ORDER BY Id`;
    const users = await api.query(account, text, userRow);
    return users.map(({ Id, Name, Email }) => ({
      ownerId: Id,
      userId: Id,
      email: Email ?? '',
      name: Name ?? Email ?? Id,
    }));
  }

  /** A field that an admin took away since it was described refuses the question: it is asked again without it. */
  async function asSeenNow<T>(account: CrmAccount, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof NotAllowed && error.errorCode === 'INVALID_FIELD')) throw error;
      describer.forget(account);
      return ask();
    }
  }

  return {
    readPeople: (account: CrmAccount, recordIds: string[]) => asSeenNow(account, () => readPeople(account, recordIds)),
    readGroup: (account: CrmAccount, objectType: string, recordId: string) =>
      asSeenNow(account, () => readGroup(account, objectType, recordId)),
    findByAddress: (account: CrmAccount, address: string) => asSeenNow(account, () => findByAddress(account, address)),
    listOwners,
  };
}

/** Both forms of an id, of 15 characters and of 18, begin alike. */
const short = (id: string): string => id.slice(0, 15);

function toRead(recordId: string, row: PersonRow | undefined, addressFields: string[]): PersonRead {
  const survivor = row && survivorOf(row);
  if (survivor) return { outcome: 'merged', intoRecordId: survivor };
  if (!row || row.IsDeleted) return { outcome: 'missing' };
  // The same record by its id of 15 characters: only the one of 18 is kept.
  if (row.Id !== recordId) return { outcome: 'merged', intoRecordId: row.Id };
  return { outcome: 'found', person: toPerson(row, addressFields) };
}
