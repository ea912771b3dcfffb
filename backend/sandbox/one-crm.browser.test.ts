/** What belongs to one of the three CRMs only: its settings, its other places of ours, its looks. */
import { expect, test } from 'vitest';
import { lowContrasts, unnamedControls } from '../../pipedrive-app/testing/readable.ts';
import { enroll, reply, surfaceOf } from './page/guided-path.ts';
import { crmNames } from './page-api.ts';
import { open, page, problems, shot, withSandbox } from './sandbox-page.harness.ts';

withSandbox();

test('Salesforce’s setup tab shows every step, and the sequences that Flow can name', async () => {
  await open('salesforce', 'settings');
  const setup = page.frameLocator('iframe[title="SalesOS setup"]');
  await setup.getByText('robin@northwind-tools.example').first().waitFor();
  await setup.getByTestId('sequence').getByText('Workshop introduction', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'SalesOS setup' }).getAttribute('aria-current')).toBe('page');
  await shot('salesforce-5-setup');
});

test('Salesforce’s quick action enrolls, and the utility bar leads to who replied', async () => {
  await open('salesforce');
  await page.getByRole('button', { name: 'Enroll in Sequence', exact: true }).click();
  const action = page.frameLocator('.sf-action iframe');
  await action.getByRole('radio').first().check({ force: true });
  await action.getByText('Would a short call').first().waitFor();
  await shot('salesforce-6-action');
  await action.getByRole('button', { name: 'Enroll Kim Larsen' }).click();
  await page.locator('.sf-toast').getByText('Enrolled in “Workshop introduction”').waitFor();
  await page.locator('.sf-action').waitFor({ state: 'detached' });
  await surfaceOf(page, 'salesforce').getByText('Short reminder').first().waitFor();
  await page.locator('.inbox-list button').first().click();
  await reply(page);
  await surfaceOf(page, 'salesforce').getByText('stopped: the person replied').first().waitFor();
  await page
    .getByRole('button', { name: /Alex Moreau/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'SalesOS today' }).click();
  const today = page.frameLocator('iframe[title="SalesOS today"]');
  await today.getByTestId('reply').getByText('Fewer tool shortages').waitFor();
  await shot('salesforce-7-today');
  await today.getByRole('button', { name: 'Kim Larsen' }).click();
  await page.locator('.sf-title').getByText('Kim Larsen').waitFor();
}, 60_000);

test('Pipedrive’s settings page fills its place, without a second scrollbar', async () => {
  await open('pipedrive', 'settings');
  const settings = page.frameLocator('iframe[title="SalesOS settings"]');
  await settings.getByText('robin@northwind-tools.example (Gmail)').waitFor();
  const overflow =
    'document.querySelector(".crm-body").scrollHeight - document.querySelector(".crm-body").clientHeight';
  expect(await page.evaluate(overflow)).toBe(0);
  await shot('pipedrive-5-settings');
});

test('Pipedrive’s dark theme reaches our panel, and a question of ours is asked by Pipedrive', async () => {
  await open('pipedrive');
  const panel = surfaceOf(page, 'pipedrive');
  await enroll(page, 'pipedrive');
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await expect.poll(() => panel.evaluate('document.documentElement.dataset.theme')).toBe('dark');
  await shot('pipedrive-6-dark');
  expect(await page.evaluate(lowContrasts)).toEqual([]);
  await panel.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it running' }).click();
  await panel.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop sequence' }).click();
  await panel.getByText('Stopped').first().waitFor();
}, 60_000);

test('the switch between the CRMs is reached and used by keyboard', async () => {
  await open('hubspot');
  await page.getByRole('button', { name: 'HubSpot' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await surfaceOf(page, 'salesforce').getByText('Score').first().waitFor();
});

test.each(crmNames)('in %s everything around our surface can be read, and every control has a name', async (crm) => {
  await open(crm);
  await page
    .getByRole('button', { name: /Alex Moreau/ })
    .first()
    .click();
  await page.getByRole('button', { name: /^Run the / }).waitFor();
  expect(await page.evaluate(lowContrasts)).toEqual([]);
  expect(await page.evaluate(unnamedControls)).toEqual([]);
});

test.each([
  ['salesforce', '**/sandbox/salesforce/salesos.js', 'npm run build:salesforce'],
  ['pipedrive', '**/pipedrive/panel*', 'npm run build:pipedrive'],
] as const)('what was not built of %s is said, with the command that builds it', async (crm, path, command) => {
  const known = problems.length;
  await page.route(path, (route) => route.fulfill({ status: 503, body: `Not built: run ${command}.` }));
  await open(crm);
  await page.getByRole('alert').getByText(command).waitFor();
  // The browser's own line about the answer.
  problems.splice(known);
});

test('nothing went wrong in a page or a frame', () => expect(problems).toEqual([]));
