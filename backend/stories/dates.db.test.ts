import { expect, test } from 'vitest';
import { startTestApp } from '../testing/app.ts';

const address = 'kim.larsen@fjordworks.example';

test('three weeks across a weekend and the change of the clocks: each mail at Kim’s own morning, on business days', async () => {
  // Friday in Copenhagen; summer time begins on Sunday 28 March 2027.
  const app = await startTestApp({ now: new Date('2027-03-19T15:30:00Z') });
  const kim = app.person(address);
  await kim.enroll();
  expect(await kim.times()).toEqual(['2027-03-19T15:30']);
  // Two business days later at the same time of day: Tuesday, 16:30 in Copenhagen.
  await app.jump('2027-03-26T15:30:00Z');
  expect(await kim.times()).toEqual(['2027-03-19T15:30', '2027-03-23T15:30']);
  // Three more: Friday, when the call is due. The sequence waits for it.
  expect(await kim.state()).toContain('Task “Call them” waits for a colleague');
  const [task] = (await kim.card()).tasks;
  expect(task?.dueAt).toBe('2027-03-26T15:30:00.000Z');
  await kim.asCard('/cards/tasks/complete', { taskId: task!.id, idempotencyKey: 'called' });
  // Four more: Thursday after the clocks changed, 16:30 in Copenhagen is an hour earlier elsewhere.
  await app.advance(21 * 86_400);
  expect((await kim.times())[2]).toBe('2027-04-01T14:30');
  expect(await kim.state()).toBe('finished: Finished: every step is done.');
});

test('the first mail of a sequence begun at night waits for the morning', async () => {
  const app = await startTestApp({ now: new Date('2027-01-08T22:00:00Z') }); // Friday night
  const kim = app.person(address);
  await kim.enroll();
  expect(await kim.state()).toMatch(/Monday 9:\d\d \(Kim's time\)/);
  await app.jump('2027-01-11T07:59:59Z');
  expect(await kim.mails()).toEqual([]);
  await app.jump('2027-01-11T09:01:00Z');
  expect(await kim.mails()).toHaveLength(1);
});

test('a paused sequence stands still, and goes on from where it was when resumed', async () => {
  const app = await startTestApp();
  const kim = app.person(address);
  await kim.enroll();
  await kim.pause();
  expect(await kim.state()).toMatch(/^paused: /);
  await app.advance(14 * 86_400);
  expect(await kim.mails()).toHaveLength(1);
  await kim.resume();
  await app.advance(60);
  expect(await kim.mails()).toHaveLength(2);
  expect(await kim.state()).toContain('active');
});
