/** Pipedrive's pages as a rep sees them: the built pages, framed from another origin by a stand-in for Pipedrive. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type FrameLocator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCard, anEnrollment, aPreview, ids, someChoices, someSettings } from '../../hubspot-app/testing/fixtures.ts';
import { lowContrasts, unnamedControls } from '../../pipedrive-app/testing/readable.ts';
import { startHost, type TestHost } from '../../pipedrive-app/testing/start-host.ts';
import { browserOptions } from './page/guided-path.ts';

const shots = new URL('../../artifacts/pipedrive/', import.meta.url);
const person = { resource: 'person', view: 'details', selectedIds: [3] } as const;
const { enrollment } = ids;
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
let folder: string;
let host: TestHost;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  await mkdir(shots, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), 'salesos-pipedrive-'));
  host = await startHost(folder);
  browser = await chromium.launch(browserOptions);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await host?.stop();
  if (folder) await rm(folder, { recursive: true });
});
beforeEach(async () => {
  host.asked.length = 0;
  host.forget('/pipedrive/session');
  host.respond('/cards/contact', aCard());
  host.respond('/cards/enroll/choices', someChoices());
  host.respond('/cards/enroll/preview', aPreview());
  host.respond('/cards/settings', someSettings());
  host.respond('/cards/automation', automation);
  page = await browser.newPage({ viewport: { width: 1100, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Oslo' });
  page.setDefaultTimeout(10_000);
});
afterEach(() => page.close());

async function open(...given: Parameters<TestHost['url']>): Promise<FrameLocator> {
  await page.goto(host.url(...given));
  return page.frameLocator('iframe').first();
}
const shot = (name: string) => page.screenshot({ path: new URL(`${name}.png`, shots).pathname });
const frameOf = (surface: string) => page.frames().find((frame) => frame.url().includes(`/pipedrive/${surface}`))!;
const sizeOf = async () => page.locator('iframe').first().boundingBox();

test('the panel shows the person, and is as high as what it shows', async () => {
  const panel = await open('panel', person);
  await panel.getByTestId('headline').waitFor();
  expect(await panel.getByTestId('score').textContent()).toBe('Score 64.5 of 100, Warm (tier 2)');
  expect(host.to('/pipedrive/session')).toMatchObject([{ resource: 'person', selectedIds: ['3'], companyId: '7001' }]);
  expect(host.to('/cards/contact')).toEqual([{ objectType: 'person', recordId: '3' }]);
  await expect.poll(async () => (await sizeOf())?.height).toBeGreaterThan(400);
  const size = await sizeOf();
  expect(size?.width).toBe(385);
  expect(size?.height).toBeLessThanOrEqual(750);
  const widest = await frameOf('panel').evaluate('document.documentElement.scrollWidth');
  expect(widest).toBeLessThanOrEqual(385);
  expect(await page.context().cookies()).toEqual([]);
  await shot('panel-light');
});

test.each(['light', 'dark'] as const)(
  'everything can be read in the %s theme, and every control has a name',
  async (theme) => {
    host.respond('/cards/decisions', {
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
    host.respond('/cards/contact', aCard({ problems: [problem] }));
    const panel = await open('panel', { ...person, theme: theme === 'dark' ? 'light' : 'dark' });
    await panel.getByTestId('headline').waitFor();
    await page.evaluate(`setTheme('${theme}')`);
    await expect.poll(() => frameOf('panel').evaluate('document.documentElement.dataset.theme')).toBe(theme);
    for (const tab of await panel.getByRole('tab').all()) {
      await tab.click();
      await panel.getByRole('tabpanel').locator('p').first().waitFor();
      expect(await frameOf('panel').evaluate(lowContrasts)).toEqual([]);
      expect(await frameOf('panel').evaluate(unnamedControls)).toEqual([]);
      await shot(`panel-${theme}-${(await tab.textContent())?.toLowerCase().replaceAll(/\W+/g, '-')}`);
    }
  },
);

test('a rep enrolls through the modal, seeing dates, the mail and the warning before', async () => {
  const enrolled = aCard();
  host.respond('/cards/contact', aCard({ enrollments: [], headline: 'In no sequence.' }));
  host.respond('/cards/enroll', { message: 'Kim Berg is enrolled.', card: enrolled });
  const panel = await open('panel', person);
  await panel.getByTestId('enroll').click();
  const modal = page.frameLocator('#modal iframe');
  await modal.getByRole('heading', { name: 'Enroll Kim Berg in a sequence' }).waitFor();
  expect(await modal.getByTestId('confirm-enroll').isDisabled()).toBe(true);
  await modal.getByRole('radio', { name: /First contact/ }).check();
  await modal.getByTestId('preview-0').getByText('Mon, 16 Nov 2026, 09:00').waitFor();
  await modal.getByText('Moved to Monday: sent on business days only.').waitFor();
  await modal.getByText('{{job_title}} is empty; the fallback is used.').waitFor();
  await modal.getByText('how is Acme doing?').waitFor();
  expect(await frameOf('modal').evaluate(lowContrasts)).toEqual([]);
  expect(await frameOf('modal').evaluate(unnamedControls)).toEqual([]);
  await shot('modal-preview');
  host.respond('/cards/contact', enrolled);
  await modal.getByTestId('confirm-enroll').click();
  await page.getByText('Kim Berg is enrolled.').waitFor();
  await page.locator('#modal').waitFor({ state: 'hidden' });
  await panel.getByTestId(`enrollment-${enrollment}`).waitFor();
  expect(host.to('/cards/enroll')).toEqual([
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
  host.respond('/cards/enroll', { message: 'Kim Berg is enrolled.', card: aCard() });
  host.respond('/cards/contact', aCard({ enrollments: [] }));
  await page.route('**/pipedrive/session', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), enrollModalId: 'removed' } });
  });
  const panel = await open('panel', person);
  await panel.getByTestId('enroll').click();
  await panel.getByRole('radio', { name: /After a fair/ }).check();
  await panel.getByTestId('preview-0').waitFor();
  await shot('panel-enroll-here');
  await panel.getByTestId('confirm-enroll').click();
  await panel.getByTestId(`enrollment-${enrollment}`).waitFor();
  expect(host.to('/cards/enroll')).toMatchObject([{ sequenceId: ids.otherSequence }]);
});

test('stopping asks first, and stops only when confirmed', async () => {
  const stopped = anEnrollment({ status: 'stopped', sentence: 'Stopped by a colleague.', actions: [] });
  host.respond('/cards/enrollments/stop', { message: 'Stopped.', card: aCard({ enrollments: [stopped] }) });
  const panel = await open('panel', person);
  await panel.getByTestId(`stop-${enrollment}`).click();
  await page.getByText('No further mail of this sequence goes to Kim Berg.').waitFor();
  await page.getByRole('button', { name: 'Keep it running' }).click();
  expect(host.to('/cards/enrollments/stop')).toEqual([]);
  await panel.getByTestId(`stop-${enrollment}`).click();
  await page.getByRole('button', { name: 'Stop sequence' }).click();
  await panel.getByText('Stopped by a colleague.').waitFor();
  expect(await panel.getByTestId(`stop-${enrollment}`).count()).toBe(0);
});

test('the lines of the score add up to the score', async () => {
  const panel = await open('panel', person);
  await panel.getByRole('tab', { name: 'Why this score' }).click();
  const points = await panel.getByTestId('score-lines').locator('tbody tr td:last-child').allTextContents();
  const sum = points.reduce((total, text) => total + Number(text), 0);
  expect(points).toHaveLength(2);
  expect(sum).toBe(64.5);
  expect(await panel.getByTestId('score-lines').locator('tfoot td').textContent()).toBe('64.5');
  expect(await panel.getByTestId('score-sum').textContent()).toBe('40.0 + 24.5 = 64.5 of 100: Warm, tier 2.');
});

test('a failure says why and can be tried again', async () => {
  host.refuse('/cards/contact', 503, 'Away for a moment.');
  const panel = await open('panel', person);
  await panel.getByText('Away for a moment.').waitFor();
  await panel.getByText('SalesOS could not be reached').waitFor();
  await shot('panel-failed');
  host.respond('/cards/contact', aCard());
  await panel.getByRole('button', { name: 'Try again' }).click();
  await panel.getByTestId('headline').waitFor();
});

test('whoever has no access is told whom to ask, and whoever has not installed is led there', async () => {
  host.refuse('/pipedrive/session', 403, 'You may not open this person in Pipedrive.');
  const panel = await open('panel', person);
  await panel.getByText('You may not open this person in Pipedrive.').waitFor();
  await panel.getByText('Ask a SalesOS admin in your company for access.').waitFor();
  await shot('panel-no-access');
  host.refuse('/pipedrive/session', 401, 'SalesOS is not installed for you.');
  await panel.getByRole('button', { name: 'Try again' }).click();
  await panel.getByText('SalesOS is not installed for you.').waitFor();
  expect(await panel.getByRole('link', { name: 'Install SalesOS' }).getAttribute('href')).toBe('/connect/pipedrive');
  await shot('panel-not-installed');
});

test('a session that ended is renewed, and a write without an answer is repeated under its own key', async () => {
  host.respond('/cards/enrollments/pause', { message: 'Paused.', card: aCard() });
  const panel = await open('panel', person);
  await panel.getByTestId(`pause-${enrollment}`).waitFor();
  host.endSessions();
  const sent: string[] = [];
  await page.route('**/cards/enrollments/pause', (route) => {
    sent.push(route.request().postDataJSON().idempotencyKey);
    return sent.length === 1 ? route.abort() : route.continue();
  });
  await panel.getByTestId(`pause-${enrollment}`).click();
  await page.getByText('Paused.').first().waitFor();
  expect(new Set(sent).size).toBe(1);
  // One that was lost, one that met the ended session, one under the new session.
  expect(sent).toHaveLength(3);
  expect(host.to('/cards/enrollments/pause')).toHaveLength(1);
  expect(host.to('/pipedrive/session')).toHaveLength(2);
});

test('on a deal one of its people is chosen, under a session for that person', async () => {
  const people = ['3', '4'].map((recordId) => ({
    objectType: 'person',
    recordId,
    name: recordId === '3' ? 'Kim Berg' : 'Ada Lund',
    address: `${recordId}@acme.test`,
    headline: 'Next: the second mail on Monday at 09:00.',
    score: 64.5,
    tier: 2,
    tierLabel: 'Warm',
    cannotEnroll: null,
  }));
  host.respond('/cards/group', { name: 'Pilot with Acme', people, notice: null });
  const panel = await open('panel', { resource: 'deal', view: 'details', selectedIds: [9] });
  await panel.getByRole('heading', { name: 'People of Pilot with Acme' }).waitFor();
  await shot('panel-deal');
  await panel.getByTestId('open-4').click();
  await panel.getByTestId('headline').waitFor();
  expect(host.to('/pipedrive/session').map(({ resource, selectedIds }) => [resource, selectedIds])).toEqual([
    ['deal', ['9']],
    ['person', ['4']],
  ]);
  expect(host.to('/cards/contact')).toEqual([{ objectType: 'person', recordId: '4' }]);
  await panel.getByTestId('back').click();
  await panel.getByTestId('person-3').waitFor();
});

test('people marked in a list are enrolled together, and each row says how it went', async () => {
  host.respond('/cards/enroll/many', {
    message: '2 people were enrolled, 1 was not.',
    results: [
      { recordId: '3', name: 'Kim Berg', result: 'enrolled', errorCode: '', message: 'First mail on Monday.' },
      { recordId: '4', name: 'Ada Lund', result: 'already_in', errorCode: '', message: 'In this sequence already.' },
      { recordId: '5', name: null, result: 'refused', errorCode: 'NO_ADDRESS', message: 'The record has no address.' },
    ],
  });
  const modal = await open('modal', { resource: 'person', view: 'list', selectedIds: [3, 4, 5] });
  await modal.getByRole('radio', { name: /First contact/ }).check();
  await modal.getByText('This is the preview for the first of them').waitFor();
  await modal.getByRole('button', { name: 'Enroll 3 people' }).click();
  await modal.getByTestId('many-results').waitFor();
  expect(await modal.getByTestId('many-results').locator('tbody tr').allTextContents()).toEqual([
    'Kim BergEnrolledFirst mail on Monday.',
    'Ada LundAlready inIn this sequence already.',
    'Person 5Not enrolledThe record has no address.',
  ]);
  expect(host.to('/cards/enroll/many')).toMatchObject([{ objectType: 'person', recordIds: ['3', '4', '5'] }]);
  await shot('modal-many-results');
});

test('tabs are one stop for the keyboard, with arrows between them', async () => {
  const panel = await open('panel', person);
  await panel.getByRole('tab', { name: 'Sequences' }).focus();
  await page.keyboard.press('ArrowRight');
  expect(await panel.getByRole('tab', { name: 'Activity' }).getAttribute('aria-selected')).toBe('true');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  expect(await panel.getByRole('tab', { name: 'Why it did that' }).getAttribute('aria-selected')).toBe('true');
});

test.each(['light', 'dark'] as const)('the settings page can be read and used in the %s theme', async (theme) => {
  host.respond('/cards/mailboxes/disconnect', someSettings({ mailboxes: [] }));
  const settings = await open('settings', { theme });
  await settings.getByText('1 of 2 still to do.').waitFor();
  await settings.getByText('Name, signature, slow start and working hours').click();
  expect(await frameOf('settings').evaluate(lowContrasts)).toEqual([]);
  expect(await frameOf('settings').evaluate(unnamedControls)).toEqual([]);
  await shot(`settings-${theme}`);
  await settings.getByTestId(`disconnect-${ids.mailbox}`).click();
  await page.getByText('Replies are no longer seen.').waitFor();
  await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await settings.getByTestId('no-mailboxes').waitFor();
  await frameOf('settings').evaluate('scrollTo(0, 700)');
  await shot(`settings-${theme}-below`);
});

test('an admin makes a password for automations, which is shown once, and copies a body', async () => {
  host.respond('/cards/automation/rotate', { ...automation, password: 'a-new-password' });
  const settings = await open('settings');
  const part = settings.getByTestId('automation');
  await part.getByText('SalesOS keeps only its fingerprint.').waitFor();
  await part.getByTestId('rotate').click();
  await page.getByRole('button', { name: 'Keep the one there is' }).click();
  expect(host.to('/cards/automation/rotate')).toEqual([]);
  await part.getByTestId('rotate').click();
  await page.getByRole('button', { name: 'Make a new password' }).click();
  expect(await part.getByTestId('automation-password').textContent()).toBe('a-new-password');
  await part.getByText('Enroll in sequence').first().click();
  await part.getByRole('button', { name: 'Copy body' }).click();
  // In a frame of another site the browser may forbid the clipboard; then the text is marked.
  await part.getByText(/^(Copied\.|It is marked: press Ctrl\+C)/).waitFor();
  expect(await frameOf('settings').evaluate(lowContrasts)).toEqual([]);
  await part.getByTestId('rotate').scrollIntoViewIfNeeded();
  await shot('settings-automation');
  await part.getByTestId('refresh-deliveries').click();
  await part.getByText('SalesOS keeps only its fingerprint.').waitFor();
});

test('whoever is no admin looks at the settings and finds no password', async () => {
  host.respond('/cards/settings', someSettings({ canEdit: false }));
  const settings = await open('settings');
  await settings.getByTestId('read-only').waitFor();
  expect(await settings.getByTestId('automation').count()).toBe(0);
  expect(await settings.getByRole('button', { name: /^(Save|Connect|Disconnect)/ }).count()).toBe(0);
});
