import { Alert, LoadingButton, Tab, Table, Tabs, Text, Tile } from '@hubspot/ui-extensions';
import { expect, test, vi } from 'vitest';
import { aCard, anEnrollment, ids } from '../../../testing/fixtures.ts';
import { openCard } from '../../../testing/open-card.tsx';
import { textOf } from '../../../testing/text-of.ts';

async function openTab(card = aCard()) {
  const opened = openCard('tab', card);
  opened.open();
  await vi.waitFor(() => opened.renderer.find(Tabs));
  const tab = (tabId: string) => opened.renderer.find(Tab, { tabId });
  return { ...opened, tab };
}

test('the steps show what, when, and why not otherwise', async () => {
  const { tab } = await openTab();
  const steps = textOf(tab('sequences').find(Table));
  expect(steps).toContain('Mail “Quick question” Tue, 10 Nov 2026, 09:05 CET Done');
  expect(steps).toContain('Wait 2 business days Moved to Monday: business days only. Mon, 16 Nov 2026, 09:00 CET Next');
  expect(steps).toContain('Mail “Following up” Not known yet Later');
});

test('each sequence of the contact has its own steps', async () => {
  const ended = anEnrollment({ id: ids.otherSequence, sequenceName: 'After a fair', status: 'finished', actions: [] });
  const { tab } = await openTab(aCard({ enrollments: [anEnrollment(), ended] }));
  expect(tab('sequences').findAll(Table)).toHaveLength(2);
  expect(textOf(tab('sequences'))).toContain('After a fair Finished');
});

test('a contact who was never in a sequence is told so', async () => {
  const { tab } = await openTab(aCard({ enrollments: [] }));
  expect(textOf(tab('sequences'))).toContain('Kim Berg is in no sequence and was in none before.');
});

test('why this score: the visible lines add up to the score, and what was not counted is said', async () => {
  const card = aCard();
  const { renderer, tab } = await openTab(card);
  expect(renderer.findByTestId(Text, 'score-sum').text).toBe('40.0 + 24.5 = 64.5 of 100: Warm, tier 2.');
  const lines = textOf(tab('score').find(Table));
  expect(lines).toContain('Replied to “Quick question”, by a person A reply counts in full for 30 days.');
  expect(lines).toContain(
    'Clicked pricing, by a person A click fades with time. Wed, 11 Nov 2026, 11:00 CET 28.0 24.5',
  );
  expect(lines.endsWith('Score 64.5')).toBe(true);
  expect(renderer.findByTestId(Text, 'not-counted').text).toBe('3 opens by mail scanners are not counted.');
});

test('without points the score tab says what brings them', async () => {
  const score = { ...aCard().score, value: 0, tier: 4, tierLabel: 'Quiet', lines: [], notCounted: null };
  const { renderer, tab } = await openTab(aCard({ score }));
  expect(textOf(tab('score'))).toContain('Points come when the contact opens, clicks or replies to a mail.');
  expect(renderer.findByTestId(Text, 'score-sum').text).toBe('0 of 100: Quiet, tier 4.');
  expect(renderer.maybeFindByTestId(Text, 'not-counted')).toBeNull();
});

const [reply] = aCard().activity.items;
const older = { ...reply!, id: 'a2', title: 'Opened', evidence: 'machine' as const };

test('activity comes page by page and says whether it was a person', async () => {
  const { backend, renderer, tab } = await openTab(aCard({ activity: { items: [reply!], nextCursor: 'p2' } }));
  backend.answer('/cards/activity', () => ({ items: [older], nextCursor: null }));
  expect(textOf(tab('activity'))).toContain('Replied Sounds good. Thu, 12 Nov 2026, 11:00 CET, by a person');
  tab('activity').find(LoadingButton).trigger('onClick');
  await vi.waitFor(() => expect(tab('activity').findAll(Tile)).toHaveLength(2));
  expect(textOf(renderer.findByTestId(Tile, 'activity-a2'))).toContain('by a mail program');
  expect(tab('activity').maybeFind(LoadingButton)).toBeNull();
  expect(backend.to('/cards/activity')).toEqual([{ objectType: 'contact', recordId: '123', cursor: 'p2' }]);
});

test('when older activity cannot be loaded, the reason is shown and the button tries again', async () => {
  const { backend, tab } = await openTab(aCard({ activity: { items: [reply!], nextCursor: 'p2' } }));
  backend.fail('/cards/activity', 'Away for a moment.', 503);
  tab('activity').find(LoadingButton).trigger('onClick');
  await vi.waitFor(() => expect(textOf(tab('activity').find(Alert))).toContain('Away for a moment.'));
  backend.answer('/cards/activity', () => ({ items: [older], nextCursor: null }));
  tab('activity').find(LoadingButton).trigger('onClick');
  await vi.waitFor(() => expect(tab('activity').findAll(Tile)).toHaveLength(2));
  expect(tab('activity').maybeFind(Alert)).toBeNull();
});

test('a contact without activity is told what will appear', async () => {
  const { tab } = await openTab(aCard({ activity: { items: [], nextCursor: null } }));
  expect(textOf(tab('activity'))).toContain('appear here as they happen');
});

test('completing a task takes it off the list', async () => {
  const { backend, renderer, tab } = await openTab();
  backend.answer('/cards/tasks/complete', () => ({ message: 'Done.', card: aCard({ tasks: [] }) }));
  expect(tab('tasks').props.title).toBe('Tasks (1)');
  expect(textOf(tab('tasks'))).toContain('Call Kim Ask about the pilot. Due Tue, 17 Nov 2026, 10:00 CET');
  renderer.findByTestId(LoadingButton, `complete-${ids.task}`).trigger('onClick');
  await vi.waitFor(() => expect(tab('tasks').props.title).toBe('Tasks (0)'));
  expect(textOf(tab('tasks'))).toContain('No sequence is waiting for you.');
  expect(backend.to('/cards/tasks/complete')[0]).toMatchObject({ taskId: ids.task, recordId: '123' });
});

const decision = {
  id: ids.decision,
  at: '2026-11-12T10:00:01Z',
  subject: 'enrollment.step',
  outcome: 'Waits until Monday',
  reason: 'It is the weekend where Kim is.',
  ruleVersion: '3',
  inputs: {},
};

test('the reasons are asked for only when that tab is opened, and come page by page', async () => {
  const { backend, tab, renderer } = await openTab();
  backend.answer('/cards/decisions', ({ cursor }) =>
    cursor
      ? { decisions: [{ ...decision, id: ids.task }], nextCursor: null }
      : { decisions: [decision], nextCursor: 'p2' },
  );
  expect(backend.to('/cards/decisions')).toHaveLength(0);
  renderer.find(Tabs).trigger('onSelectedChange', 'decisions' as never);
  await vi.waitFor(() =>
    expect(textOf(tab('decisions'))).toContain('Waits until Monday It is the weekend where Kim is.'),
  );
  tab('decisions').find(LoadingButton).trigger('onClick');
  await vi.waitFor(() => expect(tab('decisions').findAll(Tile)).toHaveLength(2));
});

test('reasons that cannot be loaded say why; a contact without any is told what they are', async () => {
  const { backend, tab, renderer } = await openTab();
  backend.fail('/cards/decisions', 'Away for a moment.', 503);
  renderer.find(Tabs).trigger('onSelectedChange', 'decisions' as never);
  await vi.waitFor(() => expect(textOf(tab('decisions'))).toContain('Away for a moment.'));
  backend.answer('/cards/decisions', () => ({ decisions: [], nextCursor: null }));
  renderer.find(Tabs).trigger('onSelectedChange', 'score' as never);
  renderer.find(Tabs).trigger('onSelectedChange', 'decisions' as never);
  await vi.waitFor(() => expect(textOf(tab('decisions'))).toContain('is listed here with its reason'));
});
