/**
 * Proof: nothing of one customer reaches another. Every endpoint of the route table is called by Mallory with the ids of
 * Acme, and must answer exactly as it answers to ids that exist nowhere. A new endpoint without a case fails the test.
 */
import type { ActionName } from '@salesos/shared/actions.ts';
import { type EndpointName, endpoints } from '@salesos/shared/api.ts';
import { type CardPath, cardRoutes } from '@salesos/shared/cards.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { addContact, addMailbox } from '../../testing/fixtures.ts';
import { newId } from '../core/ids.ts';
import { type Answer, type Customer, type Org, person, startApi, type TestApi } from './api.harness.ts';

interface Ids {
  template: string;
  email: string;
  sequence: string;
  enrollment: string;
  contact: string;
  record: string;
  task: string;
  mailbox: string;
  apiKey: string;
  deadLetter: string;
  question: string;
  connection: string;
}

const secret = 'ACME-SECRET';
/** What each CRM calls a person's record, and one that has people. */
const entrances = {
  hubspot: { objectType: '0-1', groupType: 'company' },
  salesforce: { objectType: 'Contact', groupType: 'account' },
  pipedrive: { objectType: 'person', groupType: 'deal' },
} as const;
type Entrance = keyof typeof entrances;

let on: TestApi;
let acme: Customer;
let mallory: Customer;
let theirs: Ids;
let nowhere: Ids;
let acmeIn: { org: Org; companyId: string };
let malloryIn: typeof acmeIn;

beforeAll(async () => {
  on = await startApi();
  acme = await on.customer();
  mallory = await on.customer();
  theirs = await fill(acme);
  malloryIn = await connectAll(mallory);
  const id = () => newId(on.world.system.clock.now());
  nowhere = {
    template: id(),
    email: id(),
    sequence: id(),
    enrollment: id(),
    contact: id(),
    record: '424242',
    task: id(),
    mailbox: id(),
    apiKey: id(),
    deadLetter: id(),
    question: id(),
    connection: id(),
  };
});

async function connectAll(customer: Customer) {
  const companyId = `70${customer.accountId}`;
  await on.alsoConnect(customer, 'pipedrive', companyId);
  return { org: await on.addOrg(customer), companyId };
}

/** One of everything, each with the secret in its words. */
async function fill(customer: Customer): Promise<Ids> {
  const { ctx, key, accountId } = customer;
  const post = async (path: string, body?: unknown) => {
    const answer = await on.call(key, 'POST', path, body);
    expect([path, answer.status, answer.body.detail]).toEqual([path, expect.toBeOneOf([200, 201, 202]), undefined]);
    return answer.body;
  };
  const contact = await addContact(ctx, { address: `${secret.toLowerCase()}@prospect.example`, firstName: secret });
  const other = await addContact(ctx, { address: `other-${secret.toLowerCase()}@prospect.example`, firstName: secret });
  const record = '777';
  on.records.set(`${accountId} ${record}`, person(record, { firstName: secret, companyName: secret }));
  await on.call(key, 'GET', `/v1/contacts/by-record/hubspot/contact/${record}`);
  acmeIn = await connectAll(customer);
  for (const [crm, account] of [
    ['salesforce', acmeIn.org.orgId],
    ['pipedrive', acmeIn.companyId],
  ] as const) {
    const { objectType, groupType } = entrances[crm];
    const address = `${crm}-${secret.toLowerCase()}@prospect.example`;
    on.records.set(`${account} ${record}`, person(record, { objectType, addresses: [address], firstName: secret }));
    on.groups.set(`${account} ${record}`, { objectType: groupType, name: secret, recordIds: [record] });
    await on.call(key, 'GET', `/v1/contacts/by-record/${crm}/${objectType}/${record}`);
  }
  const mailbox = await addMailbox(ctx, { address: `${secret.toLowerCase()}@sender.example` });
  const template = await post('/v1/templates', { name: secret, subject: secret, text: secret });
  const definition = {
    steps: [
      { kind: 'task', title: secret, note: secret },
      { kind: 'email', templateId: template.id },
    ],
    sendWindow: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], fromMinute: 0, toMinute: 1440 },
  };
  const sequence = await post('/v1/sequences', { name: secret, description: secret, definition });
  await post(`/v1/sequences/${sequence.id}/publish`);
  await post('/v1/enrollments', { contactId: contact, sequenceId: sequence.id });
  const email = await post('/v1/emails/send', { contactId: other, mailboxId: mailbox, templateId: template.id });
  await post('/v1/suppressions', { kind: 'domain', value: 'acme-secret.example' });
  const apiKey = await post('/v1/api-keys', { name: secret, scopes: ['contacts:read'] });
  await on.call(key, 'PATCH', '/v1/settings', { postalAddress: secret });
  const [enrollment] = (await on.call(key, 'GET', `/v1/enrollments?contactId=${contact}`)).body.data;
  const task = newId(ctx.clock.now());
  await ctx.db
    .insertInto('task')
    .values({
      tenantId: ctx.tenantId,
      id: task,
      enrollmentId: enrollment.id,
      stepIndex: 0,
      contactId: contact,
      title: secret,
      note: secret,
      status: 'open',
      dueAt: ctx.clock.now(),
      completedAt: null,
      completedBy: null,
    })
    .execute();
  const question = newId(ctx.clock.now());
  const asked = {
    contactId: contact,
    otherContactId: other,
    askedAt: ctx.clock.now(),
    answeredAt: null,
    answeredBy: null,
  };
  await ctx.db
    .insertInto('samePersonQuestion')
    .values({ tenantId: ctx.tenantId, id: question, state: 'open', ...asked })
    .execute();
  const { id: connection } = await ctx.db
    .selectFrom('crmConnection')
    .select('id')
    .where('tenantId', '=', ctx.tenantId)
    .where('crm', '=', 'salesforce')
    .executeTakeFirstOrThrow();
  return {
    template: template.id,
    email: email.id,
    sequence: sequence.id,
    enrollment: enrollment.id,
    contact,
    record,
    task,
    mailbox,
    apiKey: apiKey.apiKey.id,
    deadLetter: newId(ctx.clock.now()),
    question,
    connection,
  };
}

type Case = (ids: Ids) => { path?: Record<string, string>; query?: string; body?: unknown };
const none: Case = () => ({});

/** How Mallory calls each endpoint with somebody's ids. */
const cases: Record<EndpointName, Case> = {
  createTemplate: () => ({ body: { name: 'Mine', subject: 'Mine', text: 'Mine' } }),
  listTemplates: none,
  getTemplate: (ids) => ({ path: { templateId: ids.template } }),
  updateTemplate: (ids) => ({ path: { templateId: ids.template }, body: { subject: 'Taken over' } }),
  archiveTemplate: (ids) => ({ path: { templateId: ids.template } }),
  previewTemplate: (ids) => ({ path: { templateId: ids.template }, query: `contactId=${ids.contact}` }),
  sendEmail: (ids) => ({ body: { contactId: ids.contact, mailboxId: ids.mailbox, templateId: ids.template } }),
  listEmails: (ids) => ({ query: `contactId=${ids.contact}` }),
  getEmail: (ids) => ({ path: { emailId: ids.email } }),
  getEmailTracking: (ids) => ({ path: { emailId: ids.email } }),
  listEmailEvents: (ids) => ({ path: { emailId: ids.email } }),
  createSequence: (ids) => ({
    body: { name: 'Mine', definition: { steps: [{ kind: 'email', templateId: ids.template }] } },
  }),
  listSequences: none,
  getSequence: (ids) => ({ path: { sequenceId: ids.sequence } }),
  updateSequence: (ids) => ({ path: { sequenceId: ids.sequence }, body: { name: 'Taken over' } }),
  publishSequence: (ids) => ({ path: { sequenceId: ids.sequence } }),
  archiveSequence: (ids) => ({ path: { sequenceId: ids.sequence } }),
  previewSequence: (ids) => ({
    path: { sequenceId: ids.sequence },
    query: `contactId=${ids.contact}&mailboxId=${ids.mailbox}`,
  }),
  enroll: (ids) => ({ body: { contactId: ids.contact, sequenceId: ids.sequence, mailboxId: ids.mailbox } }),
  enrollMany: (ids) => ({ body: { items: [{ contactId: ids.contact, sequenceId: ids.sequence }] } }),
  listEnrollments: (ids) => ({ query: `contactId=${ids.contact}&sequenceId=${ids.sequence}` }),
  getEnrollment: (ids) => ({ path: { enrollmentId: ids.enrollment } }),
  pauseEnrollment: (ids) => ({ path: { enrollmentId: ids.enrollment } }),
  resumeEnrollment: (ids) => ({ path: { enrollmentId: ids.enrollment } }),
  stopEnrollment: (ids) => ({ path: { enrollmentId: ids.enrollment } }),
  listContacts: () => ({ query: 'address=acme-secret@prospect.example' }),
  getContact: (ids) => ({ path: { contactId: ids.contact } }),
  getContactByRecord: (ids) => ({ path: { crm: 'hubspot', objectType: 'contact', recordId: ids.record } }),
  getContactScore: (ids) => ({ path: { contactId: ids.contact } }),
  listSuppressions: none,
  addSuppression: () => ({ body: { kind: 'address', value: 'mine@own.example' } }),
  removeSuppression: () => ({ body: { kind: 'domain', value: 'acme-secret.example' } }),
  listDecisions: (ids) => ({ query: `contactId=${ids.contact}&subjectId=${ids.enrollment}` }),
  listTasks: (ids) => ({ query: `contactId=${ids.contact}` }),
  completeTask: (ids) => ({ path: { taskId: ids.task } }),
  listEvents: (ids) => ({ query: `contactId=${ids.contact}` }),
  getMe: none,
  getSettings: none,
  checkDomains: none,
  answerSamePerson: (ids) => ({ path: { questionId: ids.question }, body: { isSame: false } }),
  updateSettings: () => ({ body: { timeZone: 'Europe/Paris' } }),
  listMailboxes: none,
  getMailbox: (ids) => ({ path: { mailboxId: ids.mailbox } }),
  updateMailbox: (ids) => ({ path: { mailboxId: ids.mailbox }, body: { dailyCap: 1 } }),
  resumeMailbox: (ids) => ({ path: { mailboxId: ids.mailbox } }),
  disconnectMailbox: (ids) => ({ path: { mailboxId: ids.mailbox } }),
  createApiKey: () => ({ body: { name: 'mine', scopes: ['contacts:read'] } }),
  listApiKeys: none,
  revokeApiKey: (ids) => ({ path: { keyId: ids.apiKey } }),
  listDeadLetters: none,
  redriveDeadLetters: (ids) => ({ body: { ids: [ids.deadLetter] } }),
};

/** Endpoints that touch nothing by id: for them it is enough that nothing of Acme is in the answer. */
const withoutIds = new Set<EndpointName>(['createTemplate', 'addSuppression', 'createApiKey', 'listApiKeys']);

async function callAsMallory(name: EndpointName, ids: Ids) {
  const { method, path } = endpoints[name];
  const given = cases[name](ids);
  const filled = path.replace(/\{(\w+)\}/g, (_, part: string) => given.path?.[part] ?? '');
  const { status, body } = await on.call(
    mallory.key,
    method,
    given.query ? `${filled}?${given.query}` : filled,
    given.body,
  );
  return { status, body };
}

/** An answer without what differs between any two requests. */
function comparable({ status, body }: { status: number; body: Answer }, ids: Ids): string {
  let text = JSON.stringify({ status, ...body, request_id: undefined });
  for (const [name, id] of Object.entries(ids)) text = text.replaceAll(id, name);
  return text;
}

/** Every row of a customer, to see that none was touched. */
async function everythingOf({ ctx }: Customer): Promise<string> {
  const tables = [
    'template',
    'templateVersion',
    'message',
    'sequence',
    'sequenceVersion',
    'enrollment',
    'contact',
    'suppression',
    'task',
    'samePersonQuestion',
    'orgKey',
    'mailbox',
    'apiKey',
    'decision',
    'event',
  ] as const;
  const rows: string[] = [];
  for (const table of tables) {
    const found = await ctx.db.selectFrom(table).selectAll().where('tenantId', '=', ctx.tenantId).execute();
    rows.push(...found.map((row) => `${table} ${JSON.stringify(row)}`));
  }
  const tenant = await ctx.db.selectFrom('tenant').selectAll().where('id', '=', ctx.tenantId).execute();
  return [...rows, JSON.stringify(tenant)].sort().join('\n');
}

describe('a foreign customer', () => {
  test('has a case for every endpoint', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(endpoints).sort());
  });

  test('would see the secret with the right key: the proof can fail', async () => {
    for (const path of [`/v1/contacts/${theirs.contact}`, `/v1/templates/${theirs.template}`, `/v1/emails`]) {
      const { status, body } = await on.call(acme.key, 'GET', path);
      expect(status).toBe(200);
      expect(JSON.stringify(body).toUpperCase()).toContain(secret);
    }
  });

  test.each(Object.keys(endpoints) as EndpointName[])('learns and changes nothing by %s', async (name) => {
    const before = await everythingOf(acme);
    const foreign = await callAsMallory(name, theirs);
    expect(foreign.status).toBeLessThan(500);
    expect(JSON.stringify(foreign.body).toUpperCase()).not.toContain(secret);
    expect(await everythingOf(acme)).toBe(before);
    if (withoutIds.has(name)) return;
    const missing = await callAsMallory(name, nowhere);
    expect(comparable(foreign, theirs)).toBe(comparable(missing, nowhere));
  });
});

describe('a foreign card', () => {
  const requests: Record<CardPath, (ids: Ids) => object> = {
    '/cards/contact': () => ({}),
    '/cards/activity': () => ({ cursor: Buffer.from(`after:${nowhere.email}`).toString('base64url') }),
    '/cards/enroll/choices': () => ({}),
    '/cards/enroll/preview': (ids) => ({ sequenceId: ids.sequence, mailboxId: ids.mailbox }),
    '/cards/enroll': (ids) => ({ sequenceId: ids.sequence, mailboxId: ids.mailbox }),
    '/cards/enroll/many': (ids) => ({
      recordIds: [ids.record],
      sequenceId: ids.sequence,
      mailboxId: ids.mailbox,
    }),
    '/cards/group': () => ({}),
    '/cards/today': () => ({}),
    '/cards/enrollments/pause': (ids) => ({ enrollmentId: ids.enrollment }),
    '/cards/enrollments/resume': (ids) => ({ enrollmentId: ids.enrollment }),
    '/cards/enrollments/stop': (ids) => ({ enrollmentId: ids.enrollment }),
    '/cards/tasks/complete': (ids) => ({ taskId: ids.task }),
    '/cards/decisions': () => ({}),
    '/cards/settings': () => ({}),
    '/cards/settings/update': () => ({ timeZone: 'Europe/Paris' }),
    '/cards/crms/connect': () => ({ crm: 'hubspot' }),
    '/cards/crms/check': (ids) => ({ connectionId: ids.connection }),
    '/cards/crms/key': (ids) => ({ connectionId: ids.connection }),
    '/cards/automation': () => ({}),
    '/cards/automation/rotate': () => ({}),
    '/cards/people/same': (ids) => ({ questionId: ids.question, isSame: false }),
    '/cards/mailboxes/connect': () => ({ vendor: 'google' }),
    '/cards/mailboxes/update': (ids) => ({ mailboxId: ids.mailbox, dailyCap: 1 }),
    '/cards/mailboxes/resume': (ids) => ({ mailboxId: ids.mailbox }),
    '/cards/settings/check-domains': () => ({}),
    '/cards/mailboxes/disconnect': (ids) => ({ mailboxId: ids.mailbox }),
  };
  let keys = 0;
  /** A request of Mallory's own CRM account, in which every record may be opened. */
  function send(entrance: Entrance, path: CardPath, ids: Ids, recordId: string) {
    const { objectType, groupType } = entrances[entrance];
    const record = { objectType: path === '/cards/group' ? groupType : objectType, recordId };
    const body = { ...record, ...requests[path](ids), idempotencyKey: `card-${++keys}` };
    if (entrance === 'hubspot') return on.signed(path, body, { accountId: mallory.accountId });
    if (entrance === 'salesforce') return on.fromApex(path, body, malloryIn.org);
    const records = { objectType: record.objectType, recordIds: [theirs.record, nowhere.record, '888'] };
    return on.inSession(path, body, { accountId: malloryIn.companyId, records });
  }
  /** Where two answers differ by nature: an address or a password made anew. */
  const madeAnew: CardPath[] = ['/cards/mailboxes/connect', '/cards/crms/connect', '/cards/automation/rotate'];

  test('has a case for every path', () => {
    expect(Object.keys(requests).sort()).toEqual(Object.keys(cardRoutes).sort());
  });

  test('would be answered with the secret to Acme itself: the proof can fail', async () => {
    const record = { objectType: 'Contact', recordId: theirs.record };
    const inSalesforce = await on.fromApex('/cards/contact', record, acmeIn.org);
    const deal = { objectType: 'deal', recordId: theirs.record };
    const records = { objectType: 'deal', recordIds: [theirs.record] };
    const inPipedrive = await on.inSession('/cards/group', deal, { accountId: acmeIn.companyId, records });
    for (const { status, body } of [inSalesforce, inPipedrive]) {
      expect(status).toBe(200);
      expect(JSON.stringify(body).toUpperCase()).toContain(secret);
    }
  });

  const paths = Object.keys(cardRoutes) as CardPath[];
  const cases = (Object.keys(entrances) as Entrance[]).flatMap((entrance) => paths.map((path) => ({ entrance, path })));
  test.each(cases)('in $entrance learns and changes nothing by $path', async ({ entrance, path }) => {
    // Once on Acme's record, once on a record of Mallory's own with Acme's ids.
    for (const account of [mallory.accountId, malloryIn.org.orgId, malloryIn.companyId])
      on.records.set(`${account} 888`, person('888', { objectType: entrances[entrance].objectType }));
    for (const recordId of [theirs.record, '888']) {
      const before = await everythingOf(acme);
      const foreign = await send(entrance, path, theirs, recordId);
      expect(foreign.status).toBeLessThan(500);
      expect(JSON.stringify(foreign.body).toUpperCase()).not.toContain(secret);
      expect(await everythingOf(acme)).toBe(before);
      if (madeAnew.includes(path)) continue;
      const missing = await send(entrance, path, nowhere, recordId === '888' ? '888' : nowhere.record);
      expect(comparable(foreign, theirs)).toBe(comparable(missing, nowhere));
    }
  });

  test.each(paths)('with the key of one org and the id of another is refused: %s', async (path) => {
    const body = {
      objectType: 'Contact',
      recordId: theirs.record,
      ...requests[path](theirs),
      idempotencyKey: `o-${++keys}`,
    };
    for (const org of [
      { key: malloryIn.org.key, orgId: acmeIn.org.orgId },
      { key: malloryIn.org.key, orgId: '' },
    ]) {
      const { status, body: answer } = await on.fromApex(path, body, org);
      expect([status, answer.code]).toEqual([401, 'signature_refused']);
    }
  });

  test('with a session of another record is shown nothing of this one', async () => {
    const session = { accountId: malloryIn.companyId, records: { objectType: 'person', recordIds: ['888'] } };
    on.records.set(`${malloryIn.companyId} 889`, person('889', { objectType: 'person' }));
    const onRecord = paths.filter(
      (path) => 'recordId' in cardRoutes[path].request.shape && path !== '/cards/enroll/choices',
    );
    expect(onRecord.length).toBeGreaterThan(8);
    for (const path of onRecord) {
      const record = { objectType: path === '/cards/group' ? 'deal' : 'person', recordId: '889' };
      const body = { ...record, ...requests[path](theirs), idempotencyKey: `s-${++keys}` };
      const { status, body: answer } = await on.inSession(path, body, session);
      expect([path, status, answer.code]).toEqual([path, 403, 'no_permission']);
    }
  });
});

describe('a foreign flow', () => {
  const inputs: Record<ActionName, (ids: Ids) => Record<string, string>> = {
    enroll: (ids) => ({ sequenceId: ids.sequence, mailboxId: ids.mailbox }),
    stop: (ids) => ({ sequenceId: ids.sequence }),
    pause: (ids) => ({ sequenceId: ids.sequence }),
    resume: (ids) => ({ sequenceId: ids.sequence }),
    recalculate: () => ({}),
  };
  let runs = 0;

  test.each(Object.keys(inputs) as ActionName[])('learns and changes nothing by %s', async (action) => {
    on.records.set(`${malloryIn.org.orgId} 888`, person('888', { objectType: 'Contact' }));
    const before = await everythingOf(acme);
    const send = async (ids: Ids, recordIds: string[]) => {
      const row = { key: `flow-${++runs}`, objectType: 'Contact', inputs: inputs[action](ids) };
      const rows = recordIds.map((recordId) => ({ ...row, key: `${row.key}-${recordId}`, recordId }));
      return on.fromApex(`/salesforce/actions/${action}`, { rows }, malloryIn.org, null);
    };
    const foreign = await send(theirs, [theirs.record, '888']);
    expect([foreign.status, foreign.body.results.length]).toEqual([200, 2]);
    expect(JSON.stringify(foreign.body).toUpperCase()).not.toContain(secret);
    expect(await everythingOf(acme)).toBe(before);
    const missing = await send(nowhere, [nowhere.record, '888']);
    expect(comparable(foreign, theirs)).toBe(comparable(missing, nowhere));
  });
});
