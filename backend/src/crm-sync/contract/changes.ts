/** What a CRM that is asked for its changes must answer. */
import { describe, expect, test } from 'vitest';
import type { CrmNotice } from '../crm.ts';
import type { ContractWorld } from './world.ts';

export function changeCases(name: string, world: ContractWorld): void {
  const { addKim } = world;
  const none = `${name} is not asked for changes`;

  /** Everything up to now, as the wakeup reads it. */
  async function readOn(cursor: string): Promise<{ notices: CrmNotice[]; cursor: string }> {
    const notices: CrmNotice[] = [];
    for (let pages = 0; pages < 50; pages += 1) {
      const page = await world.crm.vendor.readChanges!(world.crm.account, cursor);
      notices.push(...page.notices);
      cursor = page.cursor;
      if (!page.hasMore) return { notices, cursor };
    }
    throw new Error('it never ends');
  }
  const begin = async () => (await world.crm.vendor.readChanges!(world.crm.account, null)).cursor;
  const about = (recordId: string) => (notice: CrmNotice) => 'recordId' in notice && notice.recordId === recordId;

  describe(`${name}: changes since a cursor`, () => {
    test('the first call says where to begin and brings nothing', async ({ skip }) => {
      if (!world.crm.vendor.readChanges) return skip(none);
      addKim();
      world.crm.wait(60);
      expect(await world.crm.vendor.readChanges(world.crm.account, null)).toMatchObject({ notices: [] });
    });

    test('what was created, changed and deleted since is brought, for this account', async ({ skip }) => {
      if (!world.crm.vendor.readChanges) return skip(none);
      const [kim, lee] = [addKim(), world.crm.addPerson({ email: 'lee@acme.test' })];
      world.crm.wait(120);
      const cursor = await begin();
      world.crm.wait(120);
      const max = world.crm.addPerson({ email: 'max@acme.test' });
      world.crm.changePerson(kim, 'Kimberly');
      world.crm.deletePerson(lee);
      world.crm.wait(120);
      const { notices } = await readOn(cursor);
      expect(notices.filter(about(kim)).length).toBeGreaterThan(0);
      expect(notices.filter(about(max)).length).toBeGreaterThan(0);
      const isTold = !world.crm.lacks?.includes('deleted_in_changes');
      expect(notices.filter(about(lee)).some(({ kind }) => kind === 'deleted')).toBe(isTold);
      expect(new Set(notices.map(({ accountId }) => accountId))).toEqual(new Set([world.crm.account.accountId]));
      expect(new Set(notices.map(({ key }) => key)).size).toBe(notices.length);
    });

    test('reading on brings what came later; reading twice from one cursor brings the same keys', async ({ skip }) => {
      if (!world.crm.vendor.readChanges) return skip(none);
      const kim = addKim();
      world.crm.wait(120);
      const cursor = await begin();
      world.crm.wait(120);
      world.crm.changePerson(kim, 'One');
      world.crm.wait(120);
      const first = await readOn(cursor);
      const again = await readOn(cursor);
      expect(again.notices.map(({ key }) => key)).toEqual(expect.arrayContaining(first.notices.map(({ key }) => key)));
      world.crm.wait(120);
      world.crm.changePerson(kim, 'Two');
      world.crm.wait(120);
      const known = new Set(first.notices.map(({ key }) => key));
      const later = (await readOn(first.cursor)).notices.filter(({ key }) => !known.has(key));
      expect(later.filter(about(kim)).length).toBeGreaterThan(0);
    });

    test('what we wrote ourselves comes back once at most, however often we wrote', async ({ skip }) => {
      if (!world.crm.vendor.readChanges) return skip(none);
      const kim = addKim();
      await world.crm.vendor.ensureFields(world.crm.account);
      world.crm.wait(120);
      const cursor = await begin();
      world.crm.wait(120);
      for (const score of [1, 2, 3]) {
        expect(await world.crm.vendor.writeFields(world.crm.account, [world.fields(kim, { score })])).toMatchObject([
          { outcome: 'written' },
        ]);
      }
      world.crm.wait(120);
      expect((await readOn(cursor)).notices.filter(about(kim)).length).toBeLessThan(2);
    });

    test('of more people than fit on a page all are brought', async ({ skip }) => {
      if (!world.crm.vendor.readChanges) return skip(none);
      const cursor = await begin();
      world.crm.wait(120);
      const ids = Array.from({ length: 620 }, (_, index) => world.crm.addPerson({ email: `p${index}@acme.test` }));
      world.crm.wait(120);
      const { notices } = await readOn(cursor);
      const seen = new Set(notices.flatMap((notice) => ('recordId' in notice ? notice.recordId : [])));
      expect(ids.filter((id) => !seen.has(id))).toEqual([]);
    });
  });
}
