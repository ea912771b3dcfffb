import { settingsView } from '@salesos/shared/cards.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Customer, person, publicUrl, startApi } from './api.harness.ts';

const on = await startApi();
let acme: Customer;
let keys = 0;

beforeEach(async () => {
  acme = await on.customer();
});

const card = (path: string, body: object = {}, customer = acme, who: object = {}) =>
  on.signed(path, body, { accountId: customer.accountId, ...who });
const settings = async (customer = acme) => settingsView.parse((await card('/cards/settings', {}, customer)).body);

/** Opens a page that leads to the CRM's consent; `finish` comes back from there as the account that is named. */
async function begin(path: string) {
  const answer = await on.goOn(path);
  const location = answer.headers.get('location');
  if (answer.status !== 302 || !location) return { status: answer.status, text: await answer.text() };
  const consent = new URL(location);
  const cookies = answer.headers.getSetCookie().map((one) => one.split(';')[0]!);
  const cookie = cookies.find((one) => one.startsWith('salesos_connect='))!;
  const callback = consent.searchParams.get('redirect_uri')!.slice(publicUrl.length);
  const finish = async (accountId: string) => {
    const url = `${callback}?state=${consent.searchParams.get('state')}&code=${accountId}`;
    const page = await on.api.request(url, { headers: { cookie } });
    return { status: page.status, text: await page.text() };
  };
  return { status: 302, text: '', host: consent.host, finish };
}
const linkTo = async (crm: string, customer = acme) =>
  (await card('/cards/crms/connect', { crm }, customer)).body.url.slice(publicUrl.length) as string;

describe('how mails come to the timeline', () => {
  const change = (mailLogging: string, customer = acme) =>
    card('/cards/settings/update', { mailLogging, idempotencyKey: `s${++keys}` }, customer);

  test('is asked only where a connected CRM takes copies of mails', async () => {
    expect((await settings()).mailLogging).toBeNull();
    expect(await change('smart_bcc')).toMatchObject({ status: 422, body: { code: 'no_mail_copies' } });
    await on.alsoConnect(acme, 'pipedrive', `5${acme.accountId}`);
    expect((await settings()).mailLogging).toBe('activities');
  });

  test('can be switched back and forth, in this account alone', async () => {
    const other = await on.customer();
    for (const customer of [acme, other]) await on.alsoConnect(customer, 'pipedrive', `5${customer.accountId}`);
    expect((await change('smart_bcc')).body.mailLogging).toBe('smart_bcc');
    expect((await settings(other)).mailLogging).toBe('activities');
    expect((await change('activities')).body.mailLogging).toBe('activities');
    expect((await change('both')).status).toBe(422);
  });

  test('is changed by admins, and by the API', async () => {
    await on.alsoConnect(acme, 'pipedrive', `5${acme.accountId}`);
    const body = { mailLogging: 'smart_bcc', idempotencyKey: `s${++keys}` };
    const rep = { userId: '8', userEmail: 'rep@acme.example' };
    expect((await card('/cards/settings/update', body, acme, rep)).body.code).toBe('forbidden');
    const answer = await on.call(acme.key, 'PATCH', '/v1/settings', { mailLogging: 'smart_bcc' });
    expect(answer).toMatchObject({ status: 200, body: { mailLogging: 'smart_bcc' } });
  });
});

describe('connecting a CRM', () => {
  test('from the settings adds it to the account, and the settings show it', async () => {
    const { finish } = await begin(await linkTo('pipedrive'));
    const company = `8${acme.accountId}`;
    expect(await finish!(company)).toMatchObject({ status: 200, text: expect.stringContaining('in Pipedrive') });
    expect((await settings()).crms).toMatchObject([
      { crm: 'hubspot', accountId: acme.accountId, status: 'connected' },
      { crm: 'pipedrive', crmName: 'Pipedrive', accountId: company, sentence: expect.stringMatching(/^Connected/) },
    ]);
  });

  test('by somebody’s link names whose account it is, and goes on only by the button of that page', async () => {
    const link = await linkTo('salesforce');
    const page = await on.api.request(link);
    const text = await page.text();
    expect([page.status, text]).toEqual([200, expect.stringContaining('Connect Salesforce to Acme?')]);
    expect(text).toContain('asked for this in the SalesOS settings of');
    const cookie = page.headers.get('set-cookie')!.split(';')[0]!;
    const confirm = /confirm=([\w-]+)/.exec(text)![1]!;
    for (const [guess, sent] of [
      [confirm, ''],
      ['', cookie],
      [confirm, 'salesos_connect_to='],
      ['x'.repeat(22), cookie],
    ] as const)
      expect((await on.api.request(`${link}&confirm=${guess}`, { headers: { cookie: sent } })).status).toBe(200);
    expect((await on.api.request(`${link}&confirm=${confirm}`, { headers: { cookie } })).status).toBe(302);
  });

  test('without a link makes an account of its own', async () => {
    const { finish } = await begin('/connect/pipedrive');
    expect((await finish!(`9${acme.accountId}`)).status).toBe(200);
    expect((await settings()).crms).toHaveLength(1);
  });

  test('that belongs to another account, or is a second one of its kind, ends on a page that says so', async () => {
    const other = await on.customer();
    const taken = `6${acme.accountId}`;
    await on.alsoConnect(other, 'pipedrive', taken);
    const page = await (await begin(await linkTo('pipedrive'))).finish!(taken);
    expect(page).toMatchObject({ status: 400, text: expect.stringContaining('connected to another SalesOS account') });
    expect((await settings()).crms).toHaveLength(1);
    const second = await (await begin(await linkTo('hubspot'))).finish!('31337');
    expect(second).toMatchObject({ status: 400, text: expect.stringContaining('needs a SalesOS account of its own') });
    expect((await settings()).crms).toHaveLength(1);
  });

  test('is for admins, with a link that is fresh and for this CRM', async () => {
    const rep = { userId: '8', userEmail: 'rep@acme.example' };
    expect((await card('/cards/crms/connect', { crm: 'salesforce' }, acme, rep)).body.code).toBe('forbidden');
    const link = await linkTo('salesforce');
    expect((await begin(link.replace('/salesforce', '/pipedrive'))).text).toContain('too old');
    await on.world.advance(601);
    expect((await begin(link)).text).toContain('too old');
  });

  test.each([
    ['login', 'login.salesforce.com'],
    ['test', 'test.salesforce.com'],
    ['Acme.my.salesforce.com', 'acme.my.salesforce.com'],
    ['acme--dev.sandbox.my.salesforce.com', 'acme--dev.sandbox.my.salesforce.com'],
  ])('Salesforce people sign in where their org is: %s', async (given, host) => {
    expect(await begin(`/connect/salesforce?host=${given}`)).toMatchObject({ status: 302, host });
  });

  test.each([
    'evil.example',
    'evil.example/.my.salesforce.com',
    'my.salesforce.com',
    '.my.salesforce.com',
    'acme.my.salesforce.com.evil.example',
    'acme.my.salesforce.com:8443',
    'user@acme.my.salesforce.com',
    'acme.my.salesforce.com%23',
    'acme%0a.my.salesforce.com',
    '',
  ])('and nowhere else: “%s”', async (host) => {
    expect(await begin(`/connect/salesforce?host=${host}`)).toMatchObject({
      status: 400,
      text: expect.stringContaining('no address of Salesforce'),
    });
  });

  test('a sandbox of Salesforce is connected from the settings', async () => {
    const { body } = await card('/cards/crms/connect', { crm: 'salesforce', host: 'test' });
    const { host, finish } = await begin(body.url.slice(publicUrl.length));
    expect(host).toBe('test.salesforce.com');
    expect((await finish!('00D5g00000SandboxAA')).status).toBe(200);
    expect((await settings()).crms).toMatchObject([{ crm: 'hubspot' }, { crm: 'salesforce' }]);
  });

  test('a host means nothing to the other CRMs', async () => {
    expect((await begin('/connect/hubspot?host=login')).status).toBe(400);
  });
});

describe('a connected CRM', () => {
  const connectionOf = async (crm: string) => (await settings()).crms.find((one) => one.crm === crm)!.id;
  const record = { objectType: 'Contact', recordId: '0035g00000000000AA' };

  test('of Salesforce takes a key that an admin enters by hand; the one before works for another hour', async () => {
    const org = await on.addOrg(acme);
    on.records.set(`${org.orgId} ${record.recordId}`, person(record.recordId, { objectType: 'Contact' }));
    const { status, body } = await card('/cards/crms/key', { connectionId: await connectionOf('salesforce') });
    expect([status, body.key]).toEqual([200, expect.stringMatching(/^sfo_[\w-]{43}$/)]);
    const ask = async (key: string) => (await on.fromApex('/cards/contact', record, { ...org, key })).status;
    expect([await ask(body.key), await ask(org.key)]).toEqual([200, 200]);
    await on.world.advance(3601);
    expect([await ask(body.key), await ask(org.key)]).toEqual([200, 401]);
  });

  test('is checked anew, and has a key where it needs one, for admins only', async () => {
    const connectionId = await connectionOf('hubspot');
    const check = (who = {}) => card('/cards/crms/check', { connectionId, idempotencyKey: `s${++keys}` }, acme, who);
    expect(settingsView.parse((await check()).body).crms).toHaveLength(1);
    const rep = { userId: '8', userEmail: 'rep@acme.example' };
    expect((await check(rep)).body.code).toBe('forbidden');
    expect((await card('/cards/crms/key', { connectionId }, acme, rep)).body.code).toBe('forbidden');
    expect((await card('/cards/crms/key', { connectionId })).body.code).toBe('not_found');
  });
});

describe('one person in two CRMs', () => {
  const address = () => `kim${acme.accountId}@prospect.example`;
  /** The same address in HubSpot and in Salesforce; both records are opened. */
  async function meetTwice() {
    const org = await on.addOrg(acme);
    const recordId = '0035g00000000000AA';
    on.records.set(`${acme.accountId} 1`, person('1', { addresses: [address()] }));
    const contact = { objectType: 'Contact', addresses: [address()], firstName: 'K.' };
    on.records.set(`${org.orgId} ${recordId}`, person(recordId, contact));
    await card('/cards/contact', { objectType: '0-1', recordId: '1' });
    await on.fromApex('/cards/contact', { objectType: 'Contact', recordId }, org);
  }

  test('is asked about where the account wants that, answered once, and then known as one', async () => {
    expect((await settings()).samePersonPolicy).toBe('automatic');
    const change = { samePersonPolicy: 'confirmed', idempotencyKey: `s${++keys}` };
    expect((await card('/cards/settings/update', change)).body.samePersonPolicy).toBe('confirmed');
    await meetTwice();
    const [question] = (await settings()).samePersonQuestions;
    expect(question).toMatchObject({
      address: address(),
      people: [
        { crm: 'hubspot', name: 'Kim Larsen', url: 'https://hubspot.test/1' },
        { crm: 'salesforce', crmName: 'Salesforce', name: 'K. Larsen' },
      ],
    });
    const rep = { userId: '8', userEmail: 'rep@acme.example' };
    expect((await card('/cards/settings', {}, acme, rep)).body.samePersonQuestions).toEqual([]);
    const answer = (isSame: boolean, who = {}) =>
      card('/cards/people/same', { questionId: question!.id, isSame, idempotencyKey: `s${++keys}` }, acme, who);
    expect((await answer(true, { userId: '8', userEmail: 'rep@acme.example' })).body.code).toBe('forbidden');
    expect((await answer(true)).body.samePersonQuestions).toEqual([]);
    expect(await on.call(acme.key, 'POST', `/v1/settings/same-person/${question!.id}`, { isSame: true })).toMatchObject(
      {
        status: 200,
        body: { samePersonQuestions: [] },
      },
    );
    expect((await answer(false)).body.code).toBe('already_answered');
    const { body } = await on.call(acme.key, 'GET', `/v1/contacts?address=${address()}`);
    expect(body.data).toHaveLength(1);
  });

  test('is one contact at once where one address is one person', async () => {
    await meetTwice();
    expect((await settings()).samePersonQuestions).toEqual([]);
    const { body } = await on.call(acme.key, 'GET', `/v1/contacts?address=${address()}`);
    expect(body.data[0].records.map(({ crm }: { crm: string }) => crm).sort()).toEqual(['hubspot', 'salesforce']);
  });
});
