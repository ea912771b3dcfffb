/** The product with every vendor replaced by a fake on loopback: the same for the sandbox and for the stories. */
import { type App, type AppParts, createApp } from '../src/app.ts';
import { createSecrets, deriveKey } from '../src/core/secrets.ts';
import { listen } from '../src/start-live.ts';
import { hubspotScopes } from '../src/vendors/hubspot/vendor.ts';
import { pipedriveScopes } from '../src/vendors/pipedrive/vendor.ts';
import { earliest, readNextDue } from './backend-view.ts';
import type { Due } from './clock-drive.ts';
import { createFakeDns, type FakeDns } from './fakes/dns/fake-dns.ts';
import { createFakeGoogle, type FakeGoogle } from './fakes/google/fake-google.ts';
import { createFakeHubSpot, type FakeHubSpot } from './fakes/hubspot/index.ts';
import { createFakeMicrosoft, type FakeMicrosoft } from './fakes/microsoft/fake-microsoft.ts';
import { createFakePipedrive, type FakePipedrive } from './fakes/pipedrive/index.ts';
import { isSmartBcc } from './fakes/pipedrive/smart-bcc.ts';
import { createProspectInboxes } from './fakes/prospect-inboxes.ts';
import { createFakeSalesforce, type FakeSalesforce } from './fakes/salesforce/index.ts';
import { type Served, serveFake } from './fakes/serve.ts';
import { createFakeMailServer, type FakeMailServer } from './fakes/smtp/fake-mail-server.ts';
import { createProspectInbox, type MailWorld, type ProspectInbox } from './prospect-inbox.ts';
import { mailDomains, org, portal, rep } from './story/cast.ts';
import { keepWorld, readWorld, type WorldMemory } from './world-file.ts';

/** The origin by which HubSpot and the cards know the backend: HubSpot only calls https addresses. */
export const apiOrigin = 'https://api.salesos.example';
const clients = {
  google: { clientId: 'sandbox-google', clientSecret: 'sandbox-google-secret' },
  microsoft: { clientId: 'sandbox-microsoft', clientSecret: 'sandbox-microsoft-secret' },
  hubspot: { clientId: 'sandbox-hubspot', clientSecret: 'sandbox-hubspot-secret' },
  salesforce: { clientId: 'sandbox-salesforce', clientSecret: 'sandbox-salesforce-secret' },
  pipedrive: { clientId: 'sandbox-pipedrive', clientSecret: 'sandbox-pipedrive-secret' },
};
const push = { audience: 'salesos-sandbox', serviceAccount: 'push@salesos-sandbox.example' };

export interface OnFakes {
  /** Where a browser reaches the product. */
  origin: string;
  app: App;
  google: FakeGoogle;
  microsoft: FakeMicrosoft;
  /** Mail by SMTP and IMAP, and where it listens in this run. */
  mailServer: FakeMailServer;
  mailPorts: { smtpPort: number; imapPort: number };
  hubspot: FakeHubSpot;
  salesforce: FakeSalesforce;
  pipedrive: FakePipedrive;
  /** Where those CRMs are in this run whose address an account keeps. */
  crmUrls: { salesforce: string; pipedrive: string };
  dns: FakeDns;
  inbox: ProspectInbox;
  /** What was kept by an earlier run, or null in a new world. */
  memory: WorldMemory | null;
  /** Resolves when the world as it is now would survive a power cut; at once where nothing is kept. */
  keep(): Promise<void>;
  /** Delivers what the fakes have to say and works off everything that is due at the clock's time. */
  settle(): Promise<void>;
  /** What happens next by itself, in the product or because a fake asks again; null when nothing does. */
  nextDue(): Promise<Due | null>;
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
  const inboxes = createProspectInboxes(memory?.inboxes);
  const google = createFakeGoogle({
    clock,
    inboxes,
    ...(memory ? { memory: memory.google } : {}),
    ...clients.google,
    redirectUris: [`${origin}/connect/google/callback`],
    pushTarget: { ...push, endpoint: `${origin}/google/push`, subscription: 'projects/salesos/subscriptions/gmail' },
  });
  const microsoft = createFakeMicrosoft({
    clock,
    inboxes,
    ...(memory ? { memory: memory.microsoft } : {}),
    ...clients.microsoft,
    redirectUris: [`${origin}/connect/microsoft/callback`],
  });
  const mailServer = createFakeMailServer({ clock, inboxes, memory: memory?.mailServer, keep: () => keep() });
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
  const { firstName, lastName, email } = rep;
  const salesforce = createFakeSalesforce({
    clock,
    ...(memory ? { memory: memory.salesforce } : {}),
    ...clients.salesforce,
    org: { ...org, users: [{ username: email, email, firstName, lastName, isAdmin: true, timeZone: portal.timeZone }] },
    redirectUris: [`${origin}/connect/salesforce/callback`],
    backendUrl: origin,
  });
  const pipedrive = createFakePipedrive({
    clock,
    ...(memory ? { memory: memory.pipedrive } : {}),
    ...clients.pipedrive,
    inboxes,
    scopes: pipedriveScopes,
    callbackUrl: `${origin}/connect/pipedrive/callback`,
    address: () => pipedriveServer.url,
    reach: (url) => url,
    requestsPerTwoSeconds: 100_000,
  });
  const dns = createFakeDns();
  for (const { domain, include, selectors } of mailDomains) dns.addSender(domain, include, ...selectors);
  const answers = memory?.answers ?? [];
  const current = (): WorldMemory => ({
    clock: clock.now(),
    google: google.remember(),
    microsoft: microsoft.remember(),
    mailServer: mailServer.remember(),
    hubspot: hubspot.remember(),
    salesforce: salesforce.remember(),
    pipedrive: pipedrive.remember(),
    inboxes: inboxes.remember(),
    answers,
  });
  const keep = worldFile ? keepWorld(worldFile, current) : async () => {};
  const googleServer = await serveFake(durable(google.app, keep));
  const microsoftServer = await serveFake(durable(microsoft.app, keep));
  const mailPorts = await mailServer.start();
  const hubspotServer = await serveFake(durable(hubspot.app, keep));
  const salesforceServer = await serveFake(durable(salesforce.app, keep));
  const pipedriveServer = await serveFake(durable(pipedrive.app, keep));

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
      salesforce: { ...clients.salesforce, loginUrl: salesforceServer.url, namespace: 'salesos__' },
      pipedrive: {
        ...clients.pipedrive,
        oauthUrl: pipedriveServer.url,
        publicUrl: origin,
        enrollModalId: 'enroll-modal',
        sandboxApiUrl: pipedriveServer.url,
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
      microsoft: {
        clock,
        ...clients.microsoft,
        tenant: 'common',
        addresses: { login: microsoftServer.url, graph: microsoftServer.url },
        noticesUrl: `${origin}/microsoft/notices`,
        noticeKey: deriveKey('sandbox', 'microsoft-notices'),
      },
    },
  });

  const mailFakes = [google, microsoft, mailServer];
  const mailWorld: MailWorld = {
    inboxOf: inboxes.of,
    prospects: () => inboxes.addresses().filter((address) => !isSmartBcc(address)),
    deliver(mailbox, raw) {
      const provider = mailFakes.find((fake) => fake.addresses().includes(mailbox.toLowerCase()));
      if (!provider) throw new Error(`no provider has the mailbox ${mailbox}`);
      provider.deliver(mailbox, raw);
    },
  };

  return {
    origin,
    app,
    google,
    microsoft,
    mailServer,
    mailPorts,
    hubspot,
    salesforce,
    pipedrive,
    crmUrls: { salesforce: salesforceServer.url, pipedrive: pipedriveServer.url },
    dns,
    inbox: createProspectInbox(mailWorld, clock, origin, answers),
    memory,
    keep,
    async settle() {
      await keep();
      // A step that ran leaves a mail for the next round, so it is over after two rounds without anything to do.
      for (let round = 0, idle = 0; idle < 2 && round < 20; round++) {
        let busy = false;
        await google.notices.pump();
        await microsoft.notices.pump();
        await hubspot.notices.deliver();
        await pipedrive.deliver();
        await hubspot.workflows.retryDue();
        for (const wakeup of app.wakeups) while (await wakeup.run(app.system)) busy = true;
        if ((await app.system.jobs.drain(app.system)) > 0) busy = true;
        idle = busy ? 0 : idle + 1;
      }
      await keep();
    },
    async nextDue() {
      const waiting = hubspot.workflows.runs.filter(({ state }) => state === 'waiting');
      const attempts = waiting.map(({ nextAttemptAt }) => ({
        at: new Date(nextAttemptAt),
        what: 'A workflow asks again',
      }));
      return earliest([...attempts, await readNextDue(app.system)]);
    },
    open: (other = app.api.fetch) => {
      handler = other;
    },
    async stop() {
      await server.close();
      await app.stop();
      await Promise.all(
        [googleServer, microsoftServer, mailServer, hubspotServer, salesforceServer, pipedriveServer].map((server) =>
          server.close(),
        ),
      );
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
