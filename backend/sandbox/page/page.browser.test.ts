/** The page itself, in a real browser, over the stub world: the frame around the product, not the product. */
import { access, mkdir } from 'node:fs/promises';
import { Hono } from 'hono';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ServedFake, serveFake } from '../fakes/serve.ts';
import { pageServer } from '../page-server.ts';
import { stubWorld } from './dev/stub-world.ts';
import { browserOptions, clickLink, enrollFromCard, readMail, reply, tickedSteps } from './guided-path.ts';

const bundles = new URL('../../../hubspot-app/dist/', import.meta.url);
const shots = new URL('../../../artifacts/page/', import.meta.url);
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
let browser: Browser;
let context: BrowserContext;
let page: Page;
let served: ServedFake;
let asked: string[];

beforeAll(async () => {
  await access(new URL('Sidebar.js', bundles)).catch(() => {
    throw new Error('The HubSpot bundles are missing: npm run build:hubspot');
  });
  await mkdir(shots, { recursive: true });
  browser = await chromium.launch(browserOptions);
});
afterAll(async () => {
  await served.close();
  await browser.close();
});

/** A fresh world on its own port; tracked addresses are answered as the backend would. */
async function open(viewport: { width: number; height: number }): Promise<void> {
  await served?.close();
  await context?.close();
  const app = new Hono();
  served = await serveFake(app);
  const world = stubWorld(served.url, bundles);
  app.get('/o/:file', (c) => {
    world.hit('opened', c.req.param('file').replace('.gif', ''));
    return c.body(gif, 200, { 'content-type': 'image/gif' });
  });
  app.get('/c/:id', (c) => {
    world.hit('clicked', c.req.param('id'));
    return c.redirect('https://www.acme.example/two-pages');
  });
  app.route('/', pageServer(world));
  context = await browser.newContext({ viewport });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  asked = [];
  context.on('request', (request) => asked.push(request.url()));
  await page.goto(served.url);
}
const shot = (name: string) => page.screenshot({ path: new URL(`${name}.png`, shots).pathname });

beforeEach(() => open({ width: 1440, height: 900 }));

test('a stranger goes from enrolling to the reply that stops, and each step ticks itself', async () => {
  await enrollFromCard(page);
  await expect.poll(() => tickedSteps(page)).toHaveLength(1);
  await readMail(page);
  await expect.poll(() => tickedSteps(page)).toHaveLength(2);
  expect(await clickLink(page, context)).toContain('https://www.acme.example/two-pages');
  await expect.poll(() => tickedSteps(page)).toHaveLength(3);
  await reply(page);
  await expect.poll(() => tickedSteps(page)).toHaveLength(5);
  // The card heard of the change by itself.
  await page.getByTestId('card-sidebar').getByText('Stopped: the person replied.').first().waitFor();
  await shot('guided-path');
  // Nothing but this machine was asked for anything.
  expect(asked.filter((url) => !url.startsWith(served.url) && !/^(data|blob|about):/.test(url))).toEqual([]);
});

test('a mail read without images is not counted as opened', async () => {
  await enrollFromCard(page);
  await page.locator('.inbox-list button').first().click();
  await page.frameLocator('.reading-frame').getByText('Worth fifteen minutes').waitFor();
  await page.waitForTimeout(500); // what would have been loaded would be there by now
  expect(asked.filter((url) => url.includes('/o/'))).toEqual([]);
});

test('the workflow enrolls the other record and shows the signed request', async () => {
  await page.getByRole('button', { name: /Priya/ }).click();
  await page.getByRole('button', { name: /Run the workflow/ }).click();
  await page.getByText('The signed request (200)').click();
  await page.getByText('X-HubSpot-Signature-v3').waitFor();
  await shot('workflow');
});

test('the settings run the app’s own settings page', async () => {
  await page.getByRole('button', { name: /Settings/ }).click();
  await page.getByTestId('card-settings').getByText('Postal address').waitFor();
  await shot('settings');
});

test('the sandbox going away is said, and coming back is noticed', async () => {
  await page.route('**/sandbox/state', (route) => route.abort());
  await page.getByText('The sandbox does not answer').waitFor();
  await page.unroute('**/sandbox/state');
  await page.getByText('The sandbox does not answer').waitFor({ state: 'hidden' });
});

test('on a phone nothing is wider than the screen', async () => {
  await open({ width: 390, height: 844 });
  await page.getByTestId('card-sidebar').getByRole('button', { name: 'Enroll in sequence' }).waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await shot('phone');
});
