import {
  Alert,
  Button,
  ErrorState,
  LoadingButton,
  LoadingSpinner,
  Modal,
  StatusTag,
  Text,
} from '@hubspot/ui-extensions';
import { expect, test, vi } from 'vitest';
import { aCard, anEnrollment, ids } from '../../../testing/fixtures.ts';
import { openCard } from '../../../testing/open-card.tsx';
import { textOf } from '../../../testing/text-of.ts';

const { enrollment } = ids;
const refusal = {
  code: 'OPTED_OUT',
  sentence: 'This person has unsubscribed.',
  howToFix: 'Nothing to do: we respect it.',
};

test('while the answer is awaited, the card says what it is loading', async () => {
  const { backend, renderer, open } = openCard('sidebar', null);
  const held = backend.hold('/cards/contact');
  open();
  expect(renderer.find(LoadingSpinner).props.label).toBe('Loading what SalesOS knows about this contact');
  held.resolve(aCard());
  await vi.waitFor(() => expect(renderer.findByTestId(Text, 'headline').text).toContain('second mail on Monday'));
});

test('the card shows the next step, the score with its tier, and the state of the sequence', async () => {
  const { backend, renderer, open, text } = openCard('sidebar');
  open();
  await vi.waitFor(() => renderer.findByTestId(Text, 'headline'));
  expect(renderer.findByTestId(StatusTag, 'score').text).toBe('Score 64.5 of 100, Warm (tier 2)');
  expect(renderer.findByTestId(Text, `sentence-${enrollment}`).text).toBe(
    'The second mail goes out on Monday at 09:00.',
  );
  expect(renderer.findByTestId(Text, 'time-zone').text).toContain('from the HubSpot record');
  expect(text()).toContain('Active');
  expect(backend.to('/cards/contact')).toEqual([{ objectType: 'contact', recordId: '123' }]);
});

test('a contact in no sequence can be enrolled and has nothing to stop', async () => {
  const { renderer, open } = openCard('sidebar', aCard({ enrollments: [], headline: 'In no sequence.' }));
  open();
  await vi.waitFor(() => renderer.findByTestId(Button, 'enroll'));
  expect(renderer.maybeFindByTestId(Button, `stop-${enrollment}`)).toBeNull();
});

test('a contact who cannot be enrolled shows why and what to do instead of the button', async () => {
  const { renderer, open } = openCard('sidebar', aCard({ cannotEnroll: refusal }));
  open();
  await vi.waitFor(() => expect(renderer.findByTestId(Alert, 'cannot-enroll').props.title).toBe(refusal.sentence));
  expect(textOf(renderer.findByTestId(Alert, 'cannot-enroll'))).toContain(refusal.howToFix);
  expect(renderer.maybeFindByTestId(Button, 'enroll')).toBeNull();
});

test('without a mailbox the rep reads how to connect one', async () => {
  const cannotEnroll = {
    code: 'NO_MAILBOX',
    sentence: 'No mailbox is connected.',
    howToFix: 'Connect one in the settings.',
  };
  const { renderer, open } = openCard('sidebar', aCard({ cannotEnroll, enrollments: [] }));
  open();
  await vi.waitFor(() =>
    expect(textOf(renderer.findByTestId(Alert, 'cannot-enroll'))).toContain('Connect one in the settings.'),
  );
});

test('what must be mended is shown with the way to mend it', async () => {
  const problem = {
    code: 'crm_refused',
    sentence: 'HubSpot refused the last update.',
    howToFix: 'Fill in Lifecycle stage.',
    at: '2026-11-12T10:00:00Z',
  };
  const { renderer, open } = openCard('sidebar', aCard({ problems: [problem] }));
  open();
  await vi.waitFor(() => expect(textOf(renderer.find(Alert, { title: problem.sentence }))).toContain(problem.howToFix));
});

test.each([
  { status: 401, title: 'SalesOS is not connected', type: 'support' },
  { status: 403, title: 'You have no access', type: 'lock' },
  { status: 500, title: 'SalesOS could not be reached', type: 'error' },
  { status: null, title: 'SalesOS could not be reached', type: 'error' },
])('answer $status is shown as “$title” with the backend’s sentence', async ({ status, title, type }) => {
  const { backend, renderer, open } = openCard('sidebar', null);
  backend.fail('/cards/contact', 'The sentence of the backend.', status);
  open();
  await vi.waitFor(() => renderer.find(ErrorState));
  expect(renderer.find(ErrorState).props).toMatchObject({ title, type });
  expect(textOf(renderer.find(ErrorState))).toContain('The sentence of the backend.');
});

test('trying again after a failure brings the card', async () => {
  const { backend, renderer, open } = openCard('sidebar', null);
  backend.fail('/cards/contact', 'Away for a moment.', 503);
  open();
  await vi.waitFor(() => renderer.find(ErrorState).find(Button));
  backend.answer('/cards/contact', () => aCard());
  renderer.find(ErrorState).find(Button).trigger('onClick');
  await vi.waitFor(() => renderer.findByTestId(Text, 'headline'));
});

test('a refresh that fails keeps the card and says that it may be out of date', async () => {
  const { backend, renderer, open } = openCard('sidebar');
  open();
  await vi.waitFor(() => renderer.findByTestId(LoadingButton, 'refresh'));
  backend.fail('/cards/contact', 'Away for a moment.', 503);
  renderer.findByTestId(LoadingButton, 'refresh').trigger('onClick');
  await vi.waitFor(() => expect(textOf(renderer.findByTestId(Alert, 'stale'))).toContain('Away for a moment.'));
  renderer.findByTestId(Text, 'headline');
});

test('refresh shows what changed meanwhile', async () => {
  const { backend, renderer, open } = openCard('sidebar');
  open();
  await vi.waitFor(() => renderer.findByTestId(LoadingButton, 'refresh'));
  backend.answer('/cards/contact', () => aCard({ headline: 'Kim replied.' }));
  renderer.findByTestId(LoadingButton, 'refresh').trigger('onClick');
  await vi.waitFor(() => expect(renderer.findByTestId(Text, 'headline').text).toBe('Kim replied.'));
});

test('pausing shows the new state, tells HubSpot, and can be undone', async () => {
  const { backend, renderer, open } = openCard('sidebar');
  const paused = aCard({
    enrollments: [anEnrollment({ status: 'paused', sentence: 'Paused by you.', actions: ['resume', 'stop'] })],
  });
  backend.answer('/cards/enrollments/pause', () => ({ message: 'Paused.', card: paused }));
  backend.answer('/cards/enrollments/resume', () => ({ message: 'Going on.', card: aCard() }));
  open();
  await vi.waitFor(() => renderer.findByTestId(LoadingButton, `pause-${enrollment}`));
  renderer.findByTestId(LoadingButton, `pause-${enrollment}`).trigger('onClick');
  await vi.waitFor(() => expect(renderer.findByTestId(Text, `sentence-${enrollment}`).text).toBe('Paused by you.'));
  expect(renderer.mocks.actions.addAlert.calls).toEqual([[{ type: 'success', message: 'Paused.' }]]);
  expect(renderer.mocks.actions.refreshObjectProperties.callCount).toBe(1);
  renderer.findByTestId(Button, 'undo').trigger('onClick');
  await vi.waitFor(() => renderer.findByTestId(LoadingButton, `pause-${enrollment}`));
  expect(backend.to('/cards/enrollments/resume')).toHaveLength(1);
});

test('resuming a paused sequence', async () => {
  const paused = anEnrollment({ status: 'paused', actions: ['resume', 'stop'] });
  const { backend, renderer, open } = openCard('sidebar', aCard({ enrollments: [paused] }));
  backend.answer('/cards/enrollments/resume', () => ({ message: 'Going on.', card: aCard() }));
  open();
  await vi.waitFor(() => renderer.findByTestId(LoadingButton, `resume-${enrollment}`));
  renderer.findByTestId(LoadingButton, `resume-${enrollment}`).trigger('onClick');
  await vi.waitFor(() => renderer.findByTestId(LoadingButton, `pause-${enrollment}`));
});

test('stopping asks first, and stops only when confirmed', async () => {
  const { backend, renderer, open } = openCard('sidebar');
  const stopped = aCard({
    enrollments: [anEnrollment({ status: 'stopped', sentence: 'Stopped by a colleague.', actions: [] })],
  });
  backend.answer('/cards/enrollments/stop', () => ({ message: 'Stopped.', card: stopped }));
  open();
  await vi.waitFor(() => renderer.findByTestId(Button, `stop-${enrollment}`));
  const stop = renderer.findByTestId(Button, `stop-${enrollment}`);
  const modal = stop.props.overlay!.find(Modal);
  expect(modal.props.title).toBe('Stop “First contact”?');
  expect(textOf(modal)).toContain('No further mail of this sequence goes to Kim Berg.');
  expect(backend.to('/cards/enrollments/stop')).toHaveLength(0);
  modal.find(LoadingButton).trigger('onClick');
  await vi.waitFor(() =>
    expect(renderer.findByTestId(Text, `sentence-${enrollment}`).text).toBe('Stopped by a colleague.'),
  );
  expect(renderer.maybeFindByTestId(Button, `stop-${enrollment}`)).toBeNull();
  await vi.waitFor(() => expect(renderer.mocks.actions.closeOverlay.calls).toEqual([[`stop-${enrollment}`]]));
});

test('keeping it running closes the question and stops nothing', async () => {
  const { backend, renderer, open } = openCard('sidebar');
  open();
  await vi.waitFor(() => renderer.findByTestId(Button, `stop-${enrollment}`));
  renderer.findByTestId(Button, `stop-${enrollment}`).props.overlay!.find(Button).trigger('onClick');
  expect(renderer.mocks.actions.closeOverlay.calls).toEqual([[`stop-${enrollment}`]]);
  expect(backend.to('/cards/enrollments/stop')).toHaveLength(0);
});

test('an act whose outcome is unknown is repeated under the same key; the next act has another', async () => {
  const { backend, renderer, open } = openCard('sidebar');
  open();
  await vi.waitFor(() => renderer.findByTestId(LoadingButton, `pause-${enrollment}`));
  const pause = () => renderer.findByTestId(LoadingButton, `pause-${enrollment}`).trigger('onClick');
  backend.fail('/cards/enrollments/pause', 'SalesOS did not answer.', null);
  pause();
  await vi.waitFor(() =>
    expect(textOf(renderer.findByTestId(Alert, 'act-failed'))).toContain('SalesOS did not answer.'),
  );
  backend.answer('/cards/enrollments/pause', () => ({ message: 'Paused.', card: aCard() }));
  renderer.findByTestId(Button, 'retry-act').trigger('onClick');
  await vi.waitFor(() => expect(renderer.maybeFindByTestId(Alert, 'act-failed')).toBeNull());
  await vi.waitFor(() =>
    expect(renderer.findByTestId(LoadingButton, `pause-${enrollment}`).props.disabled).toBe(false),
  );
  pause();
  await vi.waitFor(() => expect(backend.to('/cards/enrollments/pause')).toHaveLength(3));
  const [first, again, later] = backend.to('/cards/enrollments/pause').map((request) => request.idempotencyKey);
  expect(again).toBe(first);
  expect(later).not.toBe(first);
});

test('an act that was refused is a new act when tried again', async () => {
  const { backend, renderer, open } = openCard('sidebar');
  backend.fail('/cards/enrollments/pause', 'It is finished already.', 422);
  open();
  await vi.waitFor(() => renderer.findByTestId(LoadingButton, `pause-${enrollment}`));
  renderer.findByTestId(LoadingButton, `pause-${enrollment}`).trigger('onClick');
  await vi.waitFor(() => renderer.findByTestId(Button, 'retry-act'));
  renderer.findByTestId(Button, 'retry-act').trigger('onClick');
  await vi.waitFor(() => expect(backend.to('/cards/enrollments/pause')).toHaveLength(2));
  const keys = backend.to('/cards/enrollments/pause').map((request) => request.idempotencyKey);
  expect(new Set(keys).size).toBe(2);
});

test('a double press does it once', async () => {
  const { backend, renderer, open } = openCard('sidebar');
  const held = backend.hold('/cards/enrollments/pause');
  open();
  await vi.waitFor(() => renderer.findByTestId(LoadingButton, `pause-${enrollment}`));
  renderer.findByTestId(LoadingButton, `pause-${enrollment}`).trigger('onClick');
  renderer.findByTestId(LoadingButton, `pause-${enrollment}`).trigger('onClick');
  held.resolve({ message: 'Paused.', card: aCard() });
  await vi.waitFor(() => expect(renderer.mocks.actions.addAlert.callCount).toBe(1));
  expect(backend.to('/cards/enrollments/pause')).toHaveLength(1);
});

test('beside a running sequence the sidebar leaves ended ones to the tab; alone, the last one is shown', async () => {
  const running = anEnrollment({ id: ids.sequence });
  const ended = anEnrollment({ status: 'stopped', sentence: 'Stopped: the person replied.', actions: [] });
  const both = openCard('sidebar', aCard({ enrollments: [running, ended] }));
  both.open();
  await vi.waitFor(() => both.renderer.findByTestId(Text, `sentence-${running.id}`));
  expect(both.renderer.maybeFindByTestId(Text, `sentence-${ended.id}`)).toBeNull();
  const alone = openCard('sidebar', aCard({ enrollments: [ended] }));
  alone.open();
  await vi.waitFor(() => expect(alone.text()).toContain('Stopped: the person replied.'));
});

test('when fields of the record change in HubSpot, the card is asked for again', async () => {
  const { backend, renderer, open } = openCard('sidebar');
  open();
  await vi.waitFor(() => renderer.findByTestId(Text, 'headline'));
  backend.answer('/cards/contact', () => aCard({ headline: 'Kim replied.' }));
  const [[properties, changed] = []] = renderer.mocks.actions.onCrmPropertiesUpdate.calls;
  expect(properties).toBe('*');
  changed?.({});
  await vi.waitFor(() => expect(renderer.findByTestId(Text, 'headline').text).toBe('Kim replied.'));
});
