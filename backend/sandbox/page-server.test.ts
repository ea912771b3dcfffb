import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stubWorld } from './page/dev/stub-world.ts';
import {
  crmRecord,
  hubspotFetchResult,
  inboxMail,
  logEntry,
  mailDetail,
  sandboxState,
  timelineItem,
  workflowRun,
} from './page-api.ts';
import { pageServer } from './page-server.ts';

const seen: { url: string; headers: IncomingHttpHeaders }[] = [];
let backend: Server;
let origin: string;
let app: ReturnType<typeof pageServer>;

beforeAll(async () => {
  backend = createServer((request, response) => {
    seen.push({ url: request.url ?? '', headers: request.headers });
    const target = { '/c/out': 'https://www.acme.example/pricing', '/c/in': '/u/1' }[request.url ?? ''];
    response.writeHead(target ? 302 : 200, target ? { location: target } : {}).end();
  });
  await new Promise<void>((ready) => backend.listen(0, '127.0.0.1', ready));
  origin = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  app = pageServer(stubWorld(origin, new URL('./no-such-folder/', import.meta.url)));
});
afterAll(() => void backend.close());

const get = (path: string) => app.request(path);
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('the guided path', () => {
  test('from enrolling to the reply that stops, every answer keeps its contract', async () => {
    sandboxState.parse(await (await get('/sandbox/state')).json());
    crmRecord.parse(await (await get('/sandbox/records/101')).json());
    const enroll = { url: 'https://api.salesos.example/cards/enroll', method: 'POST', timeoutSeconds: 15 };
    const enrolled = await post('/sandbox/hubspot-fetch', { ...enroll, body: { recordId: '101' } });
    expect(hubspotFetchResult.parse(await enrolled.json()).status).toBe(200);

    const address = encodeURIComponent('kim.larsen@nordlys.example');
    const { mails } = (await (await get(`/sandbox/inbox?address=${address}`)).json()) as { mails: unknown[] };
    const mail = inboxMail.parse(mails[0]);
    mailDetail.parse(await (await get(`/sandbox/inbox/${mail.id}`)).json());
    expect((await post(`/sandbox/inbox/${mail.id}/act`, { kind: 'reply', text: 'Yes' })).status).toBe(200);

    const { items } = (await (await get('/sandbox/records/101/timeline')).json()) as { items: unknown[] };
    expect(items.map((item) => timelineItem.parse(item).kind)).toEqual(['email_in', 'email_out']);
    const { entries } = (await (await get('/sandbox/log')).json()) as { entries: unknown[] };
    expect(entries.map((entry) => logEntry.parse(entry).name)).toContain('enrollment.stopped');
    const run = await post('/sandbox/workflow/run', { recordId: '102', sequenceId: 'any' });
    expect(workflowRun.parse(await run.json()).ok).toBe(true);
  });
});

describe('what it refuses', () => {
  test.each([
    ['/sandbox/clock', { action: 'advance', seconds: -5 }],
    ['/sandbox/clock', { action: 'jump', to: 'tomorrow' }],
    ['/sandbox/clock', 'no json'],
    ['/sandbox/inbox/m-101/act', { kind: 'reply', text: '   ' }],
    ['/sandbox/inbox/m-101/act', { kind: 'reply_from', address: 'nobody', text: 'Hi' }],
    ['/sandbox/inbox/m-101/act', { kind: 'explode' }],
    ['/sandbox/hubspot-fetch', { url: '/cards/contact', method: 'POST', body: null, timeoutSeconds: 15 }],
    ['/sandbox/hubspot-fetch', { url: 'https://a.example', method: 'TRACE', body: null, timeoutSeconds: 15 }],
  ])('%s with %j is answered with 400 and a sentence', async (path, body) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { sentence: string }).sentence).not.toBe('');
  });

  test.each(['/sandbox/records/999', '/sandbox/inbox/none', '/sandbox/extensions/sidebar.js'])(
    '%s is answered with 404',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  test('a page of another site cannot steer the sandbox', async () => {
    const body = { action: 'advance', seconds: 60 };
    expect((await post('/sandbox/clock', body, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post('/sandbox/clock', body, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });
});

describe('links in mails', () => {
  const open = (url: string, headers = {}) => app.request(`/sandbox/open?url=${encodeURIComponent(url)}`, { headers });

  test('a tracked link is really requested, with the browser’s own name, and the way out is shown instead of taken', async () => {
    const answer = await open(`${origin}/c/out`, { 'user-agent': 'A Browser/1.0' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('https://www.acme.example/pricing');
    expect(seen.at(-1)).toMatchObject({ url: '/c/out', headers: { 'user-agent': 'A Browser/1.0' } });
  });

  test('a link that stays on the machine is followed', async () => {
    const answer = await open(`${origin}/c/in`);
    expect(answer.headers.get('location')).toBe(`${origin}/u/1`);
  });

  test('an address outside is shown and never asked', async () => {
    const before = seen.length;
    const answer = await open('https://www.acme.example/<script>alert(1)</script>');
    const text = await answer.text();
    expect(text).not.toContain('<script>alert');
    expect(seen.length).toBe(before);
  });

  test.each(['javascript:alert(1)', 'file:///etc/passwd', 'nonsense', ''])('%s is not opened', async (url) => {
    expect((await open(url)).status).toBe(400);
  });
});
