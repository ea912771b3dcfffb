/** The account’s card, the quick action, the list, the utility bar and the setup page of Salesforce, in a real browser. */
import type { EnrolledMany, GroupCard, TodayView } from '@salesos/shared/cards.ts';
import { expect, test } from 'vitest';
import { aCard, aPreview, ids, someChoices, someSettings } from '../../hubspot-app/testing/fixtures.ts';
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

test('the setup page says what is done and what is left', async () => {
  const state = {
    organizationId: '00D5g00000SalesOSAA',
    isReachable: true,
    isConnected: false,
    code: 'crm_not_connected',
    detail: 'This org is not connected yet.',
    connectUrl: 'https://salesos.test/connect/salesforce?host=org.test',
    permissionSets: ['SalesOS_Admin'],
    hiddenFields: [],
    canChangeSettings: true,
  };
  answers['SalesOSSetupController.state'] = state;
  await mount('salesosSetup');
  await frame.getByText('This org is not connected yet.').waitFor();
  await shot('14-setup-begins');
  await button('Connect this org').click();
  await expect
    .poll(() => told('navigate'), patience)
    .toEqual([{ type: 'navigate', page: { type: 'standard__webPage', attributes: { url: state.connectUrl } } }]);
  answers['SalesOSSetupController.state'] = {
    ...state,
    isConnected: true,
    code: null,
    detail: null,
    hiddenFields: ['Lead.Score__c'],
  };
  answers['/cards/settings'] = someSettings({ postalAddress: null });
  answers['/salesforce/actions/options'] = {
    options: [{ label: 'First contact', value: ids.sequence, description: '' }],
    after: null,
  };
  answers['/cards/settings/update'] = someSettings();
  await button('Refresh').click();
  await frame.getByText(ids.sequence).waitFor();
  await frame.getByText('You cannot see these fields: Lead.Score__c.').waitFor();
  await shot('15-setup');
  await frame.getByLabel('Postal address').fill('1 Long Street, Oslo');
  await button('Save').click();
  await expect.poll(() => told('toast'), patience).toHaveLength(1);
  expect(to('/cards/settings/update')).toEqual([
    { postalAddress: '1 Long Street, Oslo', idempotencyKey: expect.any(String) },
  ]);
});

test('no component wrote an error to the console', () => {
  expect(errors).toEqual([]);
});
