/** The sandbox's page in a real browser, for tests that walk it in any of the three CRMs. */
import { mkdir } from 'node:fs/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { dataFolder, type SandboxProcess, startSandboxProcess } from '../testing/sandbox-process.ts';
import { browserOptions, desktopAgent } from './page/guided-path.ts';
import type { CrmName } from './page-api.ts';

export const shots = new URL('../../artifacts/three-crms/', import.meta.url);
/** For a slow machine. */
export const patience = { timeout: 40_000 };
const [desktop, phone] = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const names: Record<CrmName, string> = { hubspot: 'HubSpot', salesforce: 'Salesforce', pipedrive: 'Pipedrive' };

let sandbox: SandboxProcess;
let browser: Browser;
export let context: BrowserContext;
export let page: Page;
/** Whatever went wrong in a page or a frame, over all tests of a file. */
export const problems: string[] = [];

beforeAll(async () => {
  await mkdir(shots, { recursive: true });
  browser = await chromium.launch(browserOptions);
}, 90_000);
afterAll(() => browser?.close());

beforeEach(async () => {
  const user = { userAgent: desktopAgent, locale: 'en-GB', timezoneId: 'Europe/Berlin' };
  context = await browser.newContext({ viewport: desktop, ...user });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => {
    // Who switches to another CRM while HubSpot's card loads ends its worker in the middle of that.
    const isEndedCard = /importScripts.*failed to load/.test(String(error.stack));
    if (!isEndedCard) problems.push(String(error.stack));
  });
  page.on('console', (message) => {
    // A session of fifteen minutes ends when the clock is moved by twenty; the page begins another.
    const isEnded = message.text().includes('401') && message.location().url.includes('/cards/');
    if (message.type() === 'error' && !isEnded) problems.push(`${message.text()} ${message.location().url}`);
  });
});
afterEach(() => context?.close());

/** A sandbox of its own for the tests of a file or of a `describe`. */
export function withSandbox(): void {
  let place: Awaited<ReturnType<typeof dataFolder>>;
  beforeAll(async () => {
    place = await dataFolder();
    sandbox = await startSandboxProcess(place.folder);
  }, 90_000);
  afterAll(async () => {
    await sandbox?.kill();
    await place?.remove();
  });
}

/** Opens the page and switches to a CRM; with `what`, by its address. */
export async function open(crm: CrmName, what = ''): Promise<void> {
  await page.goto(`${sandbox.url}/${what && `#${crm}/${what}`}`);
  if (!what) await page.getByRole('button', { name: names[crm] }).click();
}

/** The page as it is now, on a desktop and on a phone, where nothing may be wider than the screen. */
export async function shot(name: string): Promise<void> {
  await page.screenshot({ path: new URL(`${name}-wide.png`, shots).pathname });
  await page.setViewportSize(phone);
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(phone.width);
  await page.screenshot({ path: new URL(`${name}-phone.png`, shots).pathname, fullPage: true });
  await page.setViewportSize(desktop);
}
