import { expect, test } from 'vitest';
import { startTestApp } from '../testing/app.ts';

const address = 'kim.larsen@fjordworks.example';
const [first, reminder] = ['Fewer tool shortages at Fjordworks', 'Re: Fewer tool shortages at Fjordworks'];

test('an out-of-office mail parks the sequence until the business day after the return', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  await app.advance(60);
  await kim.does({ kind: 'out_of_office', until: '2027-01-15' }); // a Friday
  expect(await kim.state()).toMatch(
    /^paused: Paused: Kim is away until Friday 15 January: the next step comes on Monday 18 January 9:\d\d\.$/,
  );
  await app.jump('2027-01-18T07:59:59Z');
  expect(await kim.subjects()).toEqual([first]);
  await app.jump('2027-01-18T09:01:00Z');
  expect(await kim.subjects()).toEqual([first, reminder]);
  expect(await kim.state()).toContain('active');
});

test('a hard bounce stops the sequence, and nobody writes to the address again', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  await app.advance(60);
  await kim.does({ kind: 'bounce', permanent: true });
  expect(await kim.state()).toBe('stopped: Stopped: the address does not accept mail.');
  expect((await kim.card()).cannotEnroll).toMatchObject({ code: 'SUPPRESSED' });
  const refused = await kim.workflow('enroll');
  expect(refused.outputFields).toMatchObject({ result: 'refused', errorCode: 'SUPPRESSED' });
  await app.advance(30 * 86_400);
  expect(await kim.subjects()).toEqual([first]);
});

test('a full mailbox only delays', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  await app.advance(60);
  await kim.does({ kind: 'bounce', permanent: false });
  expect(await kim.state()).toMatch(/^paused: .*could not be delivered for now/);
  await app.advance(7 * 86_400);
  expect(await kim.subjects()).toEqual([first, reminder]);
});

test('a one-click unsubscribe reaches a person in flight, and the gate holds', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  await app.jump('2027-01-06T08:00:00Z');
  await kim.does({ kind: 'unsubscribe' });
  expect(await kim.state()).toBe('stopped: Stopped: the person unsubscribed.');
  expect((await kim.card()).cannotEnroll).toMatchObject({ code: 'OPTED_OUT' });
  expect((await kim.workflow('enroll')).outputFields).toMatchObject({ errorCode: 'OPTED_OUT' });
  await app.advance(30 * 86_400);
  expect(await kim.subjects()).toEqual([first]);
});

test('opting out in HubSpot counts as well', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  app.hubspot.portal(app.home.account.id).updateContact(kim.recordId(), { hs_email_optout: 'true' });
  await app.advance(60);
  expect(await kim.state()).toBe('stopped: Stopped: the person unsubscribed.');
});

test.each([
  ['deleted', 'deleteContact'],
  ['erased for privacy', 'eraseContact'],
] as const)('a contact that is %s in HubSpot gets no further mail', async (_, how) => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  await app.advance(60);
  app.hubspot.portal(app.home.account.id)[how](kim.recordId());
  await app.advance(30 * 86_400);
  expect(await kim.subjects()).toEqual([first]);
  const rows = await app.app.system.db.selectFrom('enrollment').select(['status', 'stopReason']).execute();
  expect(rows).toEqual([{ status: 'stopped', stopReason: 'deleted' }]);
});

test('of two contacts that become one in HubSpot, the sequence goes on with the one that stays', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  const portal = app.hubspot.portal(app.home.account.id);
  const other = portal.createContact({
    email: 'kim@private.example',
    firstname: 'Kim',
    hs_timezone: 'europe_slash_copenhagen',
  });
  await kim.enroll();
  await app.advance(60);
  kim.isNow(portal.mergeContacts(other, kim.recordId()));
  await app.advance(60);
  expect(await kim.state()).toContain('active: Next: mail “Short reminder” on Wednesday');
  await app.jump('2027-01-06T10:00:00Z');
  const mails = [...(await kim.subjects()), ...(await app.person('kim@private.example').subjects())];
  expect(mails).toEqual([first, reminder]);
  await app.advance(60);
  expect(kim.timeline()).toEqual([`→ ${first}`, `→ ${reminder}`]);
  await kim.does({ kind: 'reply', text: 'Yes.' });
  expect(await kim.state()).toBe('stopped: Stopped: the person replied.');
});
