import { contactCard, settingsView } from '@salesos/shared/cards.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { addContact, addMessage } from '../../testing/fixtures.ts';
import { takeInRequests } from '../email/tracking/track.ts';
import { uninstallCrm } from '../tenants/index.ts';
import { publicUrl, startApi } from './api.harness.ts';
import { connectLinkUrl } from './connect-link.ts';
import { addRecord, type CustomerWithSequence, customerWithSequence, enrollBody } from './enrolling.harness.ts';

const on = await startApi();
let acme: CustomerWithSequence;
let recordId: string;

beforeEach(async () => {
  acme = await customerWithSequence(on);
  recordId = addRecord(on, acme);
});

const card = (path: string, body: object = {}, who: object = {}) =>
  on.signed(path, { objectType: '0-1', recordId, ...body }, { accountId: acme.accountId, ...who });

describe('a card', () => {
  test('shows a person nobody has written to yet', async () => {
    const { status, body } = await card('/cards/contact');
    expect(status).toBe(200);
    expect(contactCard.parse(body)).toMatchObject({
      person: { name: 'Kim Larsen', timeZone: 'Europe/Berlin', timeZoneSource: 'from the HubSpot record' },
      headline: 'Nothing is planned: in no sequence now.',
      cannotEnroll: null,
      score: { value: 0, tier: 4 },
    });
  });

  test('previews, enrolls once however often it is sent, pauses, resumes and stops', async () => {
    const { body: preview } = await card('/cards/enroll/preview', {
      sequenceId: acme.sequenceId,
      mailboxId: acme.mailboxId,
    });
    expect(preview.steps[0].email).toMatchObject({ subject: 'Hello Kim', to: `p${recordId}@prospect.example` });
    const answers = [
      await card('/cards/enroll', enrollBody(acme, 'k')),
      await card('/cards/enroll', enrollBody(acme, 'k')),
    ];
    for (const { status, body } of answers) {
      expect([status, body.message]).toEqual([200, expect.stringContaining('Enrolled in “Intro”')]);
      expect(body.card.headline).toMatch(/^Intro – next: mail “Hello”/);
      expect(body.card.enrollments).toHaveLength(1);
    }
    const [{ id: enrollmentId }] = answers[0]!.body.card.enrollments;
    const act = async (what: string) =>
      (await card(`/cards/enrollments/${what}`, { enrollmentId, idempotencyKey: `${what}-1` })).body.card
        .enrollments[0];
    expect(await act('pause')).toMatchObject({ status: 'paused', actions: ['resume', 'stop'] });
    expect(await act('resume')).toMatchObject({ status: 'active' });
    expect(await act('stop')).toMatchObject({ status: 'stopped', sentence: 'Stopped by a colleague.' });
    const { body: after } = await card('/cards/contact');
    expect(after.activity.items.map(({ kind }: { kind: string }) => kind).sort()).toEqual(
      ['enrolled', 'paused', 'resumed', 'stopped'].sort(),
    );
    const { body: why } = await card('/cards/decisions');
    expect(why.decisions.map(({ subject }: { subject: string }) => subject)).toContain('enrollment.enroll');
  });

  test('says why somebody is refused, and the reason is kept', async () => {
    await on.call(acme.key, 'POST', '/v1/suppressions', { kind: 'domain', value: 'prospect.example' });
    const { status, body } = await card('/cards/enroll', enrollBody(acme, 'k'));
    expect([status, body.code, body.detail]).toEqual([422, 'suppressed', expect.stringContaining('do-not-contact')]);
    expect((await card('/cards/enroll', enrollBody(acme, 'k'))).body.code).toBe('suppressed');
    const { body: shown } = await card('/cards/contact');
    expect(shown.cannotEnroll).toMatchObject({ code: 'SUPPRESSED' });
    const { body: why } = await card('/cards/decisions');
    expect(why.decisions).toMatchObject([{ outcome: 'refused' }]);
  });

  test('is for people only, and for records that exist', async () => {
    expect((await card('/cards/contact', { objectType: '0-3' })).body.code).toBe('not_a_person');
    expect((await card('/cards/contact', { recordId: '999999' })).body).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    expect((await card('/cards/contact', { recordId: 5 })).body).toMatchObject({ status: 422 });
  });

  test('of an account without SalesOS, or where it was removed, gets a sentence', async () => {
    const stranger = await card('/cards/contact', {}, { accountId: '666' });
    expect([stranger.status, stranger.body.code]).toEqual([403, 'crm_not_connected']);
    const connection = await acme.ctx.db
      .selectFrom('crmConnection')
      .select('id')
      .where('tenantId', '=', acme.ctx.tenantId)
      .executeTakeFirstOrThrow();
    await uninstallCrm(acme.ctx, connection.id);
    expect((await card('/cards/contact')).body.code).toBe('crm_not_connected');
  });

  test('without HubSpot’s signature is refused', async () => {
    const target = `/cards/contact?userId=7&portalId=${acme.accountId}&userEmail=admin%40acme.example&appId=9`;
    const init = { method: 'POST', body: JSON.stringify({ objectType: '0-1', recordId }) };
    for (const headers of [{}, { 'x-hubspot-signature-v3': 'AAAA', 'x-hubspot-request-timestamp': '1' }]) {
      const answer = await on.api.request(target, { ...init, headers });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'signature_refused']);
    }
  });

  test('lets an admin change the settings, and a rep read them', async () => {
    const change = { postalAddress: '2 Side Street', idempotencyKey: 's' };
    const admin = await card('/cards/settings/update', change);
    expect(settingsView.parse(admin.body)).toMatchObject({ postalAddress: '2 Side Street', canEdit: true });
    const rep = { userId: '8', userEmail: 'rep@acme.example' };
    expect((await card('/cards/settings', {}, rep)).body.canEdit).toBe(false);
    const refused = await card('/cards/settings/update', { ...change, idempotencyKey: 't' }, rep);
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    const check = (who?: typeof rep) => card('/cards/settings/check-domains', { idempotencyKey: `d${who}` }, who);
    expect([(await check()).status, (await check(rep)).status]).toEqual([200, 403]);
  });
});

describe('connecting in the browser', () => {
  /** Opens a page that leads to the vendor; gives the way back, as the vendor would send the browser there. */
  async function begin(path: string) {
    const answer = await on.goOn(path);
    expect(answer.status).toBe(302);
    const consent = new URL(answer.headers.get('location')!);
    const callback = consent.searchParams.get('redirect_uri')!.slice(publicUrl.length);
    const cookie = answer.headers.getSetCookie().find((one) => one.startsWith('salesos_connect='))!;
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/Secure/);
    const state = consent.searchParams.get('state')!;
    return async (code: string, headers: Record<string, string> = { cookie: cookie.split(';')[0]! }) => {
      const page = await on.api.request(`${callback}?state=${state}&code=${code}`, { headers });
      return { status: page.status, text: await page.text(), loginHint: consent.searchParams.get('login_hint') };
    };
  }

  test('installs SalesOS in a HubSpot account, once per way through', async () => {
    const finish = await begin('/connect/hubspot');
    expect(await finish('4711')).toMatchObject({ status: 200, text: expect.stringContaining('SalesOS is installed') });
    expect(await finish('4711')).toMatchObject({ status: 400, text: expect.stringContaining('start again') });
    expect((await on.signed('/cards/settings', {}, { accountId: '4711' })).body).toMatchObject({ canEdit: true });
  });

  test('connects a mailbox for the rep who pressed the button', async () => {
    const { body } = await card('/cards/mailboxes/connect', { vendor: 'google' });
    const finish = await begin(body.url.slice(publicUrl.length));
    const done = await finish('robin@acme.example');
    expect([done.status, done.loginHint]).toEqual([200, 'admin@acme.example']);
    const { body: choices } = await card('/cards/enroll/choices');
    expect(choices.mailboxes[0]).toMatchObject({ address: 'robin@acme.example', isOwn: true, blockedBy: null });
  });

  test('in another browser, too late, or refused by the vendor ends on a page that says so', async () => {
    expect((await (await begin('/connect/hubspot'))('1', {})).text).toContain('another browser');
    const late = await begin('/connect/hubspot');
    await on.world.advance(601);
    expect(await late('1')).toMatchObject({ status: 400, text: expect.stringContaining('start again') });
    const refused = await (await begin('/connect/hubspot'))('refused');
    expect(refused).toMatchObject({ status: 400, text: expect.stringContaining('did not accept') });
  });
});

describe('a page for people', () => {
  const read = async (path: string, init: RequestInit = {}) => {
    const answer = await on.api.request(path, init);
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  const tokenOf = async (id: string) =>
    (await acme.ctx.db.selectFrom('message').select('trackingToken').where('id', '=', id).executeTakeFirstOrThrow())
      .trackingToken;

  test('unsubscribes when the button is pressed or the mail program asks, never by looking', async () => {
    for (const body of ['', 'List-Unsubscribe=One-Click']) {
      const contactId = await addContact(acme.ctx, { address: `kim${body.length}@prospect.example` });
      const token = await tokenOf(await addMessage(acme.ctx, { contactId, mailboxId: acme.mailboxId }));
      const optedOut = async () =>
        (await on.call(acme.key, 'GET', `/v1/events?contactId=${contactId}&type=contact.opted_out`)).body.data;
      const page = await read(`/unsubscribe/${token}`);
      expect([page.status, page.text.includes('<form method="post">')]).toEqual([200, true]);
      await read(`/unsubscribe/${token}`, { method: 'HEAD' });
      expect(await optedOut()).toEqual([]);
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      for (let n = 0; n < 2; n++)
        expect((await read(`/unsubscribe/${token}`, { method: 'POST', body, headers: type })).status).toBe(200);
      expect(await optedOut()).toMatchObject([{ data: { source: body ? 'one_click' : 'link' } }]);
    }
    for (const method of ['GET', 'POST'])
      expect((await read('/unsubscribe/unknown-token-12345678', { method })).status).toBe(404);
  });

  test('the pixel always comes, an unknown link is 404', async () => {
    const contactId = await addContact(acme.ctx);
    const token = await tokenOf(await addMessage(acme.ctx, { contactId, mailboxId: acme.mailboxId }));
    for (const file of [`${token}.gif`, 'unknown.gif', '%00.gif', `${'x'.repeat(3000)}.gif`]) {
      const { status, headers } = await read(`/t/o/${file}`);
      expect([status, headers.get('content-type')]).toEqual([200, 'image/gif']);
    }
    await takeInRequests(acme.ctx);
    const hits = await acme.ctx.db
      .selectFrom('trackingHit')
      .select('kind')
      .where('tenantId', '=', acme.ctx.tenantId)
      .execute();
    expect(hits).toEqual([{ kind: 'open' }]);
    for (const path of [`/t/c/${token}/9`, `/t/c/${token}/x`, '/t/c/unknown/0', `/t/c/${token}/-1`])
      expect((await read(path)).status).toBe(404);
  });

  test('explains each problem code', async () => {
    expect((await read('/problems/idempotency_key_missing')).text).toContain('Idempotency-Key');
    const odd = await read(`/problems/${encodeURIComponent('<script>alert(1)</script>')}`);
    expect([odd.status, odd.text.includes('<script>')]).toEqual([404, false]);
  });

  test('of a connect that was not begun here asks to start again', async () => {
    for (const path of [
      '/connect/google',
      '/connect/google?link=forged',
      '/connect/google/callback?state=x&code=y',
      '/connect/hubspot/callback',
      '/connect/hubspot/callback?error=access_denied&error_description=<b>no</b>',
    ]) {
      const { status, text } = await read(path);
      expect([path, status]).toEqual([path, 400]);
      expect(text).not.toContain('<b>');
    }
    const who = { tenantId: acme.ctx.tenantId, memberId: acme.ctx.tenantId };
    const link = connectLinkUrl(on.world.system, 'google', who).slice(publicUrl.length);
    await on.world.advance(601);
    expect((await read(link)).text).toContain('too old');
  });

  test('health says that everything works', async () => {
    expect((await read('/health/live')).status).toBe(200);
    const ready = await read('/health/ready');
    expect([ready.status, JSON.parse(ready.text).status]).toEqual([200, 'ready']);
  });
});
