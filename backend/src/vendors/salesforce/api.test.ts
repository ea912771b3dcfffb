/** What jsforce does when it is left alone, and does not do here: repeat, refresh for ever, ask an old version. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VendorUnavailable } from '../../core/errors.ts';
import type { HttpRequest } from '../../core/http.ts';
import { readOne } from '../../crm-sync/crm.harness.ts';
import { createSalesforceHarness, type SalesforceHarness } from './crm.harness.ts';

const sent: HttpRequest[] = [];
let crm: SalesforceHarness;
beforeEach(async () => {
  sent.length = 0;
  crm = await createSalesforceHarness(sent);
});
afterEach(() => crm.close());

test('every request names the version, who asks, and the token, and goes to the org alone', async () => {
  const kim = crm.addPerson({ email: 'kim@acme.test' });
  await readOne(crm, kim);
  await crm.vendor.findByAddress(crm.account, 'kim@acme.test');
  expect(sent.length).toBeGreaterThan(2);
  for (const { url, headers } of sent) {
    expect(url.startsWith(`${crm.url}/services/data/v68.0/`), url).toBe(true);
    expect(headers).toMatchObject({
      authorization: `Bearer ${await crm.account.token()}`,
      'sforce-call-options': 'client=SalesOS',
    });
  }
});

test('a read that meets a 503 is sent once: repeating is for whoever waits for it', async () => {
  crm.nextCall('anyRead', 'server_error');
  await expect(crm.vendor.listOwners(crm.account)).rejects.toBeInstanceOf(VendorUnavailable);
  expect(sent).toHaveLength(1);
});

test('an org that refuses every token is asked with two and no more', async () => {
  let given = 0;
  const account = { ...crm.account, token: async () => `00D!wrong${++given}` };
  await expect(crm.vendor.listOwners(account)).rejects.toMatchObject({ detail: 'the session was refused' });
  expect(sent.map(({ headers }) => headers?.authorization)).toEqual(['Bearer 00D!wrong1', 'Bearer 00D!wrong2']);
});

test('a renewed token that is the same one is not tried again', async () => {
  const account = { ...crm.account, token: async () => '00D!wrong' };
  await expect(crm.vendor.listOwners(account)).rejects.toBeInstanceOf(VendorUnavailable);
  expect(sent).toHaveLength(1);
});

test('an answer that is a page of the login instead of JSON is no list of owners', async () => {
  crm.fake.faults.next({ kind: 'status', status: 200, contentType: 'text/html', body: '<html>Log in</html>' });
  await expect(crm.vendor.listOwners(crm.account)).rejects.toBeInstanceOf(VendorUnavailable);
});

test.each([
  ['a page that stands before Salesforce', 403, 'text/html;charset=UTF-8', '<html>Blocked</html>', 'HTTP_403', ''],
  ['nothing at all', 400, 'application/json', '', 'HTTP_400', ''],
  [
    'several errors',
    400,
    'application/json',
    '[{"errorCode":"INVALID_TYPE","message":"One"},{"errorCode":"OTHER","message":"Two"}]',
    'INVALID_TYPE',
    'One',
  ],
])(
  'a refusal that is %s is known by its code, and no page is a reason',
  async (_, status, contentType, body, code, message) => {
    const kim = crm.addPerson({});
    crm.fake.faults.next({ kind: 'status', status, contentType, body, match: ({ method }) => method === 'PATCH' });
    const person = { recordId: kim, score: 1, tier: 4, lastEngagedAt: null, sequenceStatus: '', statusReason: '' };
    const [result] = await crm.vendor.writeFields(crm.account, [person]);
    expect(result).toMatchObject({ outcome: 'refused', code });
    expect(result?.outcome === 'refused' && result.reason).toContain(message || code);
    expect(JSON.stringify(result)).not.toContain('html');
  },
);

test('a lock that says no more than its code is waited for', async () => {
  const kim = crm.addPerson({});
  const body = '[{"errorCode":"UNABLE_TO_LOCK_ROW","message":null}]';
  const match = ({ method }: { method: string }) => method === 'PATCH';
  crm.fake.faults.next({ kind: 'status', status: 400, contentType: 'application/json', body, match });
  const person = { recordId: kim, score: 1, tier: 4, lastEngagedAt: null, sequenceStatus: '', statusReason: '' };
  expect(await crm.vendor.writeFields(crm.account, [person])).toMatchObject([
    { outcome: 'retry', reason: 'UNABLE_TO_LOCK_ROW', maybeWritten: false },
  ]);
});
