import { enrollOutput } from '@salesos/shared/actions.ts';
import { contactCard } from '@salesos/shared/cards.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Answer, type Org, person, startApi, type TestApi } from './api.harness.ts';
import {
  addPeople,
  type CustomerWithSequence,
  customerWithSequence,
  enrollBody,
  newKey,
  salesforceId,
} from './enrolling.harness.ts';

const on = await startApi();
let acme: CustomerWithSequence;
let org: Org;

beforeEach(async () => {
  on.silent.clear();
  acme = await customerWithSequence(on, { taskFirst: true });
  org = await on.addOrg(acme);
});

const startedBy = async () =>
  (
    await acme.ctx.db.selectFrom('enrollment').select('startedBy').where('tenantId', '=', acme.ctx.tenantId).execute()
  ).map((row) => row.startedBy);

describe('Salesforce', () => {
  const record = { objectType: 'Contact', recordId: salesforceId(1) };
  const card = (path: string, body: object = {}, from = org, user?: Parameters<TestApi['fromApex']>[3]) =>
    on.fromApex(path, { ...record, ...body }, from, user);
  beforeEach(() => addPeople(on, org.orgId, [record.recordId], 'Contact'));

  test('shows the same card, to the user that our Apex names', async () => {
    const { status, body } = await card('/cards/contact');
    expect(status).toBe(200);
    expect(contactCard.parse(body)).toMatchObject({
      person: { name: 'Kim Larsen', timeZoneSource: 'from the Salesforce record' },
      headline: 'Nothing is planned: in no sequence now.',
    });
    const done = await card('/cards/enroll', enrollBody(acme));
    expect([done.status, done.body.card.enrollments.length]).toEqual([200, 1]);
    expect(await startedBy()).toEqual(['Sam Ödegård']);
    expect((await card('/cards/settings')).body.canEdit).toBe(false);
  });

  test('has its admins by the permission set, whoever connected the org', async () => {
    const change = (user: { id: string; email: string; isAdmin?: boolean }, key = newKey()) =>
      card('/cards/settings/update', { postalAddress: '3 Side Street', idempotencyKey: key }, org, user);
    const lee = { id: '0055g000000LeeAAAA', email: 'lee@acme.example' };
    const refused = await change(lee);
    expect([refused.status, refused.body.detail]).toEqual([
      403,
      'Only an admin can change these settings: whoever has the permission set “SalesOS Admin”.',
    ]);
    expect((await change({ ...lee, isAdmin: true })).body).toMatchObject({ canEdit: true });
    // Taken away again it is gone here too.
    expect((await change(lee)).status).toBe(403);
    const other = await on.addOrg(await on.customer());
    const elsewhere = await card('/cards/settings', {}, other, lee);
    expect(elsewhere.body.canEdit).toBe(false);
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
  const rows = (recordIds: string[], inputs: Record<string, string>, run = newKey()) => ({
    rows: recordIds.map((recordId, index) => ({ key: `${run}-${index}`, objectType: 'Lead', recordId, inputs })),
    workflow: 'New leads',
  });
  const act = (action: string, body: object) => on.fromApex(`/salesforce/actions/${action}`, body, org, null);

  test('enrolls 200 leads in one request: every row says how it went, in order, and once', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => salesforceId(1000 + index));
    addPeople(on, org.orgId, ids, 'Lead');
    const [missing, silent, noAddress] = [ids[3]!, ids[7]!, ids[11]!];
    on.records.delete(`${org.orgId} ${missing}`);
    on.silent.add(silent);
    on.records.set(`${org.orgId} ${noAddress}`, person(noAddress, { objectType: 'Lead', addresses: [] }));
    const request = rows(ids, { sequenceId: acme.sequenceId, mailboxId: '' });
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
    addPeople(on, org.orgId, ids, 'Lead');
    await act('enroll', rows([ids[0]!], { sequenceId: acme.sequenceId }));
    const results = async (action: string, inputs = {}) => (await act(action, rows(ids, inputs))).body.results;
    expect(await results('pause')).toMatchObject([
      { result: 'paused', pausedCount: 1 },
      { result: 'none_active', pausedCount: 0 },
    ]);
    expect(await results('resume', { sequenceId: acme.sequenceId })).toMatchObject([
      { result: 'resumed' },
      { result: 'none_paused' },
    ]);
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
    expect(options.body).toEqual({
      options: [{ label: 'Intro', value: acme.sequenceId, description: '' }],
      after: null,
    });
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
    addPeople(on, org.orgId, [recordId], 'Lead');
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
    await act('enroll', rows([recordId], { sequenceId: acme.sequenceId }));
    expect((await on.fromApex('/salesforce/webhooks', deletion, mallory, null)).status).toBe(204);
    await on.world.runJobs();
    expect((await on.call(acme.key, 'GET', '/v1/enrollments')).body.data).toMatchObject([{ status: 'active' }]);
  });
});
