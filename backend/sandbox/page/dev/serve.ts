/** For working on the page alone: `node backend/sandbox/page/dev/serve.ts [bundle folder]` after `npm run build:page`. */
import { pathToFileURL } from 'node:url';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { pageServer } from '../../page-server.ts';
import { stubWorld } from './stub-world.ts';

const port = 4310;
const origin = `http://127.0.0.1:${port}`;
const folder = process.argv[2]
  ? pathToFileURL(`${process.argv[2]}/`)
  : new URL('../../../../hubspot-app/dist/', import.meta.url);
const world = stubWorld(origin, folder);
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const app = new Hono();
app.get('/o/:file', (c) => {
  world.hit('opened', c.req.param('file').replace('.gif', ''));
  return c.body(gif, 200, { 'Content-Type': 'image/gif', 'Cache-Control': 'no-store' });
});
app.get('/c/:id', (c) => {
  world.hit('clicked', c.req.param('id'));
  return c.redirect('https://www.acme.example/two-pages');
});
app.get('/u/:id', (c) => c.html('<h1>Unsubscribe</h1><form method="post"><button>Unsubscribe</button></form>'));
app.route('/', pageServer(world));
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' });
console.log(origin);
