import { serve } from '@hono/node-server';

/** What answers: a Hono app, or something around one. */
export type Served = Pick<Parameters<typeof serve>[0], 'fetch'>;

export interface ServedFake {
  /** Without a final slash. */
  url: string;
  close(): Promise<void>;
}

/** Serves a fake on loopback, on a free port unless one is given. */
export async function serveFake(app: Served, port = 0): Promise<ServedFake> {
  const { server, address } = await new Promise<{ server: ReturnType<typeof serve>; address: { port: number } }>(
    (ready) => {
      const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, (address) => ready({ server, address }));
    },
  );
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
