/** The same person in three CRMs, each with our real surface: the whole path clicked in each of them. */
import { describe, expect, test } from 'vitest';
import { clickLink, enroll, readMail, reply, surfaceOf, tickedSteps } from './page/guided-path.ts';
import { type CrmName, crmNames } from './page-api.ts';
import { context, open, page, patience, problems, shot, shots, withSandbox } from './sandbox-page.harness.ts';

/** Where the record itself shows our score, and its list of what happened. */
const record: Record<CrmName, { score: string; timeline: string }> = {
  hubspot: { score: '.record-side', timeline: '#panel-Timeline li' },
  salesforce: { score: '.sf-highlights', timeline: '#panel-Activity li' },
  pipedrive: { score: '.pd-side .properties', timeline: '#panel-Activities li' },
};

const windows = new Map<CrmName, Buffer>();

describe.each(crmNames)('from %s', (crm) => {
  withSandbox();

  test('a person is enrolled, opens, clicks and replies; the record shows that it stopped, and the score', async () => {
    await open(crm);
    const surface = surfaceOf(page, crm);
    await surface.getByText('Score 0 of 100').first().waitFor();
    await shot(`${crm}-1-first`);
    await enroll(page, crm);
    await surface.getByText('Workshop introduction').first().waitFor();
    await shot(`${crm}-2-enrolled`);
    await readMail(page);
    await expect.poll(() => tickedSteps(page), patience).toHaveLength(2);
    await clickLink(page, context);
    await expect.poll(() => tickedSteps(page), patience).toHaveLength(3);
    await reply(page);
    await expect.poll(() => tickedSteps(page), patience).toHaveLength(5);
    // Nobody reloads: the surface is told as this CRM tells it.
    await surface.getByText('stopped: the person replied').first().waitFor();
    await surface.getByText('Score 63 of 100').first().waitFor();
    await expect.poll(() => page.locator(record[crm].score).textContent(), patience).toMatch(/SalesOS score\s*63/i);
    const items = page.locator(record[crm].timeline);
    await expect.poll(() => items.count(), patience).toBe(2);
    expect((await items.allInnerTexts()).map((text) => text.split('\n')[0])).toEqual(['Email received', 'Email sent']);
    for (const note of await page.getByRole('button', { name: 'Dismiss' }).all()) await note.click();
    windows.set(crm, await page.locator('.window.crm').screenshot());
    await shot(`${crm}-3-replied`);
  }, 90_000);

  test('the address of the page remembers the CRM, and the path can be walked again', async () => {
    await open(crm);
    expect(new URL(page.url()).hash).toMatch(new RegExp(`^#${crm}/`));
    await page.reload();
    await surfaceOf(page, crm).getByText('Score 63 of 100').first().waitFor();
    await enroll(page, crm);
    await expect.poll(() => tickedSteps(page), patience).toHaveLength(1);
  }, 60_000);

  test('the other person is enrolled without a click on our surface', async () => {
    await open(crm);
    await page
      .getByRole('button', { name: /Alex Moreau/ })
      .first()
      .click();
    await page.getByRole('button', { name: /^Run the / }).click();
    await page.locator('.workflow-runs').getByText('enrollmentId').waitFor();
    await surfaceOf(page, crm).getByText('Workshop introduction').first().waitFor();
    await shot(`${crm}-4-by-itself`);
  }, 60_000);
});

test('nothing went wrong in a page or a frame', () => expect(problems).toEqual([]));

test('the three CRMs are seen side by side', async () => {
  const pictures = crmNames.map((crm) => `<img src="data:image/png;base64,${windows.get(crm)?.toString('base64')}">`);
  await page.setViewportSize({ width: 2160, height: 640 });
  await page.setContent(
    `<style>body{margin:0;padding:12px;display:flex;gap:12px;background:#e9ecf1}img{width:704px;border-radius:8px}</style>${pictures.join('')}`,
  );
  const whole = page.locator('body');
  await whole.screenshot({ path: new URL('side-by-side.png', shots).pathname });
  // The picture of the README: README_PICTURE=1 npx vitest run --project browser backend/sandbox/three-crms
  if (process.env.README_PICTURE)
    await whole.screenshot({ path: new URL('../../docs/three-crms.png', import.meta.url).pathname });
});
