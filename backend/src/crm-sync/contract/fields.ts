/** What every CRM must do with the fields that we keep on people. */
import { describe, expect, test } from 'vitest';
import { at, type ContractWorld } from './world.ts';

export function fieldCases(name: string, world: ContractWorld): void {
  const { fields, addKim } = world;

  describe(`${name}: fields`, () => {
    test('are created once, and creating them again changes nothing', async () => {
      await world.crm.vendor.ensureFields(world.crm.account);
      await world.crm.vendor.ensureFields(world.crm.account);
      const recordId = addKim();
      const [result] = await world.crm.vendor.writeFields(world.crm.account, [fields(recordId)]);
      expect(result).toEqual({ outcome: 'written', crmId: recordId });
      expect(world.crm.fieldsOf(recordId)).toEqual({
        score: '62.5',
        tier: '2',
        lastEngagedAt: at.toISOString().slice(0, world.crm.lacks?.includes('time_of_day') ? 10 : undefined),
        sequenceStatus: 'Active: Welcome',
        statusReason: 'Waits until Monday 9:00.',
      });
    });

    test('two processes may create them at once', async () => {
      await Promise.all([
        world.crm.vendor.ensureFields(world.crm.account),
        world.crm.vendor.ensureFields(world.crm.account),
      ]);
      expect((await world.crm.vendor.writeFields(world.crm.account, [fields(addKim())]))[0]?.outcome).toBe('written');
    });

    test('of more people than fit in one call are all written, each with its own result', async () => {
      await world.crm.vendor.ensureFields(world.crm.account);
      const ids = Array.from({ length: 230 }, (_, index) => world.crm.addPerson({ email: `p${index}@acme.test` }));
      const results = await world.crm.vendor.writeFields(
        world.crm.account,
        ids.map((id, index) => fields(id, { score: index })),
      );
      expect(results).toEqual(ids.map((crmId) => ({ outcome: 'written', crmId })));
      expect(ids.map((id) => world.crm.fieldsOf(id).score)).toEqual(ids.map((_, index) => String(index)));
    });

    test('a row that is refused for good does not keep the others from being written', async () => {
      await world.crm.vendor.ensureFields(world.crm.account);
      const [kim, gone, blocked, lee] = [
        addKim(),
        world.crm.addPerson({}),
        world.crm.addPerson({ firstName: 'Blocked' }),
        world.crm.addPerson({}),
      ];
      world.crm.deletePerson(gone);
      world.crm.refusePeopleNamed('Blocked', 'Lead source is required');
      const results = await world.crm.vendor.writeFields(
        world.crm.account,
        [kim, gone, blocked, lee].map((id) => fields(id)),
      );
      expect(results.map((result) => result.outcome)).toEqual(['written', 'refused', 'refused', 'written']);
      expect(results[2]).toMatchObject({ reason: expect.stringContaining('Lead source is required') });
      expect(world.crm.fieldsOf(lee).score).toBe('62.5');
    });

    test('of a person named twice are written once, the later ones, and both rows are answered', async () => {
      await world.crm.vendor.ensureFields(world.crm.account);
      const kim = addKim();
      const results = await world.crm.vendor.writeFields(world.crm.account, [
        fields(kim, { score: 1 }),
        fields(kim, { score: 2 }),
      ]);
      expect(results).toEqual([1, 2].map(() => ({ outcome: 'written', crmId: kim })));
      expect(world.crm.fieldsOf(kim).score).toBe('2');
    });

    test('a person never engaged has an empty date', async () => {
      await world.crm.vendor.ensureFields(world.crm.account);
      const kim = addKim();
      await world.crm.vendor.writeFields(world.crm.account, [fields(kim)]);
      await world.crm.vendor.writeFields(world.crm.account, [fields(kim, { lastEngagedAt: null })]);
      expect(world.crm.fieldsOf(kim).lastEngagedAt).toBe('');
    });

    test('that do not exist in the CRM are a refusal with a reason', async () => {
      const [result] = await world.crm.vendor.writeFields(world.crm.account, [fields(addKim())]);
      expect(result).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(/salesos_+score/i) });
    });
  });
}
