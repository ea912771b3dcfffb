import { afterEach, beforeEach, expect, test } from 'vitest';
import { VendorUnavailable } from '../../core/errors.ts';
import type { CrmNotice } from '../../crm-sync/crm.ts';
import { createSalesforceHarness, type SalesforceHarness } from './crm.harness.ts';

let crm: SalesforceHarness;
beforeEach(async () => {
  crm = await createSalesforceHarness();
});
afterEach(() => crm.close());

const readChanges = (cursor: string | null) => crm.vendor.readChanges!(crm.account, cursor);
const begin = async () => {
  const { cursor } = await readChanges(null);
  crm.wait(600);
  return cursor;
};
const kinds = (notices: CrmNotice[], recordId: string) =>
  notices.filter((one) => 'recordId' in one && one.recordId === recordId).map(({ kind }) => kind);

test('a new person, a change, a deletion and an erasure are told apart', async () => {
  const [kim, lee, max] = [1, 2, 3].map(() => crm.addPerson({}));
  crm.wait(600);
  const cursor = await begin();
  const created = crm.addPerson({});
  crm.changePerson(kim!, 'Kimberly');
  crm.deletePerson(lee!);
  crm.erasePerson(max!);
  const first = await readChanges(cursor);
  // What left the recycle bin as well is asked for every quarter of an hour only.
  crm.wait(300);
  const { notices } = await readChanges(first.cursor);
  expect(kinds(first.notices, max!)).toEqual([]);
  expect([created, kim!, lee!, max!].map((id) => kinds(notices, id))).toEqual([
    ['created'],
    ['changed'],
    ['deleted'],
    ['erased'],
  ]);
});

test('merged contacts and converted leads lead to the record that is left', async () => {
  const [kim, double] = [crm.addPerson({}), crm.addPerson({})];
  const lead = crm.org.create('Lead', { LastName: 'Lee', Company: 'Lee Ltd' });
  const cursor = await begin();
  crm.org.merge(kim, double);
  const contact = crm.org.convert(lead);
  const merged = (await readChanges(cursor)).notices.filter((one) => one.kind === 'merged');
  expect(merged).toMatchObject([
    { intoRecordId: kim, mergedRecordIds: [double] },
    { intoRecordId: contact, mergedRecordIds: [lead] },
  ]);
});

test('what left the recycle bin is told as no word of the person: a merged record leaves it too', async () => {
  const kim = crm.addPerson({});
  crm.wait(600);
  const cursor = await begin();
  crm.erasePerson(kim);
  crm.wait(1000);
  const { notices } = await readChanges(cursor);
  expect(notices).toMatchObject([{ kind: 'erased', recordId: kim, isRecordOnly: true }]);
});

test('a change that becomes visible some minutes late is still brought, and doubles carry one key', async () => {
  const kim = crm.addPerson({});
  crm.wait(600);
  let cursor = await begin();
  crm.changePerson(kim, 'Late');
  crm.wait(240);
  const first = await readChanges(cursor);
  cursor = first.cursor;
  crm.wait(30);
  // Read again, as a row that was committed only now would be.
  const second = await readChanges(cursor);
  expect(kinds(second.notices, kim)).toEqual(['changed']);
  expect(second.notices.map(({ key }) => key)).toEqual(first.notices.map(({ key }) => key));
  crm.wait(301);
  const third = await readChanges(second.cursor);
  expect((await readChanges(third.cursor)).notices).toEqual([]);
});

test('of thousands changed in one moment all are brought, page by page, and it ends', async () => {
  const cursor = await begin();
  const ids = Array.from({ length: 2300 }, () => crm.addPerson({}));
  const seen = new Set<string>();
  let pages = 0;
  for (let next = { cursor, hasMore: true }; next.hasMore && pages < 10; pages += 1) {
    const page = await readChanges(next.cursor);
    for (const notice of page.notices) if ('recordId' in notice) seen.add(notice.recordId);
    next = page;
  }
  expect([pages, seen.size]).toEqual([3, ids.length]);
});

test('after more than two weeks without reading nothing is refused', async () => {
  const kim = crm.addPerson({});
  crm.wait(600);
  const cursor = await begin();
  crm.changePerson(kim, 'Kimberly');
  crm.wait(20 * 86_400);
  crm.renewToken();
  expect(kinds((await readChanges(cursor)).notices, kim)).toEqual(['changed']);
});

test('a cursor that is none is no reason to begin anew unseen', async () => {
  await expect(readChanges('{}')).rejects.toBeInstanceOf(VendorUnavailable);
});
