/** Reading people: one, those of an address, those of an organization or a deal, those that changed. */
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { ChangesRead, CrmAccount, CrmPerson, GroupRead, PersonRead } from '../../crm-sync/crm.ts';
import type { PipedriveApi } from './api.ts';
import {
  addressesOf,
  isRecordId,
  type Organization,
  organizationAnswer,
  type PersonRecord,
  peopleAnswer,
  personAnswer,
  toPerson,
} from './person.ts';

const asked = 'include_fields=marketing_status,smart_bcc_email';
const searchAnswer = z.object({ data: z.object({ items: z.array(z.object({ item: z.object({ id: z.number() }) })) }) });
const dealAnswer = z.object({ data: z.object({ title: z.string(), is_deleted: z.boolean().catch(false) }) });
const peoplePerGroup = 100;
const changesPerPage = 500;
/** Notices and writes settle late; what was read before is read again. */
const overlapSeconds = 300;
/** Of more people with one address the rest is not looked at. */
const mostFound = 10;

export function createPeople(api: PipedriveApi, clock: Clock) {
  async function recordOf(account: CrmAccount, recordId: string): Promise<PersonRecord | null> {
    if (!isRecordId(recordId)) return null;
    const path = `/api/v2/persons/${recordId}?${asked}`;
    return (await api.read(account, { method: 'GET', path, cost: 1 }, personAnswer))?.data ?? null;
  }

  async function organizationOf(account: CrmAccount, organizationId: number): Promise<Organization | null> {
    const path = `/api/v2/organizations/${organizationId}`;
    const answer = await api.read(account, { method: 'GET', path, cost: 1 }, organizationAnswer);
    if (!answer || answer.data.is_deleted) return null;
    return { name: answer.data.name, country: answer.data.address?.country ?? null };
  }

  const personOf = async (account: CrmAccount, record: PersonRecord): Promise<CrmPerson> =>
    toPerson(record, record.org_id ? await organizationOf(account, record.org_id) : null);

  async function search(account: CrmAccount, address: string): Promise<PersonRecord[]> {
    const path = `/api/v2/persons/search?term=${encodeURIComponent(address)}&fields=email&exact_match=true&limit=${mostFound}`;
    const answer = await api.read(account, { method: 'GET', path, cost: 20 }, searchAnswer);
    const ids = (answer?.data.items ?? []).map(({ item }) => String(item.id));
    const records: PersonRecord[] = [];
    for (const id of ids) {
      const record = await recordOf(account, id);
      // The search sees changes late, and finds parts: the record itself decides.
      if (record && !record.is_deleted && addressesOf(record).includes(address)) records.push(record);
    }
    return records;
  }

  /**
   * A merged-away record is a deleted one; where it went only the notice tells. For a notice that was lost: the survivor
   * has every address of it, and was changed at that moment or later.
   */
  async function survivorOf(account: CrmAccount, gone: PersonRecord): Promise<PersonRecord | null> {
    const addresses = addressesOf(gone);
    if (!addresses[0]) return null;
    const since = gone.update_time ?? '';
    const found = (await search(account, addresses[0])).filter(
      (record) => (record.update_time ?? '') >= since && addresses.every((one) => addressesOf(record).includes(one)),
    );
    return found.length === 1 ? found[0]! : null;
  }

  async function readPerson(account: CrmAccount, recordId: string): Promise<PersonRead> {
    const record = await recordOf(account, recordId);
    if (!record) return { outcome: 'missing' };
    if (!record.is_deleted) return { outcome: 'found', person: await personOf(account, record) };
    const survivor = await survivorOf(account, record);
    return survivor ? { outcome: 'merged', intoRecordId: String(survivor.id) } : { outcome: 'missing' };
  }

  /** The live record behind an id, merges followed. */
  async function liveRecord(account: CrmAccount, recordId: string): Promise<PersonRecord | null> {
    const record = await recordOf(account, recordId);
    return record?.is_deleted ? survivorOf(account, record) : record;
  }

  async function findByAddress(account: CrmAccount, address: string): Promise<CrmPerson[]> {
    const wanted = address.trim().toLowerCase();
    if (!wanted.includes('@')) return [];
    const people: CrmPerson[] = [];
    for (const record of await search(account, wanted)) people.push(await personOf(account, record));
    return people;
  }

  async function readGroup(account: CrmAccount, objectType: string, recordId: string): Promise<GroupRead> {
    if (!isRecordId(recordId)) return { outcome: 'missing' };
    const isDeal = objectType === 'deal';
    const path = `/api/v2/${isDeal ? 'deals' : 'organizations'}/${recordId}`;
    const request = { method: 'GET', path, cost: 1 } as const;
    const group = isDeal
      ? (await api.read(account, request, dealAnswer))?.data
      : (await api.read(account, request, organizationAnswer))?.data;
    if (!group || group.is_deleted) return { outcome: 'missing' };
    const filter = `${isDeal ? 'deal_id' : 'org_id'}=${recordId}&sort_by=update_time&sort_direction=desc`;
    const listPath = `/api/v2/persons?${filter}&limit=${peoplePerGroup}&${asked}`;
    const page = await api.read(account, { method: 'GET', path: listPath, cost: 10 }, peopleAnswer);
    const organizations = new Map<number, Organization | null>();
    const people: CrmPerson[] = [];
    for (const record of page?.data ?? []) {
      const id = record.org_id;
      if (id && !organizations.has(id)) organizations.set(id, await organizationOf(account, id));
      people.push(toPerson(record, (id && organizations.get(id)) || null));
    }
    const name = 'title' in group ? group.title : group.name;
    return { outcome: 'found', name, people, isCut: Boolean(page?.additional_data?.next_cursor) };
  }

  /**
   * One page of the people that changed. The cursor is the time up to which everything was read, whole seconds as Pipedrive
   * wants them, and within a long list the page. People who were deleted or merged away are not in the list: that only the
   * notices tell.
   */
  async function readChanges(account: CrmAccount, cursor: string | null): Promise<ChangesRead> {
    if (cursor === null) return { notices: [], cursor: wholeSeconds(clock.now()), hasMore: false };
    const [since = '', page = '', newest = since] = cursor.split('|');
    const from = wholeSeconds(new Date(Date.parse(since) - overlapSeconds * 1000));
    const query = `updated_since=${from}&sort_by=update_time&sort_direction=asc&limit=${changesPerPage}`;
    const path = `/api/v2/persons?${query}${page && `&cursor=${encodeURIComponent(page)}`}`;
    const answer = await api.read(account, { method: 'GET', path, cost: 10 }, peopleAnswer);
    const notices = (answer?.data ?? []).flatMap(({ id, update_time }) => {
      const occurredAt = new Date(update_time ?? Number.NaN);
      if (Number.isNaN(occurredAt.getTime())) return [];
      const key = `person|${id}|${wholeSeconds(occurredAt)}`;
      return [{ kind: 'changed', key, accountId: account.accountId, recordId: String(id), occurredAt } as const];
    });
    const last = notices.at(-1)?.occurredAt;
    const reached = last && wholeSeconds(last) > newest ? wholeSeconds(last) : newest;
    const next = answer?.additional_data?.next_cursor;
    return next
      ? { notices, cursor: `${since}|${next}|${reached}`, hasMore: true }
      : { notices, cursor: reached, hasMore: false };
  }

  return { readPerson, liveRecord, findByAddress, readGroup, readChanges };
}

export type People = ReturnType<typeof createPeople>;

const wholeSeconds = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;
