/** A browser, our built pages and a stand-in for Pipedrive, for the tests of one file. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { browserOptions } from '../../backend/sandbox/page/guided-path.ts';
import { aCard, aPreview, someChoices } from '../../hubspot-app/testing/fixtures.ts';
import { startHost, type TestHost } from './start-host.ts';

const shots = new URL('../../artifacts/pipedrive/', import.meta.url);

export function pipedriveInBrowser() {
  let folder: string;
  let browser: Browser;
  const see = {
    host: undefined as unknown as TestHost,
    page: undefined as unknown as Page,
    /** Opens a surface; answers its frame. */
    async open(...given: Parameters<TestHost['url']>) {
      await see.page.goto(see.host.url(...given));
      return see.page.frameLocator('iframe').first();
    },
    shot: (name: string) => see.page.screenshot({ path: new URL(`${name}.png`, shots).pathname }),
    frameOf: (surface: string) => see.page.frames().find((frame) => frame.url().includes(`/pipedrive/${surface}`))!,
    sizeOf: () => see.page.locator('iframe').first().boundingBox(),
  };

  beforeAll(async () => {
    await mkdir(shots, { recursive: true });
    folder = await mkdtemp(join(tmpdir(), 'salesos-pipedrive-'));
    see.host = await startHost(folder);
    browser = await chromium.launch(browserOptions);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await see.host?.stop();
    if (folder) await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    const { host } = see;
    host.asked.length = 0;
    host.forget('/pipedrive/session');
    host.respond('/cards/contact', aCard());
    host.respond('/cards/enroll/choices', someChoices());
    host.respond('/cards/enroll/preview', aPreview());
    const viewport = { width: 1100, height: 900 };
    see.page = await browser.newPage({ viewport, locale: 'en-GB', timezoneId: 'Europe/Oslo' });
    see.page.setDefaultTimeout(10_000);
  });
  afterEach(() => see.page.close());
  return see;
}
