/**
 * Proof: nothing of one customer reaches another. Every endpoint of the route table is called by Mallory with the ids of
 * Acme, and must answer exactly as it answers to ids that exist nowhere. A new endpoint without a case fails the test.
 */
import { type EndpointName, endpoints } from '@salesos/shared/api.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Customer, TestApi } from './api.harness.ts';
import { comparable, everythingOf, type Ids, secret, startTwoCustomers } from './tenancy.harness.ts';

let on: TestApi;
let acme: Customer;
let mallory: Customer;
let theirs: Ids;
let nowhere: Ids;

beforeAll(async () => {
  ({ on, acme, mallory, theirs, nowhere } = await startTwoCustomers());
});

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
  pauseMailbox: (ids) => ({ path: { mailboxId: ids.mailbox } }),
  resumeMailbox: (ids) => ({ path: { mailboxId: ids.mailbox } }),
  disconnectMailbox: (ids) => ({ path: { mailboxId: ids.mailbox } }),
  createApiKey: () => ({ body: { name: 'mine', scopes: ['contacts:read'] } }),
  listApiKeys: none,
  listMembers: none,
  updateMember: (ids) => ({ path: { memberId: ids.member }, body: { role: 'rep' } }),
  revokeApiKey: (ids) => ({ path: { keyId: ids.apiKey } }),
  listDeadLetters: none,
  redriveDeadLetters: (ids) => ({ body: { ids: [ids.deadLetter] } }),
};

/** Endpoints that touch nothing by id: for them it is enough that nothing of Acme is in the answer. */
const withoutIds = new Set<EndpointName>([
  'createTemplate',
  'addSuppression',
  'createApiKey',
  'listApiKeys',
  'listMembers',
]);

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
