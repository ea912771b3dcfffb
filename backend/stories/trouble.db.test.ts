import { expect, test } from 'vitest';
import { giveMailbox, rep } from '../sandbox/story/index.ts';
import { startTestApp } from '../testing/app.ts';

const address = 'kim.larsen@fjordworks.example';
const [first, reminder] = ['Fewer tool shortages at Fjordworks', 'Re: Fewer tool shortages at Fjordworks'];

test('a mailbox that is disconnected mid-run waits with a sentence, and goes on once it is connected again', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  app.google.revoke(rep.email);
  await app.jump('2027-01-07T09:30:00Z');
  expect(await kim.subjects()).toEqual([first]);
  expect(await kim.state()).toContain('robin@northwind-tools.example');
  expect(await kim.state()).toContain('connected again in the settings');
  await giveMailbox(app, app.home.ctx, rep, app.home.memberId);
  await app.advance(60);
  expect(await kim.subjects()).toEqual([first, reminder]);
  expect(await kim.state()).toContain('active: Next:');
});

test.each([
  ['is down', { kind: { error: 503 }, times: 3 }],
  ['limits us', { kind: { error: 429, category: 'RATE_LIMITS', retryAfterSeconds: 7 }, times: 3 }],
  ['answers with a page', { kind: { html: 502 }, times: 3 }],
  ['carries out what we ask and its answer is lost', { kind: 'answer_lost', times: 3 }],
  ['breaks the connection', { kind: 'connection_lost', times: 3 }],
  ['garbles its answer', { kind: 'garbled', times: 3 }],
] as const)('while HubSpot %s, mails go out, and HubSpot shows each of them once afterwards', async (_, fault) => {
  const app = await startTestApp();
  const kim = app.person(address);
  const portal = app.hubspot.portal(app.home.account.id);
  await kim.card(); // reads the record
  app.hubspot.addFault({ ...fault, path: /\/batch\// });
  await kim.enroll();
  await kim.does({ kind: 'reply', text: 'Hello.' });
  expect(await kim.subjects()).toEqual([first]);
  for (let time = 0; time < 10; time++) await app.advance(300);
  expect(kim.timeline()).toEqual([`→ ${first}`, `← Re: ${first}`]);
  expect(portal.mailCount()).toBe(2);
  expect(kim.fields().status).toBe('Stopped: the person replied. (Workshop introduction)');
});

test('a mail that Gmail took without answering is settled by looking, never sent again', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  app.google.faults.next({ kind: 'reset-after-accept', match: ({ path }) => path.endsWith('/send') });
  await kim.enroll();
  for (let time = 0; time < 5; time++) await app.advance(180);
  expect(await kim.subjects()).toEqual([first]);
  expect(await kim.state()).toContain('active: Next: mail “Short reminder”');
  expect(kim.timeline()).toEqual([`→ ${first}`]);
});

test('SalesOS removed from HubSpot stops everything', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  await app.advance(60);
  app.hubspot.portal(app.home.account.id).uninstall();
  // Nobody asks HubSpot for anything; its tokens end within half an hour.
  await app.advance(1900);
  const statusOf = () => app.app.system.db.selectFrom('tenant').select('status').executeTakeFirst();
  expect(await statusOf()).toEqual({ status: 'disconnected' });
  await app.advance(30 * 86_400);
  expect(await kim.subjects()).toEqual([first]);
  const db = app.app.system.db;
  expect(await db.selectFrom('enrollment').select(['status', 'stopReason']).execute()).toEqual([
    { status: 'stopped', stopReason: 'crm_uninstalled' },
  ]);
  expect(await db.selectFrom('vendorGrant').select('id').execute()).toEqual([]);
  expect((await kim.ask('/cards/contact')).status).toBe(403);
});

test('another customer’s account sees nothing of it', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  const account = { id: 4712, name: 'Southwind Tools', timeZone: 'Europe/Paris' };
  const user = { userId: 31, ownerId: '131', email: 'jo@southwind-tools.example', firstName: 'Jo', lastName: 'Brook' };
  const rival = app.hubspot.addPortal({ ...account, users: [user] });
  app.google.addMailbox(user.email, 'Jo Brook');
  rival.createContact({ email: address, firstname: 'Kim', hs_timezone: 'europe_slash_copenhagen' });
  const team = await app.setUpTeam(account, user);
  const same = app.person(address, team);
  expect(await same.state()).toBe('in no sequence');
  expect((await same.ask('/cards/contact', { recordId: kim.recordId() })).status).toBe(404);
  expect(
    (
      await same.ask('/cards/enroll', {
        sequenceId: app.home.sequenceId,
        mailboxId: app.home.mailboxId,
        idempotencyKey: 'x',
      })
    ).status,
  ).toBe(422);
  const stolen = await same.workflow('enroll', { sequenceId: app.home.sequenceId });
  expect(stolen.outputFields).toMatchObject({ result: 'refused', errorCode: 'SEQUENCE_NOT_FOUND' });
  await kim.does({ kind: 'reply', text: 'Hello.' });
  await app.advance(60);
  expect([(await same.card()).score.value, (await same.card()).activity.items, same.timeline()]).toEqual([0, [], []]);
  expect(kim.timeline()).toHaveLength(2);
});
