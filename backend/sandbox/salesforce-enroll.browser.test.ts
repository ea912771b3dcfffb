/** Enrolling from Salesforce’s card: preview, refusals, search, keyboard. */
import { expect, test } from 'vitest';
import { aCard, aPreview, ids, someChoices } from '../../hubspot-app/testing/fixtures.ts';
import {
  answers,
  button,
  errors,
  frame,
  kim,
  openCard,
  page,
  patience,
  problem,
  shot,
  to,
  told,
} from './salesforce-org.harness.ts';

test('the card says what happens next, and a rep enrolls from a preview', async () => {
  answers['/cards/enroll/choices'] = someChoices();
  answers['/cards/enroll/preview'] = aPreview();
  answers['/cards/enroll'] = { message: 'Kim Berg is enrolled.', card: aCard() };
  await openCard(aCard({ enrollments: [], headline: 'Kim Berg is in no sequence.' }));
  await frame.getByText('Kim Berg is in no sequence and was in none before.').waitFor();
  expect(to('/cards/contact')).toEqual([kim]);
  await shot('1-no-sequence');
  await button('Enroll in sequence').click();
  const dialog = frame.getByRole('dialog');
  await dialog.getByRole('radio', { name: /First contact/ }).check();
  await dialog.getByText('Quick question, Kim').waitFor();
  await dialog.getByText('Mon, 16 Nov 2026, 09:00').waitFor();
  await dialog.getByText('{{job_title}} is empty; the fallback is used.').waitFor();
  await shot('2-enroll');
  await button('Enroll Kim Berg').click();
  await dialog.waitFor({ state: 'detached' });
  const [request] = to('/cards/enroll');
  expect(request).toEqual({
    ...kim,
    sequenceId: ids.sequence,
    mailboxId: ids.mailbox,
    idempotencyKey: expect.any(String),
  });
  await frame.getByText('The second mail goes out on Monday at 09:00.').waitFor();
  await expect
    .poll(() => told('toast'), patience)
    .toEqual([{ type: 'toast', toast: { title: 'Kim Berg is enrolled.', variant: 'success' } }]);
  await expect
    .poll(() => told('records-changed'), patience)
    .toEqual([{ type: 'records-changed', recordIds: [kim.recordId] }]);
  await shot('3-enrolled');
});

test('what cannot be is said: no enrolling, a problem, no mailbox, a refused preview, a failed enrolling', async () => {
  const cannotEnroll = { code: 'opted_out', sentence: 'Kim unsubscribed.', howToFix: 'Ask Kim first.' };
  const refused = {
    code: 'crm',
    sentence: 'Salesforce refused the last update.',
    howToFix: 'Give SalesOS the right.',
    at: '2026-11-12T10:00:00Z',
  };
  await openCard(aCard({ cannotEnroll, problems: [refused] }));
  await frame.getByText('Ask Kim first.').waitFor();
  await frame.getByText('Give SalesOS the right.').waitFor();
  expect(await button('Enroll in sequence').count()).toBe(0);
  await shot('16-cannot');

  const [own] = someChoices().mailboxes;
  answers['/cards/enroll/choices'] = someChoices({
    mailboxes: [{ ...own!, blockedBy: 'It must be connected again.' }],
  });
  await openCard(aCard());
  await button('Enroll in sequence').click();
  await frame.getByText('No mailbox can send right now').waitFor();
  await frame.getByText('team@seller.test: It must be connected again.').waitFor();
  expect(await button('Enroll Kim Berg').isDisabled()).toBe(true);

  answers['/cards/enroll/choices'] = someChoices();
  answers['/cards/enroll/preview'] = aPreview({ refusal: { ...cannotEnroll, howToFix: 'Choose somebody else.' } });
  await openCard(aCard());
  await button('Enroll in sequence').click();
  await frame.getByRole('radio', { name: /First contact/ }).check();
  await frame.getByText('Choose somebody else.').waitFor();
  expect(await button('Enroll Kim Berg').isDisabled()).toBe(true);
  await shot('17-refused');

  answers['/cards/enroll/preview'] = aPreview();
  answers['/cards/enroll'] = problem(503, 'busy', 'The database is busy.');
  await frame.getByRole('radio', { name: /After a fair/ }).check();
  await button('Enroll Kim Berg').click();
  await frame.getByText('The database is busy.').waitFor();
  const [sentence, footer] = [frame.getByText('The database is busy.'), button('Try again')];
  const boxOf = async () => (await sentence.boundingBox())!;
  await expect
    .poll(async () => (await boxOf()).y + (await boxOf()).height, patience)
    .toBeLessThan((await footer.boundingBox())!.y);
  await shot('18-not-enrolled');
  answers['/cards/enroll'] = { message: 'Kim Berg is enrolled.', card: aCard() };
  await button('Try again').click();
  await frame.getByRole('dialog').waitFor({ state: 'detached' });
  expect(new Set(to('/cards/enroll').map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
});

test('sequences are found by name and page by page', async () => {
  answers['/cards/enroll/choices'] = someChoices({ nextCursor: 'more' });
  await openCard(aCard());
  await button('Enroll in sequence').click();
  const radios = frame.getByRole('radio');
  await expect.poll(() => radios.count(), patience).toBe(2);
  const third = { id: ids.task, name: 'Third', description: '' };
  answers['/cards/enroll/choices'] = someChoices({ sequences: [third] });
  await button('Show more sequences').click();
  await expect.poll(() => radios.count(), patience).toBe(3);
  answers['/cards/enroll/choices'] = someChoices({ sequences: [] });
  await frame.getByLabel('Find a sequence').fill('nobody');
  await frame.getByText('No published sequence is named like “nobody”.').waitFor();
  expect(to('/cards/enroll/choices').map(({ query, cursor }) => [query, cursor])).toEqual([
    ['', null],
    ['', 'more'],
    ['nobody', null],
  ]);
});

test('everything can be reached with the keyboard, and a dialog gives the focus back', async () => {
  answers['/cards/enroll/choices'] = someChoices();
  answers['/cards/enroll/preview'] = aPreview();
  await openCard(aCard());
  await button('Enroll in sequence').focus();
  await page.keyboard.press('Enter');
  const dialog = frame.getByRole('dialog');
  await dialog.getByRole('radio').first().waitFor();
  await frame.getByLabel('Find a sequence').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await dialog.getByTestId('preview-step').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect((await frame.locator(':focus').textContent())?.trim()).toBe('Enroll in sequence');
  expect(to('/cards/enroll')).toEqual([]);
});

test('no component wrote an error to the console', () => {
  expect(errors).toEqual([]);
});
