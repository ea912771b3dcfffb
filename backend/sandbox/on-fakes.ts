/** The product with every vendor replaced by a fake on loopback: the same for the sandbox and for the stories. */
import { type App, type AppParts, createApp } from '../src/app.ts';
import { createSecrets, deriveKey } from '../src/core/secrets.ts';
import { listen } from '../src/start-live.ts';
import { hubspotScopes } from '../src/vendors/hubspot/vendor.ts';
import { createFakeDns, type FakeDns } from './fakes/dns/fake-dns.ts';
import { createFakeGoogle, type FakeGoogle } from './fakes/google/fake-google.ts';
import { createFakeHubSpot, type FakeHubSpot } from './fakes/hubspot/index.ts';
import { type Served, serveFake } from './fakes/serve.ts';
import { createProspectInbox, type ProspectInbox } from './prospect-inbox.ts';
import { portal, rep } from './story.ts';
import { keepWorld, readWorld, type WorldMemory } from './world-file.ts';

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
  dns: FakeDns;
  inbox: ProspectInbox;
  /** What was kept by an earlier run, or null in a new world. */
  memory: WorldMemory | null;
  /** Resolves when the world as it is now would survive a power cut; at once where nothing is kept. */
  keep(): Promise<void>;
  /** Delivers what the fakes have to say and works off everything that is due at the clock's time. */
  settle(): Promise<void>;
  /** From now on requests from the outside are answered: by the product, or by somebody who asks the product. */
  open(handler?: Handler): void;
  stop(): Promise<void>;
}

type Handler = (request: Request) => Response | Promise<Response>;
type Given = Pick<AppParts, 'database' | 'clock' | 'log' | 'queueClock'> & {
  host?: string;
  port?: number;
  /** Where the fakes' world is kept; absent: in memory only. */
  worldFile?: string;
};

const starting: Handler = () =>
  new Response('<!doctype html><meta http-equiv="refresh" content="1"><p>SalesOS is starting …</p>', {
    status: 503,
    headers: { 'content-type': 'text/html; charset=utf-8', 'retry-after': '1' },
  });

/** Starts everything; nothing runs by itself: `settle` does the work of a worker when it is called. */
export async function startOnFakes({ host = '127.0.0.1', port = 0, worldFile, ...parts }: Given): Promise<OnFakes> {
  const { clock } = parts;
  // Our own address is part of every tracked link, so the port is taken before anything is built.
  let handler = starting;
  const server = await listen({ fetch: (request) => handler(request) }, port, host);
  const origin = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${server.port}`;

  const memory = worldFile ? await readWorld(worldFile) : null;
  const google = createFakeGoogle({
    clock,
    ...(memory ? { memory: memory.google } : {}),
    ...clients.google,
    redirectUris: [`${origin}/connect/google/callback`],
    pushTarget: { ...push, endpoint: `${origin}/google/push`, subscription: 'projects/salesos/subscriptions/gmail' },
  });
  const hubspot = createFakeHubSpot({
    clock,
    ...(memory ? { memory: memory.hubspot } : {}),
    ...clients.hubspot,
    appId: portal.appId,
    scopes: hubspotScopes,
    redirectUrls: [`${origin}/connect/hubspot/callback`],
    webhookTargetUrl: `${apiOrigin}/hubspot/webhooks`,
    reach: (url) => url.replace(apiOrigin, origin),
    requestsPerTenSeconds: 100_000,
  });
  const dns = createFakeDns();
  dns.addSender(rep.email.slice(rep.email.indexOf('@') + 1), '_spf.google.com', 'google');
  const answers = memory?.answers ?? [];
  const current = () => ({ clock: clock.now(), google: google.remember(), hubspot: hubspot.remember(), answers });
  const keep = worldFile ? keepWorld(worldFile, current) : async () => {};
  const googleServer = await serveFake(durable(google.app, keep));
  const hubspotServer = await serveFake(durable(hubspot.app, keep));

  const app = await createApp({
    ...parts,
    secrets: createSecrets([{ id: 'sandbox', key: deriveKey('sandbox', 'seal') }], deriveKey('sandbox', 'fingerprint')),
    settings: { publicUrl: origin, sandbox: true },
    loopbackOnly: true,
    trustedProxies: 0,
    vendors: {
      dns: dns.dns,
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
    dns,
    inbox: createProspectInbox(google, clock, origin, answers),
    memory,
    keep,
    async settle() {
      await keep();
      // A step that ran leaves a mail for the next round, so it is over after two rounds without anything to do.
      for (let round = 0, idle = 0; idle < 2 && round < 20; round++) {
        let busy = false;
        await google.notices.pump();
        await hubspot.notices.deliver();
        await hubspot.workflows.retryDue();
        for (const wakeup of app.wakeups) while (await wakeup.run(app.system)) busy = true;
        if ((await app.system.jobs.drain(app.system)) > 0) busy = true;
        idle = busy ? 0 : idle + 1;
      }
      await keep();
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

/** A vendor that said yes does not forget it: what was asked for is kept before the answer leaves. */
function durable({ fetch }: Served, keep: () => Promise<void>): Served {
  return {
    async fetch(request, bindings) {
      const answer = await fetch(request, bindings);
      if (request.method !== 'GET') await keep();
      return answer;
    },
  };
}
