/** A person's view of the real product: what `npm start` runs, walked in a real browser. */
import { mkdir } from 'node:fs/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataFolder, type SandboxProcess, startSandboxProcess } from '../testing/sandbox-process.ts';
import { browserOptions, clickLink, desktopAgent, enroll, readMail, reply, tickedSteps } from './page/guided-path.ts';

const shots = new URL('../../artifacts/sandbox/', import.meta.url);
const [desktop, phone] = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const patience = { timeout: 40_000 };
const picture = new URL('../../docs/sandbox.png', import.meta.url).pathname;
const outlook = 'robin@outlook-northwind.example';
let place: Awaited<ReturnType<typeof dataFolder>>;
let sandbox: SandboxProcess;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const asked: string[] = [];

beforeAll(async () => {
  await mkdir(shots, { recursive: true });
  place = await dataFolder();
  sandbox = await startSandboxProcess(place.folder);
  browser = await chromium.launch(browserOptions);
  context = await browser.newContext({ viewport: desktop, userAgent: desktopAgent });
  context.on('request', (request) => asked.push(request.url()));
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await sandbox?.kill();
  await place?.remove();
});

/** The page as it is now, on a desktop and on a phone. */
async function shot(name: string): Promise<void> {
  const begin = performance.now();
  for (const [size, viewport] of [
    ['wide', desktop],
    ['phone', phone],
  ] as const) {
    await page.setViewportSize(viewport);
    // A frame that was never in sight is not painted.
    if (size === 'phone' && (await page.locator('.reading-frame').count())) {
      await page.locator('.reading-frame').scrollIntoViewIfNeeded();
      await page.screenshot({ path: new URL(`${name}-phone-inbox.png`, shots).pathname });
    }
    await page.screenshot({ path: new URL(`${name}-${size}.png`, shots).pathname, fullPage: size === 'phone' });
  }
  await page.setViewportSize(desktop);
  shotMilliseconds += performance.now() - begin;
}
/** Time that no visitor would spend. */
let shotMilliseconds = 0;
const sidebar = () => page.getByTestId('card-sidebar');
const openTab = (name: string) => page.getByRole('tab', { name, exact: true }).click();
const show = (name: RegExp) => page.getByRole('button', { name }).first().click();
/** Presses one of the recipient's buttons below the open mail, and what confirms it. */
async function recipientDoes(choice: string, confirm: string): Promise<void> {
  await page.getByRole('button', { name: choice, exact: true }).click();
  await page.locator('.act-form').getByRole('button', { name: confirm }).click();
  await page.locator('.act-form').waitFor({ state: 'hidden' });
}

test('a stranger goes from the first visit to the reply that stops the sequence in under a minute', async () => {
  const begin = performance.now();
  await page.goto(sandbox.url);
  await page.getByText('nothing leaves this machine').waitFor();
  await sidebar().getByRole('button', { name: 'Enroll in sequence' }).waitFor();
  await shot('1-first-visit');
  await enroll(page, 'hubspot');
  await sidebar().getByText('Workshop introduction').first().waitFor();
  await shot('2-enrolled');
  await readMail(page);
  await expect.poll(() => tickedSteps(page), patience).toHaveLength(2);
  await shot('3-mail-read');
  expect(await clickLink(page, context)).toContain('https://northwind-tools.example/tour');
  await expect.poll(() => tickedSteps(page), patience).toHaveLength(3);
  await reply(page);
  await expect.poll(() => tickedSteps(page), patience).toHaveLength(5);
  await sidebar().getByText('Stopped: the person replied.').first().waitFor();
  const seconds = (performance.now() - begin - shotMilliseconds) / 1000;
  console.log(`From the first visit to the reply that stops the sequence: ${seconds.toFixed(1)} s`);
  expect(seconds).toBeLessThan(60);
  await shot('4-replied');
}, 90_000);

test('HubSpot’s timeline shows both mails, and its fields show the score', async () => {
  await openTab('Timeline');
  const items = page.locator('#panel-Timeline li');
  await expect.poll(() => items.count(), patience).toBe(2);
  expect(await items.allInnerTexts()).toEqual([
    expect.stringContaining('Email received'),
    expect.stringContaining('Email sent'),
  ]);
});

test('the tab card shows the lines whose sum is the score', async () => {
  await openTab('SalesOS');
  const card = page.getByTestId('card-tab');
  await card.getByRole('tab', { name: 'Why this score' }).click();
  const rows = card.locator('tbody tr').filter({ visible: true });
  await expect.poll(() => rows.count(), patience).toBe(3);
  const lines = await rows.allInnerTexts();
  for (const [index, word] of ['Replied', 'Clicked', 'Opened'].entries()) {
    expect(lines[index]).toContain(word);
    expect(lines[index]).toContain('by a person');
  }
  const points = lines.map((line) => Number(/([\d.]+)\s*$/.exec(line)?.[1]));
  const score = Number(/Score (\d+) of 100/.exec(await card.innerText())?.[1]);
  expect(points.reduce((sum, one) => sum + one, 0)).toBeCloseTo(score, 1);
  await expect.poll(() => page.locator('.record-side').innerText(), patience).toContain(`${score}`);
  await shot('5-score');
  // The picture of the README: README_PICTURE=1 npx vitest run --project browser backend/sandbox/sandbox
  if (process.env.README_PICTURE) await page.screenshot({ path: picture });
});

test('the workflow action enrolls the other record and shows what it answered', async () => {
  await show(/Alex Moreau/);
  await page.getByRole('button', { name: /Run the workflow/ }).click();
  await page.getByText('enrollmentId').waitFor();
  const outputs = page.locator('.workflow-runs').first();
  expect(await outputs.innerText()).toMatch(/result\s+enrolled/);
  await page.getByText('The signed request (200)').click();
  await page.getByText('X-HubSpot-Signature-v3').waitFor();
  await sidebar().getByText('Active').waitFor();
  await shot('6-workflow');
});

test('out of office parks the sequence, and the card says until when', async () => {
  await readMail(page);
  await recipientDoes('Out of office', 'Answer automatically');
  await sidebar()
    .getByText(/is away until .+: the next step comes on/)
    .first()
    .waitFor();
  await shot('7-out-of-office');
});

test('an unsubscribe stops it, and the card says why nobody can be enrolled', async () => {
  await recipientDoes('Unsubscribe', 'Unsubscribe with one click');
  await sidebar().getByText('Stopped: the person unsubscribed.').first().waitFor();
  await shot('8-unsubscribed');
});

test('the rep chooses another mailbox, and the mail leaves from Outlook', async () => {
  await show(/Kim Larsen/);
  await enroll(page, 'hubspot', outlook);
  await sidebar().getByText(`Sent from ${outlook}`).waitFor();
});

test('a mail read without images asks for no pixel', async () => {
  await expect.poll(() => page.locator('.inbox-list li').count(), patience).toBe(3);
  const pixels = () => asked.filter((url) => url.includes('/t/o/')).length;
  const before = pixels();
  await page.locator('.inbox-list button').first().click();
  await page.frameLocator('.reading-frame').getByText('Would a short call').waitFor();
  await page.getByText('The clock was moved').waitFor();
  expect(pixels()).toBe(before);
});

test('a bounce in Outlook stops the sequence', async () => {
  await recipientDoes('Bounce', 'Bounce it');
  await sidebar().getByText('Stopped: the address does not accept mail.').first().waitFor();
  await shot('9-bounced');
});

test('the settings are the app’s own page', async () => {
  await show(/^Settings/);
  await page.getByTestId('card-settings').getByText('Postal address').first().waitFor();
  await page.getByTestId('card-settings').getByText('robin@northwind-tools.example (Gmail)').waitFor();
  for (const other of [`${outlook} (Outlook)`, 'robin@post-northwind.example (SMTP and IMAP)'])
    await page.getByTestId('card-settings').getByText(other).waitFor();
  await shot('10-settings');
});

test('a mailbox is paused in the settings, and goes on', async () => {
  const mailbox = page.locator('.hs-tile').filter({ hasText: `${outlook} (Outlook)` });
  await mailbox.getByRole('button', { name: 'Pause' }).click();
  await mailbox.getByText('Its mails wait until it is resumed; replies are still read.').waitFor();
  expect(await mailbox.getByRole('button', { name: 'Pause' }).count()).toBe(0);
  await mailbox.getByRole('button', { name: 'Resume' }).click();
  await mailbox.getByText('Ready to send.').waitFor();
  await mailbox.getByRole('button', { name: 'Pause' }).scrollIntoViewIfNeeded();
  await shot('10-settings-mailbox');
});

test('the log says what the backend did and why', async () => {
  await page.getByText('What the backend did, and why').click();
  await shot('11-log');
});

test('on a phone nothing is wider than the screen', async () => {
  await page.setViewportSize(phone);
  for (const view of [/Kim Larsen/, /Alex Moreau/, /^Settings/]) {
    await show(view);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(phone.width);
  }
  await page.setViewportSize(desktop);
});

test('the sandbox going away is said, and coming back is noticed', async () => {
  await page.route('**/sandbox/state', (route) => route.abort());
  await page.getByText('The sandbox does not answer').waitFor();
  await page.unroute('**/sandbox/state');
  await page.getByText('The sandbox does not answer').waitFor({ state: 'hidden' });
});

test('nothing but this machine was asked for anything', () => {
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter((url) => !url.startsWith(sandbox.url) && !/^(data|blob|about):/.test(url))).toEqual([]);
});
