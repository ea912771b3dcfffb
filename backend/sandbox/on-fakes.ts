/** The product with every vendor replaced by a fake on loopback: the same for the sandbox and for the stories. */
import { type App, type AppParts, createApp } from '../src/app.ts';
import { createSecrets, deriveKey } from '../src/core/secrets.ts';
import { listen } from '../src/start-live.ts';
import { hubspotScopes } from '../src/vendors/hubspot/vendor.ts';
import { createFakeGoogle, type FakeGoogle } from './fakes/google/fake-google.ts';
import { createFakeHubSpot, type FakeHubSpot } from './fakes/hubspot/index.ts';
import { serveFake } from './fakes/serve.ts';
import { portal } from './story.ts';

/** The origin by which HubSpot and the cards know the backend: HubSpot only calls https addresses. */
export const apiOrigin = 'https://api.salesos.example';
const clients = {
  google: { clientId: 'sandbox-google', clientSecret: 'sandbox-google-secret' },
  hubspot: { clientId: 'sandbox-hubspot', clientSecret: 'sandbox-hubspot-secret' },
};
const push = { audience: 'salesos-sandbox', serviceAccount: 'push@salesos-sandbox.example' };

export interface OnFakes {
  /** Where a browser reaches the product. */
  origin: string;
  app: App;
  google: FakeGoogle;
  hubspot: FakeHubSpot;
  /** Delivers what the fakes have to say and works off everything that is due at the clock's time. */
  settle(): Promise<void>;
  /** From now on requests from the outside are answered: by the product, or by somebody who asks the product. */
  open(handler?: Handler): void;
  stop(): Promise<void>;
}

type Handler = (request: Request) => Response | Promise<Response>;
type Given = Pick<AppParts, 'database' | 'clock' | 'log' | 'queueClock'> & { host?: string; port?: number };

const starting: Handler = () =>
  new Response('<!doctype html><meta http-equiv="refresh" content="1"><p>SalesOS is starting …</p>', {
    status: 503,
    headers: { 'content-type': 'text/html; charset=utf-8', 'retry-after': '1' },
  });

/** Starts everything; nothing runs by itself: `settle` does the work of a worker when it is called. */
export async function startOnFakes({ host = '127.0.0.1', port = 0, ...parts }: Given): Promise<OnFakes> {
  const { clock } = parts;
  // Our own address is part of every tracked link, so the port is taken before anything is built.
  let handler = starting;
  const server = await listen({ fetch: (request) => handler(request) }, port, host);
  const origin = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${server.port}`;

  const google = createFakeGoogle({
    clock,
    ...clients.google,
    redirectUris: [`${origin}/connect/google/callback`],
    pushTarget: { ...push, endpoint: `${origin}/google/push`, subscription: 'projects/salesos/subscriptions/gmail' },
  });
  const hubspot = createFakeHubSpot({
    clock,
    ...clients.hubspot,
    appId: portal.appId,
    scopes: hubspotScopes,
    redirectUrls: [`${origin}/connect/hubspot/callback`],
    webhookTargetUrl: `${apiOrigin}/hubspot/webhooks`,
    reach: (url) => url.replace(apiOrigin, origin),
    requestsPerTenSeconds: 100_000,
  });
  const googleServer = await serveFake(google.app);
  const hubspotServer = await serveFake(hubspot.app);

  const app = await createApp({
    ...parts,
    secrets: createSecrets([{ id: 'sandbox', key: deriveKey('sandbox', 'seal') }], deriveKey('sandbox', 'fingerprint')),
    settings: { publicUrl: origin, sandbox: true },
    loopbackOnly: true,
    trustedProxies: 0,
    vendors: {
      hubspot: {
        ...clients.hubspot,
        appId: String(portal.appId),
        apiUrl: hubspotServer.url,
        appUrl: hubspotServer.url,
        publicBaseUrl: apiOrigin,
      },
      google: {
        clock,
        ...clients.google,
        addresses: {
          accounts: googleServer.url,
          oauth: googleServer.url,
          gmail: googleServer.url,
          certs: `${googleServer.url}/oauth2/v3/certs`,
        },
        topicName: google.topicName,
        push,
      },
    },
  });

  return {
    origin,
    app,
    google,
    hubspot,
    async settle() {
      for (let round = 0, busy = true; busy && round < 20; round++) {
        await google.notices.pump();
        await hubspot.notices.deliver();
        await hubspot.workflows.retryDue();
        busy = false;
        for (const wakeup of app.wakeups) while (await wakeup.run(app.system)) busy = true;
        if ((await app.system.jobs.drain(app.system)) > 0) busy = true;
      }
    },
    open: (other = app.api.fetch) => {
      handler = other;
    },
    async stop() {
      await server.close();
      await app.stop();
      await Promise.all([googleServer.close(), hubspotServer.close()]);
    },
  };
}
