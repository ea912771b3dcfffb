/** HubSpot as the CRM: contacts are the people, emails and `salesos_*` properties are what we write back. */
import { z } from 'zod';
import type { CrmAccount, CrmOwner, CrmPerson, CrmVendor, PersonRead } from '../../crm-sync/crm.ts';
import type { HubSpotApi } from './api.ts';
import type { HubSpotConfig } from './config.ts';
import { ensureFields, writeFields } from './fields.ts';
import { logEmails } from './log-emails.ts';
import { parseNotices } from './notices.ts';
import { type CrmRecord, contactProperties, crmRecord, isRecordId, toPerson } from './person.ts';
import { readBatch } from './read-batch.ts';

const contactsPath = '/crm/objects/2026-09/contacts';
const asked = contactProperties.map((name) => `properties=${name}`).join('&');
const searchAnswer = z.object({ results: z.array(crmRecord) });
const owners = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      userId: z.number().int().nullish(),
      email: z.string().nullish(),
      firstName: z.string().nullish(),
      lastName: z.string().nullish(),
    }),
  ),
  paging: z.object({ next: z.object({ after: z.string() }) }).nullish(),
});

export function createCrm(config: HubSpotConfig, api: HubSpotApi): CrmVendor {
  async function readPerson(account: CrmAccount, recordId: string): Promise<PersonRead> {
    if (!isRecordId(recordId)) return { outcome: 'missing' };
    const path = `${contactsPath}/${encodeURIComponent(recordId)}?${asked}`;
    const record = await api.read(account, { method: 'GET', path }, crmRecord);
    if (record === null) return findSurvivor(account, recordId);
    if (record.id !== recordId) return { outcome: 'merged', intoRecordId: record.id };
    return { outcome: 'found', person: await personOf(account, record) };
  }

  /** All of them in few calls; only who is not there under the asked id is asked for alone. */
  async function readPeople(account: CrmAccount, recordIds: string[]): Promise<PersonRead[]> {
    if (recordIds.length === 1) return [await readPerson(account, recordIds[0]!)];
    const records = await readBatch(api, account, 'contacts', recordIds, contactProperties);
    const companyIds = [...records.values()].flatMap(({ properties }) => companyToAsk(properties) ?? []);
    const companies = await readBatch(api, account, 'companies', companyIds, ['name']);
    const reads: PersonRead[] = [];
    for (const recordId of recordIds) {
      const record = records.get(recordId);
      const companyId = record && companyToAsk(record.properties);
      const companyName = (companyId && companies.get(companyId)?.properties.name) || null;
      reads.push(
        record ? { outcome: 'found', person: toPerson(record, companyName) } : await readPerson(account, recordId),
      );
    }
    return reads;
  }

  /** Whether a merged-away id leads to the survivor or to 404 is not documented, so a 404 is asked about once more. */
  async function findSurvivor(account: CrmAccount, recordId: string): Promise<PersonRead> {
    const records = await search(account, 'hs_merged_object_ids', recordId, ['hs_merged_object_ids']);
    const survivor = records.find(({ properties }) => properties.hs_merged_object_ids?.split(';').includes(recordId));
    return survivor ? { outcome: 'merged', intoRecordId: survivor.id } : { outcome: 'missing' };
  }

  async function search(account: CrmAccount, propertyName: string, value: string, properties: string[]) {
    const filterGroups = [{ filters: [{ propertyName, operator: 'CONTAINS_TOKEN', value }] }];
    const body = { filterGroups, properties, limit: 100 };
    const answer = await api.read(account, { method: 'POST', path: `${contactsPath}/search`, body }, searchAnswer);
    return answer?.results ?? [];
  }

  async function personOf(account: CrmAccount, record: CrmRecord): Promise<CrmPerson> {
    const companyId = companyToAsk(record.properties);
    if (!companyId) return toPerson(record, null);
    const path = `/crm/objects/2026-09/companies/${encodeURIComponent(companyId)}?properties=name`;
    const company = await api.read(account, { method: 'GET', path }, crmRecord);
    return toPerson(record, company?.properties.name ?? null);
  }

  /** By primary address at once; by additional ones through search, which sees a change some seconds late. */
  async function findByAddress(account: CrmAccount, address: string): Promise<CrmPerson[]> {
    const wanted = address.trim().toLowerCase();
    if (!wanted.includes('@')) return [];
    const path = `${contactsPath}/${encodeURIComponent(wanted)}?idProperty=email&${asked}`;
    const direct = await api.read(account, { method: 'GET', path }, crmRecord);
    if (direct !== null) return [await personOf(account, direct)];
    const records = await search(account, 'hs_additional_emails', wanted, contactProperties);
    const people = await Promise.all(records.map((record) => personOf(account, record)));
    return people.filter((person) => person.addresses.some((one) => one.toLowerCase() === wanted));
  }

  async function listOwners(account: CrmAccount): Promise<CrmOwner[]> {
    const list: CrmOwner[] = [];
    for (let after = ''; ; ) {
      const path = `/crm/owners/2026-09?limit=500${after && `&after=${encodeURIComponent(after)}`}`;
      const page = await api.read(account, { method: 'GET', path }, owners);
      for (const { id, userId, email, firstName, lastName } of page?.results ?? []) {
        const name = [firstName, lastName].filter(Boolean).join(' ') || email || id;
        list.push({ ownerId: id, userId: userId ? String(userId) : null, email: email ?? '', name });
      }
      if (!page?.paging) return list;
      after = page.paging.next.after;
    }
  }

  return {
    id: 'hubspot',
    name: 'HubSpot',
    personTypes: ['contact', 'contacts', '0-1'],
    groupTypes: [],
    readGroup: async () => ({ outcome: 'missing' }),
    readPeople,
    findByAddress,
    listOwners,
    ensureFields: (account) => ensureFields(api, account),
    logEmails: (account, activities) => logEmails(api, readPeople, account, activities),
    writeFields: (account, people) => writeFields(api, account, people),
    parseNotices: (body) => parseNotices(body, config.appId),
    recordUrl: ({ accountId }, recordId) => `${config.appUrl}/contacts/${accountId}/record/0-1/${recordId}`,
  };
}

/** A contact without a company's name of its own has that of its primary company. */
const companyToAsk = (properties: CrmRecord['properties']): string | null =>
  (!properties.company && properties.associatedcompanyid) || null;
