/** Enrolling from Pipedrive as a rep sees it: through the modal, in the panel itself, and many at once. */
import { expect, test } from 'vitest';
import { aCard, ids } from '../../hubspot-app/testing/fixtures.ts';
import { pipedriveInBrowser } from '../../pipedrive-app/testing/in-browser.ts';
import { lowContrasts, unnamedControls } from '../../pipedrive-app/testing/readable.ts';

const see = pipedriveInBrowser();
const person = { resource: 'person', view: 'details', selectedIds: [3] } as const;
const { enrollment } = ids;

test('a rep enrolls through the modal, seeing dates, the mail and the warning before', async () => {
  const enrolled = aCard();
  see.host.respond('/cards/contact', aCard({ enrollments: [], headline: 'In no sequence.' }));
  see.host.respond('/cards/enroll', { message: 'Kim Berg is enrolled.', card: enrolled });
  const panel = await see.open('panel', person);
  await panel.getByTestId('enroll').click();
  const modal = see.page.frameLocator('#modal iframe');
  await modal.getByRole('heading', { name: 'Enroll Kim Berg in a sequence' }).waitFor();
  expect(await modal.getByTestId('confirm-enroll').isDisabled()).toBe(true);
  await modal.getByRole('radio', { name: /First contact/ }).check();
  await modal.getByTestId('preview-0').getByText('Mon, 16 Nov 2026, 09:00').waitFor();
  await modal.getByText('Moved to Monday: sent on business days only.').waitFor();
  await modal.getByText('{{job_title}} is empty; the fallback is used.').waitFor();
  await modal.getByText('how is Acme doing?').waitFor();
  expect(await see.frameOf('modal').evaluate(lowContrasts)).toEqual([]);
  expect(await see.frameOf('modal').evaluate(unnamedControls)).toEqual([]);
  await see.shot('modal-preview');
  see.host.respond('/cards/contact', enrolled);
  await modal.getByTestId('confirm-enroll').click();
  await see.page.getByText('Kim Berg is enrolled.').waitFor();
  await see.page.locator('#modal').waitFor({ state: 'hidden' });
  await panel.getByTestId(`enrollment-${enrollment}`).waitFor();
  expect(see.host.to('/cards/enroll')).toEqual([
    {
      objectType: 'person',
      recordId: '3',
      sequenceId: ids.sequence,
      mailboxId: ids.mailbox,
      idempotencyKey: expect.any(String),
    },
  ]);
});

test('where the company has no modal of ours, the panel itself enrolls', async () => {
  see.host.respond('/cards/enroll', { message: 'Kim Berg is enrolled.', card: aCard() });
  see.host.respond('/cards/contact', aCard({ enrollments: [] }));
  await see.page.route('**/pipedrive/session', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), enrollModalId: 'removed' } });
  });
  const panel = await see.open('panel', person);
  await panel.getByTestId('enroll').click();
  await panel.getByRole('radio', { name: /After a fair/ }).check();
  await panel.getByTestId('preview-0').waitFor();
  await see.shot('panel-enroll-here');
  await panel.getByTestId('confirm-enroll').click();
  await panel.getByTestId(`enrollment-${enrollment}`).waitFor();
  expect(see.host.to('/cards/enroll')).toMatchObject([{ sequenceId: ids.otherSequence }]);
});

test('people marked in a list are enrolled together, and each row says how it went', async () => {
  see.host.respond('/cards/enroll/many', {
    message: '2 people were enrolled, 1 was not.',
    results: [
      { recordId: '3', name: 'Kim Berg', result: 'enrolled', errorCode: '', message: 'First mail on Monday.' },
      { recordId: '4', name: 'Ada Lund', result: 'already_in', errorCode: '', message: 'In this sequence already.' },
      { recordId: '5', name: null, result: 'refused', errorCode: 'NO_ADDRESS', message: 'The record has no address.' },
    ],
  });
  const modal = await see.open('modal', { resource: 'person', view: 'list', selectedIds: [3, 4, 5] });
  await modal.getByRole('radio', { name: /First contact/ }).check();
  await modal.getByText('This is the preview for the first of them').waitFor();
  await modal.getByRole('button', { name: 'Enroll 3 people' }).click();
  await modal.getByTestId('many-results').waitFor();
  expect(await modal.getByTestId('many-results').locator('tbody tr').allTextContents()).toEqual([
    'Kim BergEnrolledFirst mail on Monday.',
    'Ada LundAlready inIn this sequence already.',
    'Person 5Not enrolledThe record has no address.',
  ]);
  expect(see.host.to('/cards/enroll/many')).toMatchObject([{ objectType: 'person', recordIds: ['3', '4', '5'] }]);
  await see.shot('modal-many-results');
});
