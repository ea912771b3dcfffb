import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { handClock } from '../src/core/clock.ts';
import { createFakeGoogle } from './fakes/google/fake-google.ts';
import { createFakeHubSpot } from './fakes/hubspot/index.ts';
import { type SandboxWorld, sandboxState } from './page-api.ts';
import { createProspectInbox } from './prospect-inbox.ts';
import { createSandboxWorld } from './world.ts';

const apiOrigin = 'https://api.salesos.example';
const requests: { path: string; params: URLSearchParams; signed: boolean }[] = [];
let backend: Server;
let origin: string;
let settled: number;
let recordId: string;
let world: SandboxWorld;

beforeAll(async () => {
  backend = createServer((request, response) => {
    const url = new URL(request.url ?? '', origin);
    const signed = 'x-hubspot-signature-v3' in request.headers;
    requests.push({ path: url.pathname, params: url.searchParams, signed });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"headline":"Not in a sequence."}');
  });
  await new Promise<void>((ready) => backend.listen(0, '127.0.0.1', ready));
  origin = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
});
afterAll(() => void backend.close());

beforeEach(() => {
  requests.length = 0;
  settled = 0;
  const clock = handClock(new Date('2026-11-24T09:00:00Z'));
  const google = createFakeGoogle({ clock, clientId: 'c', clientSecret: 's' });
  const hubspot = createFakeHubSpot({
    clock,
    clientId: 'client',
    clientSecret: 'secret',
    appId: 77,
    scopes: [],
    redirectUrls: [],
    webhookTargetUrl: null,
    reach: (url) => url.replace(apiOrigin, origin),
  });
  const alex = { userId: 9, ownerId: '90', email: 'alex@acme.example', firstName: 'Alex', lastName: 'Morgan' };
  const portal = hubspot.addPortal({ id: 4242, name: 'Acme', timeZone: 'America/New_York', users: [alex] });
  recordId = portal.createContact({ email: 'kim@nordlys.example', firstname: 'Kim' });
  world = createSandboxWorld({
    clock,
    hubspot,
    inbox: createProspectInbox(google, clock, origin),
    backend: {
      origin,
      settle: async () => {
        settled += 1;
      },
      nextDue: async () => null,
      log: async () => [],
    },
    portal: { id: 4242, timeZone: 'America/New_York', userId: 9, appId: 77, appName: 'SalesOS' },
    apiOrigin,
    contacts: [
      {
        recordId,
        recordIds: { hubspot: recordId, salesforce: '003', pipedrive: '1' },
        name: 'Kim Larsen',
        address: 'kim@nordlys.example',
        jobTitle: 'Head of Operations',
        companyName: 'Nordlys',
        timeZone: 'Europe/Copenhagen',
        startsBy: 'card',
      },
    ],
    bundleFolder: new URL('./no-such-folder/', import.meta.url),
  });
});

test('the state keeps its contract and tells the card where the backend is', async () => {
  const state = sandboxState.parse(await world.state());
  expect(state.hubspot.variables).toEqual({ API_ORIGIN: apiOrigin });
  expect(state.clock.now).toBe('2026-11-24T09:00:00.000Z');
});

test('the revision changes when the record does, and only then', async () => {
  const { revision } = await world.state();
  expect((await world.state()).revision).toBe(revision);
  await world.setProperties(recordId, { jobtitle: 'COO' });
  expect((await world.state()).revision).not.toBe(revision);
  expect(settled).toBe(1);
});

test('a card’s request reaches the backend signed, with who is asking', async () => {
  const request = {
    url: `${apiOrigin}/cards/contact`,
    method: 'POST' as const,
    body: { recordId },
    timeoutSeconds: 15,
  };
  const answer = await world.hubspotFetch(request);
  expect(JSON.parse(answer.body)).toEqual({ headline: 'Not in a sequence.' });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ path: '/cards/contact', signed: true });
  expect(Object.fromEntries(requests[0]?.params ?? [])).toEqual({
    userId: '9',
    portalId: '4242',
    userEmail: 'alex@acme.example',
    appId: '77',
  });
});

test('a bundle that was not built is answered with null', async () => {
  expect(await world.extension('sidebar')).toBeNull();
});
