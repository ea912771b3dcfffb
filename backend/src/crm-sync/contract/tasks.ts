/** What a CRM must do with the tasks of sequences. */
import { describe, expect, test } from 'vitest';
import { at, type ContractWorld } from './world.ts';

export function taskCases(name: string, world: ContractWorld): void {
  const { addKim, task } = world;

  describe(`${name}: tasks`, () => {
    test('a harness shows tasks when the vendor writes them', () => {
      expect(world.crm.tasksOf !== null).toBe(world.crm.vendor.writeTasks !== undefined);
    });

    test('a task appears once on the record, with its owner and day', async ({ skip }) => {
      const { vendor, account, tasksOf, owner } = world.crm;
      if (!vendor.writeTasks || !tasksOf) return skip(`${name} is written no tasks`);
      const kim = addKim();
      const [result] = await vendor.writeTasks(account, [task(kim, { ownerId: owner.ownerId })]);
      expect(result).toMatchObject({ outcome: 'written' });
      const [shown, ...others] = tasksOf(kim);
      expect(others).toEqual([]);
      expect(shown).toMatchObject({ title: 'Call Kim', isDone: false, ownerId: owner.ownerId });
      expect(shown?.note).toContain('Ask about the budget');
      expect(shown?.dueAt.slice(0, 10)).toBe(at.toISOString().slice(0, 10));
      expect(shown?.id).toBe((result as { crmId: string }).crmId);
    });

    test('a task that changed or was done is changed where it is', async ({ skip }) => {
      const { vendor, account, tasksOf } = world.crm;
      if (!vendor.writeTasks || !tasksOf) return skip(`${name} is written no tasks`);
      const kim = addKim();
      const [first] = await vendor.writeTasks(account, [task(kim)]);
      const { crmId } = first as { crmId: string };
      expect(await vendor.writeTasks(account, [task(kim, { crmId, title: 'Call Kim again', isDone: true })])).toEqual([
        { outcome: 'written', crmId },
      ]);
      expect(tasksOf(kim)).toMatchObject([{ id: crmId, title: 'Call Kim again', isDone: true }]);
    });

    test('a task that was perhaps written is looked for first', async ({ skip }) => {
      const { vendor, account, tasksOf } = world.crm;
      if (!vendor.writeTasks || !tasksOf) return skip(`${name} is written no tasks`);
      const kim = addKim();
      const [first] = await vendor.writeTasks(account, [task(kim)]);
      world.crm.wait(60);
      expect(await vendor.writeTasks(account, [task(kim, { maybeWritten: true })])).toEqual([first]);
      expect(tasksOf(kim)).toHaveLength(1);
    });

    test('each result belongs to its own task; a person who is gone is refused', async ({ skip }) => {
      const { vendor, account, tasksOf, addPerson, deletePerson } = world.crm;
      if (!vendor.writeTasks || !tasksOf) return skip(`${name} is written no tasks`);
      const people = ['a', 'b', 'c'].map((who) => addPerson({ email: `${who}@acme.test` }));
      deletePerson(people[1]!);
      const results = await vendor.writeTasks(
        account,
        people.map((id, index) => task(id, { key: `task-${index}`, title: `for ${index}` })),
      );
      expect(results.map((result) => result.outcome)).toEqual(['written', 'refused', 'written']);
      expect(tasksOf(people[2]!)).toMatchObject([{ title: 'for 2' }]);
    });
  });
}
