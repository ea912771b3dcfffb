import {
  Alert,
  Button,
  ErrorState,
  Input,
  LoadingButton,
  LoadingSpinner,
  Modal,
  MultiSelect,
  NumberInput,
  Select,
  Text,
  TextArea,
  Tile,
  ToggleGroup,
} from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { expect, test, vi } from 'vitest';
import { createFakeApi } from '../../../testing/fake-api.ts';
import { ids, someSettings } from '../../../testing/fixtures.ts';
import { textOf } from '../../../testing/text-of.ts';
import { SettingsPage } from './SettingsPage.tsx';

const [mailbox] = someSettings().mailboxes;

function openSettings(settings: ReturnType<typeof someSettings> | null = someSettings()) {
  const backend = createFakeApi();
  if (settings) backend.answer('/cards/settings', () => settings);
  const renderer = createRenderer('settings');
  const { addAlert, closeOverlay } = renderer.mocks.actions;
  renderer.render(<SettingsPage api={backend.api} addAlert={addAlert} closeOverlay={closeOverlay} />);
  const read = () => textOf(renderer.getRootNode());
  const ready = () => vi.waitFor(() => renderer.findByTestId(Text, 'checklist-summary'));
  return { backend, renderer, read, ready };
}

test('while the settings are awaited, the page says so', () => {
  const { backend, renderer } = openSettings(null);
  backend.hold('/cards/settings');
  expect(renderer.find(LoadingSpinner).props.label).toBe('Loading the settings');
});

test('the page shows what is left to do, each mailbox with its health, and the account’s settings', async () => {
  const { renderer, read, ready } = openSettings();
  await ready();
  expect(renderer.findByTestId(Text, 'checklist-summary').text).toBe('1 of 2 still to do.');
  expect(read()).toContain('Done Connect a mailbox. To do Publish a sequence.');
  expect(textOf(renderer.findByTestId(Tile, `mailbox-${ids.mailbox}`))).toContain(
    'robin@seller.test (Google) Connected Working; the last mail went out at 09:12. 12 of at most 80 mails sent today.',
  );
  expect(renderer.findByTestId(TextArea, 'postalAddress').props.value).toBe('1 Long Street, Oslo');
  expect(renderer.findByTestId(ToggleGroup, 'trackingLevel').props.value).toBe('full');
  expect(renderer.find(Select).props.value).toBe('Europe/Oslo');
  expect(renderer.maybeFindByTestId(Alert, 'sandbox')).toBeNull();
});

test('the sandbox says that nothing leaves the machine', async () => {
  const { renderer, ready } = openSettings(someSettings({ sandbox: true }));
  await ready();
  expect(textOf(renderer.findByTestId(Alert, 'sandbox'))).toContain('Nothing leaves this machine');
});

test('when everything is done, the page says that mails can be sent', async () => {
  const { renderer, ready } = openSettings(
    someSettings({ checklist: [{ done: true, sentence: 'Connect a mailbox.' }] }),
  );
  await ready();
  expect(renderer.findByTestId(Text, 'checklist-summary').text).toBe('Everything is ready: mails can be sent.');
});

test('each tracking level says in plain words what is seen', async () => {
  const { renderer, ready } = openSettings();
  await ready();
  const described = renderer
    .find(ToggleGroup)
    .props.options.map(({ value, description }) => [value, description !== undefined]);
  expect(described).toEqual([
    ['none', true],
    ['hygiene', true],
    ['full', true],
  ]);
});

test('who may not edit sees everything and can change nothing', async () => {
  const { renderer, ready } = openSettings(someSettings({ canEdit: false }));
  await ready();
  renderer.findByTestId(Alert, 'read-only');
  expect(renderer.findAll(Button)).toEqual([]);
  expect(renderer.findAll(LoadingButton).map((button) => button.text)).toEqual(['Refresh']);
  expect(renderer.findByTestId(TextArea, 'postalAddress').props.readOnly).toBe(true);
  expect(renderer.find(Select).props.readOnly).toBe(true);
  expect(renderer.findAll(NumberInput).every((input) => input.props.readOnly)).toBe(true);
  expect(renderer.findByTestId(ToggleGroup, 'trackingLevel').props.options.every((option) => option.readOnly)).toBe(
    true,
  );
  renderer.findByTestId(ToggleGroup, 'trackingLevel').trigger('onChange', 'none' as never);
  expect(renderer.findByTestId(ToggleGroup, 'trackingLevel').props.value).toBe('full');
});

test('only what was changed is saved', async () => {
  const { backend, renderer, ready } = openSettings();
  backend.answer('/cards/settings/update', ({ postalAddress, trackingLevel }) =>
    someSettings({ postalAddress: postalAddress ?? null, trackingLevel: trackingLevel ?? 'full' }),
  );
  await ready();
  const save = () => renderer.findByTestId(LoadingButton, 'save-settings');
  expect(save().props.disabled).toBe(true);
  renderer.findByTestId(TextArea, 'postalAddress').trigger('onInput', '2 Short Street, Oslo' as never);
  renderer.findByTestId(ToggleGroup, 'trackingLevel').trigger('onChange', 'none' as never);
  save().trigger('onClick');
  await vi.waitFor(() =>
    expect(renderer.mocks.actions.addAlert.calls).toEqual([[{ type: 'success', message: 'Settings saved.' }]]),
  );
  expect(backend.to('/cards/settings/update')).toEqual([
    { postalAddress: '2 Short Street, Oslo', trackingLevel: 'none', idempotencyKey: expect.any(String) },
  ]);
  await vi.waitFor(() => expect(save().props.disabled).toBe(true));
});

test('the time zone can be changed', async () => {
  const { backend, renderer, ready } = openSettings();
  backend.answer('/cards/settings/update', ({ timeZone }) => someSettings({ timeZone: timeZone ?? '' }));
  await ready();
  renderer.findByTestId(Select, 'timeZone').trigger('onChange', 'America/New_York' as never);
  renderer.findByTestId(LoadingButton, 'save-settings').trigger('onClick');
  await vi.waitFor(() =>
    expect(backend.to('/cards/settings/update')[0]).toMatchObject({ timeZone: 'America/New_York' }),
  );
});

test('what was not saved says why, stays on screen, and is tried again under the same key', async () => {
  const { backend, renderer, ready } = openSettings();
  backend.fail('/cards/settings/update', 'SalesOS did not answer.', null);
  await ready();
  renderer.findByTestId(TextArea, 'postalAddress').trigger('onInput', '2 Short Street' as never);
  renderer.findByTestId(LoadingButton, 'save-settings').trigger('onClick');
  await vi.waitFor(() =>
    expect(textOf(renderer.findByTestId(Alert, 'act-failed'))).toContain('SalesOS did not answer.'),
  );
  expect(renderer.findByTestId(TextArea, 'postalAddress').props.value).toBe('2 Short Street');
  backend.answer('/cards/settings/update', () => someSettings({ postalAddress: '2 Short Street' }));
  renderer.findByTestId(Button, 'retry-act').trigger('onClick');
  await vi.waitFor(() => expect(renderer.maybeFindByTestId(Alert, 'act-failed')).toBeNull());
  const keys = backend.to('/cards/settings/update').map((request) => request.idempotencyKey);
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
});

test('a mailbox’s limits are saved; a limit out of range is not', async () => {
  const { backend, renderer, ready } = openSettings();
  backend.answer('/cards/mailboxes/update', ({ dailyCap }) =>
    someSettings({ mailboxes: [{ ...mailbox!, dailyCap: dailyCap ?? 0, limitToday: dailyCap ?? 0 }] }),
  );
  await ready();
  const cap = () => renderer.findByTestId(NumberInput, `dailyCap-${ids.mailbox}`);
  const save = () => renderer.findByTestId(LoadingButton, `save-${ids.mailbox}`);
  for (const wrong of [0, 10_001, 1.5, Number.NaN]) {
    cap().trigger('onChange', wrong as never);
    expect(cap().props.validationMessage).toBe('A whole number from 1 to 10000.');
    expect(save().props.disabled).toBe(true);
  }
  renderer.findByTestId(NumberInput, `spacingSeconds-${ids.mailbox}`).trigger('onChange', 86_401 as never);
  expect(renderer.findByTestId(NumberInput, `spacingSeconds-${ids.mailbox}`).props.error).toBe(true);
  renderer.findByTestId(NumberInput, `spacingSeconds-${ids.mailbox}`).trigger('onChange', 90 as never);
  cap().trigger('onChange', 50 as never);
  save().trigger('onClick');
  await vi.waitFor(() =>
    expect(textOf(renderer.findByTestId(Tile, `mailbox-${ids.mailbox}`))).toContain('12 of at most 50'),
  );
  expect(backend.to('/cards/mailboxes/update')).toEqual([
    { mailboxId: ids.mailbox, dailyCap: 50, idempotencyKey: expect.any(String) },
  ]);
});

test('a form begins anew with what a colleague stored, and keeps what is typed when only the health changes', async () => {
  const { backend, renderer, read, ready } = openSettings();
  await ready();
  const refresh = async (settings: ReturnType<typeof someSettings>, seen: () => void) => {
    backend.answer('/cards/settings', () => settings);
    renderer.findByTestId(LoadingButton, 'refresh').trigger('onClick');
    await vi.waitFor(seen);
  };
  const cap = () => renderer.findByTestId(NumberInput, `dailyCap-${ids.mailbox}`).props.value;
  renderer.findByTestId(NumberInput, `dailyCap-${ids.mailbox}`).trigger('onChange', 33 as never);
  const paused = { ...mailbox!, status: 'paused' as const };
  await refresh(someSettings({ mailboxes: [paused] }), () => expect(read()).toContain('Paused'));
  expect(cap()).toBe(33);
  const changed = someSettings({ trackingLevel: 'none', mailboxes: [{ ...paused, dailyCap: 60 }] });
  const level = () => renderer.findByTestId(ToggleGroup, 'trackingLevel').props.value;
  await refresh(changed, () => expect(level()).toBe('none'));
  expect(cap()).toBe(60);
  expect(renderer.findByTestId(LoadingButton, 'save-settings').props.disabled).toBe(true);
});

test('name, signature, slow start and working hours are saved; half of a setting is not', async () => {
  const { backend, renderer, ready, read } = openSettings();
  backend.answer('/cards/mailboxes/update', () => someSettings());
  await ready();
  const field = (name: string) => renderer.findByTestId(Input, `${name}-${ids.mailbox}`);
  const number = (name: string) => renderer.findByTestId(NumberInput, `${name}-${ids.mailbox}`);
  const save = () => renderer.findByTestId(LoadingButton, `save-${ids.mailbox}`);
  expect(save().props.disabled).toBe(true);
  number('startPerDay').trigger('onChange', 10 as never);
  expect(read()).toContain('A slow start needs both numbers, or neither.');
  number('addPerDay').trigger('onChange', 5 as never);
  field('from').trigger('onInput', '9.30' as never);
  expect(read()).toContain('Write working hours as in 9:00 and 17:00');
  field('to').trigger('onInput', '8:00' as never);
  expect(read()).toContain('The working hours must end after they begin.');
  field('to').trigger('onInput', '17:00' as never);
  renderer.findByTestId(TextArea, `signature-${ids.mailbox}`).trigger('onInput', 'Robin\nSeller' as never);
  field('aliases').trigger('onInput', 'r@seller.test, rv@seller.test' as never);
  const days = renderer.findByTestId(MultiSelect, `days-${ids.mailbox}`);
  days.trigger('onChange', [] as never);
  expect(read()).toContain('Choose at least one day');
  days.trigger('onChange', ['thu', 'sun', 'mon'] as never);
  renderer.findByTestId(Select, `timeZone-${ids.mailbox}`).trigger('onChange', 'Asia/Jerusalem' as never);
  save().trigger('onClick');
  await vi.waitFor(() => expect(backend.to('/cards/mailboxes/update')).toHaveLength(1));
  expect(backend.to('/cards/mailboxes/update')[0]).toEqual({
    mailboxId: ids.mailbox,
    signature: 'Robin\nSeller',
    aliases: ['r@seller.test', 'rv@seller.test'],
    ramp: { startPerDay: 10, addPerDay: 5 },
    workingHours: { days: ['mon', 'thu', 'sun'], fromMinute: 570, toMinute: 1020 },
    timeZone: 'Asia/Jerusalem',
    idempotencyKey: expect.any(String),
  });
});

test('what the backend finds wrong is said at its field until something is changed', async () => {
  const { backend, renderer, ready, read } = openSettings();
  const sentence = 'Replies to sales@seller.test would be seen by nobody. Connect that mailbox first.';
  const fault = (pointer: string, message: string) => ({ pointer, code: 'invalid', message });
  backend.fail('/cards/mailboxes/update', sentence, 422, 'invalid_input', [
    fault('/replyTo', sentence),
    fault('/ramp/startPerDay', 'Too much for a new mailbox.'),
  ]);
  await ready();
  const replyTo = () => renderer.findByTestId(Input, `replyTo-${ids.mailbox}`).props;
  const start = () => renderer.findByTestId(NumberInput, `startPerDay-${ids.mailbox}`);
  const save = renderer.findByTestId(LoadingButton, `save-${ids.mailbox}`);
  renderer.findByTestId(Input, `replyTo-${ids.mailbox}`).trigger('onInput', 'sales' as never);
  expect(read()).toContain('“sales” is no mail address.');
  renderer.findByTestId(Input, `replyTo-${ids.mailbox}`).trigger('onInput', 'sales@seller.test' as never);
  save.trigger('onClick');
  await vi.waitFor(() => expect(replyTo()).toMatchObject({ error: true, validationMessage: sentence }));
  expect(start().props.validationMessage).toBe('Too much for a new mailbox.');
  renderer.findByTestId(Input, `replyTo-${ids.mailbox}`).trigger('onInput', '' as never);
  expect(replyTo()).toMatchObject({ error: false, validationMessage: '' });
});

test('a paused mailbox says why, and goes on when somebody says so', async () => {
  const sentence = 'Paused: 4 of its last 100 mails went to addresses that do not exist.';
  const paused = { ...mailbox!, status: 'paused' as const, sentence };
  const { backend, renderer, ready, read } = openSettings(someSettings({ mailboxes: [paused] }));
  backend.answer('/cards/mailboxes/resume', () => someSettings());
  await ready();
  expect(read()).toContain(sentence);
  renderer.findByTestId(LoadingButton, `resume-${ids.mailbox}`).trigger('onClick');
  await vi.waitFor(() => expect(renderer.maybeFindByTestId(LoadingButton, `resume-${ids.mailbox}`)).toBeNull());
  expect(backend.to('/cards/mailboxes/resume')).toEqual([
    { mailboxId: ids.mailbox, idempotencyKey: expect.any(String) },
  ]);
});

test('a connected mailbox is paused without a question: it can be resumed', async () => {
  const { backend, renderer, ready, read } = openSettings();
  const sentence = 'Paused by Robin Vale. Its mails wait until it is resumed; replies are still read.';
  backend.answer('/cards/mailboxes/pause', () =>
    someSettings({ mailboxes: [{ ...mailbox!, status: 'paused', sentence }] }),
  );
  await ready();
  const pause = () => renderer.maybeFindByTestId(LoadingButton, `pause-${ids.mailbox}`);
  expect(textOf(pause()!)).toBe('Pause');
  pause()!.trigger('onClick');
  expect(pause()!.props).toMatchObject({ loading: true, disabled: true });
  await vi.waitFor(() => expect(read()).toContain(sentence));
  expect(pause()).toBeNull();
  expect(renderer.findByTestId(LoadingButton, `resume-${ids.mailbox}`).props.disabled).toBe(false);
  expect(backend.to('/cards/mailboxes/pause')).toEqual([
    { mailboxId: ids.mailbox, idempotencyKey: expect.any(String) },
  ]);
  expect(renderer.mocks.actions.addAlert.calls).toEqual([
    [
      {
        type: 'success',
        message: 'robin@seller.test is paused. Its mails wait until it is resumed; replies are still read.',
      },
    ],
  ]);
});

test('each sending domain shows what is to be mended and how, and can be checked again', async () => {
  const { backend, renderer, ready, read } = openSettings();
  backend.answer('/cards/settings/check-domains', () => someSettings());
  await ready();
  expect(read()).toContain('seller.test has no valid DMARC record. Add a TXT record on _dmarc.seller.test.');
  renderer.findByTestId(Button, 'check-domains').trigger('onClick');
  await vi.waitFor(() => expect(backend.to('/cards/settings/check-domains')).toHaveLength(1));
});

test('an own name in links is saved, and its state is told', async () => {
  const { backend, renderer, ready } = openSettings();
  const sentence = 'Add a CNAME record on links.seller.test that points to app.salesos.test.';
  backend.answer('/cards/settings/update', () => {
    const { sending } = someSettings();
    return someSettings({
      sending: { ...sending, trackingDomain: { host: 'links.seller.test', state: 'pending', sentence } },
    });
  });
  await ready();
  renderer.findByTestId(Input, 'trackingDomain').trigger('onInput', 'links.seller.test' as never);
  renderer.findByTestId(NumberInput, 'recipientDomainDailyCap').trigger('onChange', Number.NaN as never);
  renderer.findByTestId(LoadingButton, 'save-sending').trigger('onClick');
  await vi.waitFor(() => expect(renderer.findByTestId(Text, 'tracking-domain-state').text).toBe(sentence));
  expect(backend.to('/cards/settings/update')).toEqual([
    {
      trackingDomain: 'links.seller.test',
      recipientDomainDailyCap: null,
      idempotencyKey: expect.any(String),
    },
  ]);
});

test('disconnecting asks first and says what it holds up', async () => {
  const { backend, renderer, ready } = openSettings();
  const gone = { ...mailbox!, status: 'disconnected' as const, sentence: 'Disconnected by you.' };
  backend.answer('/cards/mailboxes/disconnect', () => someSettings({ mailboxes: [gone] }));
  await ready();
  const modal = renderer.findByTestId(Button, `disconnect-${ids.mailbox}`).props.overlay!.find(Modal);
  expect(modal.props.title).toBe('Disconnect robin@seller.test?');
  expect(textOf(modal)).toContain('wait until it is connected again');
  expect(backend.to('/cards/mailboxes/disconnect')).toEqual([]);
  modal.find(LoadingButton).trigger('onClick');
  await vi.waitFor(() => renderer.findByTestId(LoadingButton, 'Connect robin@seller.test again'));
  await vi.waitFor(() => expect(renderer.mocks.actions.closeOverlay.calls).toEqual([[`disconnect-${ids.mailbox}`]]));
});

test.each([
  ['google', 'Connect Gmail', 'Sign in at Google'],
  ['microsoft', 'Connect Outlook', 'Sign in at Microsoft'],
  ['smtp', 'Connect another mailbox (IMAP)', 'Enter the mail servers'],
])(
  'connecting a mailbox (%s) fetches a fresh address and offers it as a link to a new tab',
  async (vendor, label, next) => {
    const { backend, renderer, ready, read } = openSettings(someSettings({ mailboxes: [] }));
    backend.answer('/cards/mailboxes/connect', () => ({ url: `https://app.salesos.test/connect/${vendor}?link=x` }));
    await ready();
    expect(read()).toContain('Sequences send from a person’s own mailbox');
    renderer.findByTestId(LoadingButton, label).trigger('onClick');
    await vi.waitFor(() =>
      expect(renderer.find(Button).props.href).toEqual({
        url: `https://app.salesos.test/connect/${vendor}?link=x`,
        external: true,
      }),
    );
    expect(read()).toContain(next);
    expect(backend.to('/cards/mailboxes/connect')).toMatchObject([{ vendor }]);
  },
);

test('a mailbox that lost its sign-in can be connected again, and a failure to do so says why', async () => {
  const broken = { ...mailbox!, status: 'reconnect' as const, sentence: 'Google asks you to sign in again.' };
  const { backend, renderer, ready } = openSettings(someSettings({ mailboxes: [broken] }));
  backend.fail('/cards/mailboxes/connect', 'Google is away.', 503);
  await ready();
  renderer.findByTestId(LoadingButton, 'Connect robin@seller.test again').trigger('onClick');
  await vi.waitFor(() => expect(textOf(renderer.find(Alert))).toContain('Google is away.'));
});

test.each([
  { status: 403, title: 'You have no access', more: 'Ask an admin.' },
  { status: 401, title: 'The settings could not be loaded', more: 'Install SalesOS in this HubSpot account again' },
  { status: 500, title: 'The settings could not be loaded', more: 'Ask an admin.' },
])('answer $status is shown as “$title”, and can be tried again', async ({ status, title, more }) => {
  const { backend, renderer, ready } = openSettings(null);
  backend.fail('/cards/settings', 'Ask an admin.', status);
  await vi.waitFor(() => expect(renderer.find(ErrorState).props.title).toBe(title));
  expect(textOf(renderer.find(ErrorState))).toContain(more);
  backend.answer('/cards/settings', () => someSettings());
  renderer.find(ErrorState).find(Button).trigger('onClick');
  await ready();
});

test('a refresh that fails keeps the settings and says that they may be out of date', async () => {
  const { backend, renderer, ready } = openSettings();
  await ready();
  backend.fail('/cards/settings', 'Away for a moment.', 503);
  renderer.findByTestId(LoadingButton, 'refresh').trigger('onClick');
  await vi.waitFor(() => expect(textOf(renderer.findByTestId(Alert, 'stale'))).toContain('Away for a moment.'));
  renderer.findByTestId(Text, 'checklist-summary');
});

test('the CRMs that share the account are shown, and another one is connected in a new tab', async () => {
  const { backend, renderer, ready, read } = openSettings();
  const url = 'https://app.salesos.test/connect/salesforce?link=x';
  backend.answer('/cards/crms/connect', () => ({ url }));
  await ready();
  expect(textOf(renderer.findByTestId(Tile, 'crm-hubspot'))).toContain('HubSpot 4711 Connected');
  expect(renderer.maybeFindByTestId(LoadingButton, 'Connect HubSpot')).toBeNull();
  renderer.findByTestId(LoadingButton, 'Connect Salesforce').trigger('onClick');
  await vi.waitFor(() => expect(read()).toContain('Sign in at Salesforce as an admin'));
  expect(renderer.findAll(Button).map((button) => button.props.href)).toContainEqual({ url, external: true });
  expect(backend.to('/cards/crms/connect')).toEqual([{ crm: 'salesforce' }]);
});

test('a sandbox of Salesforce is connected at its own host', async () => {
  const { backend, renderer, ready, read } = openSettings();
  backend.answer('/cards/crms/connect', () => ({
    url: 'https://app.salesos.test/connect/salesforce?link=x&host=test',
  }));
  await ready();
  renderer.findByTestId(LoadingButton, 'Connect a Salesforce sandbox').trigger('onClick');
  await vi.waitFor(() => expect(read()).toContain('Sign in at Salesforce as an admin'));
  expect(backend.to('/cards/crms/connect')).toEqual([{ crm: 'salesforce', host: 'test' }]);
});

test('a CRM that was put right is checked anew, and Salesforce’s key can be made by hand', async () => {
  const [hubspot] = someSettings().crms;
  const salesforce = { ...hubspot!, id: ids.question, crm: 'salesforce', crmName: 'Salesforce' };
  const { backend, renderer, ready } = openSettings(someSettings({ crms: [hubspot!, salesforce] }));
  backend.answer('/cards/crms/check', () => someSettings({ crms: [hubspot!, salesforce] }));
  backend.fail('/cards/crms/key', 'Away for a moment.', 503);
  await ready();
  renderer.findByTestId(LoadingButton, 'check-salesforce').trigger('onClick');
  await vi.waitFor(() => expect(backend.to('/cards/crms/check')).toMatchObject([{ connectionId: ids.question }]));
  renderer.findByTestId(Button, 'new-key').trigger('onClick');
  await vi.waitFor(() => expect(textOf(renderer.findByTestId(Alert, 'key-failed'))).toContain('Away for a moment.'));
  backend.answer('/cards/crms/key', () => ({ key: 'sfo_secret' }));
  renderer.findByTestId(Button, 'new-key').trigger('onClick');
  await vi.waitFor(() => expect(textOf(renderer.findByTestId(Alert, 'key'))).toContain('sfo_secret'));
  expect(renderer.findAll(Button).filter((button) => button.props.testId === 'new-key')).toHaveLength(1);
});

test('a CRM that cannot be connected says why, and one that must be connected again is offered', async () => {
  const [crm] = someSettings().crms;
  const lost = { ...crm!, status: 'reconnect' as const, sentence: 'An admin must connect it again.' };
  const { backend, renderer, ready, read } = openSettings(someSettings({ crms: [lost] }));
  backend.fail('/cards/crms/connect', 'This CRM is not set up here.', 422);
  await ready();
  expect(read()).toContain('HubSpot 4711 Connect again An admin must connect it again.');
  renderer.findByTestId(LoadingButton, 'Connect HubSpot').trigger('onClick');
  await vi.waitFor(() => expect(textOf(renderer.find(Alert))).toContain('This CRM is not set up here.'));
});

test('whether one address is one person is chosen, and asked for where somebody must say so', async () => {
  const people = [
    { crm: 'hubspot', crmName: 'HubSpot', name: 'Kim Larsen', url: 'https://app.hubspot.test/1' },
    { crm: 'salesforce', crmName: 'Salesforce', name: 'K. Larsen', url: 'https://salesforce.test/2' },
  ];
  const question = { id: ids.question, address: 'kim@prospect.example', people };
  const { backend, renderer, ready, read } = openSettings(someSettings({ samePersonQuestions: [question] }));
  backend.answer('/cards/settings/update', () => someSettings({ samePersonQuestions: [question] }));
  backend.answer('/cards/people/same', () => someSettings());
  await ready();
  renderer.findByTestId(ToggleGroup, 'same-person').trigger('onChange', 'confirmed' as never);
  await vi.waitFor(() => expect(backend.to('/cards/settings/update')).toHaveLength(1));
  expect(backend.to('/cards/settings/update')).toMatchObject([{ samePersonPolicy: 'confirmed' }]);
  expect(read()).toContain('Is kim@prospect.example one person? Kim Larsen in HubSpot K. Larsen in Salesforce');
  await vi.waitFor(() => expect(renderer.findByTestId(Button, `one-${ids.question}`).props.disabled).toBe(false));
  renderer.findByTestId(Button, `one-${ids.question}`).trigger('onClick');
  await vi.waitFor(() => expect(renderer.maybeFindByTestId(Tile, `same-${ids.question}`)).toBeNull());
  expect(backend.to('/cards/people/same')).toMatchObject([{ questionId: ids.question, isSame: true }]);
});

test('how sent mails come to Pipedrive is chosen here too where Pipedrive shares the account', async () => {
  const { backend, renderer, ready } = openSettings(someSettings({ mailLogging: 'activities' }));
  backend.answer('/cards/settings/update', () => someSettings({ mailLogging: 'smart_bcc' }));
  await ready();
  const choice = () => renderer.findByTestId(ToggleGroup, 'mail-logging');
  choice().trigger('onChange', 'smart_bcc' as never);
  await vi.waitFor(() => expect(choice().props.value).toBe('smart_bcc'));
  expect(backend.to('/cards/settings/update')).toMatchObject([{ mailLogging: 'smart_bcc' }]);
});

test('who may not edit is offered no CRM to connect and no question to answer', async () => {
  const question = { id: ids.question, address: 'kim@prospect.example', people: [] };
  const { backend, renderer, ready } = openSettings(someSettings({ canEdit: false, samePersonQuestions: [question] }));
  await ready();
  expect(renderer.maybeFindByTestId(LoadingButton, 'Connect Salesforce')).toBeNull();
  expect(renderer.maybeFindByTestId(Button, `one-${ids.question}`)).toBeNull();
  renderer.findByTestId(ToggleGroup, 'same-person').trigger('onChange', 'confirmed' as never);
  expect(backend.to('/cards/settings/update')).toEqual([]);
});
