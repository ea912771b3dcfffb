/**
 * Proof: nothing of one customer reaches another by the screens and workflows of its CRMs. Every path is called by Mallory,
 * from each CRM, with the ids of Acme, and must answer exactly as it answers to ids that exist nowhere. A new path without a
 * case fails the test.
 */
import type { ActionName } from '@salesos/shared/actions.ts';
import { type CardPath, cardRoutes } from '@salesos/shared/cards.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Customer, person, type TestApi } from './api.harness.ts';
import {
  comparable,
  type Entrance,
  entrances,
  everythingOf,
  type Ids,
  secret,
  startTwoCustomers,
  type TwoCustomers,
} from './tenancy.harness.ts';

let on: TestApi;
let acme: Customer;
let mallory: Customer;
let theirs: Ids;
let nowhere: Ids;
let acmeIn: TwoCustomers['acmeIn'];
let malloryIn: TwoCustomers['malloryIn'];

beforeAll(async () => {
  ({ on, acme, mallory, theirs, nowhere, acmeIn, malloryIn } = await startTwoCustomers());
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
    '/cards/mailboxes/pause': (ids) => ({ mailboxId: ids.mailbox }),
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
