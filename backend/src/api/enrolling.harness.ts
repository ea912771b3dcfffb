/** What the tests of cards and workflows begin with: a customer who can enroll, and people in its CRM. */
import { addMailbox } from '../../testing/fixtures.ts';
import { type Customer, person, type TestApi } from './api.harness.ts';

export interface CustomerWithSequence extends Customer {
  mailboxId: string;
  sequenceId: string;
}

/** A customer with a mailbox and a published sequence of one mail, with a task before it where a test wants one. */
export async function customerWithSequence(on: TestApi, { taskFirst = false } = {}): Promise<CustomerWithSequence> {
  const customer = await on.customer();
  const { accountId, ctx, key } = customer;
  const mailboxId = await addMailbox(ctx, { address: `rep${accountId}@acme.example` });
  const words = { name: 'Hello', subject: 'Hello {{first_name}}', text: 'Hi {{first_name}}' };
  const { body: template } = await on.call(key, 'POST', '/v1/templates', words);
  const task = { kind: 'task', title: 'Call', note: 'First' };
  const steps = [...(taskFirst ? [task] : []), { kind: 'email', templateId: template.id }];
  const { body: sequence } = await on.call(key, 'POST', '/v1/sequences', { name: 'Intro', definition: { steps } });
  await on.call(key, 'POST', `/v1/sequences/${sequence.id}/publish`);
  return { ...customer, mailboxId, sequenceId: sequence.id };
}

let keys = 0;
export const newKey = () => `k${++keys}`;

/** What a card sends to enroll in the customer's sequence. */
export const enrollBody = ({ sequenceId, mailboxId }: CustomerWithSequence, idempotencyKey = newKey()) => ({
  sequenceId,
  mailboxId,
  idempotencyKey,
});

let records = 100;
/** A contact in HubSpot, under an id that no other test has. */
export function addRecord(on: TestApi, { accountId }: Customer): string {
  const recordId = String(++records);
  on.records.set(`${accountId} ${recordId}`, person(recordId));
  return recordId;
}

export function addPeople(on: TestApi, accountId: string, ids: string[], objectType: string): void {
  for (const id of ids) {
    const addresses = [`${id.toLowerCase()}@prospect.example`];
    on.records.set(`${accountId} ${id}`, person(id, { objectType, addresses }));
  }
}

export const salesforceId = (number: number) => `0035g${String(number).padStart(13, '0')}`;
