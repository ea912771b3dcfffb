/** Two customers: Acme with one of everything, and Mallory, who knows all ids of it and has the same CRMs. */
import { expect } from 'vitest';
import { addContact, addMailbox } from '../../testing/fixtures.ts';
import { newId } from '../core/ids.ts';
import { listMembers } from '../tenants/index.ts';
import { type Answer, type Customer, type Org, person, startApi, type TestApi } from './api.harness.ts';

export interface Ids {
  template: string;
  email: string;
  sequence: string;
  enrollment: string;
  contact: string;
  record: string;
  task: string;
  mailbox: string;
  apiKey: string;
  member: string;
  deadLetter: string;
  question: string;
  connection: string;
}

export const secret = 'ACME-SECRET';
/** What each CRM calls a person's record, and one that has people. */
export const entrances = {
  hubspot: { objectType: '0-1', groupType: 'company' },
  salesforce: { objectType: 'Contact', groupType: 'account' },
  pipedrive: { objectType: 'person', groupType: 'deal' },
} as const;
export type Entrance = keyof typeof entrances;

interface Accounts {
  org: Org;
  companyId: string;
}

export interface TwoCustomers {
  on: TestApi;
  acme: Customer;
  mallory: Customer;
  acmeIn: Accounts;
  malloryIn: Accounts;
  /** Acme's ids, and ids that exist nowhere. */
  theirs: Ids;
  nowhere: Ids;
}

export async function startTwoCustomers(): Promise<TwoCustomers> {
  const on = await startApi();
  const acme = await on.customer();
  const mallory = await on.customer();
  const acmeIn = await connectAll(on, acme);
  const theirs = await fill(on, acme, acmeIn);
  const malloryIn = await connectAll(on, mallory);
  const id = () => newId(on.world.system.clock.now());
  const nowhere: Ids = {
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
    member: id(),
  };
  return { on, acme, mallory, acmeIn, malloryIn, theirs, nowhere };
}

async function connectAll(on: TestApi, customer: Customer): Promise<Accounts> {
  const companyId = `70${customer.accountId}`;
  await on.alsoConnect(customer, 'pipedrive', companyId);
  return { org: await on.addOrg(customer), companyId };
}

/** One of everything, each with the secret in its words. */
async function fill(on: TestApi, { ctx, key, accountId }: Customer, accounts: Accounts): Promise<Ids> {
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
  for (const [crm, account] of [
    ['salesforce', accounts.org.orgId],
    ['pipedrive', accounts.companyId],
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
    member: (await listMembers(ctx))[0]!.id,
    deadLetter: newId(ctx.clock.now()),
    question,
    connection,
  };
}

/** An answer without what differs between any two requests. */
export function comparable({ status, body }: { status: number; body: Answer }, ids: Ids): string {
  let text = JSON.stringify({ status, ...body, request_id: undefined });
  for (const [name, id] of Object.entries(ids)) text = text.replaceAll(id, name);
  return text;
}

/** Every row of a customer, to see that none was touched. */
export async function everythingOf({ ctx }: Customer): Promise<string> {
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
    'member',
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
