import { existsSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { VendorUnavailable } from '../../core/errors.ts';
import type { HttpRequest } from '../../core/http.ts';
import { crmContract } from '../../crm-sync/crm.contract.ts';
import { readOne } from '../../crm-sync/crm.harness.ts';
import { CrmDisconnected, CrmRefused } from '../../crm-sync/crm.ts';
import { mail } from '../mails.harness.ts';
import { createHubSpotHarness, type HubSpotHarness } from './crm.harness.ts';
import { timeZoneOf } from './person.ts';
import { problemsOf, readDescriptions } from './request-check.ts';
import { hubspotBudget, hubspotScopes } from './vendor.ts';

const sent: HttpRequest[] = [];
crmContract('HubSpot', () => createHubSpotHarness(sent));

async function start(options: Parameters<typeof createHubSpotHarness>[1] = {}): Promise<HubSpotHarness> {
  const harness = await createHubSpotHarness(sent, options);
  onTestFinished(harness.close);
  return harness;
}

describe('where HubSpot does not document what it does', () => {
  test('a merged-away id that answers 404 is found through the survivor', async () => {
    const hub = await start({ mergedRecordsAnswer: 'missing' });
    const [kim, double] = [hub.addPerson({ email: 'kim@acme.test' }), hub.addPerson({ email: 'kim@home.test' })];
    const survivor = hub.mergePeople(kim, double);
    hub.wait(60);
    for (const old of [kim, double]) {
      expect(await readOne(hub, old)).toEqual({ outcome: 'merged', intoRecordId: survivor });
    }
    expect((await hub.vendor.logEmails(hub.account, [mail(kim)]))[0]?.outcome).toBe('written');
    expect(hub.timeline(survivor)).toHaveLength(1);
  });

  test('a mail whose key HubSpot dropped is recognised by its millisecond, direction and subject', async () => {
    const hub = await start({ keepsUnknownEmailHeaders: false });
    const kim = hub.addPerson({ email: 'kim@acme.test' });
    const first = await hub.vendor.logEmails(hub.account, [mail(kim)]);
    expect(await hub.vendor.logEmails(hub.account, [mail(kim, { maybeWritten: true })])).toEqual(first);
    const others = [
      mail(kim, { key: 'b', at: new Date('2026-03-02T09:00:00.124Z'), maybeWritten: true }),
      mail(kim, { key: 'c', subject: 'Other', maybeWritten: true }),
      mail(kim, { key: 'd', direction: 'incoming', maybeWritten: true }),
    ];
    await hub.vendor.logEmails(hub.account, others);
    expect(hub.mailCount()).toBe(4);
  });
});

describe('where one bad row refuses a whole batch', () => {
  test('the bad rows are found, and every other row is written once', async () => {
    const hub = await start({ reportsTracedRows: false });
    const kim = hub.addPerson({ email: 'kim@acme.test' });
    hub.refuseMailsNamed('Forbidden', 'Subject is not allowed');
    const mails = Array.from({ length: 20 }, (_, index) =>
      mail(kim, { key: `key-${index}`, subject: index === 3 || index === 17 ? 'Forbidden' : `Mail ${index}` }),
    );
    const results = await hub.vendor.logEmails(hub.account, mails);
    expect(results.flatMap((result, index) => (result.outcome === 'written' ? [] : [index]))).toEqual([3, 17]);
    expect(hub.timeline(kim).map((one) => one.subject)).toHaveLength(18);
    expect(new Set(hub.timeline(kim).map((one) => one.subject)).size).toBe(18);
  });
});

describe('our share of the rate limit', () => {
  test('is half of what HubSpot allows; the next call waits without reaching HubSpot', async () => {
    const hub = await start({ budget: hubspotBudget });
    const kim = hub.addPerson({ email: 'kim@acme.test' });
    for (let call = 0; call < hubspotBudget.calls; call += 1) await readOne(hub, kim);
    const before = hub.fake.requests.length;
    await expect(readOne(hub, kim)).rejects.toBeInstanceOf(VendorUnavailable);
    const [result] = await hub.vendor.logEmails(hub.account, [mail(kim)]);
    expect(result).toMatchObject({ outcome: 'retry', maybeWritten: false, retryAfterSeconds: 10 });
    expect(hub.fake.requests.length).toBe(before);
    expect(hubspotBudget.calls).toBe(110 / 2);
    hub.wait(10);
    expect((await readOne(hub, kim)).outcome).toBe('found');
  });

  test('a hundred mails cost two calls', async () => {
    const hub = await start();
    const people = Array.from({ length: 100 }, (_, index) => hub.addPerson({ email: `p${index}@acme.test` }));
    await hub.vendor.logEmails(
      hub.account,
      people.map((id, index) => mail(id, { key: `key-${index}` })),
    );
    expect(hub.fake.requests).toHaveLength(2);
    expect(hub.mailCount()).toBe(100);
  });
});

describe('a grant without a scope', () => {
  test('is refused for good when writing, in one call, and asks for a new connection when reading', async () => {
    const hub = await start();
    const people = Array.from({ length: 40 }, () => hub.addPerson({}));
    const token = hub.portal.install(hubspotScopes.filter((scope) => !scope.endsWith('contacts.write'))).access_token;
    const account = { ...hub.account, token: async () => token };
    const rows = people.map((recordId) => ({
      recordId,
      score: 1,
      tier: 4,
      lastEngagedAt: null,
      sequenceStatus: '',
      statusReason: '',
    }));
    const results = await hub.vendor.writeFields(account, rows);
    expect(new Set(results.map((result) => result.outcome === 'refused' && result.code))).toEqual(
      new Set(['MISSING_SCOPES']),
    );
    expect(hub.fake.requests).toHaveLength(1);
    const blind = { ...hub.account, token: async () => hub.portal.install(['oauth']).access_token };
    await expect(hub.vendor.listOwners(blind)).rejects.toBeInstanceOf(CrmDisconnected);
  });
});

test('fields that the grant does not let us create are for an admin to mend; a disturbance is not', async () => {
  const hub = await start();
  const token = hub.portal.install(hubspotScopes.filter((scope) => !scope.startsWith('crm.schemas'))).access_token;
  const poor = { ...hub.account, token: async () => token };
  const refused = await hub.vendor.ensureFields(poor).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CrmRefused);
  expect(refused).toMatchObject({
    code: 'MISSING_SCOPES',
    howToFix: expect.stringContaining('connects SalesOS again'),
  });
  hub.nextCall('anyRead', 'server_error');
  await expect(hub.vendor.ensureFields(hub.account)).rejects.toBeInstanceOf(VendorUnavailable);
});

test('fields another process made in the meantime are left, the others are made', async () => {
  const hub = await start();
  const post = (path: string, body: unknown) =>
    hub.account.token().then((token) =>
      hub.fake.app.request(`/crm/properties/2026-09/contacts${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      }),
    );
  await post('/groups', { name: 'salesos', label: 'SalesOS' });
  const score = { name: 'salesos_score', label: 'Score', groupName: 'salesos', type: 'number', fieldType: 'number' };
  expect((await post('', score)).status).toBe(201);
  // The read did not see it yet.
  hub.fake.addFault({ times: 1, path: /properties.*batch\/read/, kind: { error: 404, category: 'OBJECT_NOT_FOUND' } });
  await hub.vendor.ensureFields(hub.account);
  const recordId = hub.addPerson({});
  const row = { recordId, score: 1, tier: 4, lastEngagedAt: null, sequenceStatus: 'None', statusReason: '' };
  expect((await hub.vendor.writeFields(hub.account, [row]))[0]?.outcome).toBe('written');
});

test('a mail longer than HubSpot takes is shortened, not refused', async () => {
  const hub = await start();
  const kim = hub.addPerson({ email: 'kim@acme.test' });
  const long = mail(kim, { text: 'x'.repeat(1_000_000), html: `<p>${'x'.repeat(1_000_000)}</p>` });
  expect((await hub.vendor.logEmails(hub.account, [long]))[0]?.outcome).toBe('written');
  expect(hub.timeline(kim)[0]?.text).toHaveLength(65_536);
});

test('ids and addresses that are none reach no path', async () => {
  const hub = await start();
  expect(await hub.vendor.findByAddress(hub.account, ' ')).toEqual([]);
  expect(await readOne(hub, '')).toEqual({ outcome: 'missing' });
  expect((await hub.vendor.logEmails(hub.account, [mail('../1')]))[0]).toMatchObject({ outcome: 'refused' });
  expect(hub.fake.requests).toEqual([]);
});

test('owners are read to the last page', async () => {
  const hub = await start();
  for (let index = 0; index < 1100; index += 1) {
    const email = `o${index}@seller.test`;
    hub.portal.users.push({ userId: index, ownerId: `o${index}`, email, firstName: '', lastName: '' });
  }
  const owners = await hub.vendor.listOwners(hub.account);
  expect(owners).toHaveLength(1101);
  expect(owners.at(-1)).toMatchObject({ ownerId: 'o1099', name: 'o1099@seller.test' });
});

test('the locked and moving answers are repeated after the time HubSpot names', async () => {
  const hub = await start();
  const kim = hub.addPerson({});
  for (const status of [423, 477]) {
    hub.fake.addFault({ times: 1, path: /emails/, kind: { error: status, retryAfterSeconds: 7 } });
    const [result] = await hub.vendor.logEmails(hub.account, [mail(kim)]);
    expect(result).toMatchObject({ outcome: 'retry', maybeWritten: false, retryAfterSeconds: 7 });
  }
});

test.each([
  ['america_slash_new_york', 'America/New_York'],
  ['america_slash_port_hyphen_au_hyphen_prince', 'America/Port-au-Prince'],
  ['Europe/Berlin', 'Europe/Berlin'],
  ['somewhere_slash_else', null],
  ['', null],
  [null, null],
])('the zone %j is read as %j', (slug, zone) => {
  expect(timeZoneOf(slug)).toBe(zone);
});

const descriptions = '../shared/specs/hubspot';
describe.skipIf(!existsSync(descriptions))(`requests against ${descriptions} (skipped where it is absent)`, () => {
  test('the check finds a wrong path, a wrong parameter and a wrong body', () => {
    const known = readDescriptions(descriptions);
    const url = 'https://api.hubapi.com/crm/objects/2026-09/contacts';
    expect(problemsOf({ method: 'GET', url: `${url}/nowhere/at/all` }, known)).not.toEqual([]);
    expect(problemsOf({ method: 'GET', url: `${url}/1?propertys=email` }, known)).not.toEqual([]);
    const body = JSON.stringify({ inputs: [{ id: 1, properties: {} }] });
    expect(problemsOf({ method: 'POST', url: `${url}/batch/update`, body }, known)).not.toEqual([]);
  });

  test('every request the tests above sent is one HubSpot describes', () => {
    const known = readDescriptions(descriptions);
    const crmRequests = sent.filter((request) => new URL(request.url).pathname.startsWith('/crm/'));
    expect(crmRequests.length).toBeGreaterThan(100);
    const problems = crmRequests.flatMap((request) =>
      problemsOf(request, known).map((problem) => `${request.method} ${new URL(request.url).pathname}: ${problem}`),
    );
    expect([...new Set(problems)]).toEqual([]);
  });
});
