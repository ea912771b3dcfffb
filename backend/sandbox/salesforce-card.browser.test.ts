/** A person’s card: the Lightning components as they stand in the package, over Salesforce’s own base components. */
import { expect, test } from 'vitest';
import { aCard, anEnrollment, ids } from '../../hubspot-app/testing/fixtures.ts';
import {
  type Answer,
  answers,
  button,
  errors,
  frame,
  kim,
  mount,
  openCard,
  problem,
  shot,
  tellFrame,
  to,
} from './salesforce-org.harness.ts';

test('stopping asks first, and a lost answer is asked for once more under the same key', async () => {
  let tries = 0;
  answers['/cards/enrollments/stop'] = () => {
    tries += 1;
    if (tries === 1) problem(0, 'unreachable', 'SalesOS did not answer.')();
    const stopped = anEnrollment({ status: 'stopped', sentence: 'Stopped by a colleague.', actions: [] });
    return { message: 'The sequence was stopped.', card: aCard({ enrollments: [stopped] }) };
  };
  await openCard(aCard());
  await button('Stop').click();
  await frame.getByText('No further mail of this sequence goes to Kim Berg.').waitFor();
  await shot('4-stop');
  expect(to('/cards/enrollments/stop')).toEqual([]);
  await button('Keep it running').click();
  expect(to('/cards/enrollments/stop')).toEqual([]);
  await button('Stop').click();
  await button('Stop sequence').click();
  await frame.getByText('Stopped by a colleague.').waitFor();
  const [first, second] = to('/cards/enrollments/stop');
  expect(first).toEqual({ ...kim, enrollmentId: ids.enrollment, idempotencyKey: expect.any(String) });
  expect(second).toEqual(first);
  expect(await button('Stop').count()).toBe(0);
});

test('a pause that was refused says why, and one that worked can be taken back', async () => {
  answers['/cards/enrollments/pause'] = problem(409, 'not_active', 'This sequence is not running any more.');
  await openCard(aCard());
  await button('Pause').click();
  await frame.getByText('This sequence is not running any more.').waitFor();
  const paused = anEnrollment({ status: 'paused', sentence: 'Paused by you.', actions: ['resume', 'stop'] });
  answers['/cards/enrollments/pause'] = { message: 'The sequence is paused.', card: aCard({ enrollments: [paused] }) };
  answers['/cards/enrollments/resume'] = { message: 'The sequence goes on.', card: aCard() };
  await button('Try again').click();
  await frame.getByText('Paused by you.').waitFor();
  await shot('5-paused');
  await button('Undo').click();
  await frame.getByText('The second mail goes out on Monday at 09:00.').waitFor();
  const keys = to('/cards/enrollments/pause').map((body) => body.idempotencyKey);
  expect(keys[1]).toBe(keys[0]);
});

test('the lines shown add up to the score', async () => {
  await openCard(aCard());
  await frame.getByRole('tab', { name: 'Why this score' }).click();
  await frame.getByText('3 opens by mail scanners are not counted.').waitFor();
  expect(to('/cards/decisions')).toEqual([]);
  await frame.getByText('40.0 + 24.5 = 64.5 of 100: Warm, tier 2.').waitFor();
  const points = await frame.locator('[data-part="points"]').allInnerTexts();
  expect(points.reduce((sum, one) => sum + Number(one), 0)).toBe(64.5);
  expect(await frame.getByTestId('score-total').textContent()).toBe('64.5');
  await shot('6-score');
});

test('activity and reasons grow page by page; a page that failed can be asked for again', async () => {
  const card = aCard();
  card.activity.nextCursor = 'older';
  answers['/cards/activity'] = problem(422, 'bad_cursor', 'That page is gone.');
  answers['/cards/decisions'] = {
    decisions: [
      {
        id: ids.decision,
        at: '2026-11-12T10:00:00Z',
        subject: 'email.send',
        outcome: 'Held back',
        reason: 'It was Sunday.',
        ruleVersion: '3',
        inputs: {},
      },
    ],
    nextCursor: null,
  };
  await openCard(card);
  await frame.getByRole('tab', { name: 'Activity' }).click();
  await frame.getByText('Sounds good.').waitFor();
  await button('Show older activity').click();
  await frame.getByText('That page is gone.').waitFor();
  answers['/cards/activity'] = {
    items: [{ id: 'a0', at: '2026-11-10T08:05:00Z', kind: 'sent', title: 'Mail sent', detail: null, evidence: null }],
    nextCursor: null,
  };
  await button('Show older activity').click();
  await frame.getByText('Mail sent').waitFor();
  expect(to('/cards/activity').at(-1)).toEqual({ ...kim, cursor: 'older' });
  await shot('7-activity');
  await frame.getByRole('tab', { name: 'Why it did that' }).click();
  await frame.getByText('It was Sunday.').waitFor();
});

test('a task is marked as done', async () => {
  answers['/cards/tasks/complete'] = { message: 'The task is done.', card: aCard({ tasks: [] }) };
  await openCard(aCard());
  await frame.getByRole('tab', { name: 'Tasks (1)' }).click();
  await frame.getByText('Ask about the pilot.').waitFor();
  await button('Mark as done').click();
  await frame.getByText('No sequence is waiting for you.').waitFor();
  expect(to('/cards/tasks/complete')).toEqual([{ ...kim, taskId: ids.task, idempotencyKey: expect.any(String) }]);
});

test.each([
  ['no answer', problem(0, 'unreachable', 'SalesOS did not answer. Try again.'), 'SalesOS could not be reached', 2],
  [
    'an org that is not connected',
    problem(401, 'crm_not_connected', 'This org is not connected.'),
    'An admin connects it on the tab “SalesOS setup”.',
    1,
  ],
  ['no credential', problem(0, 'no_access', 'SalesOS is not connected for you yet.'), 'SalesOS is not connected', 1],
  [
    'no permission set',
    () => {
      throw { body: { message: "You do not have access to the Apex class named 'SalesOSCardController'." } };
    },
    'assign you the permission set “SalesOS Rep”',
    1,
  ],
] satisfies [string, Answer, string, number][])(
  '%s is said with what to do, and trying again shows the card',
  async (name, failing, sentence, asks) => {
    answers['/cards/contact'] = failing;
    await mount('salesosCard', { recordId: kim.recordId, objectApiName: 'Contact' });
    await frame.getByText(sentence).first().waitFor();
    expect(to('/cards/contact')).toHaveLength(asks);
    await shot(`8-${name.replaceAll(' ', '-')}`);
    answers['/cards/contact'] = aCard();
    await button('Try again').click();
    await frame.getByTestId('headline').waitFor();
  },
);

test('a change of the record in Salesforce reads the card anew', async () => {
  await openCard(aCard());
  await frame.getByTestId('headline').waitFor();
  answers['/cards/contact'] = aCard({ headline: 'Kim replied.' });
  await tellFrame({ type: 'record-changed', recordId: kim.recordId });
  await frame.getByText('Kim replied.').waitFor();
});

test('no component wrote an error to the console', () => {
  expect(errors).toEqual([]);
});
