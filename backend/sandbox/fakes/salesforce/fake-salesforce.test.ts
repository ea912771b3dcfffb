/** What the fake answers and refuses. jsforce, which everybody uses, is the second opinion on what the wire looks like. */
import { Connection } from '@jsforce/jsforce-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf, type ServedOrg, start, startOrg } from './fake-salesforce.harness.ts';
import { sandboxOrgId } from './index.ts';

let org: ServedOrg;
beforeEach(async () => {
  org = await startOrg();
});
afterEach(() => org.close());

describe('as jsforce sees it', () => {
  const connect = () =>
    new Connection({
      instanceUrl: org.url,
      accessToken: org.token,
      version: '68.0',
      callOptions: { client: 'SalesOS' },
    });

  test('queries with parents and pages, and the use of the day', async () => {
    await org.close();
    org = await startOrg({ queryRows: 2 });
    const connection = connect();
    const account = org.fake.org.create('Account', { Name: 'Acme Ltd' });
    for (const name of ['Ann', 'Ben', 'Cid']) org.addContact({ LastName: name, AccountId: account });
    org.addContact({ LastName: 'Alone' });
    const first = await connection.query('SELECT Id, Name, Account.Name, Owner.Email FROM Contact ORDER BY LastName');
    expect(first).toMatchObject({ totalSize: 4, done: false });
    expect(first.records).toMatchObject([
      { Name: 'Alone', Account: null },
      { Name: 'Ann', Account: { Name: 'Acme Ltd' }, Owner: { Email: 'robin@seller.test' } },
    ]);
    const second = await connection.queryMore(first.nextRecordsUrl ?? '');
    expect(second).toMatchObject({ done: true, records: [{ Name: 'Ben' }, { Name: 'Cid' }] });
    expect(connection.limitInfo.apiUsage).toEqual({ used: 2, limit: 15_000 });
  });

  test('single records and collections, each row with its own result', async () => {
    const connection = connect();
    const created = await connection.sobject('Contact').create({ LastName: 'Ng', Email: 'Kim@acme.test' });
    expect(created).toMatchObject({ success: true, id: expect.stringMatching(/^003[a-zA-Z0-9]{15}$/) });
    const id = created.id ?? '';
    const results = await connection.sobject('Contact').update([
      { Id: id, Title: 'Buyer' },
      { Id: id.replace(/^003/, '00Q'), Title: 'Buyer' },
    ]);
    expect(results).toMatchObject([{ success: true, id }, { success: false }]);
    expect(await connection.sobject('Contact').retrieve(id)).toMatchObject({ Title: 'Buyer', Email: 'kim@acme.test' });
    await connection.sobject('Contact').destroy(id);
    await expect(connection.sobject('Contact').retrieve(id)).rejects.toMatchObject({ errorCode: 'ENTITY_IS_DELETED' });
  });

  test('what an object has, its deleted records, and who is asking', async () => {
    const connection = connect();
    const { fields, createable } = await connection.describe('EmailMessage');
    expect(createable).toBe(true);
    expect(fields.find(({ name }) => name === 'Subject')).toMatchObject({ createable: true, updateable: false });
    org.fake.org.settings.hasEnhancedEmail = false;
    await expect(connection.describe('EmailMessage')).rejects.toMatchObject({ errorCode: 'NOT_FOUND' });
    const id = org.addContact();
    org.fake.org.delete(id);
    org.clock.advance(120);
    const deleted = await connection.sobject('Contact').deleted(start.toISOString(), org.clock.now().toISOString());
    expect(deleted.deletedRecords).toMatchObject([{ id }]);
    const who = await connection.request<object>(`${org.url}/services/oauth2/userinfo`);
    expect(who).toMatchObject({ organization_id: sandboxOrgId, preferred_username: 'robin@acme.test' });
  });
});

describe('queries', () => {
  test.each([
    ['SELECT Id FROM Contact WHERE', 'MALFORMED_QUERY'],
    ['SELECT * FROM Contact', 'MALFORMED_QUERY'],
    ["SELECT Id FROM Contact WHERE Email = 'a' OR Email = 'b' AND Name = 'c'", 'MALFORMED_QUERY'],
    ["SELECT Id FROM Contact WHERE Email = 'a' GROUP BY Id", 'MALFORMED_QUERY'],
    ["SELECT Id FROM Contact WHERE Email = 'it's'", 'MALFORMED_QUERY'],
    ["SELECT Id FROM Contact WHERE Email = '\\x'", 'MALFORMED_QUERY'],
    ['SELECT Id FROM Contact WHERE Email IN ()', 'MALFORMED_QUERY'],
    ['SELECT Id FROM Nothing', 'INVALID_TYPE'],
    ['SELECT Nothing FROM Contact', 'INVALID_FIELD'],
    ['SELECT Boss.Name FROM Contact', 'INVALID_FIELD'],
    ['SELECT Id FROM Contact WHERE Email = 1', 'INVALID_FIELD'],
    ["SELECT Id FROM Contact WHERE SystemModstamp > '2026-03-02T09:00:00Z'", 'INVALID_FIELD'],
    ["SELECT Id FROM Contact WHERE Id = 'kim'", 'INVALID_QUERY_FILTER_OPERATOR'],
    ["SELECT Id FROM Task WHERE Description LIKE '%x%'", 'INVALID_FIELD'],
  ])('refuses %s', async (text, code) => {
    const answer = await org.query(text);
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });

  test('compare text without case, read escapes, and order by several fields', async () => {
    const ids = ["O'Hara", 'Back\\slash', 'ng', 'Ng'].map((LastName) => org.addContact({ LastName }));
    const found = async (where: string) =>
      (await org.query(`SELECT Id FROM Contact WHERE ${where} ORDER BY Name DESC, Id`)).body.records.map(
        (row: { Id: string }) => ids.indexOf(row.Id),
      );
    expect(await found("LastName = 'o\\'hara'")).toEqual([0]);
    expect(await found("LastName = 'Back\\\\slash'")).toEqual([1]);
    expect(await found("LastName = 'NG'")).toEqual([2, 3]);
    expect(await found("LastName LIKE 'o%' OR LastName LIKE 'B_ck%'")).toEqual([0, 1]);
    expect(await found("NOT (LastName IN ('ng', 'x')) AND Email = null")).toEqual([0, 1]);
    expect(await found('SystemModstamp >= 2026-03-02T10:00:00+01:00 AND IsDeleted = false')).toHaveLength(4);
    expect(await found('SystemModstamp > 2026-03-02T09:00:00Z')).toEqual([]);
  });
});

describe('what is gone', () => {
  test('a merged record lies in the bin with the id of its master; only queryAll finds it', async () => {
    const [kim, double] = [org.addContact(), org.addContact()];
    org.fake.org.merge(kim, double);
    const text = `SELECT Id, IsDeleted, MasterRecordId FROM Contact WHERE Id = '${double}'`;
    expect((await org.query(text)).body.records).toEqual([]);
    expect((await org.query(text, 'queryAll')).body.records).toMatchObject([{ IsDeleted: true, MasterRecordId: kim }]);
  });

  test('what left the bin is only in the log of deletions, which asks for whole minutes of the last 15 days', async () => {
    const id = org.addContact();
    org.fake.org.purge(id);
    org.clock.advance(60);
    expect((await org.query(`SELECT Id FROM Contact WHERE Id = '${id}'`, 'queryAll')).body.records).toEqual([]);
    const deleted = (from: number, to: number) => {
      const time = (seconds: number) => new Date(start.getTime() + seconds * 1000).toISOString();
      return org.call('GET', `/sobjects/Contact/deleted/?start=${time(from)}&end=${time(to)}`);
    };
    expect((await deleted(0, 60)).body.deletedRecords).toMatchObject([{ id }]);
    expect(codeOf(await deleted(0, 30))).toBe('INVALID_REPLICATION_DATE');
    expect(codeOf(await deleted(-16 * 86_400, 60))).toBe('INVALID_REPLICATION_DATE');
  });
});

describe('limits and sessions', () => {
  test('the calls of the last 24 hours are counted, and after them nothing is answered', async () => {
    org.fake.org.useRequests(14_999);
    expect((await org.call('GET', '/limits')).headers.get('sforce-limit-info')).toBe('api-usage=15000/15000');
    const over = await org.call('GET', '/limits');
    expect([over.status, codeOf(over)]).toEqual([403, 'REQUEST_LIMIT_EXCEEDED']);
    org.clock.advance(86_401);
    org.token = org.fake.org.connect(org.url).access_token;
    expect((await org.call('GET', '/limits')).body.DailyApiRequests).toEqual({ Max: 15_000, Remaining: 14_999 });
  });

  test('an ended session is 401 INVALID_SESSION_ID', async () => {
    org.clock.advance(7201);
    const answer = await org.call('GET', '/limits');
    expect([answer.status, codeOf(answer)]).toEqual([401, 'INVALID_SESSION_ID']);
  });
});

test('an org that was remembered goes on where it stopped', async () => {
  const kim = org.addContact({ FirstName: 'Kim' });
  const memory = org.fake.remember();
  await org.close();
  org = await startOrg({ memory: structuredClone(memory) });
  expect(org.fake.org.values(kim)).toMatchObject({ FirstName: 'Kim' });
  expect(org.fake.org.people()).toEqual([{ id: kim, objectType: 'Contact' }]);
  expect(org.addContact()).not.toBe(kim);
});
