/** What every CRM must make of its notices. */
import { describe, expect, test } from 'vitest';
import type { ContractWorld } from './world.ts';

export function noticeCases(name: string, world: ContractWorld): void {
  const { fields, addKim, noticesNow, kinds } = world;
  const none = `${name} posts no notices`;

  describe(`${name}: notices`, () => {
    test('a new person, a change, a deletion and an erasure are told apart', async ({ skip }) => {
      if (world.crm.lacks?.includes('notices')) return skip(none);
      const kim = addKim();
      expect(noticesNow()).toContainEqual(expect.objectContaining({ kind: 'created', recordId: kim }));
      world.crm.changePerson(kim, 'Kimberly');
      expect(noticesNow()).toEqual([
        expect.objectContaining({ kind: 'changed', recordId: kim, accountId: world.crm.account.accountId }),
      ]);
      world.crm.deletePerson(kim);
      expect(kinds(noticesNow())).toEqual(['deleted']);
      const lee = world.crm.addPerson({ email: 'lee@acme.test' });
      noticesNow();
      world.crm.erasePerson(lee);
      expect(noticesNow()).toContainEqual(
        expect.objectContaining({ kind: world.crm.lacks?.includes('erasure') ? 'deleted' : 'erased', recordId: lee }),
      );
    });

    test('a merge says where the records live now', async ({ skip }) => {
      if (world.crm.lacks?.includes('notices')) return skip(none);
      const [kim, double] = [addKim(), world.crm.addPerson({ email: 'kim@home.test' })];
      noticesNow();
      const survivor = world.crm.mergePeople(kim, double);
      const merged = noticesNow().find((notice) => notice.kind === 'merged');
      expect(merged).toMatchObject({ intoRecordId: survivor });
      const moved = [kim, double].filter((id) => id !== survivor).sort();
      expect(merged?.kind === 'merged' && merged.mergedRecordIds.toSorted()).toEqual(moved);
    });

    test('doubled and reordered notices keep their keys and times', async ({ skip }) => {
      if (world.crm.lacks?.includes('notices')) return skip(none);
      const kim = addKim();
      world.crm.wait(1);
      world.crm.changePerson(kim, 'Kimberly');
      world.crm.wait(1);
      world.crm.deletePerson(kim);
      const bodies = world.crm.notices();
      const once = bodies.flatMap((body) => world.crm.vendor.parseNotices(body));
      const twice = [...bodies, ...bodies.toReversed()].flatMap((body) => world.crm.vendor.parseNotices(body));
      expect(new Set(once.map((notice) => notice.key)).size).toBe(once.length);
      expect(new Set(twice.map((notice) => notice.key))).toEqual(new Set(once.map((notice) => notice.key)));
      const byTime = once.toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
      expect(byTime.at(-1)?.kind).toBe('deleted');
    });

    test('our own writes do not come back as changes', async ({ skip }) => {
      if (world.crm.lacks?.includes('notices')) return skip(none);
      const kim = addKim();
      await world.crm.vendor.ensureFields(world.crm.account);
      noticesNow();
      await world.crm.vendor.writeFields(world.crm.account, [fields(kim)]);
      expect(noticesNow()).toEqual([]);
    });

    test.each([null, 'text', 42, {}, [null], [{}], [[]]])('a body that is no notice yields nothing: %j', (body) => {
      expect(world.crm.vendor.parseNotices(body)).toEqual([]);
    });
  });
}
