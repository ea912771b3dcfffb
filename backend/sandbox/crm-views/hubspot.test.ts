import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handClock } from '../../src/core/clock.ts';
import { createFakeHubSpot } from '../fakes/hubspot/index.ts';
import type { CrmView } from './crm-view.ts';
import { createHubSpotView } from './hubspot.ts';

const apiOrigin = 'https://api.salesos.example';
const clock = handClock(new Date('2026-11-24T09:00:00Z'));
let answer: unknown = {};
let status = 200;
let app: Server;
let view: CrmView;
let recordId: string;

beforeAll(async () => {
  app = createServer((request, response) => {
    const options = { options: [{ label: 'Intro', value: 'seq-1' }] };
    response.writeHead(request.url?.endsWith('/options') ? 200 : status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(request.url?.endsWith('/options') ? options : answer));
  });
  await new Promise<void>((ready) => app.listen(0, '127.0.0.1', ready));
  const local = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  const hubspot = createFakeHubSpot({
    clock,
    clientId: 'client',
    clientSecret: 'secret',
    appId: 77,
    scopes: ['crm.objects.contacts.read'],
    redirectUrls: [],
    webhookTargetUrl: null,
    reach: (url) => url.replace(apiOrigin, local),
  });
  const alex = { userId: 9, ownerId: '90', email: 'alex@acme.example', firstName: 'Alex', lastName: 'Morgan' };
  const portal = hubspot.addPortal({ id: 4242, name: 'Acme', timeZone: 'America/New_York', users: [alex] });
  recordId = portal.createContact({ email: 'kim@nordlys.example', firstname: 'Kim', hubspot_owner_id: '90' });
  view = createHubSpotView(hubspot, 4242, apiOrigin);
});
afterAll(() => void app.close());

test('a record shows its values, ours among them, and its owner', () => {
  const record = view.record(recordId);
  expect(record?.properties).toMatchObject({ email: 'kim@nordlys.example', firstname: 'Kim' });
  expect(record?.groups.map(({ title }) => title)).toEqual(['About this contact', 'SalesOS']);
  expect(record?.ownerName).toBe('Alex Morgan');
});

test('an unknown record is answered with null', () => {
  expect(view.record('999')).toBeNull();
  expect(view.setProperties('999', { city: 'Oslo' })).toBeNull();
  expect(view.timeline('999')).toEqual([]);
});

test('a run of the workflow shows the action’s message and the request as it was signed', async () => {
  answer = { outputFields: { hs_execution_state: 'SUCCESS', result: 'enrolled', errorCode: '', message: 'Enrolled.' } };
  const run = await view.runWorkflow(recordId, 'seq-1');
  expect(run).toMatchObject({ ok: true, status: 200, sentence: 'Enrolled.', at: clock.now().toISOString() });
  expect(run.request.headers['X-HubSpot-Signature-v3']).toBeTruthy();
  expect(JSON.parse(run.request.body)).toMatchObject({ inputFields: { sequenceId: 'seq-1' } });
});

test('a refusal is told by its code when the action sends no message', async () => {
  answer = { outputFields: { hs_execution_state: 'FAIL_CONTINUE', result: 'refused', errorCode: 'OPTED_OUT' } };
  const run = await view.runWorkflow(recordId, 'seq-1');
  expect(run).toMatchObject({ ok: false, sentence: 'This person has unsubscribed.' });
});

test('an answer that is no success is told as a failure', async () => {
  status = 401;
  answer = {};
  const run = await view.runWorkflow(recordId, 'seq-1');
  expect(run).toMatchObject({ ok: false, sentence: 'The action failed (401).' });
  status = 200;
});

test('the history lists the newest run first, beside the sequences the backend offers', async () => {
  const { runs, sequences } = await view.workflow();
  expect(runs.map((run) => run.status)).toEqual([401, 200, 200]);
  expect(sequences).toEqual([{ value: 'seq-1', label: 'Intro' }]);
});
