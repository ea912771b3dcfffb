/** What a CRM must do when it is asked for the people of a company, account or deal. */
import { describe, expect, test } from 'vitest';
import type { ContractWorld } from './world.ts';

export function groupCases(name: string, world: ContractWorld): void {
  const { addKim } = world;

  describe(`${name}: the people of a group`, () => {
    test('a harness says that there are groups when the vendor does', () => {
      expect(world.crm.addGroup !== null).toBe(world.crm.vendor.groupTypes.length > 0);
    });

    test('are read with the name of the group, whole', async ({ skip }) => {
      const { addGroup, addPerson, vendor, account } = world.crm;
      if (!addGroup) return skip(`${name} has no groups`);
      const people = [addKim(), addPerson({ email: 'lee@acme.test', firstName: 'Lee' })];
      addPerson({ email: 'other@elsewhere.test' });
      const { objectType, recordId } = addGroup('Acme Ltd', people);
      const group = await vendor.readGroup(account, objectType, recordId);
      if (group.outcome !== 'found') throw new Error('not found');
      expect(group).toMatchObject({ name: 'Acme Ltd', isCut: false });
      expect(group.people.map((person) => person.recordId).sort()).toEqual(people.sort());
      expect(group.people.find((person) => person.firstName === 'Kim')).toEqual(
        await world.read(people[0]!).then((read) => read.outcome === 'found' && read.person),
      );
    });

    test('are at most a hundred, and it is said that there are more', async ({ skip }) => {
      const { addGroup, addPerson, vendor, account } = world.crm;
      if (!addGroup) return skip(`${name} has no groups`);
      const people = Array.from({ length: 103 }, (_, index) => addPerson({ email: `p${index}@acme.test` }));
      const { objectType, recordId } = addGroup('Acme Ltd', people);
      const group = await vendor.readGroup(account, objectType, recordId);
      if (group.outcome !== 'found') throw new Error('not found');
      expect(new Set(group.people.map((person) => person.recordId)).size).toBe(100);
      expect(group.isCut).toBe(true);
    });

    test('of nobody is empty; an unknown group and an id that is no id are missing', async ({ skip }) => {
      const { addGroup, vendor, account } = world.crm;
      if (!addGroup) return skip(`${name} has no groups`);
      const { objectType, recordId } = addGroup('Empty Ltd', []);
      const empty = { outcome: 'found', name: 'Empty Ltd', people: [], isCut: false };
      expect(await vendor.readGroup(account, objectType, recordId)).toEqual(empty);
      for (const id of ['999999999', '../users', '1?x=1'])
        expect(await vendor.readGroup(account, objectType, id)).toEqual({ outcome: 'missing' });
    });
  });
}
