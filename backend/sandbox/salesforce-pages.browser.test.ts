/** The account’s card, the quick action, the list and the utility bar of Salesforce, in a real browser. */
import type { EnrolledMany, GroupCard, TodayView } from '@salesos/shared/cards.ts';
import { expect, test } from 'vitest';
import { aCard, aPreview, ids, someChoices } from '../../hubspot-app/testing/fixtures.ts';
import { answers, button, errors, frame, kim, mount, patience, shot, to, told } from './salesforce-org.harness.ts';

test('an account shows its people; each opens in place or as a record', async () => {
  const person = {
    objectType: 'Contact',
    recordId: kim.recordId,
    name: 'Kim Berg',
    address: 'kim@acme.test',
    headline: 'Next: the second mail on Monday at 09:00.',
    score: 64.5,
    tier: 2,
    tierLabel: 'Warm',
    cannotEnroll: null,
  };
  const other = {
    ...person,
    recordId: '0035g00000AlexMorAA',
    name: 'Alex Moreau',
    headline: 'In no sequence.',
    score: 0,
    tier: 4,
    tierLabel: 'Quiet',
    cannotEnroll: 'Alex unsubscribed.',
  };
  answers['/cards/group'] = {
    name: 'Acme',
    people: [person, other],
    notice: 'Only the 100 people changed last are shown.',
  } satisfies GroupCard;
  answers['/cards/contact'] = aCard();
  await mount('salesosCard', { recordId: '0015g00000AcmeIncAA', objectApiName: 'Account' });
  await frame.getByText('Alex unsubscribed.').waitFor();
  await button('Show what SalesOS knows about Kim Berg').click();
  await frame.getByTestId('headline').waitFor();
  await shot('9-account');
  await button('Alex Moreau').click();
  await expect
    .poll(() => told('navigate'), patience)
    .toEqual([
      {
        type: 'navigate',
        page: {
          type: 'standard__recordPage',
          attributes: { recordId: other.recordId, objectApiName: 'Contact', actionName: 'view' },
        },
      },
    ]);
});

test('the quick action enrolls and closes', async () => {
  answers['/cards/contact'] = aCard({ enrollments: [] });
  answers['/cards/enroll/choices'] = someChoices();
  answers['/cards/enroll/preview'] = aPreview();
  answers['/cards/enroll'] = { message: 'Kim Berg is enrolled.', card: aCard() };
  await mount('salesosEnrollAction', { recordId: kim.recordId, objectApiName: 'Contact' });
  await frame.getByRole('radio', { name: /First contact/ }).check();
  await frame.getByTestId('preview-step').waitFor();
  await shot('10-quick-action');
  await button('Enroll Kim Berg').click();
  await expect.poll(() => told('close'), patience).toHaveLength(1);
});

test('a list is enrolled row by row', async () => {
  const results: EnrolledMany['results'] = [
    { recordId: 'a', name: 'Kim Berg', result: 'enrolled', errorCode: '', message: '' },
    { recordId: 'b', name: 'Alex Moreau', result: 'refused', errorCode: 'OPTED_OUT', message: 'Alex unsubscribed.' },
  ];
  answers['/cards/enroll/choices'] = someChoices();
  answers['/cards/enroll/many'] = { message: '1 person was enrolled, 1 was not.', results };
  await mount('salesosEnrollMany', { ids: ['a', 'b'], objectApiName: 'Lead' });
  await frame.getByRole('radio', { name: /After a fair/ }).check();
  await shot('11-list');
  await button('Enroll in sequence').click();
  await frame.getByText('1 person was enrolled, 1 was not.').waitFor();
  expect(await frame.getByTestId('row').allInnerTexts()).toEqual(
    ['Kim BergEnrolled', 'Alex MoreauNot enrolled'].map((text) => expect.stringContaining(text)),
  );
  expect(to('/cards/enroll/many')).toEqual([
    {
      objectType: 'Lead',
      recordIds: ['a', 'b'],
      sequenceId: ids.otherSequence,
      mailboxId: ids.mailbox,
      idempotencyKey: expect.any(String),
    },
  ]);
  await shot('12-list-done');
});

test('the utility bar shows what waits today', async () => {
  const person = { ...kim, name: 'Kim Berg' };
  const [task] = aCard().tasks;
  answers['/cards/today'] = {
    tasks: [{ ...task!, person }],
    replies: [
      { id: 'r', at: '2026-11-12T10:00:00Z', person, subject: 'Re: Quick question', text: 'Sounds good.\nCall me.' },
    ],
  } satisfies TodayView;
  answers['/cards/tasks/complete'] = () => {
    answers['/cards/today'] = { tasks: [], replies: [] };
    return { message: 'The task is done.', card: aCard() };
  };
  await mount('salesosToday');
  await frame.getByText('Re: Quick question').waitFor();
  await shot('13-today');
  await button('Kim Berg').first().click();
  await expect.poll(() => told('navigate'), patience).toHaveLength(1);
  await button('Mark as done').click();
  await frame.getByText('No new replies.').waitFor();
});

test('no component wrote an error to the console', () => {
  expect(errors).toEqual([]);
});
