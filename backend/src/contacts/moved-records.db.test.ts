/** Records that are merged, converted and joined while somebody else looks at them. */
import { describe, expect, it } from 'vitest';
import { startTestSystem } from '../../testing/system.ts';
import type { Ctx } from '../core/ctx.ts';
import { updateTenant } from '../tenants/index.ts';
import { personFromCrm } from './contacts.harness.ts';
import {
  answerSamePerson,
  deleteByRecord,
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
  saveFromCrm(ctx, crm, personFromCrm(recordId, { objectType: 'Contact', ...change }), readAt);

/** Every one of these records leads to a living person who has it. */
async function expectKept(ctx: Ctx, ...records: [crm: string, recordId: string][]): Promise<string[]> {
  const people = [];
  for (const [crm, recordId] of records) {
    const row = await ctx.db
      .selectFrom('contactRecord')
      .select('contactId')
      .where('tenantId', '=', ctx.tenantId)
      .where('crm', '=', crm)
      .where('recordId', '=', recordId)
      .executeTakeFirstOrThrow();
    expect((await getContact(ctx, row.contactId)).id).toBe(row.contactId);
    people.push(row.contactId);
  }
  return people;
}

describe('a record that moves', () => {
  it('into one of another kind is known by that kind: a converted lead is a contact', async () => {
    const ctx = await world.tenant();
    const { id } = await save(ctx, 'one', 'lead', { objectType: 'Lead' });
    await mergeRecords(ctx, 'one', 'contact', ['lead']);
    expect(await save(ctx, 'one', 'contact')).toMatchObject({
      id,
      records: [{ crm: 'one', recordId: 'contact', objectType: 'Contact' }],
    });
    const { rows } = {
      rows: await ctx.db
        .selectFrom('contactRecord')
        .select(['recordId', 'objectType'])
        .where('tenantId', '=', ctx.tenantId)
        .orderBy('recordId')
        .execute(),
    };
    expect(rows.map(({ objectType }) => objectType)).toEqual(['Contact', 'Lead']);
  });

  it('is not brought back by an answer from before it moved', async () => {
    const ctx = await world.tenant();
    await save(ctx, 'one', '1');
    await save(ctx, 'one', '2');
    await world.advance(60);
    const slow = now();
    await world.advance(60);
    await mergeRecords(ctx, 'one', '1', ['2']);
    const person = await save(ctx, 'one', '2', { lastName: 'Old' }, slow);
    expect(person.records.map(({ recordId }) => recordId)).toEqual(['1']);
  });

  it('twice at once leads to who is left, never to somebody who was merged meanwhile', async () => {
    for (let round = 0; round < 8; round++) {
      const ctx = await world.tenant();
      for (const recordId of ['1', '2', '3']) await save(ctx, 'one', recordId);
      await save(ctx, 'two', 'a', { addresses: ['kim@example.com'] });
      await Promise.all([mergeRecords(ctx, 'one', '2', ['1']), mergeRecords(ctx, 'one', '3', ['2'])]);
      const people = await expectKept(ctx, ['one', '1'], ['one', '2'], ['one', '3']);
      expect(new Set(people).size).toBe(1);
    }
  });

  it('leaves no question behind that nobody can answer, and the settings show a bounded number', async () => {
    const ctx = await world.tenant();
    await updateTenant(ctx, { samePersonPolicy: 'confirmed' });
    for (let number = 0; number < 60; number++) {
      await save(ctx, 'one', `${number}`, { addresses: [`p${number}@example.com`] });
      await save(ctx, 'two', `${number}`, { addresses: [`p${number}@example.com`] });
      // Those asked about first are gone.
      if (number < 5) await deleteByRecord(ctx, 'two', `${number}`, 'deleted');
    }
    const questions = await samePersonQuestions(ctx);
    expect([questions.length, questions[0]!.people[0].addresses]).toEqual([50, ['p5@example.com']]);
  });

  it('joined by two answers at once is one person with all records', async () => {
    for (let round = 0; round < 8; round++) {
      const ctx = await world.tenant();
      await updateTenant(ctx, { samePersonPolicy: 'confirmed' });
      await save(ctx, 'one', '1', { addresses: ['x@example.com'] });
      await save(ctx, 'two', '2', { addresses: ['x@example.com', 'y@example.com'] });
      await save(ctx, 'three', '3', { addresses: ['y@example.com'] });
      const questions = await samePersonQuestions(ctx);
      expect(questions).toHaveLength(2);
      await Promise.all(questions.map(({ id }) => answerSamePerson(ctx, { questionId: id, isSame: true })));
      const people = await expectKept(ctx, ['one', '1'], ['two', '2'], ['three', '3']);
      expect(new Set(people).size).toBe(1);
      expect((await findByRecord(ctx, 'two', '2'))?.records).toHaveLength(3);
    }
  });
});
