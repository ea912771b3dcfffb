/** The setup page of Salesforce: from an installed package to a connected org, and the settings, in a real browser. */
import { beforeEach, expect, test } from 'vitest';
import { ids, someSettings } from '../../hubspot-app/testing/fixtures.ts';
import { lowContrasts } from '../../pipedrive-app/testing/readable.ts';
import {
  answers,
  button,
  errors,
  frame,
  mount,
  page,
  patience,
  problem,
  shot,
  to,
  told,
} from './salesforce-org.harness.ts';

const state = {
  organizationId: '00D5g00000SalesOSAA',
  isReachable: true,
  isConnected: true,
  code: null as string | null,
  detail: null as string | null,
  connectUrl: 'https://salesos.test/connect/salesforce?host=org.test',
  permissionSets: ['SalesOS_Admin'],
  hiddenFields: [] as string[],
  canChangeSettings: true,
};
const [mailbox] = someSettings().mailboxes;
const toasts = async () => (await told('toast')).map((one) => (one as unknown as { toast: object }).toast);
const details = 'Name, signature, slow start and working hours';

beforeEach(() => {
  answers['SalesOSSetupController.state'] = state;
  answers['/cards/settings'] = someSettings();
  answers['/salesforce/actions/options'] = {
    options: [{ label: 'First contact', value: ids.sequence, description: '' }],
    after: null,
  };
});

test('the setup page says what is done and what is left', async () => {
  const sentence = 'This org is not connected yet.';
  answers['SalesOSSetupController.state'] = {
    ...state,
    isConnected: false,
    code: 'crm_not_connected',
    detail: sentence,
  };
  await mount('salesosSetup');
  await frame.getByText(sentence).waitFor();
  await shot('14-setup-begins');
  await button('Connect this org').click();
  await expect
    .poll(() => told('navigate'), patience)
    .toEqual([{ type: 'navigate', page: { type: 'standard__webPage', attributes: { url: state.connectUrl } } }]);
  answers['SalesOSSetupController.state'] = { ...state, hiddenFields: ['Lead.Score__c'] };
  await button('Refresh').click();
  await frame.getByText(ids.sequence).waitFor();
  await frame.getByText('You cannot see these fields: Lead.Score__c.').waitFor();
  await frame.getByText('1 of 2 still to do.').waitFor();
  await shot('15-setup', 2600);
});

test('a mailbox’s limits and details are saved; what cannot be saved says why at once', async () => {
  answers['/cards/mailboxes/update'] = () => someSettings({ mailboxes: [{ ...mailbox!, dailyCap: 50 }] });
  await mount('salesosSetup');
  await frame.getByText('robin@seller.test (Google)').waitFor();
  await frame.getByText('12 of at most 80 mails sent today.').waitFor();
  const save = button('Save this mailbox');
  expect(await save.isDisabled()).toBe(true);
  await frame.getByLabel('Most mails a day', { exact: true }).fill('50000');
  await frame.getByText('A whole number from 1 to 10000.').waitFor();
  expect(await save.isDisabled()).toBe(true);
  await frame.getByLabel('Most mails a day', { exact: true }).fill('50');
  await button(details).click();
  await frame.getByLabel('Working hours from').fill('9.30');
  await frame.getByText('Write working hours as in 9:00 and 17:00, or leave both empty.').waitFor();
  await frame.getByLabel('Working hours until').fill('17:00');
  // The box itself is drawn by its label.
  await frame.getByText('Saturday').click();
  await frame.getByRole('combobox', { name: 'Time zone of the mailbox' }).click();
  await frame.getByRole('option', { name: 'Asia/Jerusalem' }).click();
  await shot('16-mailbox-form', 2400);
  expect(await page.frames()[1]?.evaluate(lowContrasts)).toEqual([]);
  await save.click();
  await expect.poll(toasts, patience).toMatchObject([{ title: 'Saved for robin@seller.test.', variant: 'success' }]);
  expect(to('/cards/mailboxes/update')).toEqual([
    {
      mailboxId: ids.mailbox,
      dailyCap: 50,
      workingHours: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], fromMinute: 570, toMinute: 1020 },
      timeZone: 'Asia/Jerusalem',
      idempotencyKey: expect.any(String),
    },
  ]);
  expect(await save.isDisabled()).toBe(true);
});

test('what the backend finds wrong is said at its field, and gone once something is changed', async () => {
  const sentence = 'Google takes at most 500 mails a day.';
  const fault = { pointer: '/dailyCap', code: 'invalid', message: sentence };
  answers['/cards/mailboxes/update'] = problem(422, 'invalid_input', sentence, [fault]);
  await mount('salesosSetup');
  await frame.getByLabel('Most mails a day', { exact: true }).fill('600');
  await button('Save this mailbox').click();
  await frame.getByText('That was not saved').waitFor();
  const field = frame.locator('lightning-input', { hasText: 'Most mails a day' }).first();
  await field.getByText(sentence).waitFor();
  await shot('17-mailbox-refused', 1400);
  expect(await toasts()).toMatchObject([{ title: 'That was not saved', message: sentence, variant: 'error' }]);
  await frame.getByLabel('Most mails a day', { exact: true }).fill('400');
  await expect.poll(() => field.getByText(sentence).count(), patience).toBe(0);
  answers['/cards/mailboxes/update'] = someSettings({ mailboxes: [{ ...mailbox!, dailyCap: 400 }] });
  await button('Save this mailbox').click();
  await frame.getByText('That was not saved').waitFor({ state: 'detached' });
});

test('a mailbox is paused and goes on, a lost one is connected again, and disconnecting asks first', async () => {
  const sentence = 'Paused: 4 of its last 100 mails went to addresses that do not exist.';
  const byHand = 'Paused by Sam Berg. Its mails wait until it is resumed; replies are still read.';
  const lost = { ...mailbox!, id: ids.otherMailbox, address: 'team@seller.test', status: 'reconnect' as const };
  answers['/cards/settings'] = someSettings({ mailboxes: [{ ...mailbox!, status: 'paused', sentence }, lost] });
  answers['/cards/mailboxes/pause'] = someSettings({
    mailboxes: [{ ...mailbox!, status: 'paused', sentence: byHand }, lost],
  });
  answers['/cards/mailboxes/resume'] = someSettings({ mailboxes: [mailbox!, lost] });
  answers['/cards/mailboxes/connect'] = { url: 'https://salesos.test/connect/google?link=x' };
  answers['/cards/mailboxes/disconnect'] = someSettings({ mailboxes: [] });
  await mount('salesosSetup');
  await frame.getByText(sentence).waitFor();
  await shot('18-mailbox-paused', 1700);
  await button('Resume').click();
  await frame.getByText(sentence).waitFor({ state: 'detached' });
  expect(to('/cards/mailboxes/resume')).toMatchObject([{ mailboxId: ids.mailbox }]);
  await shot('18-mailbox-goes-on', 1700);
  expect(await page.frames()[1]?.evaluate(lowContrasts)).toEqual([]);
  await button('Pause').click();
  await frame.getByText(byHand).waitFor();
  expect(to('/cards/mailboxes/pause')).toMatchObject([{ mailboxId: ids.mailbox }]);
  expect(await toasts()).toMatchObject([
    { title: 'robin@seller.test sends again.' },
    { title: 'robin@seller.test is paused. Its mails wait until it is resumed; replies are still read.' },
  ]);
  expect(await button('Pause').count()).toBe(0);
  await button('Connect team@seller.test again').click();
  await expect.poll(() => told('navigate'), patience).toHaveLength(1);
  expect(to('/cards/mailboxes/connect')).toEqual([{ vendor: 'google' }]);
  await button('Disconnect').first().click();
  await frame.getByText('Replies are no longer seen.').waitFor();
  await button('Keep it connected').click();
  expect(to('/cards/mailboxes/disconnect')).toEqual([]);
  await button('Disconnect').first().click();
  await frame.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
  await frame.getByTestId('no-mailboxes').waitFor();
});

test('the account, its sending and who is the same person are set', async () => {
  const people = [
    { crm: 'hubspot', crmName: 'HubSpot', name: 'Kim Larsen', url: 'https://app.hubspot.test/1' },
    { crm: 'salesforce', crmName: 'Salesforce', name: 'K. Larsen', url: 'https://salesforce.test/2' },
  ];
  const question = { id: ids.question, address: 'kim@prospect.example', people };
  const settings = someSettings({ postalAddress: null, samePersonQuestions: [question], mailLogging: 'activities' });
  for (const path of ['/cards/settings', '/cards/settings/check-domains']) answers[path] = settings;
  answers['/cards/settings/update'] = () => Object.assign(settings, to('/cards/settings/update').at(-1));
  answers['/cards/people/same'] = { ...settings, samePersonQuestions: [] };
  await mount('salesosSetup');
  await frame.getByLabel('Postal address').fill('1 Long Street, Oslo');
  await frame.getByLabel('No tracking').check();
  await button('Save settings').click();
  await frame.getByLabel('Most mails a day to one company').fill('');
  await frame.getByLabel('Your own name in links').fill('links.seller.test');
  await button('Save sending').click();
  await frame.getByText('Add a TXT record on _dmarc.seller.test.').waitFor();
  await button('Check the domains again').click();
  // Saved at once: what is chosen is shown when it is stored.
  for (const choice of ['Ask first', 'As mails, by Smart BCC']) {
    await frame.getByLabel(choice).click();
    await expect.poll(() => frame.getByLabel(choice).isChecked(), patience).toBe(true);
  }
  await shot('19-account', 2600);
  await button('Yes, one person').click();
  await frame.getByTestId('same-person').waitFor({ state: 'detached' });
  const idempotencyKey = expect.any(String);
  expect(to('/cards/settings/update')).toEqual([
    { postalAddress: '1 Long Street, Oslo', trackingLevel: 'none', idempotencyKey },
    { recipientDomainDailyCap: null, trackingDomain: 'links.seller.test', idempotencyKey },
    { samePersonPolicy: 'confirmed', idempotencyKey },
    { mailLogging: 'smart_bcc', idempotencyKey },
  ]);
  expect(to('/cards/people/same')).toEqual([{ questionId: ids.question, isSame: true, idempotencyKey }]);
  expect(to('/cards/settings/check-domains')).toHaveLength(1);
});

test('a CRM is checked, another one is connected, and a key is made and copied', async () => {
  const [hubspot] = someSettings().crms;
  const crms = [hubspot!, { ...hubspot!, id: ids.question, crm: 'salesforce', crmName: 'Salesforce' }];
  for (const path of ['/cards/settings', '/cards/crms/check']) answers[path] = someSettings({ crms });
  answers['/cards/crms/connect'] = problem(422, 'crm_not_offered', 'This CRM is not set up here.');
  answers['/cards/crms/key'] = problem(503, 'vendor_unavailable', 'Away for a moment.');
  await mount('salesosSetup');
  await button('Connect Pipedrive').click();
  await frame.getByText('The CRM cannot be connected now').waitFor();
  answers['/cards/crms/connect'] = { url: 'https://salesos.test/connect/pipedrive?link=x' };
  await button('Try again').click();
  await expect.poll(() => told('navigate'), patience).toHaveLength(1);
  expect(to('/cards/crms/connect')).toEqual([{ crm: 'pipedrive' }, { crm: 'pipedrive' }]);
  const crm = frame.getByTestId('crm').nth(1);
  await crm.getByRole('button', { name: 'Check again' }).click();
  await expect.poll(() => to('/cards/crms/check'), patience).toMatchObject([{ connectionId: ids.question }]);
  await button('Make a key to enter by hand').click();
  await frame.getByText('Away for a moment.').waitFor();
  answers['/cards/crms/key'] = { key: 'sfo_made-up' };
  await button('Make a key to enter by hand').click();
  await frame.getByText('sfo_made-up').waitFor();
  await shot('20-crms', 2800);
  await button('Copy the key').click();
  await expect.poll(async () => (await toasts()).length, patience).toBe(3);
});

test('whoever is no admin, here or in SalesOS, looks at the settings and connects a mailbox of their own', async () => {
  for (const [canEdit, canChangeSettings] of [
    [false, true],
    [true, false],
  ]) {
    answers['/cards/settings'] = someSettings({ canEdit: canEdit! });
    answers['SalesOSSetupController.state'] = { ...state, canChangeSettings };
    await mount('salesosSetup');
    await frame.getByText('You can look, not change').waitFor();
    expect(
      await button(/^(Save|Pause|Disconnect|Check|Make a key|Connect (HubSpot|Salesforce|Pipedrive))/).count(),
    ).toBe(0);
    expect(await frame.getByLabel('Most mails a day', { exact: true }).isEditable()).toBe(false);
    expect(await button('Connect Gmail').count()).toBe(1);
  }
  await shot('21-read-only', 2400);
});

test('settings that cannot be read say why, and the steps stay', async () => {
  answers['/cards/settings'] = problem(503, 'vendor_unavailable', 'The database is busy.');
  await mount('salesosSetup');
  await frame.getByText('The database is busy.').waitFor();
  await frame.getByText('You have the permission sets').waitFor();
  answers['/cards/settings'] = someSettings({ sandbox: true });
  await button('Try again').click();
  await frame.getByText('Nothing leaves this machine').waitFor();
});

test('no component wrote an error to the console', () => {
  expect(errors).toEqual([]);
});
