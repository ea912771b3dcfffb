/** The pixel and the links of mails. */
import { type Context, Hono } from 'hono';
import type { System } from '../core/ctx.ts';
import { createTracker, isTrackingHost, pixelGif, type TrackedRequest } from '../email/index.ts';
import type { ApiEnv } from './request.ts';

/** Whole addresses that these routes answer. */
export const trackingPath = /^[a-z]+:\/\/[^/]+\/t\//;

/** The headers by which a program says that it loads ahead of a reader. */
const purposeHeaders = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/**
 * A hit is stored before it is answered; where that fails the answer is an error and not a lie. `trustedProxies` says how
 * many proxies of ours stand in front: the address is what the outermost of them saw.
 */
export function trackingRoutes(system: System, trustedProxies: number): Hono<ApiEnv> {
  const tracker = createTracker(system);
  const app = new Hono<ApiEnv>();

  const requestOf = (c: Context<ApiEnv>, token: string): TrackedRequest => {
    const header = headersOf(c);
    const purpose: Record<string, string> = {};
    for (const name of purposeHeaders) {
      const value = header(name);
      if (value) purpose[name] = value.slice(0, 100);
    }
    return {
      token,
      method: c.req.method,
      address: clientAddress(c, trustedProxies),
      userAgent: header('user-agent') ?? '',
      purpose,
    };
  };

  app.get('/t/o/:file', async (c) => {
    const file = c.req.param('file');
    await tracker.recordOpen(requestOf(c, file.endsWith('.gif') ? file.slice(0, -4) : file));
    return new Response(pixelGif, pixel);
  });

  app.get('/t/c/:token/:index', async (c) => {
    const index = c.req.param('index');
    const url = /^\d{1,4}$/.test(index)
      ? await tracker.recordClick(requestOf(c, c.req.param('token')), Number(index))
      : null;
    return url
      ? new Response(null, { status: 302, headers: { Location: url, ...noStore } })
      : c.text('This link is not known. It may have been cut off: open it from the mail again.', 404);
  });

  app.notFound((c) => c.text('There is nothing at this address.', 404));
  // A proxy that makes certificates when they are first needed asks here for which hosts it may.
  app.get('/t/host', async (c) =>
    (await isTrackingHost(system, c.req.query('domain') ?? '')) ? c.text('Yes.') : c.text('No.', 404),
  );

  app.onError((error, c) => {
    system.log.error({ error }, 'hit not stored');
    return c.text('Please try again in a moment.', 503, { 'Retry-After': '5' });
  });
  return app;
}

const noStore = { 'Cache-Control': 'no-store, no-cache, must-revalidate, private', 'Referrer-Policy': 'no-referrer' };
const pixel = { headers: { 'Content-Type': 'image/gif', ...noStore } };

/** Node's own reading of the headers where there is one: Hono's makes an object for all of them first. */
function headersOf(c: Context<ApiEnv>): (name: string) => string | undefined {
  const headers = c.env?.incoming?.headers;
  return headers ? (name) => headers[name]?.toString() : (name) => c.req.header(name);
}

function clientAddress(c: Context<ApiEnv>, trustedProxies: number): string {
  const socket = c.env?.incoming?.socket?.remoteAddress ?? '';
  if (trustedProxies === 0) return socket;
  const hops = (c.req.header('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim());
  return hops.at(-trustedProxies) || socket;
}
