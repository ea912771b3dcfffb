/** A page that stands in for a Salesforce org: it shows a component in the sandbox's frame and answers its Apex calls. */
import { mkdir, readFile } from 'node:fs/promises';
import type { ContactCard } from '@salesos/shared/cards.ts';
import { type Browser, chromium, type FrameLocator, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { buildSalesforce } from '../../salesforce-package/preview/build.ts';
import { browserOptions } from './page/guided-path.ts';

const shots = new URL('../../artifacts/salesforce/', import.meta.url);
const dist = new URL('../../salesforce-package/dist/', import.meta.url);
const origin = 'https://org.test';
export const kim = { recordId: '0035g00000KimBergAA', objectType: 'Contact' };
/** For a slow machine. */
export const patience = { timeout: 20_000 };
const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

/** The page around the frame: passes Apex calls to the test, and writes down the rest. */
const hostPage = `<!doctype html><title>Org</title><style>body{margin:0}iframe{border:0;width:100%;height:100vh}</style><script>
  window.told = [];
  addEventListener('message', async ({ source, data }) => {
    if (data.type !== 'apex') return window.told.push(data);
    const { result, error } = await window.answerApex(data.method, data.params);
    source.postMessage({ type: 'apex-result', id: data.id, result, error }, '*');
  });
</script><iframe src="/frame.html?locale=en-GB&timeZone=Europe/Oslo"></iframe>`;

interface Asked {
  path: string;
  body: Record<string, unknown>;
}
/** What is answered on a path; a function is asked anew each time and may throw. */
export type Answer = object | (() => object);
/** Refuses as our Apex does. */
export const problem =
  (status: number, code: string, detail: string, errors: object[] = []) =>
  () => {
    throw { body: { message: JSON.stringify({ status, code, detail, errors }) } };
  };

let browser: Browser;
export let page: Page;
export let frame: FrameLocator;
let asked: Asked[];
/** Path of a request, or Apex method without one → answer; a test sets them. */
export let answers: Record<string, Answer>;
/** Whatever went wrong in the page, over all tests of a file. */
export const errors: string[] = [];
/** The bodies of all requests to a path. */
export const to = (path: string) => asked.filter((one) => one.path === path).map(({ body }) => body);
/** What the frame told the page, by type. */
export const told = (type: string) =>
  page.evaluate(
    (wanted) => (globalThis as never as { told: { type: string }[] }).told.filter((one) => one.type === wanted),
    type,
  );

beforeAll(async () => {
  await mkdir(shots, { recursive: true });
  await buildSalesforce();
  browser = await chromium.launch(browserOptions);
});
afterAll(() => browser?.close());

beforeEach(async () => {
  await page?.context().close();
  [asked, answers] = [[], {}];
  const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, reducedMotion: 'reduce' });
  page = await context.newPage();
  page.setDefaultTimeout(patience.timeout);
  page.on('pageerror', (error) => errors.push(String(error.stack)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.exposeFunction('answerApex', (method: string, params: { path: string; body: string }) => {
    const path = params?.path ?? method;
    asked.push({ path, body: params?.body ? JSON.parse(params.body) : {} });
    const answer = answers[path];
    try {
      if (answer === undefined) problem(404, 'not_found', `Nothing answers ${path}.`)();
      const result = typeof answer === 'function' ? answer() : answer;
      return { result: params?.body ? JSON.stringify(result) : result };
    } catch (error) {
      return { error };
    }
  });
  await page.route(`${origin}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: hostPage });
    const body = await readFile(new URL(name, dist)).catch(() => null);
    if (!body) return route.fulfill({ status: 404 });
    return route.fulfill({ contentType: types[name.split('.').at(-1)!], body });
  });
  frame = page.frameLocator('iframe');
});

/** Says something to the frame, as the page of an org would. */
export const tellFrame = (message: object) =>
  page.evaluate((said) => {
    const { frames } = globalThis as never as { frames: { postMessage(message: object, origin: string): void }[] };
    frames[0]?.postMessage(said, '*');
  }, message);

/** Opens the page and shows a component with its properties. */
export async function mount(component: string, properties: object = {}): Promise<void> {
  await page.goto(`${origin}/`);
  await expect.poll(() => told('ready'), patience).toHaveLength(1);
  await tellFrame({ type: 'mount', component, ...properties });
}
export const openCard = (card: ContactCard) => {
  answers['/cards/contact'] = card;
  return mount('salesosCard', { recordId: kim.recordId, objectApiName: kim.objectType });
};
/** The page as it is now, on a desktop and in a sidebar of 400 px; `height` for a page that is longer than a screen. */
export async function shot(name: string, height = 900): Promise<void> {
  for (const [size, width] of [
    ['wide', 1000],
    ['narrow', 400],
  ] as const) {
    await page.setViewportSize({ width, height });
    // The bar of tabs folds a moment after the frame became narrow.
    const widthOfCard = () => frame.locator('html').evaluate('document.documentElement.scrollWidth');
    await expect.poll(widthOfCard, patience).toBeLessThanOrEqual(width);
    await page.screenshot({ path: new URL(`${name}-${size}.png`, shots).pathname });
  }
  await page.setViewportSize({ width: 1000, height: 900 });
}
export const button = (name: string | RegExp) => frame.getByRole('button', { name, exact: typeof name === 'string' });
