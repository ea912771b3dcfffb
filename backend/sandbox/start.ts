import { createApp } from '../src/app.ts';
import type { Config } from '../src/config.ts';
import { systemClock } from '../src/core/clock.ts';
import type { System } from '../src/core/ctx.ts';
import type { Logger } from '../src/core/log.ts';
import { createSecrets, deriveKey } from '../src/core/secrets.ts';
import { DAY, dayOf, HOUR, instantOf, wallOf, weekdayOf } from '../src/core/zoned-time.ts';
import { listen, openConfigured, type Running } from '../src/start-live.ts';
import { hubspotScopes } from '../src/vendors/hubspot/vendor.ts';
import { readLog, readNextDue } from './backend-view.ts';
import type { DrivenClock } from './clock-drive.ts';
import { createFakeGoogle } from './fakes/google/fake-google.ts';
import { createFakeHubSpot } from './fakes/hubspot/index.ts';
import { serveFake } from './fakes/serve.ts';
import { pageServer } from './page-server.ts';
import { portal, seedFakes, seedTenant } from './story.ts';
import { createSandboxWorld } from './world.ts';

/** The origin by which HubSpot and the cards know the backend: HubSpot only calls https addresses. */
const apiOrigin = 'https://api.salesos.example';
const clients = {
  google: { clientId: 'sandbox-google', clientSecret: 'sandbox-google-secret' },
  hubspot: { clientId: 'sandbox-hubspot', clientSecret: 'sandbox-hubspot-secret' },
};
const push = { audience: 'salesos-sandbox', serviceAccount: 'push@salesos-sandbox.example' };

/** The product with every vendor replaced by a fake on loopback. Nothing can leave the machine. */
export async function startSandbox(config: Config, log: Logger): Promise<Running> {
  const clock = createSandboxClock();
  const database = await openConfigured(config, log);
  // The page's own address is part of every tracked link, so the port is taken before anything is built.
  let handler: (request: Request) => Response | Promise<Response> = () =>
    new Response('<!doctype html><meta http-equiv="refresh" content="1"><p>SalesOS is starting …</p>', {
      status: 503,
      headers: { 'content-type': 'text/html; charset=utf-8', 'retry-after': '1' },
    });
  const server = await listen({ fetch: (request) => handler(request) }, config.PORT, config.HOST);
  const origin = `http://${config.HOST === '0.0.0.0' ? '127.0.0.1' : config.HOST}:${server.port}`;
  const local = (path: string) => `${origin}${path}`;

  const google = createFakeGoogle({
    clock,
    ...clients.google,
    redirectUris: [local('/connect/google/callback')],
    pushTarget: { ...push, endpoint: local('/google/push'), subscription: 'projects/salesos/subscriptions/gmail' },
  });
  const hubspot = createFakeHubSpot({
    clock,
    ...clients.hubspot,
    appId: portal.appId,
    scopes: hubspotScopes,
    redirectUrls: [local('/connect/hubspot/callback')],
    webhookTargetUrl: `${apiOrigin}/hubspot/webhooks`,
    reach: (url) => url.replace(apiOrigin, origin),
    requestsPerTenSeconds: 100_000,
  });
  const googleServer = await serveFake(google.app);
  const hubspotServer = await serveFake(hubspot.app);
  const contacts = seedFakes(hubspot, google);

  const app = await createApp({
    database,
    clock,
    log,
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
  clock.set(await whereTimeStood(app.system));
  await seedTenant(app.system, hubspot, google);

  const settle = async () => {
    for (let round = 0, busy = true; busy && round < 20; round++) {
      await google.notices.pump();
      await hubspot.notices.deliver();
      await hubspot.workflows.retryDue();
      busy = false;
      for (const wakeup of app.wakeups) while (await wakeup.run(app.system)) busy = true;
      if ((await app.system.jobs.drain(app.system)) > 0) busy = true;
    }
  };
  const world = createSandboxWorld({
    clock,
    google,
    hubspot,
    backend: { origin, settle, nextDue: () => readNextDue(app.system), log: () => readLog(app.system) },
    portal,
    apiOrigin,
    contacts,
    bundleFolder: new URL('../../hubspot-app/dist/', import.meta.url),
  });
  await world.moveClock({ action: 'run', speed: 1 });
  const page = pageServer(world);
  handler = async (request) => {
    const answer = await page.fetch(request);
    return answer.status === 404 ? app.api.fetch(request) : answer;
  };
  console.log(`\n  SalesOS sandbox: ${origin}\n  Everything runs on this machine; nothing can leave it.\n`);
  return {
    async stop() {
      world.stop();
      await server.close();
      await app.stop();
      await Promise.all([googleServer.close(), hubspotServer.close()]);
    },
  };
}

/** Moved by the page, and standing still in between. */
function createSandboxClock(): DrivenClock & { set(time: Date): void } {
  let current = systemClock.now();
  return {
    now: () => new Date(current),
    set: (time) => {
      current = time;
    },
  };
}

/** Time never runs backwards: after a restart it goes on where the last thing happened, else it is a working morning. */
async function whereTimeStood({ db, clock }: System): Promise<Date> {
  const last = await db
    .selectFrom('event')
    .select((is) => is.fn.max('at').as('at'))
    .executeTakeFirst();
  if (last?.at) return new Date(last.at);
  const zone = portal.timeZone;
  let day = dayOf(wallOf(zone, clock.now().getTime())) + 1;
  while (weekdayOf(day) > 4) day++;
  return new Date(instantOf(zone, day * DAY + 9.5 * HOUR));
}
