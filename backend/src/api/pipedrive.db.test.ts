import { contactCard } from '@salesos/shared/cards.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admin, publicUrl, rep, startPipedrive, stranger } from './pipedrive.harness.ts';

let on: Awaited<ReturnType<typeof startPipedrive>>;
let acme: Awaited<ReturnType<typeof on.company>>;
let companies = 7000;
beforeAll(async () => {
  on = await startPipedrive();
});
beforeEach(async () => {
  acme = await on.company(++companies);
});
afterAll(() => on.close());

describe('a page in Pipedrive', () => {
  test('gets a session for the record it is open on, and shows the person', async () => {
    const kim = acme.addKim();
    const { status, body, headers } = await acme.open(admin, 'person', [kim]);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toMatchObject({
      session: expect.stringMatching(/^pds_/),
      expiresAt: '2027-01-04T09:15:00.000Z',
      enrollModalId: 'modal-1',
      record: { objectType: 'person', recordIds: [String(kim)] },
    });
    const card = await on.card(body.session, '/cards/contact', { objectType: 'person', recordId: String(kim) });
    expect(card.status).toBe(200);
    expect(contactCard.parse(card.body).person.name).toBe('Kim Larsen');
  });

  test('is refused for every token that is not Pipedrive’s word on this user and company, now', async () => {
    const kim = acme.addKim();
    const other = await on.company(++companies);
    const token = acme.signedToken(admin);
    const [head, claims, mac] = token.split('.') as [string, string, string];
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    const wrong: object[] = [
      { token: '' },
      { token: 'a.b.c' },
      { token: `${head}.${claims}.${mac.slice(1)}` },
      { token: `${none}.${claims}.` },
      { token: acme.signedToken(rep) },
      { token: other.signedToken(admin) },
      { userId: String(rep) },
      { companyId: String(companies) },
      { token: acme.signedToken(admin, { exp: 1 }) },
      { token: acme.signedToken(admin, { exp: 4_000_000_000 }) },
    ];
    for (const changes of wrong) {
      const { status, body } = await acme.open(admin, 'person', [kim], changes);
      expect([changes, status, body.code]).toEqual([changes, 401, 'signature_refused']);
    }
    const late = acme.signedToken(admin);
    await on.advance(400);
    expect((await acme.open(admin, 'person', [kim], { token: late })).status).toBe(401);
  });

  test('is led to the install by a colleague who has none', async () => {
    const kim = acme.addKim();
    for (const resource of ['person', '']) {
      const { status, body } = await acme.open(rep, resource, resource ? [kim] : []);
      expect([status, body.code]).toEqual([401, 'install_needed']);
      expect(body.detail).toContain(`${publicUrl}/connect/pipedrive`);
    }
    await acme.installFor(rep);
    expect((await acme.open(rep, 'person', [kim])).status).toBe(200);
  });

  test('shows nobody a record that they may not open in Pipedrive, whatever the page claims', async () => {
    await acme.installFor(rep);
    const [kim, lee] = [acme.addKim(), acme.create('person', { values: { name: 'Lee' } })];
    acme.hide(rep, 'person', kim);
    const forged = await acme.open(rep, 'person', [kim]);
    expect([forged.status, forged.body.code]).toEqual([403, 'no_permission']);
    expect((await acme.open(rep, 'person', [kim, lee])).body.record.recordIds).toEqual([String(lee)]);
    const { session } = (await acme.open(rep, 'person', [lee])).body;
    const other = await on.card(session, '/cards/contact', { objectType: 'person', recordId: String(kim) });
    expect([other.status, other.body.code]).toEqual([403, 'no_permission']);
    expect((await acme.open(admin, 'person', [kim])).status).toBe(200);
    expect((await acme.open(admin, 'person', [999_999])).body.code).toBe('not_found');
  });

  test('of an organization or a deal opens its people too', async () => {
    const organization = acme.create('organization', { values: { name: 'Prospect AG' } });
    const kim = acme.create('person', { values: { name: 'Kim', org_id: organization } });
    const deal = acme.create('deal', { values: { title: 'Big', person_id: kim, org_id: organization } });
    for (const [type, id] of [
      ['organization', organization],
      ['deal', deal],
    ] as const) {
      const { session } = (await acme.open(admin, type, [id])).body;
      const group = await on.card(session, '/cards/group', { objectType: type, recordId: String(id) });
      expect(group.body.people).toMatchObject([{ recordId: String(kim) }]);
      const card = await on.card(session, '/cards/contact', { objectType: 'person', recordId: String(kim) });
      expect(card.status).toBe(200);
    }
  });

  test('loses its session after a quarter of an hour, and no other words are one', async () => {
    const kim = acme.addKim();
    const { session } = (await acme.open(admin, 'person', [kim])).body;
    const record = { objectType: 'person', recordId: String(kim) };
    for (const wrong of ['pds_', `${session}x`, `pds_${session.slice(14)}`, 'pds_v1.test.AAAA'])
      expect((await on.card(wrong, '/cards/contact', record)).body.code).toBe('signature_refused');
    await on.advance(901);
    expect((await on.card(session, '/cards/contact', record)).status).toBe(401);
  });

  test('of a company that SalesOS is not installed in says so', async () => {
    const token = on.fake
      .addCompany({
        id: ++companies,
        name: 'New',
        domain: 'new',
        users: [{ id: 5, name: 'A', email: 'a@b.example', isAdmin: true }],
      })
      .signedToken(5);
    const { body } = await on.call('POST', '/pipedrive/session', {
      body: { token, userId: '5', companyId: companies },
    });
    expect(body.code).toBe('crm_not_connected');
  });

  test('as a panel of fields answers in the panel’s own words', async () => {
    const kim = acme.addKim();
    const query = (userId: number, id: number) =>
      `/pipedrive/json-panel?${new URLSearchParams({ token: acme.signedToken(userId), userId: String(userId), companyId: String(companies), resource: 'person', view: 'details', selectedIds: String(id) })}`;
    const { status, body } = await on.call('GET', query(admin, kim));
    expect([status, body.data.score, body.data.tasks]).toEqual([200, 0, 0]);
    expect(await on.call('GET', query(stranger, kim))).toMatchObject({
      status: 401,
      body: { error: { title: 'Install SalesOS first', subtitle: expect.stringContaining('/connect/pipedrive') } },
    });
    expect((await on.call('GET', '/pipedrive/json-panel')).status).toBe(401);
  });
});

describe('an automation of Pipedrive', () => {
  let password: string;
  let base: string;
  beforeEach(async () => {
    const { session } = (await acme.open(admin, '', [])).body;
    const { body } = await on.card(session, '/cards/automation/rotate');
    password = body.password;
    base = body.url;
  });
  const run = (path: string, body: Record<string, string> | string, more: object = {}) =>
    acme.runAutomation({ url: base, path, user: 'salesos', password, body, ...more });

  test('enrolls by name, once for each run, and tells the record and the settings what became of it', async () => {
    await acme.publish('First contact');
    const kim = acme.addKim();
    const request = { sequence: 'first contact ', person_id: String(kim), run_key: 'run-1' };
    const first = await run('enroll', request);
    expect(first).toMatchObject({ status: 200, body: { result: 'enrolled' } });
    expect((await run('enroll', request)).body).toEqual(first.body);
    expect((await run('enroll', { ...request, run_key: 'run-2' })).body).toMatchObject({ result: 'already_in' });
    expect(await acme.enrollments()).toHaveLength(1);
    await on.runJobs();
    expect(acme.fieldValues(kim)['SalesOS sequence result']).toBe('Already in the sequence');
    const { session } = (await acme.open(admin, '', [])).body;
    const { body } = await on.card(session, '/cards/automation');
    expect(body).toMatchObject({ password: null, userName: 'salesos', url: base });
    expect(body.deliveries[0]).toMatchObject({ action: 'Enroll in sequence', personName: 'Kim Larsen' });
  });

  test('may send a form, numbers, an id for a name, and a deal for its person; and stops', async () => {
    const sequence = await acme.publish('By form');
    const kim = acme.addKim();
    const deal = acme.create('deal', { values: { title: 'Big', person_id: kim } });
    const form = { sequence, deal_id: String(deal), person_id: '', owner_id: '5', run_key: 'r' };
    expect((await run('enroll', form, { asForm: true, method: 'PUT' })).body).toMatchObject({ result: 'enrolled' });
    const stop = JSON.stringify({ person_id: kim, run_key: 1 });
    expect((await run('stop', stop)).body).toMatchObject({ result: 'stopped', stoppedCount: 1 });
    await on.runJobs();
    expect(acme.fieldValues(kim)['SalesOS sequence result']).toBe('Changed');
  });

  test('is answered with 200 and a reason where SalesOS refuses', async () => {
    const kim = acme.addKim();
    await acme.publish('Intro');
    const refusals: [Record<string, string>, string][] = [
      [{ sequence: 'No such', person_id: String(kim) }, 'SEQUENCE_NOT_FOUND'],
      [{ sequence: 'Intro' }, 'RECORD_NOT_FOUND'],
      [{ sequence: 'Intro', person_id: '999999' }, 'RECORD_NOT_FOUND'],
      [{ sequence: 'Intro', deal_id: '999999' }, 'RECORD_NOT_FOUND'],
      [{ sequence: 'Intro', person_id: '../users' }, 'INVALID_BODY'],
    ];
    for (const [body, errorCode] of refusals)
      expect(await run('enroll', body)).toMatchObject({ status: 200, body: { result: 'refused', errorCode } });
    expect(await acme.enrollments()).toEqual([]);
  });

  test('is refused with a wrong password, one of another company, and the one before', async () => {
    const kim = { person_id: String(acme.addKim()) };
    const other = await on.company(++companies);
    const theirs = (await on.card((await other.open(admin, '', [])).body.session, '/cards/automation/rotate')).body;
    for (const more of [{ password: 'x' }, { user: 'admin' }, { user: '' }, { password: theirs.password }])
      expect((await run('stop', kim, more)).status).toBe(401);
    expect((await run('stop', kim, { url: `${publicUrl}/pipedrive/nothing/automation/` })).status).toBe(401);
    expect((await run('drop', kim)).status).toBe(404);
    const { session } = (await acme.open(admin, '', [])).body;
    await on.card(session, '/cards/automation/rotate');
    expect((await run('stop', kim)).status).toBe(401);
  });

  test('only an admin sees or changes the password', async () => {
    await acme.installFor(rep);
    const { session } = (await acme.open(rep, '', [])).body;
    for (const path of ['/cards/automation', '/cards/automation/rotate'])
      expect((await on.card(session, path)).status).toBe(403);
  });

  test('that met a Pipedrive without an answer is repeated by itself', async () => {
    await acme.publish('Later');
    const kim = acme.addKim();
    on.fake.faults.next({ kind: 'status', status: 503, match: ({ path }) => path === `/api/v2/persons/${kim}` });
    const request = { sequence: 'Later', person_id: String(kim), run_key: 'run' };
    expect(await run('enroll', request)).toMatchObject({ status: 200, body: { result: 'later' } });
    expect(await acme.enrollments()).toEqual([]);
    await on.advance(120);
    await on.runJobs();
    expect(await acme.enrollments()).toHaveLength(1);
  });
});

describe('the field “SalesOS sequence”', () => {
  const settle = async () => {
    for (let round = 0; round < 3; round += 1) {
      await on.fake.deliver();
      await on.runJobs();
    }
  };

  test('offers the published sequences, and no others', async () => {
    expect(acme.fieldOptions('SalesOS sequence')).toEqual(['No sequence is published yet']);
    const one = await acme.publish('One');
    await acme.publish('Two');
    expect(acme.fieldOptions('SalesOS sequence').sort()).toEqual(['One', 'Two']);
    await acme.archive(one);
    expect(acme.fieldOptions('SalesOS sequence')).toEqual(['Two']);
  });

  test('enrolls whoever it is set for, says so in the record, and is empty again', async () => {
    await acme.publish('Chosen');
    const kim = acme.addKim();
    acme.choose(kim, 'SalesOS sequence', 'Chosen');
    await settle();
    expect(await acme.enrollments()).toMatchObject([{ startedBy: 'The field “SalesOS sequence”' }]);
    expect(acme.fieldValues(kim)).toMatchObject({ 'SalesOS sequence': '', 'SalesOS sequence result': 'Enrolled' });
    acme.choose(kim, 'SalesOS sequence', 'Chosen');
    await settle();
    expect(acme.fieldValues(kim)).toMatchObject({
      'SalesOS sequence': '',
      'SalesOS sequence result': 'Already in the sequence',
    });
  });
});

describe('notices of Pipedrive', () => {
  const hook = () => acme.hooks()[0]!;
  const post = (path: string, body: object, [user, password] = [hook().user, hook().password]) =>
    on.call('POST', path, {
      body,
      headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
    });

  test('are subscribed once, with a password of their own for each company', async () => {
    expect(
      acme
        .hooks()
        .map(({ eventObject, eventAction }) => `${eventObject} ${eventAction}`)
        .sort(),
    ).toEqual(['person change', 'person create', 'person delete']);
    const other = await on.company(++companies);
    expect(other.hooks()[0]!.password).not.toBe(hook().password);
    const path = `/pipedrive/${acme.connectionId}/webhooks`;
    expect((await post(path, {})).status).toBe(204);
    expect((await post(path, {}, ['pipedrive', other.hooks()[0]!.password])).status).toBe(401);
    expect((await on.call('POST', path, { body: {} })).status).toBe(401);
  });

  test('are subscribed again within a day when Pipedrive has dropped them', async () => {
    acme.company.hooks.clear();
    await on.advance(86_401);
    await on.runJobs();
    expect(acme.hooks()).toHaveLength(3);
    acme.company.hooks.clear();
    await on.advance(86_401);
    await on.runJobs();
    expect(acme.hooks()).toHaveLength(3);
  });

  test('of a deleted person end everything; those that speak of another company are nobody’s word', async () => {
    const other = await on.company(++companies);
    await other.publish('Theirs');
    const kim = other.addKim();
    const { session } = (await other.open(admin, 'person', [kim])).body;
    await on.card(session, '/cards/contact', { objectType: 'person', recordId: String(kim) });
    const statusOf = async () => {
      const rows = await other.ctx.db
        .selectFrom('contact')
        .select('status')
        .where('tenantId', '=', other.tenantId)
        .execute();
      return rows.map(({ status }) => status === 'deleted');
    };
    other.takeEvents();
    other.remove('person', kim);
    const [body] = other.takeEvents();
    await post(`/pipedrive/${acme.connectionId}/webhooks`, body!);
    expect(await statusOf()).toEqual([false]);
    const theirs = other.hooks()[0]!;
    expect(
      (await post(`/pipedrive/${other.connectionId}/webhooks`, body!, [theirs.user, theirs.password])).status,
    ).toBe(204);
    expect(await statusOf()).toEqual([true]);
  });
});

test('a user who removed the app has no session any more; only Pipedrive itself may say so', async () => {
  await acme.installFor(rep);
  const body = { client_id: 'client-1', company_id: companies, user_id: rep, timestamp: '2027-01-04T09:00:00Z' };
  expect((await on.call('DELETE', '/connect/pipedrive/callback', { body })).status).toBe(401);
  expect((await acme.open(rep, '', [])).status).toBe(200);
  expect(await acme.uninstall(rep)).toBe(204);
  expect((await acme.open(rep, '', [])).body.code).toBe('install_needed');
  expect((await acme.open(admin, '', [])).status).toBe(200);
});

test('an install that Pipedrive’s marketplace began is asked for anew, and a denied one is explained', async () => {
  const begun = await on.call('GET', `/connect/pipedrive/callback?code=${acme.code()}`);
  expect([begun.status, new URL(begun.headers.get('location') ?? '').pathname]).toEqual([302, '/oauth/authorize']);
  expect(new URL(begun.headers.get('location') ?? '').searchParams.get('state')).toBeTruthy();
  const denied = await on.call('GET', '/connect/pipedrive/callback?error=user_denied&state=x');
  expect([denied.status, denied.body]).toEqual([400, expect.stringContaining('You did not allow the connection')]);
});

test('a colleague who comes back after three months need not install again', async () => {
  await acme.installFor(rep);
  for (let weeks = 0; weeks < 13; weeks += 1) {
    await on.advance(7 * 86_400 + 1);
    await on.runJobs();
  }
  expect((await acme.open(rep, '', [])).status).toBe(200);
});

test('pages are framed by Pipedrive alone and kept by nobody; their parts are kept for ever', async () => {
  const page = await on.call('GET', '/pipedrive/panel?token=x');
  expect([200, 503]).toContain(page.status);
  expect(page.headers.get('content-security-policy')).toContain('frame-ancestors https://*.pipedrive.com');
  expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
  expect(page.headers.get('x-frame-options')).toBeNull();
  if (page.status === 503) return;
  expect(page.headers.get('cache-control')).toBe('no-store');
  const script = /src="(\/pipedrive\/assets\/[^"]+)"/.exec(page.body)?.[1];
  const asset = await on.call('GET', script!);
  expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  for (const path of ['/pipedrive/assets/none.js', '/pipedrive/assets/..%2fpanel.html'])
    expect((await on.call('GET', path)).status).toBe(404);
});
