/** A person walking the guided path in a browser; used against any sandbox, real or stub. */
import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import type { CrmName } from '../page-api.ts';

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

/** Where our surface is in each CRM, and where it asks what to enroll in. */
const places = {
  hubspot: { surface: '[data-testid="card-sidebar"]', dialog: 'dialog', frame: null, dialogFrame: null },
  salesforce: { surface: 'main', dialog: 'body', frame: 'SalesOS card', dialogFrame: 'SalesOS card' },
  pipedrive: { surface: 'main', dialog: 'main', frame: 'SalesOS panel', dialogFrame: 'Enroll in a sequence' },
};
const inside = (page: Page, title: string | null): Page | FrameLocator =>
  title === null ? page : page.frameLocator(`iframe[title="${title}"]`);

/** The card, component or panel of the record that is open. */
export const surfaceOf = (page: Page, crm: CrmName): Locator =>
  inside(page, places[crm].frame).locator(places[crm].surface);

/** Chooses the first sequence in the surface, sees what would happen and enrolls; from the usual mailbox unless another one is given. */
export async function enroll(page: Page, crm: CrmName, mailbox?: string): Promise<void> {
  await surfaceOf(page, crm).getByRole('button', { name: 'Enroll in sequence' }).click();
  const dialog = inside(page, places[crm].dialogFrame).locator(places[crm].dialog);
  // Salesforce's choice hides the input under its label.
  await dialog.getByRole('radio').first().check({ force: true });
  if (mailbox) await dialog.getByLabel('Send from').selectOption({ label: `${mailbox} (yours)` });
  await dialog.getByText('Would a short call').first().waitFor();
  const confirm = dialog.getByRole('button', { name: /^Enroll [A-Z]/ });
  await confirm.click();
  await confirm.waitFor({ state: 'hidden' });
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
