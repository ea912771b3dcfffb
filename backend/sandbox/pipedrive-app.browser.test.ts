/** Pipedrive's panel as a rep sees it: the built page, framed from another origin by a stand-in for Pipedrive. */
import { expect, test } from 'vitest';
import { aCard, anEnrollment, ids } from '../../hubspot-app/testing/fixtures.ts';
import { pipedriveInBrowser } from '../../pipedrive-app/testing/in-browser.ts';
import { lowContrasts, unnamedControls } from '../../pipedrive-app/testing/readable.ts';

const see = pipedriveInBrowser();
const person = { resource: 'person', view: 'details', selectedIds: [3] } as const;
const { enrollment } = ids;

test('the panel shows the person, and is as high as what it shows', async () => {
  const panel = await see.open('panel', person);
  await panel.getByTestId('headline').waitFor();
  expect(await panel.getByTestId('score').textContent()).toBe('Score 64.5 of 100, Warm (tier 2)');
  expect(see.host.to('/pipedrive/session')).toMatchObject([
    { resource: 'person', selectedIds: ['3'], companyId: '7001' },
  ]);
  expect(see.host.to('/cards/contact')).toEqual([{ objectType: 'person', recordId: '3' }]);
  await expect.poll(async () => (await see.sizeOf())?.height).toBeGreaterThan(400);
  const size = await see.sizeOf();
  expect(size?.width).toBe(385);
  expect(size?.height).toBeLessThanOrEqual(750);
  const widest = await see.frameOf('panel').evaluate('document.documentElement.scrollWidth');
  expect(widest).toBeLessThanOrEqual(385);
  expect(await see.page.context().cookies()).toEqual([]);
  await see.shot('panel-light');
});

test.each(['light', 'dark'] as const)(
  'everything can be read in the %s theme, and every control has a name',
  async (theme) => {
    see.host.respond('/cards/decisions', {
      decisions: [
        {
          id: ids.decision,
          at: '2026-11-12T10:00:00Z',
          subject: 'email.send',
          outcome: 'Held back until Monday',
          reason: 'Business days only.',
          ruleVersion: '3',
          inputs: {},
        },
      ],
      nextCursor: null,
    });
    const problem = {
      code: 'x',
      sentence: 'Pipedrive refused the last update.',
      howToFix: 'Fill in the field.',
      at: '2026-11-12T10:00:00Z',
    };
    see.host.respond('/cards/contact', aCard({ problems: [problem] }));
    const panel = await see.open('panel', { ...person, theme: theme === 'dark' ? 'light' : 'dark' });
    await panel.getByTestId('headline').waitFor();
    await see.page.evaluate(`setTheme('${theme}')`);
    await expect.poll(() => see.frameOf('panel').evaluate('document.documentElement.dataset.theme')).toBe(theme);
    for (const tab of await panel.getByRole('tab').all()) {
      await tab.click();
      await panel.getByRole('tabpanel').locator('p').first().waitFor();
      expect(await see.frameOf('panel').evaluate(lowContrasts)).toEqual([]);
      expect(await see.frameOf('panel').evaluate(unnamedControls)).toEqual([]);
      await see.shot(`panel-${theme}-${(await tab.textContent())?.toLowerCase().replaceAll(/\W+/g, '-')}`);
    }
  },
);

test('stopping asks first, and stops only when confirmed', async () => {
  const stopped = anEnrollment({ status: 'stopped', sentence: 'Stopped by a colleague.', actions: [] });
  see.host.respond('/cards/enrollments/stop', { message: 'Stopped.', card: aCard({ enrollments: [stopped] }) });
  const panel = await see.open('panel', person);
  await panel.getByTestId(`stop-${enrollment}`).click();
  await see.page.getByText('No further mail of this sequence goes to Kim Berg.').waitFor();
  await see.page.getByRole('button', { name: 'Keep it running' }).click();
  expect(see.host.to('/cards/enrollments/stop')).toEqual([]);
  await panel.getByTestId(`stop-${enrollment}`).click();
  await see.page.getByRole('button', { name: 'Stop sequence' }).click();
  await panel.getByText('Stopped by a colleague.').waitFor();
  expect(await panel.getByTestId(`stop-${enrollment}`).count()).toBe(0);
});

test('pausing is told and can be taken back; resuming brings the sequence back', async () => {
  const paused = anEnrollment({ status: 'paused', sentence: 'Paused by you.', actions: ['resume', 'stop'] });
  see.host.respond('/cards/enrollments/pause', { message: 'Paused.', card: aCard({ enrollments: [paused] }) });
  see.host.respond('/cards/enrollments/resume', { message: 'Going on.', card: aCard() });
  const panel = await see.open('panel', person);
  await panel.getByTestId(`pause-${enrollment}`).click();
  await panel.getByText('Paused by you.').waitFor();
  await see.page.locator('#snackbars').getByText('Paused.').waitFor();
  await panel.getByTestId('undo').click();
  await panel.getByTestId(`pause-${enrollment}`).waitFor();
  expect(see.host.to('/cards/enrollments/resume')).toHaveLength(1);
});

test('a task that is done disappears, and older activity comes page by page', async () => {
  const older = {
    id: 'a2',
    at: '2026-11-11T10:00:00Z',
    kind: 'opened',
    title: 'Opened',
    detail: null,
    evidence: 'likely',
  };
  see.host.respond('/cards/contact', aCard({ activity: { ...aCard().activity, nextCursor: 'p2' } }));
  see.host.respond('/cards/activity', { items: [older], nextCursor: null });
  see.host.respond('/cards/tasks/complete', { message: 'Done.', card: aCard({ tasks: [] }) });
  const panel = await see.open('panel', person);
  await panel.getByRole('tab', { name: 'Activity' }).click();
  await panel.getByRole('button', { name: 'Show older activity' }).click();
  await panel.getByTestId('activity-a2').waitFor();
  expect(see.host.to('/cards/activity')).toMatchObject([{ recordId: '3', cursor: 'p2' }]);
  expect(await panel.getByRole('button', { name: 'Show older activity' }).count()).toBe(0);
  await panel.getByRole('tab', { name: 'Tasks (1)' }).click();
  await panel.getByTestId(`complete-${ids.task}`).click();
  await panel.getByTestId('no-tasks').waitFor();
  await panel.getByRole('tab', { name: 'Tasks (0)' }).waitFor();
});

test('of somebody new every part says what will appear there, and why nobody can be enrolled', async () => {
  const score = { value: 0, tier: 4, tierLabel: 'Quiet', lines: [], notCounted: null, asOf: '2026-11-13T12:00:00Z' };
  const cannotEnroll = { code: 'OPTED_OUT', sentence: 'This person has unsubscribed.', howToFix: 'We respect it.' };
  const nothing = { enrollments: [], tasks: [], score, activity: { items: [], nextCursor: null }, cannotEnroll };
  see.host.respond('/cards/contact', aCard(nothing));
  see.host.respond('/cards/decisions', { decisions: [], nextCursor: null });
  const panel = await see.open('panel', person);
  await panel.getByTestId('cannot-enroll').getByText('We respect it.').waitFor();
  expect(await panel.getByTestId('enroll').count()).toBe(0);
  for (const [tab, part] of [
    ['Sequences', 'no-enrollments'],
    ['Activity', 'no-activity'],
    ['Tasks (0)', 'no-tasks'],
    ['Why this score', 'no-score-lines'],
    ['Why it did that', 'no-decisions'],
  ] as const) {
    await panel.getByRole('tab', { name: tab }).click();
    await panel.getByTestId(part).waitFor();
  }
});

test('coming back into sight, the panel shows what changed meanwhile', async () => {
  const panel = await see.open('panel', person);
  await panel.getByTestId('headline').waitFor();
  see.host.respond('/cards/contact', aCard({ headline: 'Kim replied.' }));
  await see.page.evaluate('setVisible(true)');
  await panel.getByText('Kim replied.').waitFor();
});

test('the lines of the score add up to the score', async () => {
  const panel = await see.open('panel', person);
  await panel.getByRole('tab', { name: 'Why this score' }).click();
  const points = await panel.getByTestId('score-lines').locator('tbody tr td:last-child').allTextContents();
  const sum = points.reduce((total, text) => total + Number(text), 0);
  expect(points).toHaveLength(2);
  expect(sum).toBe(64.5);
  expect(await panel.getByTestId('score-lines').locator('tfoot td').textContent()).toBe('64.5');
  expect(await panel.getByTestId('score-sum').textContent()).toBe('40.0 + 24.5 = 64.5 of 100: Warm, tier 2.');
});

test('tabs are one stop for the keyboard, with arrows between them', async () => {
  const panel = await see.open('panel', person);
  await panel.getByRole('tab', { name: 'Sequences' }).focus();
  await see.page.keyboard.press('ArrowRight');
  expect(await panel.getByRole('tab', { name: 'Activity' }).getAttribute('aria-selected')).toBe('true');
  await see.page.keyboard.press('ArrowLeft');
  await see.page.keyboard.press('ArrowLeft');
  expect(await panel.getByRole('tab', { name: 'Why it did that' }).getAttribute('aria-selected')).toBe('true');
});
