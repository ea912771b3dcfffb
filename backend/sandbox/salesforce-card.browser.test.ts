/** The Lightning components as they stand in the package, over Salesforce's own base components, in a real browser. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import type { ContactCard, EnrolledMany, GroupCard, TodayView } from '@salesos/shared/cards.ts';
import { type Browser, chromium, type FrameLocator, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCard, anEnrollment, aPreview, ids, someChoices, someSettings } from '../../hubspot-app/testing/fixtures.ts';
import { browserOptions } from './page/guided-path.ts';

const shots = new URL('../../artifacts/salesforce/', import.meta.url);
const dist = new URL('../../salesforce-package/dist/', import.meta.url);
const origin = 'https://org.test';
const kim = { recordId: '0035g00000KimBergAA', objectType: 'Contact' };
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
  // biome-ignore lint/suspicious/noExplicitAny: what a card asks; each test names what it reads of it.
  body: any;
}
type Answer = object | (() => object);
const problem = (status: number, code: string, detail: string) => () => {
  throw { body: { message: JSON.stringify({ status, code, detail }) } };
};

let browser: Browser;
let page: Page;
let frame: FrameLocator;
let asked: Asked[];
let answers: Record<string, Answer>;
const errors: string[] = [];
const to = (path: string) => asked.filter((one) => one.path === path).map(({ body }) => body);
const told = (type: string) =>
  page.evaluate(
    (wanted) => (globalThis as never as { told: { type: string }[] }).told.filter((one) => one.type === wanted),
    type,
  );

beforeAll(async () => {
  await mkdir(shots, { recursive: true });
  execFileSync(process.execPath, [new URL('../../salesforce-package/preview/build.ts', import.meta.url).pathname]);
  browser = await chromium.launch(browserOptions);
});
afterAll(() => browser?.close());

beforeEach(async () => {
  await page?.context().close();
  [asked, answers] = [[], {}];
  const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, reducedMotion: 'reduce' });
  page = await context.newPage();
  page.setDefaultTimeout(4_000);
  page.on('pageerror', (error) => errors.push(String(error.stack)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.exposeFunction('answerApex', (method: string, params: { path: string; body: string }) => {
    const path = params?.path ?? method;
    asked.push({ path, body: params?.body ? JSON.parse(params.body) : null });
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

async function mount(component: string, what: object = {}): Promise<void> {
  await page.goto(`${origin}/`);
  await expect.poll(() => told('ready')).toHaveLength(1);
  await page.evaluate(
    (message) => {
      const { frames } = globalThis as never as { frames: { postMessage(message: object, origin: string): void }[] };
      frames[0]?.postMessage(message, '*');
    },
    { type: 'mount', component, ...what },
  );
}
const openCard = (card: ContactCard) => {
  answers['/cards/contact'] = card;
  return mount('salesosCard', { recordId: kim.recordId, objectApiName: kim.objectType });
};
/** The page as it is now, on a desktop and in a sidebar of 400 px. */
async function shot(name: string): Promise<void> {
  for (const [size, width] of [
    ['wide', 1000],
    ['narrow', 400],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    // The bar of tabs folds a moment after the frame became narrow.
    const widthOfCard = () => frame.locator('html').evaluate('document.documentElement.scrollWidth');
    await expect.poll(widthOfCard).toBeLessThanOrEqual(width);
    await page.screenshot({ path: new URL(`${name}-${size}.png`, shots).pathname });
  }
  await page.setViewportSize({ width: 1000, height: 900 });
}
const button = (name: string | RegExp) => frame.getByRole('button', { name, exact: typeof name === 'string' });

test('the card says what happens next, and a rep enrolls from a preview', async () => {
  answers['/cards/enroll/choices'] = someChoices();
  answers['/cards/enroll/preview'] = aPreview();
  answers['/cards/enroll'] = { message: 'Kim Berg is enrolled.', card: aCard() };
  await openCard(aCard({ enrollments: [], headline: 'Kim Berg is in no sequence.' }));
  await frame.getByText('Kim Berg is in no sequence and was in none before.').waitFor();
  expect(to('/cards/contact')).toEqual([kim]);
  await shot('1-no-sequence');
  await button('Enroll in sequence').click();
  const dialog = frame.getByRole('dialog');
  await dialog.getByRole('radio', { name: /First contact/ }).check();
  await dialog.getByText('Quick question, Kim').waitFor();
  await dialog.getByText('Mon, 16 Nov 2026, 09:00').waitFor();
  await dialog.getByText('{{job_title}} is empty; the fallback is used.').waitFor();
  await shot('2-enroll');
  await button('Enroll Kim Berg').click();
  await dialog.waitFor({ state: 'detached' });
  const [request] = to('/cards/enroll');
  expect(request).toEqual({
    ...kim,
    sequenceId: ids.sequence,
    mailboxId: ids.mailbox,
    idempotencyKey: expect.any(String),
  });
  await frame.getByText('The second mail goes out on Monday at 09:00.').waitFor();
  expect(await told('toast')).toEqual([
    { type: 'toast', toast: { title: 'Kim Berg is enrolled.', variant: 'success' } },
  ]);
  expect(await told('records-changed')).toEqual([{ type: 'records-changed', recordIds: [kim.recordId] }]);
  await shot('3-enrolled');
});

test('stopping asks first, and a lost answer is asked for once more under the same key', async () => {
  let tries = 0;
  answers['/cards/enrollments/stop'] = () => {
    tries += 1;
    if (tries === 1) problem(0, 'unreachable', 'SalesOS did not answer.')();
    const stopped = anEnrollment({ status: 'stopped', sentence: 'Stopped by a colleague.', actions: [] });
    return { message: 'The sequence was stopped.', card: aCard({ enrollments: [stopped] }) };
  };
  await openCard(aCard());
  await button('Stop').click();
  await frame.getByText('No further mail of this sequence goes to Kim Berg.').waitFor();
  await shot('4-stop');
  expect(to('/cards/enrollments/stop')).toEqual([]);
  await button('Keep it running').click();
  expect(to('/cards/enrollments/stop')).toEqual([]);
  await button('Stop').click();
  await button('Stop sequence').click();
  await frame.getByText('Stopped by a colleague.').waitFor();
  const [first, second] = to('/cards/enrollments/stop');
  expect(first).toEqual({ ...kim, enrollmentId: ids.enrollment, idempotencyKey: expect.any(String) });
  expect(second).toEqual(first);
  expect(await button('Stop').count()).toBe(0);
});

test('a pause that was refused says why, and one that worked can be taken back', async () => {
  answers['/cards/enrollments/pause'] = problem(409, 'not_active', 'This sequence is not running any more.');
  await openCard(aCard());
  await button('Pause').click();
  await frame.getByText('This sequence is not running any more.').waitFor();
  const paused = anEnrollment({ status: 'paused', sentence: 'Paused by you.', actions: ['resume', 'stop'] });
  answers['/cards/enrollments/pause'] = { message: 'The sequence is paused.', card: aCard({ enrollments: [paused] }) };
  answers['/cards/enrollments/resume'] = { message: 'The sequence goes on.', card: aCard() };
  await button('Try again').click();
  await frame.getByText('Paused by you.').waitFor();
  await shot('5-paused');
  await button('Undo').click();
  await frame.getByText('The second mail goes out on Monday at 09:00.').waitFor();
  const keys = to('/cards/enrollments/pause').map((body) => body.idempotencyKey);
  expect(keys[1]).toBe(keys[0]);
});

test('the lines shown add up to the score', async () => {
  await openCard(aCard());
  await frame.getByRole('tab', { name: 'Why this score' }).click();
  await frame.getByText('3 opens by mail scanners are not counted.').waitFor();
  await frame.getByText('40.0 + 24.5 = 64.5 of 100: Warm, tier 2.').waitFor();
  const points = await frame.locator('[data-part="points"]').allInnerTexts();
  expect(points.reduce((sum, one) => sum + Number(one), 0)).toBe(64.5);
  expect(await frame.getByTestId('score-total').textContent()).toBe('64.5');
  await shot('6-score');
});

test('activity and reasons grow page by page; a page that failed can be asked for again', async () => {
  const card = aCard();
  card.activity.nextCursor = 'older';
  answers['/cards/activity'] = problem(422, 'bad_cursor', 'That page is gone.');
  answers['/cards/decisions'] = {
    decisions: [
      {
        id: ids.decision,
        at: '2026-11-12T10:00:00Z',
        subject: 'email.send',
        outcome: 'Held back',
        reason: 'It was Sunday.',
        ruleVersion: '3',
        inputs: {},
      },
    ],
    nextCursor: null,
  };
  await openCard(card);
  await frame.getByRole('tab', { name: 'Activity' }).click();
  await frame.getByText('Sounds good.').waitFor();
  await button('Show older activity').click();
  await frame.getByText('That page is gone.').waitFor();
  answers['/cards/activity'] = {
    items: [{ id: 'a0', at: '2026-11-10T08:05:00Z', kind: 'sent', title: 'Mail sent', detail: null, evidence: null }],
    nextCursor: null,
  };
  await button('Show older activity').click();
  await frame.getByText('Mail sent').waitFor();
  expect(to('/cards/activity').at(-1)).toEqual({ ...kim, cursor: 'older' });
  await shot('7-activity');
  await frame.getByRole('tab', { name: 'Why it did that' }).click();
  await frame.getByText('It was Sunday.').waitFor();
});

test('a task is marked as done', async () => {
  answers['/cards/tasks/complete'] = { message: 'The task is done.', card: aCard({ tasks: [] }) };
  await openCard(aCard());
  await frame.getByRole('tab', { name: 'Tasks (1)' }).click();
  await frame.getByText('Ask about the pilot.').waitFor();
  await button('Mark as done').click();
  await frame.getByText('No sequence is waiting for you.').waitFor();
  expect(to('/cards/tasks/complete')).toEqual([{ ...kim, taskId: ids.task, idempotencyKey: expect.any(String) }]);
});

test.each([
  ['no answer', problem(0, 'unreachable', 'SalesOS did not answer. Try again.'), 'SalesOS could not be reached', 2],
  [
    'an org that is not connected',
    problem(401, 'crm_not_connected', 'This org is not connected.'),
    'An admin connects it on the tab “SalesOS setup”.',
    1,
  ],
  ['no credential', problem(0, 'no_access', 'SalesOS is not connected for you yet.'), 'SalesOS is not connected', 1],
  [
    'no permission set',
    () => {
      throw { body: { message: "You do not have access to the Apex class named 'SalesOSCardController'." } };
    },
    'assign you the permission set “SalesOS Rep”',
    1,
  ],
] satisfies [string, Answer, string, number][])(
  '%s is said with what to do, and trying again shows the card',
  async (name, failing, sentence, asks) => {
    answers['/cards/contact'] = failing;
    await mount('salesosCard', { recordId: kim.recordId, objectApiName: 'Contact' });
    await frame.getByText(sentence).first().waitFor();
    expect(to('/cards/contact')).toHaveLength(asks);
    await shot(`8-${name.replaceAll(' ', '-')}`);
    answers['/cards/contact'] = aCard();
    await button('Try again').click();
    await frame.getByTestId('headline').waitFor();
  },
);

test('a change of the record in Salesforce reads the card anew', async () => {
  await openCard(aCard());
  await frame.getByTestId('headline').waitFor();
  answers['/cards/contact'] = aCard({ headline: 'Kim replied.' });
  await page.evaluate((recordId) => {
    const { frames } = globalThis as never as { frames: { postMessage(message: object, origin: string): void }[] };
    frames[0]?.postMessage({ type: 'record-changed', recordId }, '*');
  }, kim.recordId);
  await frame.getByText('Kim replied.').waitFor();
});

test('an account shows its people; each opens in place or as a record', async () => {
  const person = {
    objectType: 'Contact',
    recordId: kim.recordId,
    name: 'Kim Berg',
    address: 'kim@acme.test',
    headline: 'Next: the second mail on Monday at 09:00.',
    score: 64.5,
    tier: 2,
    tierLabel: 'Warm',
    cannotEnroll: null,
  };
  const other = {
    ...person,
    recordId: '0035g00000AlexMorAA',
    name: 'Alex Moreau',
    headline: 'In no sequence.',
    score: 0,
    tier: 4,
    tierLabel: 'Quiet',
    cannotEnroll: 'Alex unsubscribed.',
  };
  answers['/cards/group'] = {
    name: 'Acme',
    people: [person, other],
    notice: 'Only the 100 people changed last are shown.',
  } satisfies GroupCard;
  answers['/cards/contact'] = aCard();
  await mount('salesosCard', { recordId: '0015g00000AcmeIncAA', objectApiName: 'Account' });
  await frame.getByText('Alex unsubscribed.').waitFor();
  await button('Show what SalesOS knows about Kim Berg').click();
  await frame.getByTestId('headline').waitFor();
  await shot('9-account');
  await button('Alex Moreau').click();
  expect(await told('navigate')).toEqual([
    {
      type: 'navigate',
      page: {
        type: 'standard__recordPage',
        attributes: { recordId: other.recordId, objectApiName: 'Contact', actionName: 'view' },
      },
    },
  ]);
});

test('the quick action enrolls and closes', async () => {
  answers['/cards/contact'] = aCard({ enrollments: [] });
  answers['/cards/enroll/choices'] = someChoices();
  answers['/cards/enroll/preview'] = aPreview();
  answers['/cards/enroll'] = { message: 'Kim Berg is enrolled.', card: aCard() };
  await mount('salesosEnrollAction', { recordId: kim.recordId, objectApiName: 'Contact' });
  await frame.getByRole('radio', { name: /First contact/ }).check();
  await frame.getByTestId('preview-step').waitFor();
  await shot('10-quick-action');
  await button('Enroll Kim Berg').click();
  await expect.poll(() => told('close')).toHaveLength(1);
});

test('a list is enrolled row by row', async () => {
  const results: EnrolledMany['results'] = [
    { recordId: 'a', name: 'Kim Berg', result: 'enrolled', errorCode: '', message: '' },
    { recordId: 'b', name: 'Alex Moreau', result: 'refused', errorCode: 'OPTED_OUT', message: 'Alex unsubscribed.' },
  ];
  answers['/cards/enroll/choices'] = someChoices();
  answers['/cards/enroll/many'] = { message: '1 person was enrolled, 1 was not.', results };
  await mount('salesosEnrollMany', { ids: ['a', 'b'], objectApiName: 'Lead' });
  await frame.getByRole('radio', { name: /After a fair/ }).check();
  await shot('11-list');
  await button('Enroll in sequence').click();
  await frame.getByText('1 person was enrolled, 1 was not.').waitFor();
  expect(await frame.getByTestId('row').allInnerTexts()).toEqual(
    ['Kim BergEnrolled', 'Alex MoreauNot enrolled'].map((text) => expect.stringContaining(text)),
  );
  expect(to('/cards/enroll/many')).toEqual([
    {
      objectType: 'Lead',
      recordIds: ['a', 'b'],
      sequenceId: ids.otherSequence,
      mailboxId: ids.mailbox,
      idempotencyKey: expect.any(String),
    },
  ]);
  await shot('12-list-done');
});

test('the utility bar shows what waits today', async () => {
  const person = { ...kim, name: 'Kim Berg' };
  const [task] = aCard().tasks;
  answers['/cards/today'] = {
    tasks: [{ ...task!, person }],
    replies: [
      { id: 'r', at: '2026-11-12T10:00:00Z', person, subject: 'Re: Quick question', text: 'Sounds good.\nCall me.' },
    ],
  } satisfies TodayView;
  answers['/cards/tasks/complete'] = () => {
    answers['/cards/today'] = { tasks: [], replies: [] };
    return { message: 'The task is done.', card: aCard() };
  };
  await mount('salesosToday');
  await frame.getByText('Re: Quick question').waitFor();
  await shot('13-today');
  await button('Kim Berg').first().click();
  expect(await told('navigate')).toHaveLength(1);
  await button('Mark as done').click();
  await frame.getByText('No new replies.').waitFor();
});

test('the setup page says what is done and what is left', async () => {
  const state = {
    organizationId: '00D5g00000SalesOSAA',
    isReachable: true,
    isConnected: false,
    code: 'crm_not_connected',
    detail: 'This org is not connected yet.',
    connectUrl: 'https://salesos.test/connect/salesforce?host=org.test',
    permissionSets: ['SalesOS_Admin'],
    hiddenFields: [],
    canChangeSettings: true,
  };
  answers['SalesOSSetupController.state'] = state;
  await mount('salesosSetup');
  await frame.getByText('This org is not connected yet.').waitFor();
  await shot('14-setup-begins');
  await button('Connect this org').click();
  expect(await told('navigate')).toEqual([
    { type: 'navigate', page: { type: 'standard__webPage', attributes: { url: state.connectUrl } } },
  ]);
  answers['SalesOSSetupController.state'] = {
    ...state,
    isConnected: true,
    code: null,
    detail: null,
    hiddenFields: ['Lead.Score__c'],
  };
  answers['/cards/settings'] = someSettings({ postalAddress: null });
  answers['/salesforce/actions/options'] = {
    options: [{ label: 'First contact', value: ids.sequence, description: '' }],
    after: null,
  };
  answers['/cards/settings/update'] = someSettings();
  await button('Refresh').click();
  await frame.getByText(ids.sequence).waitFor();
  await frame.getByText('You cannot see these fields: Lead.Score__c.').waitFor();
  await shot('15-setup');
  await frame.getByLabel('Postal address').fill('1 Long Street, Oslo');
  await button('Save').click();
  await expect.poll(() => told('toast')).toHaveLength(1);
  expect(to('/cards/settings/update')).toEqual([
    { postalAddress: '1 Long Street, Oslo', idempotencyKey: expect.any(String) },
  ]);
});

test('no component wrote an error to the console', () => {
  expect(errors).toEqual([]);
});
