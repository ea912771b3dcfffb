import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { createSender } from './accept-send.ts';
import { type DeltaSettings, deltaPage } from './delta.ts';
import { badRequest, GraphError, itemNotFound, malformedId } from './errors.ts';
import { type Folder, folders, type Mailbox, type Mailboxes, type StoredMessage } from './mailboxes.ts';
import { folderId, viewer } from './message-view.ts';
import { compileFilter, compileOrder } from './query.ts';
import { type Handle, read, send, write } from './route.ts';

const propertiesShape = z.strictObject({
  singleValueExtendedProperties: z.array(z.strictObject({ id: z.string(), value: z.string() })),
});

/** graph.microsoft.com/v1.0/me: the person, their messages, drafts, sending, delta. */
export function mailRoutes(
  handle: Handle,
  mailboxes: Mailboxes,
  sender: ReturnType<typeof createSender>,
  settings: DeltaSettings,
): Hono {
  const app = new Hono();

  app.get(
    '/',
    handle(['User.Read'], ({ c, mailbox }) =>
      c.json({
        id: mailbox.userId,
        displayName: mailbox.name,
        mail: mailbox.address,
        userPrincipalName: mailbox.address,
      }),
    ),
  );

  app.get(
    '/messages',
    handle(read, ({ c, mailbox }) => c.json(listPage(c, [...mailbox.messages.values()]))),
  );

  app.get(
    '/mailFolders/:folder',
    handle(read, ({ c }) => c.json({ id: folderId(folderOf(c)), displayName: folderOf(c) })),
  );

  app.get(
    '/mailFolders/:folder/messages',
    handle(read, ({ c, mailbox }) => {
      const folder = folderOf(c);
      return c.json(
        listPage(
          c,
          [...mailbox.messages.values()].filter((message) => message.folder === folder),
        ),
      );
    }),
  );

  app.get(
    '/mailFolders/:folder/messages/delta',
    handle(read, ({ c, mailbox }) => c.json(deltaPage(c, mailbox, folderOf(c), settings))),
  );

  app.get(
    '/messages/:id',
    handle(read, ({ c, mailbox }) => c.json(viewer(c)(find(c, mailbox)))),
  );

  app.get(
    '/messages/:id/$value',
    handle(read, ({ c, mailbox }) =>
      c.body(new Uint8Array(find(c, mailbox).raw), 200, { 'content-type': 'text/plain' }),
    ),
  );

  app.post(
    '/messages',
    handle(write, async ({ c, mailbox }) => {
      const type = c.req.header('content-type') ?? '';
      if (!type.startsWith('text/plain')) throw badRequest('This stand-in drafts from MIME only (text/plain).');
      return c.json(viewer(c)(sender.draft(mailbox, await c.req.text())), 201);
    }),
  );

  app.post(
    '/messages/:id/send',
    handle(send, ({ c, mailbox }) => {
      if (c.req.header('content-length') !== '0')
        throw new GraphError(411, 'LengthRequired', 'Content-Length required.');
      sender.send(mailbox, find(c, mailbox));
      return c.body(null, 202);
    }),
  );

  app.patch(
    '/messages/:id',
    handle(write, async ({ c, mailbox }) => {
      const message = find(c, mailbox);
      if (!message.isDraft) throw badRequest('This stand-in changes drafts only.');
      const patch = propertiesShape.safeParse(await c.req.json().catch(() => null));
      if (!patch.success) throw badRequest('This stand-in changes extended properties only.');
      sender.setProperties(mailbox, message, patch.data.singleValueExtendedProperties);
      return c.json(viewer(c)(message));
    }),
  );

  // Twice to be rid of it: the first time it goes to Deleted Items, where a draft can still be sent.
  app.delete(
    '/messages/:id',
    handle(write, ({ c, mailbox }) => {
      const message = find(c, mailbox);
      if (message.folder === 'deleteditems') mailboxes.remove(mailbox, message);
      else mailboxes.move(mailbox, message, 'deleteditems');
      return c.body(null, 204);
    }),
  );

  function find(c: Context, mailbox: Mailbox): StoredMessage {
    const id = c.req.param('id') ?? '';
    if (!id.startsWith('AAMk')) throw malformedId();
    const message = mailboxes.find(mailbox, id);
    if (!message) throw itemNotFound();
    return message;
  }

  return app;
}

function folderOf(c: Context): Folder {
  const name = (c.req.param('folder') ?? '').toLowerCase();
  const folder = folders.find((known) => known === name);
  if (!folder) throw itemNotFound();
  return folder;
}

function listPage(c: Context, messages: StoredMessage[]): object {
  const filter = c.req.query('$filter') ?? '';
  const top = Number(c.req.query('$top') ?? 10);
  const skip = Number(c.req.query('$skip') ?? 0);
  if (!(top >= 1 && top <= 1000)) throw badRequest('Invalid $top.');
  const found = messages
    .filter(filter ? compileFilter(filter) : () => true)
    .toSorted(compileOrder(c.req.query('$orderby') ?? '', filter));
  const next = new URL(c.req.url);
  next.searchParams.set('$skip', String(skip + top));
  return {
    value: found.slice(skip, skip + top).map(viewer(c)),
    ...(skip + top < found.length ? { '@odata.nextLink': next.href } : {}),
  };
}
