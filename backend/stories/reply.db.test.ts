import { expect, test } from 'vitest';
import { startTestApp } from '../testing/app.ts';

const address = 'kim.larsen@fjordworks.example';
const first = 'Fewer tool shortages at Fjordworks';

test('a rep enrolls from the card, and a reply ends the sequence, moves the score and shows in HubSpot', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  const { message } = await kim.enroll();
  expect(message).toContain('Enrolled in “Workshop introduction”');
  expect(await kim.subjects()).toEqual([first]);
  expect(await kim.state()).toBe("active: Next: mail “Short reminder” on Wednesday 10:00 (Kim's time).");

  await app.advance(120);
  await kim.opens();
  await kim.clicks();
  await app.advance(60);
  const clicked = (await kim.card()).score.value;
  await kim.does({ kind: 'reply', text: 'Sounds good. Tuesday?' });

  const { score, enrollments } = await kim.card();
  expect(enrollments[0]).toMatchObject({ status: 'stopped', sentence: 'Stopped: the person replied.' });
  expect(score.value).toBeGreaterThan(clicked);
  expect(score.lines.map(({ label }) => label.split(' ')[0])).toEqual(['Replied', 'Clicked', 'Opened']);
  expect(score.lines.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(score.value, 6);
  await app.advance(60);
  expect(kim.fields()).toEqual({
    score: score.value,
    tier: String(score.tier),
    status: 'Stopped: the person replied. (Workshop introduction)',
  });
  expect(kim.timeline()).toEqual([`→ ${first}`, `← Re: ${first}`]);

  await app.advance(30 * 86_400);
  expect(await kim.subjects()).toEqual([first]);
});

test('a reply from another address in the thread counts', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  await app.advance(3600);
  await kim.does({ kind: 'reply_from', address: 'kim@private.example', text: 'Write to me here instead.' });
  expect(await kim.state()).toBe('stopped: Stopped: the person replied.');
  await app.advance(60);
  expect(kim.timeline()).toEqual([`→ ${first}`, `← Re: ${first}`]);
});

test('a reply in another rep’s mailbox counts', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await app.addColleague('sam@northwind-tools.example');
  await kim.enroll();
  await app.advance(3600);
  await kim.writesTo('sam@northwind-tools.example', 'Robin wrote to me. Can you call me?');
  expect(await kim.state()).toBe('stopped: Stopped: the person replied.');
  await app.advance(30 * 86_400);
  expect(await kim.subjects()).toEqual([first]);
});

test('with every push notice lost, the sweep finds the reply within minutes', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  await app.advance(3600);
  app.google.notices.hold();
  await kim.does({ kind: 'reply', text: 'Yes please.' });
  expect(await kim.state()).toContain('active');
  await app.advance(180);
  expect(await kim.state()).toBe('stopped: Stopped: the person replied.');
});

test('a reply that nobody announced is found by the look before the next mail', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  app.google.notices.hold();
  await app.jump('2027-01-06T08:59:59Z');
  await kim.does({ kind: 'reply', text: 'Yes please.' });
  await app.jump('2027-01-06T09:00:00Z');
  await app.advance(1);
  expect(await kim.subjects()).toEqual([first]);
  expect(await kim.state()).toBe('stopped: Stopped: the person replied.');
});

test('a mail program’s visit moves no score, and a person’s does', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  await kim.opens();
  await app.advance(60);
  const { score } = await kim.card();
  expect([score.value, score.notCounted]).toEqual([0, expect.stringContaining('Not counted')]);
  await kim.opens();
  await app.advance(60);
  expect((await kim.card()).score.value).toBeGreaterThan(0);
});
