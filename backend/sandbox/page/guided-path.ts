/** A person walking the guided path in a browser; used against any sandbox, real or stub. */
import type { BrowserContext, Page } from 'playwright-core';

export const browserOptions = {
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** Said instead of "HeadlessChrome", which is rightly taken for a robot. */
export const desktopAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** The labels of the steps that have ticked themselves. */
export const tickedSteps = (page: Page): Promise<string[]> =>
  page.locator('.guide li[data-state="done"]').allInnerTexts();

/** Chooses the first sequence in the card's panel and enrolls; from the usual mailbox unless another one is given. */
export async function enrollFromCard(page: Page, mailbox?: string): Promise<void> {
  await page.getByTestId('card-sidebar').getByRole('button', { name: 'Enroll in sequence' }).click();
  const panel = page.getByRole('dialog');
  await panel.getByRole('radio').first().check();
  if (mailbox) await panel.getByLabel('Send from').selectOption({ label: `${mailbox} (yours)` });
  await panel.getByRole('button', { name: /^Enroll/ }).click();
  await panel.waitFor({ state: 'hidden' });
}

/** Opens the newest mail of the inbox and lets it load its images. */
export async function readMail(page: Page): Promise<void> {
  await page.locator('.inbox-list button').first().click();
  await page.getByRole('button', { name: 'Show images' }).click();
}

/** Clicks the first link of the open mail; answers with what the new tab shows. */
export async function clickLink(page: Page, context: BrowserContext): Promise<string> {
  const link = page.frameLocator('.reading-frame').getByRole('link').first();
  const [tab] = await Promise.all([context.waitForEvent('page'), link.click()]);
  const text = (await tab.locator('body').textContent()) ?? '';
  await tab.close();
  return text;
}

export async function reply(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}
