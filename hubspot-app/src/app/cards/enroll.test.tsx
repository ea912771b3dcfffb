import {
  Alert,
  Button,
  ErrorState,
  LoadingButton,
  LoadingSpinner,
  Panel,
  SearchInput,
  Select,
  Text,
  Tile,
  ToggleGroup,
} from '@hubspot/ui-extensions';
import type { RenderedFragmentNode } from '@hubspot/ui-extensions/testing';
import { expect, test, vi } from 'vitest';
import { aCard, aPreview, ids, someChoices } from '../../../testing/fixtures.ts';
import { openCard } from '../../../testing/open-card.tsx';
import { textOf } from '../../../testing/text-of.ts';

const choice = { objectType: 'contact', recordId: '123', sequenceId: ids.sequence, mailboxId: ids.mailbox };

/** Opens the panel behind “Enroll in sequence”; `panel()` is what it shows now. */
async function openPanel(prepare: (backend: ReturnType<typeof openCard>['backend']) => void = () => {}) {
  const opened = openCard('sidebar', aCard({ enrollments: [] }));
  const { backend, renderer } = opened;
  backend.answer('/cards/enroll/choices', () => someChoices());
  backend.answer('/cards/enroll/preview', () => aPreview());
  backend.answer('/cards/enroll', () => ({ message: 'Kim Berg is enrolled.', card: aCard() }));
  prepare(backend);
  opened.open();
  await vi.waitFor(() => renderer.findByTestId(Button, 'enroll'));
  const panel = (): RenderedFragmentNode => renderer.findByTestId(Button, 'enroll').props.overlay!;
  renderer.findByTestId(Button, 'enroll').trigger('onClick');
  const confirm = () => panel().find(LoadingButton, { testId: 'confirm-enroll' });
  const choose = async (sequenceId: string = ids.sequence) => {
    await vi.waitFor(() => panel().find(ToggleGroup));
    panel()
      .find(ToggleGroup)
      .trigger('onChange', sequenceId as never);
  };
  const read = () => textOf(panel());
  return { ...opened, panel, confirm, choose, read };
}

test('the panel names the person and offers the published sequences and the rep’s own mailbox', async () => {
  const { panel, confirm } = await openPanel();
  expect(panel().find(Panel).props.title).toBe('Enroll Kim Berg in a sequence');
  panel().find(LoadingSpinner);
  await vi.waitFor(() => panel().find(ToggleGroup));
  expect(
    panel()
      .find(ToggleGroup)
      .props.options.map(({ label, description }) => [label, description]),
  ).toEqual([
    ['First contact', '3 mails in 8 days'],
    ['After a fair', '2 mails, 1 call'],
  ]);
  expect(panel().find(Select).props.value).toBe(ids.mailbox);
  expect(
    panel()
      .find(Select)
      .props.options.map(({ label }) => label),
  ).toEqual(['team@seller.test', 'robin@seller.test (yours)']);
  expect(confirm().props.disabled).toBe(true);
});

test('nothing is asked of the backend before the panel is opened', async () => {
  const { backend, open, renderer } = openCard('sidebar', aCard({ enrollments: [] }));
  open();
  await vi.waitFor(() => renderer.findByTestId(Button, 'enroll'));
  expect(backend.to('/cards/enroll/choices')).toEqual([]);
});

test('choosing a sequence shows the dates with their reasons, the mail as it will be written, and warnings', async () => {
  const { backend, panel, choose, read, confirm } = await openPanel();
  await choose();
  await vi.waitFor(() => panel().find(Tile, { testId: 'preview-0' }));
  expect(read()).toContain(
    '1. Mail “Quick question” Mon, 16 Nov 2026, 09:00 CET Moved to Monday: sent on business days only.',
  );
  expect(read()).toContain('Hi Kim, how is Acme doing?');
  expect(read()).toContain('kim@acme.test');
  panel().find(Alert, { title: '{{job_title}} is empty; the fallback is used.' });
  expect(backend.to('/cards/enroll/preview')).toEqual([choice]);
  expect(confirm().text).toBe('Enroll Kim Berg');
  expect(confirm().props.disabled).toBe(false);
});

test('confirming enrolls, closes the panel and shows the new card', async () => {
  const { backend, panel, choose, confirm, renderer, text } = await openPanel();
  await choose();
  await vi.waitFor(() => expect(confirm().props.disabled).toBe(false));
  confirm().trigger('onClick');
  await vi.waitFor(() => expect(text()).toContain('First contact Active'));
  expect(backend.to('/cards/enroll')).toEqual([{ ...choice, idempotencyKey: expect.any(String) }]);
  await vi.waitFor(() => expect(renderer.mocks.actions.closeOverlay.calls).toEqual([['enroll']]));
  expect(panel().maybeFind(ToggleGroup)).toBeNull();
  expect(renderer.mocks.actions.addAlert.calls[0]).toEqual([{ type: 'success', message: 'Kim Berg is enrolled.' }]);
});

test('another mailbox brings another preview, and only that one can be confirmed', async () => {
  const { backend, panel, choose, confirm } = await openPanel();
  await choose();
  await vi.waitFor(() => expect(confirm().props.disabled).toBe(false));
  const held = backend.hold('/cards/enroll/preview');
  panel()
    .find(Select)
    .trigger('onChange', ids.otherMailbox as never);
  await vi.waitFor(() => expect(confirm().props.disabled).toBe(true));
  held.resolve(aPreview());
  await vi.waitFor(() => expect(confirm().props.disabled).toBe(false));
  confirm().trigger('onClick');
  await vi.waitFor(() => expect(backend.to('/cards/enroll')[0]).toMatchObject({ mailboxId: ids.otherMailbox }));
});

test('a refusal in the preview says why and what to do, and cannot be confirmed', async () => {
  const refusal = {
    code: 'SUPPRESSED',
    sentence: 'This address is on your do-not-contact list.',
    howToFix: 'Remove it there first.',
  };
  const { panel, choose, confirm } = await openPanel((backend) =>
    backend.answer('/cards/enroll/preview', () => aPreview({ refusal })),
  );
  await choose();
  await vi.waitFor(() => expect(panel().find(Alert, { testId: 'refusal' }).props.title).toBe(refusal.sentence));
  expect(textOf(panel().find(Alert, { testId: 'refusal' }))).toContain(refusal.howToFix);
  expect(confirm().props.disabled).toBe(true);
});

test('a preview that cannot be made says why and can be tried again', async () => {
  const { backend, panel, choose, read, confirm } = await openPanel((fake) =>
    fake.fail('/cards/enroll/preview', 'Gmail is away.', 503),
  );
  await choose();
  await vi.waitFor(() => expect(read()).toContain('Gmail is away.'));
  expect(confirm().props.disabled).toBe(true);
  backend.answer('/cards/enroll/preview', () => aPreview());
  panel().find(ErrorState).find(Button).trigger('onClick');
  await vi.waitFor(() => expect(confirm().props.disabled).toBe(false));
});

test('an enrolment that failed says so in the panel and is tried again under the same key', async () => {
  const { backend, panel, choose, confirm } = await openPanel((fake) =>
    fake.fail('/cards/enroll', 'SalesOS did not answer.', null),
  );
  await choose();
  await vi.waitFor(() => expect(confirm().props.disabled).toBe(false));
  confirm().trigger('onClick');
  await vi.waitFor(() =>
    expect(textOf(panel().find(Alert, { testId: 'enroll-failed' }))).toContain('SalesOS did not answer.'),
  );
  expect(confirm().text).toBe('Try again');
  confirm().trigger('onClick');
  await vi.waitFor(() => expect(backend.to('/cards/enroll')).toHaveLength(2));
  const [first, again] = backend.to('/cards/enroll').map((request) => request.idempotencyKey);
  expect(again).toBe(first);
});

test('searching asks for matching sequences after a pause in typing', async () => {
  const { backend, panel } = await openPanel((fake) =>
    fake.answer('/cards/enroll/choices', ({ query }) =>
      someChoices(query === 'fair' ? { sequences: someChoices().sequences.slice(1) } : {}),
    ),
  );
  await vi.waitFor(() => panel().find(ToggleGroup));
  for (const typed of ['f', 'fa', 'fai', 'fair'])
    panel()
      .find(SearchInput)
      .trigger('onInput', typed as never);
  await vi.waitFor(() => expect(panel().find(ToggleGroup).props.options).toHaveLength(1));
  expect(backend.to('/cards/enroll/choices').map(({ query }) => query)).toEqual(['', 'fair']);
});

test('a search without a match says so', async () => {
  const { panel } = await openPanel((fake) =>
    fake.answer('/cards/enroll/choices', ({ query }) => someChoices(query ? { sequences: [] } : {})),
  );
  await vi.waitFor(() => panel().find(ToggleGroup));
  panel()
    .find(SearchInput)
    .trigger('onInput', 'xyz' as never);
  await vi.waitFor(() =>
    expect(panel().find(Text, { testId: 'no-sequences' }).text).toBe('No published sequence is named like “xyz”.'),
  );
});

test('more sequences come with the next page', async () => {
  const { panel } = await openPanel((fake) =>
    fake.answer('/cards/enroll/choices', ({ cursor }) =>
      cursor
        ? someChoices({ sequences: [{ id: ids.task, name: 'Third', description: '' }] })
        : someChoices({ nextCursor: 'p2' }),
    ),
  );
  await vi.waitFor(() => panel().find(LoadingButton, { testId: 'Show more sequences' }));
  panel().find(LoadingButton, { testId: 'Show more sequences' }).trigger('onClick');
  await vi.waitFor(() => expect(panel().find(ToggleGroup).props.options).toHaveLength(3));
});

test('without a mailbox that can send, the panel says what blocks each and how to connect one', async () => {
  const blocked = {
    id: ids.mailbox,
    address: 'robin@seller.test',
    isOwn: true,
    blockedBy: 'It must be connected again.',
  };
  const { panel, read, confirm, choose } = await openPanel((fake) =>
    fake.answer('/cards/enroll/choices', () => someChoices({ mailboxes: [blocked] })),
  );
  await choose();
  await vi.waitFor(() => panel().find(Alert, { testId: 'no-mailbox' }));
  expect(read()).toContain('robin@seller.test: It must be connected again.');
  expect(panel().maybeFind(Select)).toBeNull();
  expect(confirm().props.disabled).toBe(true);
});

test('choices that cannot be loaded say why and can be tried again', async () => {
  const { backend, panel, read } = await openPanel((fake) =>
    fake.fail('/cards/enroll/choices', 'Away for a moment.', 503),
  );
  await vi.waitFor(() => expect(read()).toContain('Away for a moment.'));
  backend.answer('/cards/enroll/choices', () => someChoices());
  panel().find(ErrorState).find(Button).trigger('onClick');
  await vi.waitFor(() => panel().find(ToggleGroup));
});

test('cancelling closes the panel and changes nothing', async () => {
  const { backend, panel, renderer } = await openPanel();
  panel().find(Button, { testId: 'cancel-enroll' }).trigger('onClick');
  expect(renderer.mocks.actions.closeOverlay.calls).toEqual([['enroll']]);
  expect(backend.to('/cards/enroll')).toEqual([]);
});
