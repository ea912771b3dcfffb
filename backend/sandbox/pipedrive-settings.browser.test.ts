/** Pipedrive's settings page as an admin and a colleague see it. */
import { beforeEach, expect, test } from 'vitest';
import { ids, someSettings } from '../../hubspot-app/testing/fixtures.ts';
import { pipedriveInBrowser } from '../../pipedrive-app/testing/in-browser.ts';
import { lowContrasts, unnamedControls } from '../../pipedrive-app/testing/readable.ts';

const see = pipedriveInBrowser();
const automation = {
  url: 'https://salesos.test/pipedrive/c1/automation/',
  userName: 'salesos',
  password: null,
  actions: [{ label: 'Enroll in sequence', path: 'enroll', body: '{\n  "sequence": "First contact"\n}' }],
  deliveries: [
    {
      at: '2026-11-12T10:00:00Z',
      action: 'Enroll in sequence',
      personName: 'Kim Berg',
      result: 'enrolled',
      message: 'Kim Berg is enrolled.',
    },
  ],
};
beforeEach(() => {
  see.host.respond('/cards/settings', someSettings());
  see.host.respond('/cards/automation', automation);
});

test.each(['light', 'dark'] as const)('the settings page can be read and used in the %s theme', async (theme) => {
  see.host.respond('/cards/mailboxes/disconnect', someSettings({ mailboxes: [] }));
  const settings = await see.open('settings', { theme });
  await settings.getByText('1 of 2 still to do.').waitFor();
  await settings.getByText('Name, signature, slow start and working hours').click();
  expect(await see.frameOf('settings').evaluate(lowContrasts)).toEqual([]);
  expect(await see.frameOf('settings').evaluate(unnamedControls)).toEqual([]);
  await see.shot(`settings-${theme}`);
  await settings.getByTestId(`disconnect-${ids.mailbox}`).click();
  await see.page.getByText('Replies are no longer seen.').waitFor();
  await see.page.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await settings.getByTestId('no-mailboxes').waitFor();
  await see.frameOf('settings').evaluate('scrollTo(0, 700)');
  await see.shot(`settings-${theme}-below`);
});

test('an admin makes a password for automations, which is shown once, and copies a body', async () => {
  see.host.respond('/cards/automation/rotate', { ...automation, password: 'a-new-password' });
  const settings = await see.open('settings');
  const part = settings.getByTestId('automation');
  await part.getByText('SalesOS keeps only its fingerprint.').waitFor();
  await part.getByTestId('rotate').click();
  await see.page.getByRole('button', { name: 'Keep the one there is' }).click();
  expect(see.host.to('/cards/automation/rotate')).toEqual([]);
  await part.getByTestId('rotate').click();
  await see.page.getByRole('button', { name: 'Make a new password' }).click();
  expect(await part.getByTestId('automation-password').textContent()).toBe('a-new-password');
  await part.getByText('Enroll in sequence').first().click();
  await part.getByRole('button', { name: 'Copy body' }).click();
  // In a frame of another site the browser may forbid the clipboard; then the text is marked.
  await part.getByText(/^(Copied\.|It is marked: press Ctrl\+C)/).waitFor();
  expect(await see.frameOf('settings').evaluate(lowContrasts)).toEqual([]);
  await part.getByTestId('rotate').scrollIntoViewIfNeeded();
  await see.shot('settings-automation');
  await part.getByTestId('refresh-deliveries').click();
  await part.getByText('SalesOS keeps only its fingerprint.').waitFor();
});

test('whoever is no admin looks at the settings and finds no password', async () => {
  see.host.respond('/cards/settings', someSettings({ canEdit: false }));
  const settings = await see.open('settings');
  await settings.getByTestId('read-only').waitFor();
  expect(await settings.getByTestId('automation').count()).toBe(0);
  expect(await settings.getByRole('button', { name: /^(Save|Pause|Connect|Disconnect)/ }).count()).toBe(0);
});

test('a mailbox is paused without a question and goes on when somebody says so', async () => {
  const [mailbox] = someSettings().mailboxes;
  const sentence = 'Paused by Sam Berg. Its mails wait until it is resumed; replies are still read.';
  see.host.respond(
    '/cards/mailboxes/pause',
    someSettings({ mailboxes: [{ ...mailbox!, status: 'paused', sentence }] }),
  );
  see.host.respond('/cards/mailboxes/resume', someSettings());
  const settings = await see.open('settings');
  const pause = settings.getByTestId(`pause-${ids.mailbox}`);
  await pause.scrollIntoViewIfNeeded();
  await see.shot('settings-mailbox');
  await pause.press('Enter');
  await see.page.getByText('robin@seller.test is paused. Its mails wait until it is resumed').waitFor();
  await settings.getByText(sentence).waitFor();
  expect(await pause.count()).toBe(0);
  expect(await see.frameOf('settings').evaluate(lowContrasts)).toEqual([]);
  await settings.getByTestId(`resume-${ids.mailbox}`).click();
  await pause.waitFor();
  expect(see.host.to('/cards/mailboxes/pause')).toMatchObject([{ mailboxId: ids.mailbox }]);
});

test('how mails come to Pipedrive is chosen in plain words, and not shown where there is no choice', async () => {
  const settings = await see.open('settings');
  await settings.getByTestId('refresh').waitFor();
  expect(await settings.getByTestId('mail-logging').count()).toBe(0);
  see.host.respond('/cards/settings', someSettings({ mailLogging: 'activities' }));
  see.host.respond('/cards/settings/update', someSettings({ mailLogging: 'smart_bcc' }));
  await settings.getByTestId('refresh').click();
  await settings.getByText('These mails are not tracked for opens and clicks').waitFor();
  await settings.getByLabel('As mails, by Smart BCC').click();
  await see.page.getByText('Settings saved.').waitFor();
  expect(see.host.to('/cards/settings/update')).toMatchObject([{ mailLogging: 'smart_bcc' }]);
  expect(await settings.getByLabel('As mails, by Smart BCC').isChecked()).toBe(true);
  expect(await see.frameOf('settings').evaluate(unnamedControls)).toEqual([]);
  expect(await see.frameOf('settings').evaluate(lowContrasts)).toEqual([]);
});

test('what cannot be saved says why, and what the backend finds wrong stands at its field', async () => {
  const sentence = 'Google takes at most 500 mails a day.';
  const errors = [{ pointer: '/dailyCap', code: 'invalid', message: sentence }];
  const body = { code: 'invalid_input', detail: sentence, errors };
  see.host.respond('/cards/mailboxes/update', () => ({ status: 422, body }));
  const settings = await see.open('settings');
  const save = settings.getByTestId(`save-${ids.mailbox}`);
  const field = settings.getByTestId(`dailyCap-${ids.mailbox}`);
  await field.fill('50000');
  await settings.getByText('A whole number from 1 to 10000.').waitFor();
  expect(await save.isDisabled()).toBe(true);
  await field.fill('600');
  await save.click();
  await settings.getByTestId('act-failed').waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  await settings.locator('.wrong', { hasText: sentence }).waitFor();
  await field.scrollIntoViewIfNeeded();
  await see.shot('settings-refused');
  await field.fill('400');
  await settings.locator('.wrong').waitFor({ state: 'detached' });
});

test('a Salesforce sandbox is connected at its own host', async () => {
  see.host.respond('/cards/crms/connect', { url: 'https://salesos.test/connect/salesforce?link=x&host=test' });
  const settings = await see.open('settings');
  await settings.getByRole('button', { name: 'Connect a Salesforce sandbox' }).click();
  await settings.getByRole('link', { name: 'Open Salesforce in a new tab' }).waitFor();
  expect(see.host.to('/cards/crms/connect')).toMatchObject([{ crm: 'salesforce', host: 'test' }]);
});

test('a CRM is looked at again once its cause is mended, and Salesforce gets a key by hand', async () => {
  const crm = (name: string, crmName: string, id: string) => ({
    id,
    crm: name,
    crmName,
    accountId: '7001',
    status: 'connected' as const,
    sentence: 'The company has no room for more custom fields.',
  });
  const crms = [crm('pipedrive', 'Pipedrive', ids.task), crm('salesforce', 'Salesforce', ids.decision)];
  see.host.respond('/cards/settings', someSettings({ crms }));
  see.host.respond('/cards/crms/check', someSettings({ crms }));
  see.host.respond('/cards/crms/key', { key: 'sfo_made-up' });
  const settings = await see.open('settings');
  await settings.getByTestId('check-pipedrive').click();
  await see.page.getByText('SalesOS looks at Pipedrive again within a minute').waitFor();
  expect(see.host.to('/cards/crms/check')).toMatchObject([{ connectionId: ids.task }]);
  await settings.getByTestId('salesforce-key').click();
  expect(await settings.getByTestId('crm-key').textContent()).toBe('sfo_made-up');
  await settings.getByTestId('crm-key').scrollIntoViewIfNeeded();
  await see.shot('settings-crms');
});
