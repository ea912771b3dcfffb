/** The built pages that Pipedrive frames. They hold nothing of a customer: what they show they fetch under a session. */
import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import type { Settings } from '../core/ctx.ts';
import type { ApiEnv } from './request.ts';

const folder = new URL('../../../pipedrive-app/dist/', import.meta.url);
const yearSeconds = 31_536_000;
const types: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

export function pipedrivePages({ publicUrl, sandbox }: Settings): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  // The sandbox's own page stands in for Pipedrive's, on this machine.
  const framers = ['https://*.pipedrive.com', ...(sandbox ? ['http://localhost:*', 'http://127.0.0.1:*'] : [])];
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${framers.join(' ')}`,
  ].join('; ');
  const headers: Record<string, string> = {
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    ...(publicUrl.startsWith('https:') ? { 'Strict-Transport-Security': `max-age=${yearSeconds}` } : {}),
  };
  // Grouped, or “modal” alone would match anywhere: in the names of the assets too.
  app.get('/pipedrive/:page{(?:panel|modal|settings)}', async (c) => {
    const page = await readBuilt(`${c.req.param('page')}.html`);
    if (!page) return c.text('The pages for Pipedrive are not built: run npm run build:pipedrive.', 503, headers);
    // The address of a page has the signed token in it: nothing between us and the browser keeps it.
    return c.body(page, 200, { ...headers, 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  });
  app.get('/pipedrive/assets/:file{[A-Za-z0-9_-]+\\.[a-z0-9]+}', async (c) => {
    const file = c.req.param('file');
    const type = types[file.split('.').at(-1) ?? ''];
    const content = type ? await readBuilt(`assets/${file}`) : null;
    if (!content || !type) return c.text('There is nothing at this address.', 404, headers);
    // Its name changes with its content.
    const cache = `public, max-age=${yearSeconds}, immutable`;
    return c.body(content, 200, { ...headers, 'Content-Type': type, 'Cache-Control': cache });
  });
  return app;
}

/** Null where it was not built. */
async function readBuilt(name: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await readFile(new URL(name, folder)));
  } catch {
    return null;
  }
}
