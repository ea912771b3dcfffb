/** A web server in a process of its own: `bare` (Hono and a GIF) or `product` (our whole API) on the database given. */
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { openPostgres } from '../src/core/db.ts';
import { pixelGif } from '../src/email/index.ts';
import { reportToParent } from './child.ts';
import { startSystem } from './scratch.ts';
import { serveApi } from './serve.ts';

const [mode, databaseUrl] = process.argv.slice(2);

if (mode === 'bare') {
  const app = new Hono();
  app.get('/t/o/:file', (c) => c.body(pixelGif, 200, { 'Content-Type': 'image/gif', 'Cache-Control': 'no-store' }));
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
    reportToParent((server.address() as AddressInfo).port),
  );
} else {
  const database = openPostgres(databaseUrl!);
  const { system } = await startSystem(database);
  reportToParent((await serveApi(system, database)).port);
}
