import { enrolledMany, groupCard, todayView } from '@salesos/shared/cards.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { addMessage } from '../../testing/fixtures.ts';
import { newId } from '../core/ids.ts';
import { type Org, startApi, type TestApi } from './api.harness.ts';
import {
  addPeople,
  type CustomerWithSequence,
  customerWithSequence,
  enrollBody,
  salesforceId,
} from './enrolling.harness.ts';

const on = await startApi();
let acme: CustomerWithSequence;
let org: Org;
let companyId: string;

beforeEach(async () => {
  on.silent.clear();
  acme = await customerWithSequence(on, { taskFirst: true });
  org = await on.addOrg(acme);
  companyId = `7${acme.accountId}`;
  await on.alsoConnect(acme, 'pipedrive', companyId);
});

describe('a list of records', () => {
  test('is enrolled row by row, and a repeat of the request gets the same answer', async () => {
    const ids = [salesforceId(1), salesforceId(2), salesforceId(3), salesforceId(4)];
    addPeople(on, org.orgId, ids.slice(0, 3), 'Contact');
    on.silent.add(ids[2]!);
    const request = {
      objectType: 'Contact',
      recordIds: [...ids, ids[0]!],
      ...enrollBody(acme),
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
    const request = { objectType: 'Account', recordIds: ['1'], ...enrollBody(acme) };
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
  beforeEach(() => addPeople(on, companyId, ['1', '2', '3'], 'person'));

  test('has cards of these records only', async () => {
    const ask = (path: string, recordId: string, session: Parameters<TestApi['inSession']>[2], more = {}) =>
      on.inSession(path, { objectType: 'person', recordId, ...more }, session);
    expect((await ask('/cards/contact', '1', open(['1']))).status).toBe(200);
    for (const path of ['/cards/contact', '/cards/decisions']) {
      const { status, body } = await ask(path, '2', open(['1']));
      expect([path, status, body.code]).toEqual([path, 403, 'no_permission']);
      expect(body.detail).toBe('You may not open this record in the CRM.');
    }
    const enroll = enrollBody(acme);
    expect((await ask('/cards/enroll', '2', open(['1']), enroll)).body.code).toBe('no_permission');
    const deal = { ...open([]), records: { objectType: 'deal', recordIds: ['2'], personIds: ['3'] } };
    expect((await ask('/cards/contact', '3', deal)).status).toBe(200);
    expect((await ask('/cards/contact', '2', deal)).body.code).toBe('no_permission');
  });

  test('has the card of a deal with its people, who may be opened too', async () => {
    const deal = { objectType: 'deal', recordId: '50' };
    on.groups.set(`${companyId} 50`, { objectType: 'deal', name: 'Big deal', recordIds: ['2', '3'] });
    const session = { accountId: companyId, records: { objectType: 'deal', recordIds: ['50'] } };
    const enroll = { objectType: 'person', recordId: '3', ...enrollBody(acme) };
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
    const request = { objectType: 'person', recordIds: ['1', '2'], ...enrollBody(acme) };
    const { body } = await on.inSession('/cards/enroll/many', request, open(['1']));
    expect(body.results).toMatchObject([{ result: 'enrolled' }, { result: 'refused', errorCode: 'NO_PERMISSION' }]);
  });
});

describe('today', () => {
  const samsId = async () =>
    (
      await acme.ctx.db
        .selectFrom('member')
        .select('id')
        .where('tenantId', '=', acme.ctx.tenantId)
        .where('email', '=', 'sam@acme.example')
        .executeTakeFirstOrThrow()
    ).id;
  const ownMailbox = async () => {
    const ownerMemberId = await samsId();
    await acme.ctx.db.updateTable('mailbox').set({ ownerMemberId }).where('id', '=', acme.mailboxId).execute();
  };

  test('lists the open tasks of the rep’s own people, each with its record in the CRM the rep is in', async () => {
    const [own, foreign] = [salesforceId(1), salesforceId(2)];
    addPeople(on, org.orgId, [own, foreign], 'Contact');
    const { body } = await on.fromApex(
      '/cards/enroll/many',
      { objectType: 'Contact', recordIds: [own, foreign], ...enrollBody(acme) },
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
    const memberId = await samsId();
    const contactId = (await on.call(acme.key, 'GET', `/v1/contacts/by-record/salesforce/Contact/${own}`)).body.id;
    await acme.ctx.db.updateTable('contact').set({ ownerMemberId: memberId }).where('id', '=', contactId).execute();
    expect((await today()).tasks).toMatchObject([{ title: 'Call', person: { objectType: 'Contact', recordId: own } }]);
    await ownMailbox();
    expect((await today()).tasks.map(({ person }) => person.recordId).sort()).toEqual([own, foreign]);
    const rep = await on.signed('/cards/today', {}, { accountId: acme.accountId });
    expect(rep.body).toEqual({ tasks: [], replies: [] });
  });

  test('lists the answers of a week to the rep’s mails, newest first; no automatic ones', async () => {
    const recordId = salesforceId(5);
    addPeople(on, org.orgId, [recordId], 'Contact');
    await on.fromApex('/cards/contact', { objectType: 'Contact', recordId }, org);
    const contactId = (await on.call(acme.key, 'GET', `/v1/contacts/by-record/salesforce/Contact/${recordId}`)).body.id;
    const messageId = await addMessage(acme.ctx, { contactId, mailboxId: acme.mailboxId });
    const now = on.world.system.clock.now().getTime();
    const answer = async (daysAgo: number, subject: string, kind = 'human_reply') => {
      const receivedAt = new Date(now - daysAgo * 86_400_000);
      await acme.ctx.db
        .insertInto('inboundMessage')
        .values({
          tenantId: acme.ctx.tenantId,
          id: newId(receivedAt),
          mailboxId: acme.mailboxId,
          providerMessageId: subject,
          providerThreadId: subject,
          receivedAt,
          kind,
          fromAddress: 'kim@prospect.example',
          subject,
          text: `\n${'Yes, please. '.repeat(50)}`,
          contactId,
          messageId,
          matchedBy: null,
          confidence: null,
          returnsOn: null,
          bounce: null,
          evidence: '[]',
          createdAt: receivedAt,
        })
        .execute();
    };
    await answer(8, 'Long ago');
    await answer(6, 'Days ago');
    await answer(1, 'Away', 'auto_reply');
    await answer(1, 'Yesterday');
    const replies = async () => todayView.parse((await on.fromApex('/cards/today', {}, org)).body).replies;
    expect(await replies()).toEqual([]);
    await ownMailbox();
    const found = await replies();
    expect(found.map(({ subject }) => subject)).toEqual(['Yesterday', 'Days ago']);
    expect(found[0]).toMatchObject({ person: { objectType: 'Contact', recordId, name: 'Kim Larsen' } });
    expect(found[0]!.text).toMatch(/^Yes, please\. .{1,399}$/);
    const inPipedrive = { accountId: companyId, records: { objectType: 'person', recordIds: [] } };
    expect((await on.inSession('/cards/today', {}, inPipedrive)).body.replies).toEqual([]);
  });
});
