/**
 * Two servers for the browser tests: our backend's part (the built pages, sessions, cards that answer with fixtures) and,
 * on another origin, a page that frames it as Pipedrive does.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { type CardPath, cardRoutes } from '@salesos/shared/cards.ts';
import { build as bundle } from 'esbuild';
import { type Context, Hono } from 'hono';
import { sign, verify } from 'hono/jwt';
import { build } from 'vite';
import type { HostPage } from './host-page-query.ts';

const folder = join(import.meta.dirname, '..');
const secret = 'the extension’s secret';
const user = { userId: 11, companyId: 7001 };

export interface Asked {
  path: string;
  body: Record<string, unknown>;
}
type Respond = (body: Record<string, unknown>) => { status?: number; body: unknown };

/** `outDir` receives the built pages. */
export async function startHost(outDir: string) {
  await build({ configFile: join(folder, 'vite.config.ts'), logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  const {
    outputFiles: [script],
  } = await bundle({
    entryPoints: [join(folder, 'testing/host-page.ts')],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'warning',
  });
  const asked: Asked[] = [];
  const answers = new Map<string, Respond>();
  const sessions = new Set<string>();

  const host = new Hono();
  host.get('/', async (c) => c.html(await readFile(join(folder, 'testing/host-page.html'), 'utf8')));
  host.get('/host-page.js', (c) => c.body(script!.text, 200, { 'content-type': 'text/javascript' }));
  host.get('/token', async (c) => c.text(await sign({ ...user, exp: 4_000_000_000 }, secret, 'HS256')));
  const hostServer = await listening(host);

  const app = new Hono();
  app.get('/pipedrive/assets/:name', async (c) => {
    const name = c.req.param('name');
    const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
    return c.body(await readFile(join(outDir, 'assets', name)), 200, { 'content-type': type });
  });
  app.get('/pipedrive/:page', async (c) => {
    c.header(
      'Content-Security-Policy',
      `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors ${hostServer.url}`,
    );
    return c.html(await readFile(join(outDir, `${c.req.param('page')}.html`), 'utf8'));
  });
  app.post('/pipedrive/session', async (c) => {
    const body = await c.req.json<Record<string, string>>();
    asked.push({ path: '/pipedrive/session', body });
    const refused = answers.get('/pipedrive/session')?.(body);
    if (refused) return answer(c, refused);
    const claims = await verify(body.token ?? '', secret, 'HS256').catch(() => null);
    if (!claims || String(claims.userId) !== body.userId || String(claims.companyId) !== body.companyId)
      return answer(c, { status: 401, body: problem('The token is not Pipedrive’s.', 401) });
    const session = `pds_${sessions.size}`;
    sessions.add(session);
    const expiresAt = new Date(Date.now() + 900_000).toISOString();
    const record = { objectType: body.resource, recordIds: body.selectedIds };
    return c.json({ session, expiresAt, record, enrollModalId: 'enroll-modal' });
  });
  app.post('/cards/*', async (c) => {
    const path = c.req.path as CardPath;
    const session = c.req.header('authorization')?.slice('Bearer '.length) ?? '';
    if (!sessions.has(session)) return answer(c, { status: 401, body: problem('The session is over.', 401) });
    const body = cardRoutes[path].request.parse(await c.req.json()) as Record<string, unknown>;
    asked.push({ path, body });
    const given = answers.get(path)?.(body);
    if (!given) return answer(c, { status: 500, body: problem(`The test has no answer for ${path}.`, 500) });
    if ((given.status ?? 200) < 300) cardRoutes[path].response.parse(given.body);
    return answer(c, given);
  });
  const appServer = await listening(app);

  return {
    asked,
    to: (path: string) => asked.filter((one) => one.path === path).map(({ body }) => body),
    /** A good answer, or one made from the request. */
    respond: (path: string, body: unknown) =>
      void answers.set(path, typeof body === 'function' ? (body as Respond) : () => ({ body })),
    refuse: (path: string, status: number, sentence: string) =>
      void answers.set(path, () => ({ status, body: problem(sentence, status) })),
    forget(path: string) {
      answers.delete(path);
    },
    /** Every session is over, as after fifteen minutes. */
    endSessions: () => sessions.clear(),
    url(surface: HostPage['surface'], framed: Partial<HostPage['framed']> = {}): string {
      const page: HostPage = { origin: appServer.url, surface, framed: { ...user, theme: 'light', ...framed } };
      return `${hostServer.url}/?page=${encodeURIComponent(JSON.stringify(page))}`;
    },
    async stop() {
      await Promise.all([hostServer.stop(), appServer.stop()]);
    },
  };
}
export type TestHost = Awaited<ReturnType<typeof startHost>>;

const answer = (c: Context, { status = 200, body }: { status?: number; body: unknown }) =>
  c.body(JSON.stringify(body), status as 200, { 'content-type': 'application/json' });

const problem = (detail: string, status: number) => ({
  type: 'about:blank',
  title: 'Refused',
  status,
  detail,
  instance: '/',
  code: 'refused',
  request_id: 'r1',
});

async function listening(app: Hono): Promise<{ url: string; stop: () => Promise<void> }> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => resolve(port));
  const url = `http://127.0.0.1:${await promise}`;
  return {
    url,
    stop: () =>
      new Promise<void>((stopped) => {
        if ('closeAllConnections' in server) server.closeAllConnections();
        server.close(() => stopped());
      }),
  };
}
