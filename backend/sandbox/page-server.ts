/** Serves the sandbox page and its small JSON API. Everything it shows comes from a `SandboxWorld`. */
import { readFile } from 'node:fs/promises';
import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { openLink } from './open-link.ts';
import {
  apexCall,
  type CrmName,
  clockMove,
  crmNames,
  extensionKinds,
  hubspotFetch,
  inboxAct,
  recordProperties,
  type SandboxWorld,
  workflowStart,
} from './page-api.ts';

const salesforceFolder = new URL('../../salesforce-package/dist/', import.meta.url);
const fileTypes: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};
const pageFolder = new URL('./page/dist/', import.meta.url);
const pageFiles: Record<string, { file: string; type: string }> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/sandbox/page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/sandbox/page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
  '/sandbox/worker.js': { file: 'worker.js', type: 'text/javascript; charset=utf-8' },
};

/**
 * The page's browser is held to this machine as well: no address but our own, and the backend's for the pixel.
 * The mails are shown in frames that inherit this policy.
 */
function contentSecurityPolicy(backendOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: ${backendOrigin}`,
    `frame-src 'self' ${backendOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const ofCrm = `/sandbox/:crm{(?:${crmNames.join('|')})}`;
const crmOf = (c: Context) => c.req.param('crm') as CrmName;
const say = (code: string, sentence: string) => ({ code, sentence });

/** Parses a JSON body; a wrong one is answered with 400 and the first thing that is wrong with it. */
async function read<T>(c: Context, schema: z.ZodType<T>): Promise<{ data: T } | { refusal: Response }> {
  const body: unknown = await c.req.json().catch(() => undefined);
  const parsed = schema.safeParse(body);
  if (parsed.success) return { data: parsed.data };
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.');
  return { refusal: c.json(say('invalid', `${where ? `${where}: ` : ''}${issue?.message ?? 'Not JSON.'}`), 400) };
}

/** A page of another site must not steer the sandbox: its writes are refused by where they come from. */
function isForeign(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** The routes of the page; mount them at the root of the sandbox's server. */
export function pageServer(world: SandboxWorld): Hono {
  const app = new Hono();
  const missing = (c: Context, what: string) => c.json(say('not_found', `There is no such ${what}.`), 404);

  app.onError((error, c) => c.json(say('failed', error.message || 'Something went wrong in the sandbox.'), 500));
  app.use('/sandbox/*', async (c, next) => {
    if (c.req.method !== 'GET' && isForeign(c)) {
      return c.json(say('foreign', 'Only the sandbox page itself may do this.'), 403);
    }
    await next();
    c.header('Cache-Control', 'no-store');
  });

  for (const [path, { file, type }] of Object.entries(pageFiles)) {
    app.get(path, async (c) => {
      const content = await readFile(new URL(file, pageFolder)).catch(() => null);
      if (content === null) return c.text('The page has not been built. Run: npm run build:page', 503);
      return c.body(content, 200, {
        'Content-Type': type,
        'Content-Security-Policy': contentSecurityPolicy(world.backendOrigin),
        'Referrer-Policy': 'no-referrer',
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      });
    });
  }

  app.get('/sandbox/state', async (c) => c.json(await world.state()));
  app.get('/sandbox/log', async (c) => c.json({ entries: await world.log() }));
  app.post('/sandbox/clock', async (c) => {
    const body = await read(c, clockMove);
    if ('refusal' in body) return body.refusal;
    await world.moveClock(body.data);
    return c.json(await world.state());
  });

  app.get(`${ofCrm}/records/:id`, async (c) => {
    const record = await world.record(crmOf(c), c.req.param('id'));
    return record ? c.json(record) : missing(c, 'record');
  });
  app.get(`${ofCrm}/records/:id/timeline`, async (c) =>
    c.json({ items: await world.timeline(crmOf(c), c.req.param('id')) }),
  );
  app.post(`${ofCrm}/records/:id/properties`, async (c) => {
    const body = await read(c, recordProperties);
    if ('refusal' in body) return body.refusal;
    const record = await world.setProperties(crmOf(c), c.req.param('id'), body.data.properties);
    return record ? c.json(record) : missing(c, 'record');
  });

  app.get('/sandbox/inbox', async (c) => c.json({ mails: await world.inbox(c.req.query('address') ?? '') }));
  app.get('/sandbox/inbox/:id', async (c) => {
    const mail = await world.mail(c.req.param('id'));
    return mail ? c.json(mail) : missing(c, 'mail');
  });
  app.post('/sandbox/inbox/:id/act', async (c) => {
    const body = await read(c, inboxAct);
    if ('refusal' in body) return body.refusal;
    const result = await world.act(c.req.param('id'), body.data);
    return result ? c.json(result) : missing(c, 'mail');
  });
  app.get('/sandbox/open', (c) => openLink(c, world.backendOrigin));

  app.get(`${ofCrm}/workflow`, async (c) => c.json(await world.workflow(crmOf(c))));
  app.post(`${ofCrm}/workflow/run`, async (c) => {
    const body = await read(c, workflowStart);
    if ('refusal' in body) return body.refusal;
    return c.json(await world.runWorkflow(crmOf(c), body.data));
  });

  app.post('/sandbox/salesforce/apex', async (c) => {
    const body = await read(c, apexCall);
    return 'refusal' in body ? body.refusal : c.json(await world.apex(body.data));
  });
  app.get('/sandbox/salesforce/:file{(?:frame\\.html|frame\\.js|salesos\\.js|slds\\.css)}', async (c) => {
    const file = c.req.param('file');
    const content = await readFile(new URL(file, salesforceFolder)).catch(() => null);
    if (content === null) return c.text('The components have not been built. Run: npm run build:salesforce', 503);
    return c.body(content, 200, {
      'Content-Type': fileTypes[file.slice(file.lastIndexOf('.') + 1)] ?? 'text/plain',
      'Content-Security-Policy': contentSecurityPolicy(world.backendOrigin).replace(
        "frame-ancestors 'none'",
        "frame-ancestors 'self'",
      ),
      'X-Content-Type-Options': 'nosniff',
    });
  });
  app.post('/sandbox/pipedrive/token', async (c) => c.json({ token: await world.pipedriveToken() }));

  app.post('/sandbox/hubspot-fetch', async (c) => {
    const body = await read(c, hubspotFetch);
    if ('refusal' in body) return body.refusal;
    return c.json(await world.hubspotFetch(body.data));
  });
  app.get('/sandbox/extensions/:kind{[a-z]+\\.js}', async (c) => {
    const kind = extensionKinds.find((known) => `${known}.js` === c.req.param('kind'));
    const source = kind ? await world.extension(kind) : null;
    if (source === null) return missing(c, 'bundle');
    return c.body(source, 200, { 'Content-Type': 'text/javascript; charset=utf-8' });
  });

  return app;
}
