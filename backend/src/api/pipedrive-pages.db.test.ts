import { contactCard } from '@salesos/shared/cards.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { admin, type Company, publicUrl, rep, startPipedrive, stranger } from './pipedrive.harness.ts';

const on = await startPipedrive();
let acme: Company;

beforeEach(async () => {
  acme = await on.company();
});

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
    const other = await on.company();
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
      { companyId: String(other.id) },
      { token: acme.signedToken(admin, { exp: 1 }) },
      { token: acme.signedToken(admin, { exp: 4_000_000_000 }) },
    ];
    for (const changes of wrong) {
      const answer = await acme.open(admin, 'person', [kim], changes);
      expect({ changes, ...answer }).toMatchObject({ changes, status: 401, body: { code: 'signature_refused' } });
    }
    const late = acme.signedToken(admin);
    await on.advance(400);
    expect((await acme.open(admin, 'person', [kim], { token: late })).status).toBe(401);
  });

  test('is led to the install by a colleague who has none', async () => {
    const kim = acme.addKim();
    for (const resource of ['person', '']) {
      const detail = expect.stringContaining(`${publicUrl}/connect/pipedrive`);
      expect(await acme.open(rep, resource, resource ? [kim] : [])).toMatchObject({
        status: 401,
        body: { code: 'install_needed', detail },
      });
    }
    await acme.installFor(rep);
    expect((await acme.open(rep, 'person', [kim])).status).toBe(200);
  });

  test('shows nobody a record that they may not open in Pipedrive, whatever the page claims', async () => {
    await acme.installFor(rep);
    const [kim, lee] = [acme.addKim(), acme.create('person', { values: { name: 'Lee' } })];
    acme.hide(rep, 'person', kim);
    const refused = { status: 403, body: { code: 'no_permission' } };
    expect(await acme.open(rep, 'person', [kim])).toMatchObject(refused);
    expect((await acme.open(rep, 'person', [kim, lee])).body.record.recordIds).toEqual([String(lee)]);
    const session = await acme.session(rep, 'person', [lee]);
    const other = await on.card(session, '/cards/contact', { objectType: 'person', recordId: String(kim) });
    expect(other).toMatchObject(refused);
    expect((await acme.open(admin, 'person', [kim])).status).toBe(200);
    expect((await acme.open(admin, 'person', [999_999])).body).toMatchObject({ code: 'not_found' });
  });

  test('of an organization or a deal opens its people too', async () => {
    const organization = acme.create('organization', { values: { name: 'Prospect AG' } });
    const kim = acme.create('person', { values: { name: 'Kim', org_id: organization } });
    const deal = acme.create('deal', { values: { title: 'Big', person_id: kim, org_id: organization } });
    for (const [type, id] of [
      ['organization', organization],
      ['deal', deal],
    ] as const) {
      const session = await acme.session(admin, type, [id]);
      const group = await on.card(session, '/cards/group', { objectType: type, recordId: String(id) });
      expect(group.body.people).toMatchObject([{ recordId: String(kim) }]);
      const card = await on.card(session, '/cards/contact', { objectType: 'person', recordId: String(kim) });
      expect(card.status).toBe(200);
    }
  });

  test('loses its session after a quarter of an hour, and no other words are one', async () => {
    const kim = acme.addKim();
    const session = await acme.session(admin, 'person', [kim]);
    const record = { objectType: 'person', recordId: String(kim) };
    for (const wrong of ['pds_', `${session}x`, `pds_${session.slice(14)}`, 'pds_v1.test.AAAA'])
      expect((await on.card(wrong, '/cards/contact', record)).body).toMatchObject({ code: 'signature_refused' });
    await on.advance(901);
    expect((await on.card(session, '/cards/contact', record)).status).toBe(401);
  });

  test('of a company that SalesOS is not installed in says so', async () => {
    const token = on.fake
      .addCompany({
        id: 1,
        name: 'New',
        domain: 'new',
        users: [{ id: 5, name: 'A', email: 'a@b.example', isAdmin: true }],
      })
      .signedToken(5);
    const { body } = await on.call('POST', '/pipedrive/session', {
      body: { token, userId: '5', companyId: 1 },
    });
    expect(body).toMatchObject({ code: 'crm_not_connected' });
  });

  test('as a panel of fields answers in the panel’s own words', async () => {
    const kim = acme.addKim();
    const query = (userId: number, id: number) =>
      `/pipedrive/json-panel?${new URLSearchParams({ token: acme.signedToken(userId), userId: String(userId), companyId: String(acme.id), resource: 'person', view: 'details', selectedIds: String(id) })}`;
    expect(await on.call('GET', query(admin, kim))).toMatchObject({
      status: 200,
      body: { data: { score: 0, tasks: 0 } },
    });
    expect(await on.call('GET', query(stranger, kim))).toMatchObject({
      status: 401,
      body: { error: { title: 'Install SalesOS first', subtitle: expect.stringContaining('/connect/pipedrive') } },
    });
    expect((await on.call('GET', '/pipedrive/json-panel')).status).toBe(401);
  });
});

test('pages are framed by Pipedrive alone and kept by nobody; their parts are kept for ever', async () => {
  const page = await on.call<string>('GET', '/pipedrive/panel?token=x');
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
