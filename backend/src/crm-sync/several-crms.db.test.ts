/** One person in two CRMs: one opt-out, one “replied”, one score. And what an account as a whole refuses. */
import { beforeEach, describe, expect, it } from 'vitest';
import { mayContact } from '../compliance/index.ts';
import { answerSamePerson, findByRecord, getContact, samePersonQuestions } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { connectionsOf, updateTenant } from '../tenants/index.ts';
import { CrmDisconnected, CrmRefused, type WriteResult } from './crm.ts';
import { person, startCrmWorld } from './fake-crm.harness.ts';
import { ensureContact, readGroup, retryPreparation, syncProblems, takeNotices } from './index.ts';

const world = await startCrmWorld();
const { fake, install, notice, system, wake } = world;
beforeEach(() => world.reset());

const kim = { addresses: ['kim@example.com'] };
const ask = (ctx: Ctx, crm: string, recordId: string) => ensureContact(ctx, { crm, objectType: 'contact', recordId });
const work = async () => {
  for (const name of ['read', 'write']) {
    await world.runJobs();
    await wake(name);
  }
  await world.runJobs();
};
const scored = (ctx: Ctx, contactId: string) => emit(ctx, 'score.changed', { contactId, from: 0, to: 50, tier: 2 });
const both = async () => {
  const here = await install();
  const there = await install(undefined, 'other', here.ctx.tenantId);
  fake.add('1', kim);
  fake.add('a', kim);
  return { ctx: here.ctx, here, there };
};

describe('a person in two CRMs', () => {
  it('has one score, which is written to both records', async () => {
    const { ctx } = await both();
    const { id } = await ask(ctx, 'crm', '1');
    expect((await ask(ctx, 'other', 'a')).id).toBe(id);
    await scored(ctx, id);
    await work();
    await work();
    expect(fake.written.map(({ crm, recordId }) => `${crm} ${recordId}`).sort()).toEqual(['crm 1', 'other a']);
  });

  it('whose second record is found later gets the fields there at once', async () => {
    const { ctx } = await both();
    await scored(ctx, (await ask(ctx, 'crm', '1')).id);
    await work();
    await ask(ctx, 'other', 'a');
    await work();
    expect(fake.written.map(({ crm }) => crm)).toEqual(['crm', 'other']);
  });

  it('who opted out in either CRM is written to from neither', async () => {
    const { ctx, there } = await both();
    await updateTenant(ctx, { postalAddress: '1 Main Street' });
    const { id, addresses } = await ask(ctx, 'crm', '1');
    await ask(ctx, 'other', 'a');
    expect(await mayContact(ctx, [{ contactId: id, address: addresses[0]! }])).toEqual([null]);
    await world.advance(1);
    fake.add('a', { ...kim, optedOut: true });
    await takeNotices(system, 'other', [notice(there.accountId, { kind: 'changed', recordId: 'a' })]);
    await work();
    expect(await mayContact(ctx, [{ contactId: id, address: addresses[0]! }])).toMatchObject([{ code: 'OPTED_OUT' }]);
    const facts = await ctx.db
      .selectFrom('event')
      .select(['name', 'contactId'])
      .where('name', '=', 'contact.opted_out')
      .where('tenantId', '=', ctx.tenantId)
      .execute();
    expect(facts).toEqual([{ name: 'contact.opted_out', contactId: id }]);
  });

  it('who is deleted in one CRM lives on in the other, and nothing more is written to the deleted record', async () => {
    const { ctx, here } = await both();
    const { id } = await ask(ctx, 'crm', '1');
    await ask(ctx, 'other', 'a');
    await scored(ctx, id);
    await world.runJobs();
    fake.people.delete('1');
    await takeNotices(system, 'crm', [notice(here.accountId, { kind: 'deleted', recordId: '1' })]);
    expect(await getContact(ctx, id)).toMatchObject({ status: 'active', records: [{ crm: 'other', recordId: 'a' }] });
    await work();
    expect(fake.written.map(({ crm }) => crm)).toEqual(['other']);
  });

  it('who is erased in one CRM is erased here, whatever the other still shows', async () => {
    const { ctx, there } = await both();
    const { id } = await ask(ctx, 'crm', '1');
    await ask(ctx, 'other', 'a');
    await scored(ctx, id);
    await world.runJobs();
    await takeNotices(system, 'other', [notice(there.accountId, { kind: 'erased', recordId: 'a' })]);
    await world.advance(1000);
    await work();
    await expect(ask(ctx, 'crm', '1')).rejects.toMatchObject({ status: 404 });
    expect(await getContact(ctx, id)).toMatchObject({ status: 'erased', addresses: [], records: [] });
    expect(fake.written).toEqual([]);
    const left = await ctx.db.selectFrom('contactRecord').select('said').where('tenantId', '=', ctx.tenantId).execute();
    expect(left).toEqual([{ said: null }, { said: null }]);
  });

  it('is asked about where the account wants that, and a yes carries over what waits to be written', async () => {
    const { ctx } = await both();
    await updateTenant(ctx, { samePersonPolicy: 'confirmed' });
    const one = await ask(ctx, 'crm', '1');
    const two = await ask(ctx, 'other', 'a');
    expect(two.id).not.toBe(one.id);
    const [question] = await samePersonQuestions(ctx);
    await answerSamePerson(ctx, { questionId: question!.id, isSame: true });
    await work();
    expect((await findByRecord(ctx, 'other', 'a'))?.id).toBe(one.id);
    expect(fake.written.map(({ crm }) => crm).sort()).toEqual(['crm', 'other']);
  });

  it('one CRM that refuses us does not keep the other from being written', async () => {
    const { ctx, there } = await both();
    const { id } = await ask(ctx, 'crm', '1');
    await ask(ctx, 'other', 'a');
    fake.beforeRead = async (recordId) => {
      if (recordId === 'a') throw new CrmDisconnected('401');
    };
    await takeNotices(system, 'other', [notice(there.accountId, { kind: 'changed', recordId: 'a' })]);
    await work();
    await scored(ctx, id);
    fake.written.length = 0;
    await work();
    expect(fake.written.map(({ crm }) => crm)).not.toContain('other');
    expect(await connectionsOf(ctx)).toMatchObject([{ status: 'connected' }, { status: 'reconnect' }]);
    expect(await syncProblems(ctx, id)).toMatchObject([
      { code: 'crm_reconnect', sentence: expect.stringContaining('Other CRM') },
    ]);
  });
});

describe('the people of a group', () => {
  const group = (ctx: Ctx) => readGroup(ctx, { crm: 'crm', objectType: 'Company', recordId: 'g' });

  it('are kept as contacts and answered with their records; those erased here stay away', async () => {
    const { ctx, accountId } = await install();
    fake.add('2');
    await ask(ctx, 'crm', '2');
    await takeNotices(system, 'crm', [notice(accountId, { kind: 'erased', recordId: '2' })]);
    await world.advance(1);
    const people = ['1', '2', '3'].map((recordId) => person(recordId));
    fake.groups.set('g', { outcome: 'found', name: 'Acme', people, isCut: true });
    const read = await group(ctx);
    expect(read).toMatchObject({ name: 'Acme', isCut: true });
    expect(read.people.map(({ recordId, objectType }) => [recordId, objectType])).toEqual([
      ['1', 'contact'],
      ['3', 'contact'],
    ]);
    expect((await findByRecord(ctx, 'crm', '3'))?.id).toBe(read.people[1]!.contact.id);
    expect(await findByRecord(await world.tenant(), 'crm', '3')).toBeNull();
  });

  it('that do not exist, are no group, or are in no connected CRM are refused', async () => {
    const { ctx } = await install();
    await expect(group(ctx)).rejects.toMatchObject({ status: 404 });
    const contact = { crm: 'crm', objectType: 'contact', recordId: '1' };
    await expect(readGroup(ctx, contact)).rejects.toMatchObject({ code: 'not_a_group' });
    await expect(group(await world.tenant())).rejects.toMatchObject({ status: 403 });
  });
});

describe('what an account refuses as a whole', () => {
  const refuse = async () => {
    throw new CrmRefused('FIELD_LIMIT', 'There is no room for the SalesOS fields.', 'Delete a field you do not use.');
  };
  const gone: WriteResult = {
    outcome: 'refused',
    code: 'FIELD_MISSING',
    reason: 'The score field is gone.',
    howToFix: 'Press “Try again”.',
  };

  it('before it is ready is shown, tried daily and when asked for, and never in a loop', async () => {
    fake.beforeFields = refuse;
    const { ctx, connectionId } = await install();
    expect(await connectionsOf(ctx)).toMatchObject([{ status: 'connected', problems: [{ code: 'FIELD_LIMIT' }] }]);
    fake.add('1');
    const { id } = await ask(ctx, 'crm', '1');
    expect(await syncProblems(ctx, id)).toMatchObject([
      { code: 'FIELD_LIMIT', howToFix: 'Delete a field you do not use.' },
    ]);
    const retry = async () => {
      await wake('retry-problems');
      await world.runJobs();
    };
    for (let hours = 0; hours < 25; hours++) {
      await world.advance(3600);
      await retry();
    }
    expect(fake.preparations).toBe(2);
    fake.beforeFields = async () => {};
    await retryPreparation(ctx, connectionId);
    await world.runJobs();
    expect(fake.preparations).toBe(3);
    expect(await connectionsOf(ctx)).toMatchObject([{ problems: [] }]);
    await expect(retryPreparation(await world.tenant(), connectionId)).rejects.toMatchObject({ status: 404 });
  });

  it('of its writes is one problem for many records, and all are written once it is mended', async () => {
    const { ctx, connectionId } = await install();
    const ids = [];
    for (const recordId of ['1', '2', '3']) {
      fake.add(recordId);
      ids.push((await ask(ctx, 'crm', recordId)).id);
    }
    fake.answerFields = async (people) => people.map(() => gone);
    for (const id of ids) await scored(ctx, id);
    await work();
    expect((await connectionsOf(ctx))[0]!.problems).toMatchObject([{ code: 'FIELD_MISSING' }]);
    for (const id of ids) expect(await syncProblems(ctx, id)).toMatchObject([{ code: 'FIELD_MISSING' }]);
    const failed = await ctx.db
      .selectFrom('event')
      .select('id')
      .where('name', '=', 'sync.failed')
      .where('tenantId', '=', ctx.tenantId)
      .execute();
    expect(failed).toEqual([]);
    await world.advance(10_000);
    await work();
    expect(fake.fields).toHaveLength(1);
    fake.answerFields = async (people) => people.map(({ recordId }) => ({ outcome: 'written', crmId: recordId }));
    await retryPreparation(ctx, connectionId);
    await work();
    expect(fake.fields[1]).toHaveLength(3);
    for (const id of ids) expect(await syncProblems(ctx, id)).toEqual([]);
  });
});
