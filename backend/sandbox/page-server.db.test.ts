import { beforeAll, describe, expect, test } from 'vitest';
import { openSandboxApp } from '../testing/sandbox-app.ts';
import {
  type CrmName,
  crmNames,
  crmRecord,
  hubspotFetchResult,
  inboxMail,
  logEntry,
  mailDetail,
  type SandboxState,
  sandboxState,
  timelineItem,
  workflowRun,
  workflowView,
} from './page-api.ts';

let app: Awaited<ReturnType<typeof openSandboxApp>>;
let state: SandboxState;
beforeAll(async () => {
  app = await openSandboxApp();
  state = sandboxState.parse(await json('/sandbox/state'));
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  app.page.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const json = async (path: string): Promise<unknown> => (await app.page.request(path)).json();
const kim = () => state.records[0]!;
const alex = () => state.records[1]!;
const revision = async () => sandboxState.parse(await json('/sandbox/state')).revision;

describe('the guided path keeps its contract at every step', () => {
  test('the card’s request goes to the backend signed, and its first mail is in the inbox', async () => {
    const ask = async (path: string, body: object) => {
      const request = { url: `${app.apiOrigin}${path}`, method: 'POST', body, timeoutSeconds: 15 };
      const answer = hubspotFetchResult.parse(await (await post('/sandbox/hubspot-fetch', request)).json());
      expect(answer.status, answer.body).toBe(200);
      return JSON.parse(answer.body) as Record<string, { id: string }[]>;
    };
    const record = { objectType: '0-1', recordId: kim().recordIds.hubspot };
    const { sequences, mailboxes } = await ask('/cards/enroll/choices', record);
    const chosen = { sequenceId: sequences?.[0]?.id, mailboxId: mailboxes?.[0]?.id, idempotencyKey: 'once' };
    const before = await revision();
    await ask('/cards/enroll', { ...record, ...chosen });
    // What the card set off goes on behind its answer; the clock moves when that is done.
    await post('/sandbox/clock', { action: 'advance', seconds: 60 });
    expect(await revision()).not.toBe(before);
    expect(await revision()).toBe(await revision());

    const { mails } = (await json(`/sandbox/inbox?address=${encodeURIComponent(kim().address)}`)) as {
      mails: unknown[];
    };
    const mail = inboxMail.parse(mails[0]);
    mailDetail.parse(await json(`/sandbox/inbox/${mail.id}`));
    expect((await post(`/sandbox/inbox/${mail.id}/act`, { kind: 'reply', text: 'Yes' })).status).toBe(200);
    const { entries } = (await json('/sandbox/log')) as { entries: unknown[] };
    expect(entries.map((entry) => logEntry.parse(entry).name)).toContain('enrollment.stopped');
  });

  test.each(crmNames)('%s shows the mail and the reply, and our fields', async (crm) => {
    const id = kim().recordIds[crm];
    const { items } = (await json(`/sandbox/${crm}/records/${id}/timeline`)) as { items: unknown[] };
    expect(items.map((item) => timelineItem.parse(item).kind)).toEqual(['email_in', 'email_out']);
    const { groups, properties } = crmRecord.parse(await json(`/sandbox/${crm}/records/${id}`));
    const own = groups.at(-1)!.fields.map(({ name }) => properties[name]);
    expect(own).toContain('Stopped: the person replied. (Workshop introduction)');
  });

  test.each(crmNames)('the workflow of %s enrolls', async (crm) => {
    const view = workflowView.parse(await json(`/sandbox/${crm}/workflow`));
    const start = { recordId: alex().recordIds[crm], sequenceId: view.sequences[0]!.value };
    const run = workflowRun.parse(await (await post(`/sandbox/${crm}/workflow/run`, start)).json());
    expect(run).toMatchObject({ ok: true, status: 200 });
    // The first of the three enrolls Alex; in the others they are the same person, and in it already.
    expect(run.outputs.result).toBe(crm === 'hubspot' ? 'enrolled' : 'already_in');
    expect(workflowView.parse(await json(`/sandbox/${crm}/workflow`)).runs[0]?.id).toBe(run.id);
  });

  test('a field that a colleague edits is another one in the record', async () => {
    const path = `/sandbox/hubspot/records/${kim().recordIds.hubspot}/properties`;
    const record = crmRecord.parse(await (await post(path, { properties: { jobtitle: 'COO' } })).json());
    expect(record.properties.jobtitle).toBe('COO');
  });
});

describe('the surfaces of Salesforce and Pipedrive', () => {
  interface Answer {
    result?: string;
    error?: { body: { message: string } };
  }
  const apex = async (path: string, body: object): Promise<Answer> => {
    const call = { method: 'SalesOSCardController.call', params: { path, body: JSON.stringify(body) } };
    return (await (await post('/sandbox/salesforce/apex', call)).json()) as Answer;
  };

  test('the components’ Apex reaches the backend, and refuses as the package does', async () => {
    const record = { objectType: 'Contact', recordId: kim().recordIds.salesforce };
    const { result } = await apex('/cards/contact', record);
    expect(JSON.parse(result ?? '')).toMatchObject({ person: { name: 'Kim Larsen' } });
    const refused = async (path: string, body: object) =>
      JSON.parse((await apex(path, body)).error?.body.message ?? '') as { status: number; code: string };
    expect(await refused('/cards/contact', { ...record, recordId: '0035g0000000000AAA' })).toMatchObject({
      status: 403,
      code: 'no_permission',
    });
    expect(await refused('/v1/contacts', {})).toMatchObject({ status: 404 });
    const state = { method: 'SalesOSSetupController.state', params: null };
    expect(await (await post('/sandbox/salesforce/apex', state)).json()).toMatchObject({
      result: { isConnected: true },
    });
  });

  test('a panel is opened with a token that the backend accepts, for the company that signed it', async () => {
    const { token } = (await (await post('/sandbox/pipedrive/token', {})).json()) as { token: string };
    const { userId, companyId } = state.pipedrive;
    const selectedIds = [kim().recordIds.pipedrive];
    const opened = { token, userId: String(userId), companyId: String(companyId), resource: 'person', view: 'details' };
    const begin = (content: object) =>
      fetch(`${app.on.origin}/pipedrive/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...opened, selectedIds, ...content }),
      });
    expect((await begin({})).status).toBe(200);
    expect((await begin({ companyId: '1' })).status).toBe(401);
  });
});

describe('what it refuses', () => {
  test.each([
    ['/sandbox/clock', { action: 'advance', seconds: -5 }],
    ['/sandbox/clock', { action: 'jump', to: 'tomorrow' }],
    ['/sandbox/clock', 'no json'],
    ['/sandbox/inbox/m-101/act', { kind: 'reply', text: '   ' }],
    ['/sandbox/inbox/m-101/act', { kind: 'reply_from', address: 'nobody', text: 'Hi' }],
    ['/sandbox/inbox/m-101/act', { kind: 'explode' }],
    ['/sandbox/hubspot-fetch', { url: '/cards/contact', method: 'POST', body: null, timeoutSeconds: 15 }],
    ['/sandbox/hubspot-fetch', { url: 'https://a.example', method: 'TRACE', body: null, timeoutSeconds: 15 }],
  ])('%s with %j is answered with 400 and a sentence', async (path, body) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { sentence: string }).sentence).not.toBe('');
  });

  test.each([
    ...crmNames.map((crm: CrmName) => `/sandbox/${crm}/records/999`),
    '/sandbox/othercrm/records/999',
    '/sandbox/not-salesforce-either/records/999',
    '/sandbox/salesforce/..%2Fframe.js%2F..%2Fbuilt-from',
    '/sandbox/inbox/none',
    '/sandbox/extensions/none.js',
  ])('%s is answered with 404', async (path) => {
    expect((await app.page.request(path)).status).toBe(404);
  });

  test('a page of another site cannot steer the sandbox', async () => {
    const body = { action: 'advance', seconds: 1 };
    expect((await post('/sandbox/clock', body, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post('/sandbox/clock', body, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });
});
