import { enrollOutput } from '@salesos/shared/actions.ts';
import { contactCard, enrolledMany, groupCard, todayView } from '@salesos/shared/cards.ts';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addMailbox } from '../../testing/fixtures.ts';
import { type Answer, type Customer, type Org, person, startApi, type TestApi } from './api.harness.ts';

let on: TestApi;
let acme: Customer;
let org: Org;
let companyId: string;
let sequenceId: string;
let mailboxId: string;
let keys = 0;
const salesforceId = (number: number) => `0035g${String(number).padStart(13, '0')}`;
const key = () => `k${++keys}`;

beforeAll(async () => {
  on = await startApi();
});
beforeEach(async () => {
  on.silent.clear();
  acme = await on.customer();
  org = await on.addOrg(acme);
  companyId = `7${acme.accountId}`;
  await on.alsoConnect(acme, 'pipedrive', companyId);
  mailboxId = await addMailbox(acme.ctx, { address: `rep${acme.accountId}@acme.example` });
  const words = { name: 'Hello', subject: 'Hello {{first_name}}', text: 'Hi {{first_name}}' };
  const { body: template } = await on.call(acme.key, 'POST', '/v1/templates', words);
  const definition = {
    steps: [
      { kind: 'task', title: 'Call', note: 'First' },
      { kind: 'email', templateId: template.id },
    ],
  };
  const { body } = await on.call(acme.key, 'POST', '/v1/sequences', { name: 'Intro', definition });
  sequenceId = body.id;
  await on.call(acme.key, 'POST', `/v1/sequences/${sequenceId}/publish`);
});

function addPeople(accountId: string, ids: string[], objectType: string): void {
  for (const id of ids)
    on.records.set(
      `${accountId} ${id}`,
      person(id, { objectType, addresses: [`${id.toLowerCase()}@prospect.example`] }),
    );
}

const startedBy = async () =>
  (
    await acme.ctx.db.selectFrom('enrollment').select('startedBy').where('tenantId', '=', acme.ctx.tenantId).execute()
  ).map((row) => row.startedBy);

describe('Salesforce', () => {
  const record = { objectType: 'Contact', recordId: salesforceId(1) };
  const card = (path: string, body: object = {}, from = org, user?: Parameters<TestApi['fromApex']>[3]) =>
    on.fromApex(path, { ...record, ...body }, from, user);
  beforeEach(() => addPeople(org.orgId, [record.recordId], 'Contact'));

  test('shows the same card, to the user that our Apex names', async () => {
    const { status, body } = await card('/cards/contact');
    expect(status).toBe(200);
    expect(contactCard.parse(body)).toMatchObject({
      person: { name: 'Kim Larsen', timeZoneSource: 'from the Salesforce record' },
      headline: 'Nothing is planned: in no sequence now.',
    });
    const done = await card('/cards/enroll', { sequenceId, mailboxId, idempotencyKey: key() });
    expect([done.status, done.body.card.enrollments.length]).toEqual([200, 1]);
    expect(await startedBy()).toEqual(['Sam Ödegård']);
    expect((await card('/cards/settings')).body.canEdit).toBe(false);
  });

  test('is refused with another org’s id, a wrong key, no org, or a user that is none', async () => {
    const mallory = await on.addOrg(await on.customer());
    const wrong: [Org, Parameters<TestApi['fromApex']>[3]?][] = [
      [{ ...mallory, orgId: org.orgId }],
      [{ ...org, orgId: mallory.orgId }],
      [{ ...org, orgId: org.orgId.toLowerCase() }],
      [{ ...org, orgId: '' }],
      [{ ...org, key: `${org.key.slice(0, -1)}${org.key.endsWith('A') ? 'B' : 'A'}` }],
      [{ ...org, key: 'sfo_' }],
      [{ ...org, key: acme.key }],
      [org, { id: '0055g' }],
      [org, { email: 'nobody' }],
      [org, null],
    ];
    for (const [from, user] of wrong) {
      const { status, body } = await card('/cards/contact', {}, from, user);
      expect([from.orgId, user, status, body.code]).toEqual([from.orgId, user, 401, 'signature_refused']);
    }
    expect((await card('/cards/contact', {}, mallory)).body.code).toBe('not_found');
  });

  test('that was removed, or never had the record, gets a sentence', async () => {
    expect((await card('/cards/contact', { recordId: salesforceId(99) })).body.code).toBe('not_found');
    expect((await card('/cards/contact', { objectType: 'Opportunity' })).body.code).toBe('not_a_person');
  });
});

describe('a flow of Salesforce', () => {
  const rows = (recordIds: string[], inputs: Record<string, string>, run = key()) => ({
    rows: recordIds.map((recordId, index) => ({ key: `${run}-${index}`, objectType: 'Lead', recordId, inputs })),
    workflow: 'New leads',
  });
  const act = (action: string, body: object) => on.fromApex(`/salesforce/actions/${action}`, body, org, null);

  test('enrolls 200 leads in one request: every row says how it went, in order, and once', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => salesforceId(1000 + index));
    addPeople(org.orgId, ids, 'Lead');
    const [missing, silent, noAddress] = [ids[3]!, ids[7]!, ids[11]!];
    on.records.delete(`${org.orgId} ${missing}`);
    on.silent.add(silent);
    on.records.set(`${org.orgId} ${noAddress}`, person(noAddress, { objectType: 'Lead', addresses: [] }));
    const request = rows(ids, { sequenceId, mailboxId: '' });
    const { status, body } = await act('enroll', request);
    expect([status, body.results.length]).toEqual([200, 200]);
    const results = body.results.map((result: Answer) => enrollOutput.parse(result));
    expect(results[3]).toMatchObject({ result: 'refused', errorCode: 'RECORD_NOT_FOUND' });
    expect(results[7]).toMatchObject({
      result: 'refused',
      errorCode: 'TRY_AGAIN',
      message: expect.stringContaining('Salesforce'),
    });
    expect(results[11]).toMatchObject({ result: 'refused', errorCode: 'NO_ADDRESS' });
    expect(results.filter(({ result }: Answer) => result === 'enrolled')).toHaveLength(197);
    on.silent.clear();
    const again = (await act('enroll', request)).body.results;
    expect(again[7]).toMatchObject({ result: 'enrolled' });
    expect(again.toSpliced(7, 1)).toEqual(body.results.toSpliced(7, 1));
    expect(new Set(await startedBy())).toEqual(new Set(['Workflow New leads']));
  });

  test('pauses, resumes, recalculates and stops, each row for itself', async () => {
    const ids = [salesforceId(2001), salesforceId(2002)];
    addPeople(org.orgId, ids, 'Lead');
    await act('enroll', rows([ids[0]!], { sequenceId }));
    const results = async (action: string, inputs = {}) => (await act(action, rows(ids, inputs))).body.results;
    expect(await results('pause')).toMatchObject([
      { result: 'paused', pausedCount: 1 },
      { result: 'none_active', pausedCount: 0 },
    ]);
    expect(await results('resume', { sequenceId })).toMatchObject([{ result: 'resumed' }, { result: 'none_paused' }]);
    expect(await results('recalculate')).toMatchObject([
      { result: 'recalculated', score: 0, tier: 4 },
      { result: 'recalculated' },
    ]);
    const writes = acme.ctx.db.selectFrom('crmWrite').select(['kind', 'recordId']);
    const queued = await writes.where('tenantId', '=', acme.ctx.tenantId).where('kind', '=', 'fields').execute();
    expect(queued.map(({ recordId }) => recordId).sort()).toEqual(ids);
    expect(await results('stop', { sequenceId: 'none' })).toMatchObject([
      { result: 'refused', errorCode: 'SEQUENCE_NOT_FOUND' },
      { result: 'refused' },
    ]);
    expect(await results('stop')).toMatchObject([{ result: 'stopped', stoppedCount: 1 }, { result: 'none_active' }]);
  });

  test('gets its choices; what is no request of a flow is refused whole', async () => {
    const options = await act('options', { inputName: 'sequenceId', query: 'int', after: null });
    expect(options.body).toEqual({ options: [{ label: 'Intro', value: sequenceId, description: '' }], after: null });
    const many = rows(
      Array.from({ length: 201 }, (_, index) => salesforceId(index)),
      {},
    );
    for (const body of [many, { rows: [] }, {}])
      expect((await act('enroll', body)).body).toMatchObject({ status: 400, code: 'invalid_request' });
    const notices = await on.fromApex('/salesforce/actions/enroll', rows(['x'], {}), { ...org, orgId: 'x' }, null);
    expect(notices.status).toBe(401);
  });

  test('of one org tells nothing of the records of another', async () => {
    const mallory = await on.addOrg(await on.customer());
    const recordId = salesforceId(3000);
    addPeople(org.orgId, [recordId], 'Lead');
    const deletion = [
      {
        eventId: 1,
        subscriptionId: 2,
        portalId: org.orgId,
        occurredAt: 1,
        subscriptionType: 'object.deletion',
        objectTypeId: '0-1',
        objectId: recordId,
      },
    ];
    await act('enroll', rows([recordId], { sequenceId }));
    expect((await on.fromApex('/salesforce/webhooks', deletion, mallory, null)).status).toBe(204);
    await on.world.runJobs();
    expect((await on.call(acme.key, 'GET', '/v1/enrollments')).body.data).toMatchObject([{ status: 'active' }]);
  });
});

describe('a list of records', () => {
  test('is enrolled row by row, and a repeat of the request gets the same answer', async () => {
    const ids = [salesforceId(1), salesforceId(2), salesforceId(3), salesforceId(4)];
    addPeople(org.orgId, ids.slice(0, 3), 'Contact');
    on.silent.add(ids[2]!);
    const request = {
      objectType: 'Contact',
      recordIds: [...ids, ids[0]!],
      sequenceId,
      mailboxId,
      idempotencyKey: key(),
    };
    const first = await on.fromApex('/cards/enroll/many', request, org);
    expect(enrolledMany.parse(first.body)).toMatchObject({
      message: '2 people were enrolled, 1 was in the sequence already, 2 were not.',
      results: [
        { recordId: ids[0], name: 'Kim Larsen', result: 'enrolled' },
        { result: 'enrolled' },
        { name: null, result: 'refused', errorCode: 'TRY_AGAIN' },
        { result: 'refused', errorCode: 'RECORD_NOT_FOUND' },
        { recordId: ids[0], result: 'already_in' },
      ],
    });
    on.silent.clear();
    expect(await on.fromApex('/cards/enroll/many', request, org)).toEqual(first);
    const other = await on.fromApex('/cards/enroll/many', { ...request, recordIds: ids }, org);
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  test('of another kind of record, or too long, is refused whole', async () => {
    const request = { objectType: 'Account', recordIds: ['1'], sequenceId, mailboxId, idempotencyKey: key() };
    expect((await on.fromApex('/cards/enroll/many', request, org)).body.code).toBe('not_a_person');
    const many = { ...request, recordIds: Array.from({ length: 201 }, (_, index) => String(index)) };
    expect((await on.fromApex('/cards/enroll/many', many, org)).status).toBe(422);
  });
});

describe('a CRM that says what its user may open', () => {
  const open = (recordIds: string[], more: object = {}) => ({
    accountId: companyId,
    records: { objectType: 'person', recordIds, ...more },
  });
  beforeEach(() => addPeople(companyId, ['1', '2', '3'], 'person'));

  test('has cards of these records only', async () => {
    const ask = (path: string, recordId: string, session: Parameters<TestApi['inSession']>[2], more = {}) =>
      on.inSession(path, { objectType: 'person', recordId, ...more }, session);
    expect((await ask('/cards/contact', '1', open(['1']))).status).toBe(200);
    for (const path of ['/cards/contact', '/cards/decisions']) {
      const { status, body } = await ask(path, '2', open(['1']));
      expect([path, status, body.code]).toEqual([path, 403, 'no_permission']);
      expect(body.detail).toBe('You may not open this record in the CRM.');
    }
    const enroll = { sequenceId, mailboxId, idempotencyKey: key() };
    expect((await ask('/cards/enroll', '2', open(['1']), enroll)).body.code).toBe('no_permission');
    const deal = { ...open([]), records: { objectType: 'deal', recordIds: ['2'], personIds: ['3'] } };
    expect((await ask('/cards/contact', '3', deal)).status).toBe(200);
    expect((await ask('/cards/contact', '2', deal)).body.code).toBe('no_permission');
  });

  test('has the card of a deal with its people, who may be opened too', async () => {
    const deal = { objectType: 'deal', recordId: '50' };
    on.groups.set(`${companyId} 50`, { objectType: 'deal', name: 'Big deal', recordIds: ['2', '3'] });
    const session = { accountId: companyId, records: { objectType: 'deal', recordIds: ['50'] } };
    const enroll = { objectType: 'person', recordId: '3', sequenceId, mailboxId, idempotencyKey: key() };
    expect((await on.inSession('/cards/enroll', enroll, session)).status).toBe(200);
    const { body } = await on.inSession('/cards/group', deal, session);
    expect(groupCard.parse(body)).toMatchObject({
      name: 'Big deal',
      notice: null,
      people: [
        { objectType: 'person', recordId: '2', headline: 'Nothing is planned: in no sequence now.', tier: 4 },
        { objectType: 'person', recordId: '3', headline: expect.stringContaining('Intro – ') },
      ],
    });
    expect((await on.inSession('/cards/contact', { objectType: 'person', recordId: '1' }, session)).status).toBe(403);
    const other = { ...deal, recordId: '51' };
    expect((await on.inSession('/cards/group', other, session)).body.code).toBe('no_permission');
    const asPerson = { ...session, records: { objectType: 'person', recordIds: ['50'] } };
    expect((await on.inSession('/cards/group', deal, asPerson)).body.code).toBe('no_permission');
  });

  test('enrolls of a list only whom this user may open', async () => {
    const request = { objectType: 'person', recordIds: ['1', '2'], sequenceId, mailboxId, idempotencyKey: key() };
    const { body } = await on.inSession('/cards/enroll/many', request, open(['1']));
    expect(body.results).toMatchObject([{ result: 'enrolled' }, { result: 'refused', errorCode: 'NO_PERMISSION' }]);
  });
});

describe('today', () => {
  test('lists the open tasks of the rep’s own people, each with its record in the CRM the rep is in', async () => {
    const [own, foreign] = [salesforceId(1), salesforceId(2)];
    addPeople(org.orgId, [own, foreign], 'Contact');
    const { body } = await on.fromApex(
      '/cards/enroll/many',
      { objectType: 'Contact', recordIds: [own, foreign], sequenceId, mailboxId, idempotencyKey: key() },
      org,
    );
    expect(body.results).toMatchObject([{ result: 'enrolled' }, { result: 'enrolled' }]);
    const today = async () => todayView.parse((await on.fromApex('/cards/today', {}, org)).body);
    await acme.ctx.db
      .updateTable('enrollment')
      .set({ nextStepAt: null })
      .where('tenantId', '=', acme.ctx.tenantId)
      .execute();
    const { body: enrollments } = await on.call(acme.key, 'GET', '/v1/enrollments');
    const now = on.world.system.clock.now().getTime();
    for (const [index, { id, contactId }] of enrollments.data.entries())
      for (const days of [-3, 3])
        await acme.ctx.db
          .insertInto('task')
          .values({
            tenantId: acme.ctx.tenantId,
            id: `00000000-0000-7000-8000-0000000000${index}${days + 5}`,
            enrollmentId: id,
            stepIndex: days + 5,
            contactId,
            title: 'Call',
            note: '',
            status: 'open',
            dueAt: new Date(now + days * 86_400_000),
            completedAt: null,
            completedBy: null,
          })
          .execute();
    expect(await today()).toEqual({ tasks: [], replies: [] });
    const { id: memberId } = await acme.ctx.db
      .selectFrom('member')
      .select('id')
      .where('tenantId', '=', acme.ctx.tenantId)
      .where('email', '=', 'sam@acme.example')
      .executeTakeFirstOrThrow();
    const contactId = (await on.call(acme.key, 'GET', `/v1/contacts/by-record/salesforce/Contact/${own}`)).body.id;
    await acme.ctx.db.updateTable('contact').set({ ownerMemberId: memberId }).where('id', '=', contactId).execute();
    expect((await today()).tasks).toMatchObject([{ title: 'Call', person: { objectType: 'Contact', recordId: own } }]);
    await acme.ctx.db.updateTable('mailbox').set({ ownerMemberId: memberId }).where('id', '=', mailboxId).execute();
    expect((await today()).tasks.map(({ person }) => person.recordId).sort()).toEqual([own, foreign]);
    const rep = await on.signed('/cards/today', {}, { accountId: acme.accountId });
    expect(rep.body).toEqual({ tasks: [], replies: [] });
  });
});
