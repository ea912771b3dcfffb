import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLink } from './open-link.ts';

const seen: { url: string; headers: IncomingHttpHeaders }[] = [];
let backend: Server;
let origin: string;
const page = new Hono().get('/sandbox/open', (c) => openLink(c, origin));

beforeAll(async () => {
  backend = createServer((request, response) => {
    seen.push({ url: request.url ?? '', headers: request.headers });
    const target = { '/c/out': 'https://www.acme.example/pricing', '/c/in': '/u/1' }[request.url ?? ''];
    response.writeHead(target ? 302 : 200, target ? { location: target } : {}).end();
  });
  await new Promise<void>((ready) => backend.listen(0, '127.0.0.1', ready));
  origin = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
});
afterAll(() => void backend.close());

const open = (url: string, headers = {}) => page.request(`/sandbox/open?url=${encodeURIComponent(url)}`, { headers });

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
