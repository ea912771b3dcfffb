/** Reading people: one, those of an address, those of an organization or a deal, those that changed. */
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { ChangesRead, CrmAccount, CrmPerson, GroupRead, PersonRead } from '../../crm-sync/crm.ts';
import type { PipedriveApi } from './api.ts';
import { listCost } from './config.ts';
import { addressesOf, isRecordId, type PersonRecord, peopleAnswer, toPerson } from './person.ts';
import { askedOfPeople, organizations, persons, readRecords } from './records.ts';

const searchAnswer = z.object({ data: z.object({ items: z.array(z.object({ item: z.object({ id: z.number() }) })) }) });
const dealAnswer = z.object({ data: z.object({ title: z.string(), is_deleted: z.boolean().catch(false) }) });
const peoplePerGroup = 100;
const changesPerPage = 500;
/** Notices and writes settle late; what was read before is read again. */
const overlapSeconds = 300;
/** Of more people with one address the rest is not looked at. */
const mostFound = 10;

export function createPeople(api: PipedriveApi, clock: Clock) {
  const recordOf = async (account: CrmAccount, recordId: string): Promise<PersonRecord | null> =>
    (await readRecords(api, account, persons, [recordId])).get(recordId) ?? null;

  /** In the order of the records. */
  async function toPeople(account: CrmAccount, records: PersonRecord[]): Promise<CrmPerson[]> {
    const ids = records.flatMap(({ org_id }) => (org_id ? String(org_id) : []));
    const found = await readRecords(api, account, organizations, ids);
    return records.map((record) => {
      const organization = found.get(String(record.org_id));
      return toPerson(record, organization && !organization.is_deleted ? organization : null);
    });
  }

  async function search(account: CrmAccount, address: string): Promise<PersonRecord[]> {
    const path = `/api/v2/persons/search?term=${encodeURIComponent(address)}&fields=email&exact_match=true&limit=${mostFound}`;
    const answer = await api.read(account, { method: 'GET', path, cost: 20 }, searchAnswer);
    const ids = (answer?.data.items ?? []).map(({ item }) => String(item.id));
    const records = await readRecords(api, account, persons, ids);
    // The search sees changes late, and finds parts: the record itself decides.
    return [...records.values()].filter((record) => !record.is_deleted && addressesOf(record).includes(address));
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

  async function readPeople(account: CrmAccount, recordIds: string[]): Promise<PersonRead[]> {
    const records = await readRecords(api, account, persons, recordIds);
    const live = [...records.values()].filter((record) => !record.is_deleted);
    const people = new Map((await toPeople(account, live)).map((person) => [person.recordId, person]));
    const reads: PersonRead[] = [];
    for (const recordId of recordIds) {
      const [person, record] = [people.get(recordId), records.get(recordId)];
      const survivor = !person && record ? await survivorOf(account, record) : null;
      if (person) reads.push({ outcome: 'found', person });
      else reads.push(survivor ? { outcome: 'merged', intoRecordId: String(survivor.id) } : { outcome: 'missing' });
    }
    return reads;
  }

  /** The live record behind an id, merges followed. */
  async function liveRecord(account: CrmAccount, recordId: string): Promise<PersonRecord | null> {
    const record = await recordOf(account, recordId);
    return record?.is_deleted ? survivorOf(account, record) : record;
  }

  async function findByAddress(account: CrmAccount, address: string): Promise<CrmPerson[]> {
    const wanted = address.trim().toLowerCase();
    if (!wanted.includes('@')) return [];
    return toPeople(account, await search(account, wanted));
  }

  async function readGroup(account: CrmAccount, objectType: string, recordId: string): Promise<GroupRead> {
    if (!isRecordId(recordId)) return { outcome: 'missing' };
    const isDeal = objectType === 'deal';
    const request = { method: 'GET', path: `/api/v2/deals/${recordId}`, cost: 1 } as const;
    const group = isDeal
      ? (await api.read(account, request, dealAnswer))?.data
      : (await readRecords(api, account, organizations, [recordId])).get(recordId);
    if (!group || group.is_deleted) return { outcome: 'missing' };
    const filter = `${isDeal ? 'deal_id' : 'org_id'}=${recordId}&sort_by=update_time&sort_direction=desc`;
    const listPath = `/api/v2/persons?${filter}&limit=${peoplePerGroup}&${askedOfPeople}`;
    const page = await api.read(account, { method: 'GET', path: listPath, cost: listCost }, peopleAnswer);
    const people = await toPeople(account, page?.data ?? []);
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
    const answer = await api.read(account, { method: 'GET', path, cost: listCost }, peopleAnswer);
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

  return { readPeople, liveRecord, findByAddress, readGroup, readChanges };
}

export type People = ReturnType<typeof createPeople>;

const wholeSeconds = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;
