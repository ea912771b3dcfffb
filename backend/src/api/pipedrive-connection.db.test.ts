import { beforeEach, describe, expect, test } from 'vitest';
import { admin, type Company, rep, startPipedrive } from './pipedrive.harness.ts';

const on = await startPipedrive();
let acme: Company;

beforeEach(async () => {
  acme = await on.company();
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
    const other = await on.company();
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
    const other = await on.company();
    await other.publish('Theirs');
    const kim = other.addKim();
    const session = await other.session(admin, 'person', [kim]);
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
  const body = { client_id: 'client-1', company_id: acme.id, user_id: rep, timestamp: '2027-01-04T09:00:00Z' };
  expect((await on.call('DELETE', '/connect/pipedrive/callback', { body })).status).toBe(401);
  expect((await acme.open(rep, '', [])).status).toBe(200);
  expect(await acme.uninstall(rep)).toBe(204);
  expect((await acme.open(rep, '', [])).body).toMatchObject({ code: 'install_needed' });
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
