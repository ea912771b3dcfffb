/** One person whom several CRMs show. */
import { describe, expect, it } from 'vitest';
import { eventData } from '../../testing/events.ts';
import { startTestSystem } from '../../testing/system.ts';
import type { Ctx } from '../core/ctx.ts';
import { listDecisions } from '../core/decisions.ts';
import { syncOwners, updateTenant } from '../tenants/index.ts';
import { personFromCrm } from './contacts.harness.ts';
import {
  answerSamePerson,
  deleteByRecord,
  findByAddresses,
  findByRecord,
  getContact,
  mergeRecords,
  type PersonFromCrm,
  samePersonQuestions,
  saveFromCrm,
} from './index.ts';

const world = await startTestSystem();
const now = () => world.system.clock.now();
const save = (ctx: Ctx, crm: string, recordId: string, change: Partial<PersonFromCrm> = {}, readAt = now()) =>
  saveFromCrm(
    ctx,
    crm,
    personFromCrm(recordId, { objectType: 'person', addresses: ['kim@example.com'], ...change }),
    readAt,
  );
const outcomes = async (ctx: Ctx, contactId: string) =>
  (await listDecisions(ctx, { contactId, before: null, limit: 10 })).map(({ subject, outcome }) => [subject, outcome]);

describe('the same address in another CRM', () => {
  it('is the same person at once, with a decision that says why', async () => {
    const ctx = await world.tenant();
    const one = await save(ctx, 'one', '1');
    expect((await save(ctx, 'two', 'a', { addresses: ['Kim@Example.com'] })).id).toBe(one.id);
    expect(await outcomes(ctx, one.id)).toEqual([['contact.same_person', 'joined']]);
    expect(await eventData(ctx, 'contact.updated')).toEqual([{ contactId: one.id, changed: ['records'] }]);
    expect(await samePersonQuestions(ctx)).toEqual([]);
  });

  it('shown by two CRMs at once is one person', async () => {
    const ctx = await world.tenant();
    const all = await Promise.all(['one', 'two', 'three'].map((crm) => save(ctx, crm, '1')));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect((await getContact(ctx, all[0]!.id)).records).toHaveLength(3);
  });

  it('of two people in one CRM joins nobody, whichever CRM comes first', async () => {
    const ctx = await world.tenant();
    const [one, two] = [await save(ctx, 'one', '1'), await save(ctx, 'one', '2')];
    const there = await save(ctx, 'two', 'a');
    expect(new Set([one.id, two.id, there.id]).size).toBe(3);
    const other = await world.tenant();
    const first = await save(other, 'one', '1');
    await save(other, 'two', 'a');
    expect((await save(other, 'two', 'b')).id).not.toBe(first.id);
  });

  it('that is not the primary one, or of another tenant, is nobody we know', async () => {
    const ctx = await world.tenant();
    const one = await save(ctx, 'one', '1');
    const second = await save(ctx, 'two', 'a', { addresses: ['lee@example.com', 'kim@example.com'] });
    expect(second.id).not.toBe(one.id);
    expect((await save(await world.tenant(), 'two', 'b')).id).not.toBe(one.id);
  });
});

describe('what the CRMs say of one person', () => {
  it('is put together: the record known first leads, the others fill the gaps, and they never take turns', async () => {
    const ctx = await world.tenant();
    await syncOwners(ctx, 'two', [{ ownerId: '9', userId: '1', email: 'rep@acme.test', name: 'Rep' }]);
    const here = { firstName: 'Kim', country: 'France', properties: { a: '1' } };
    const there = {
      addresses: ['kim@example.com', 'kim@home.example'],
      firstName: 'Kimberly',
      lastName: 'Lee',
      timeZone: 'Asia/Tokyo',
      ownerId: '9',
      properties: { a: '2', b: '3' },
    };
    const { id } = await save(ctx, 'one', '1', here);
    const together = await save(ctx, 'two', 'a', there);
    expect(together).toMatchObject({
      firstName: 'Kim',
      lastName: 'Lee',
      country: 'FR',
      timeZone: 'Asia/Tokyo',
      timeZoneSource: 'record',
      addresses: ['kim@example.com', 'kim@home.example'],
      properties: { a: '1', b: '3' },
    });
    expect(together.ownerMemberId).not.toBeNull();
    const before = (await eventData(ctx, 'contact.updated')).length;
    for (let times = 0; times < 3; times++) {
      await world.advance(1);
      await save(ctx, 'one', '1', here);
      await save(ctx, 'two', 'a', there);
    }
    expect((await eventData(ctx, 'contact.updated')).length).toBe(before);
    expect(await getContact(ctx, id)).toMatchObject({ firstName: 'Kim', lastName: 'Lee' });
    expect((await findByAddresses(ctx, ['kim@home.example'])).map((found) => found.id)).toEqual([id]);
  });

  it('an answer about one record that is old is ignored, a fresh one about the other is not', async () => {
    const ctx = await world.tenant();
    const early = now();
    await world.advance(10);
    await save(ctx, 'one', '1', { firstName: 'Kim' });
    await save(ctx, 'two', 'a', { lastName: 'Lee' }, early);
    const old = await save(ctx, 'one', '1', { firstName: 'Old' }, early);
    expect(old).toMatchObject({ firstName: 'Kim', lastName: 'Lee', fetchedAt: now() });
  });

  it('a record that goes takes along what only it said; the last one takes the person', async () => {
    const ctx = await world.tenant();
    const { id } = await save(ctx, 'one', '1', { firstName: 'Kim' });
    await save(ctx, 'two', 'a', { lastName: 'Lee', addresses: ['kim@example.com', 'kim@home.example'] });
    await deleteByRecord(ctx, 'two', 'a', 'deleted');
    expect(await getContact(ctx, id)).toMatchObject({
      status: 'active',
      lastName: null,
      addresses: ['kim@example.com'],
      records: [{ crm: 'one', recordId: '1' }],
    });
    expect(await eventData(ctx, 'contact.deleted')).toEqual([]);
    await deleteByRecord(ctx, 'one', '1', 'deleted');
    expect((await getContact(ctx, id)).status).toBe('deleted');
    await world.advance(1);
    expect(await save(ctx, 'two', 'a', { lastName: 'Lee' })).toMatchObject({ id, status: 'active', lastName: 'Lee' });
  });

  it('an erasure in one CRM forgets what the others said, and no CRM brings it back', async () => {
    const ctx = await world.tenant();
    const { id } = await save(ctx, 'one', '1', { firstName: 'Kim' });
    await save(ctx, 'two', 'a', { lastName: 'Lee' });
    await deleteByRecord(ctx, 'two', 'a', 'erased');
    await world.advance(1);
    await save(ctx, 'one', '1', { firstName: 'Kim' });
    await save(ctx, 'two', 'a', { lastName: 'Lee' });
    expect(await getContact(ctx, id)).toMatchObject({ status: 'erased', firstName: null, addresses: [], records: [] });
    const rows = await ctx.db.selectFrom('contactRecord').select('said').where('tenantId', '=', ctx.tenantId).execute();
    expect(rows).toEqual([{ said: null }, { said: null }]);
  });
});

describe('where an admin is asked', () => {
  const asked = async () => {
    const ctx = { ...(await world.tenant()), actor: { kind: 'member' as const, id: 'm', name: 'Ann' } };
    await updateTenant(ctx, { samePersonPolicy: 'confirmed' });
    const one = await save(ctx, 'one', '1', { firstName: 'Kim' });
    const two = await save(ctx, 'two', 'a', { lastName: 'Lee' });
    const questions = await samePersonQuestions(ctx);
    return { ctx, one, two, questions, questionId: questions[0]!.id };
  };

  it('they are two people until then, and the question stands once', async () => {
    const { ctx, one, two, questions } = await asked();
    expect(two.id).not.toBe(one.id);
    expect(questions.map(({ people }) => people.map(({ id }) => id))).toEqual([[one.id, two.id]]);
    await world.advance(1);
    await save(ctx, 'two', 'a', { lastName: 'Lee' });
    expect(await samePersonQuestions(ctx)).toHaveLength(1);
    expect(await samePersonQuestions(await world.tenant())).toEqual([]);
  });

  it('yes makes them one, as a merge does, and says who said so', async () => {
    const { ctx, one, two, questionId } = await asked();
    await answerSamePerson(ctx, { questionId, isSame: true });
    await answerSamePerson(ctx, { questionId, isSame: true });
    expect((await findByRecord(ctx, 'two', 'a'))?.id).toBe(one.id);
    expect((await getContact(ctx, two.id)).id).toBe(one.id);
    expect(await eventData(ctx, 'contact.merged')).toEqual([{ contactId: one.id, mergedContactId: two.id }]);
    expect(await outcomes(ctx, one.id)).toEqual([['contact.same_person', 'joined']]);
    expect(await samePersonQuestions(ctx)).toEqual([]);
    expect(await getContact(ctx, one.id)).toMatchObject({ name: 'Kim Lee', addresses: ['kim@example.com'] });
    await world.advance(1);
    expect(await save(ctx, 'two', 'a', { lastName: 'Lim' })).toMatchObject({ id: one.id, name: 'Kim Lim' });
    await expect(answerSamePerson(ctx, { questionId, isSame: false })).rejects.toMatchObject({
      code: 'already_answered',
    });
  });

  it('no is remembered', async () => {
    const { ctx, one, two, questionId } = await asked();
    await answerSamePerson(ctx, { questionId, isSame: false });
    await world.advance(1);
    expect((await save(ctx, 'two', 'a')).id).toBe(two.id);
    expect((await save(ctx, 'one', '1')).id).toBe(one.id);
    expect(await samePersonQuestions(ctx)).toEqual([]);
    await updateTenant(ctx, { samePersonPolicy: 'automatic' });
    await save(ctx, 'two', 'a');
    expect((await findByRecord(ctx, 'two', 'a'))?.id).toBe(two.id);
  });

  it('people who are gone, or who have records in one CRM by now, are not asked about and not joined', async () => {
    const { ctx, one, questionId } = await asked();
    await save(ctx, 'two', 'b', { addresses: ['kim@home.example'] });
    await mergeRecords(ctx, 'one', '1', ['x']);
    const other = await findByRecord(ctx, 'two', 'b');
    await ctx.db
      .updateTable('contactRecord')
      .set({ contactId: one.id })
      .where('tenantId', '=', ctx.tenantId)
      .where('recordId', '=', other!.records[0]!.recordId)
      .execute();
    expect(await samePersonQuestions(ctx)).toEqual([]);
    await expect(answerSamePerson(ctx, { questionId, isSame: true })).rejects.toMatchObject({ code: 'not_joinable' });
    await deleteByRecord(ctx, 'two', 'a', 'deleted');
    expect(await samePersonQuestions(ctx)).toEqual([]);
  });

  it("another tenant's question does not exist", async () => {
    const { questionId } = await asked();
    const stranger = await world.tenant();
    await expect(answerSamePerson(stranger, { questionId, isSame: true })).rejects.toMatchObject({ status: 404 });
  });

  it('two answers at once count once', async () => {
    const { ctx, questionId } = await asked();
    const both = await Promise.allSettled([true, false].map((isSame) => answerSamePerson(ctx, { questionId, isSame })));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
