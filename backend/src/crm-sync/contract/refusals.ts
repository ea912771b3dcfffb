/** What a CRM must say when its account, and not the row, is why a write is refused. */
import { describe, expect, test } from 'vitest';
import type { WriteResult } from '../crm.ts';
import type { ContractWorld } from './world.ts';

export function refusalCases(name: string, world: ContractWorld): void {
  const { addKim, fields, log, mail } = world;
  const mustBeMended = (result: WriteResult | undefined) => {
    expect(result).toMatchObject({ outcome: 'refused', code: expect.stringMatching(/^[A-Z][A-Z_]+$/) });
    expect((result as { howToFix?: string }).howToFix).toMatch(/^[A-Z“].+\.$/);
  };

  describe(`${name}: what an admin must change`, () => {
    test('a rule of the account that refuses a row has a code and the words of the rule, and is about that row', async () => {
      await world.crm.vendor.ensureFields(world.crm.account);
      const blocked = world.crm.addPerson({ firstName: 'Blocked' });
      world.crm.refusePeopleNamed('Blocked', 'Lead source is required');
      const [result] = await world.crm.vendor.writeFields(world.crm.account, [fields(blocked)]);
      expect(result).toMatchObject({
        outcome: 'refused',
        code: expect.stringMatching(/^[A-Z][A-Z_]+$/),
        reason: expect.stringContaining('Lead source is required'),
      });
      expect((result as { howToFix?: string }).howToFix).toBeUndefined();
    });

    test('a field that is gone is a matter of the account, with a way to mend it', async () => {
      await world.crm.vendor.ensureFields(world.crm.account);
      const people = [addKim(), world.crm.addPerson({ email: 'lee@acme.test' })];
      world.crm.removeField();
      const results = await world.crm.vendor.writeFields(
        world.crm.account,
        people.map((id) => fields(id)),
      );
      for (const result of results) mustBeMended(result);
      expect(new Set(results.map((result) => result.outcome === 'refused' && result.code)).size).toBe(1);
      expect((await log(mail(people[0]!)))[0]?.outcome).toBe('written');
    });

    test('an account that takes no writes says so, or asks to be tried later, and loses nothing', async ({ skip }) => {
      const { makeReadOnly, vendor, account } = world.crm;
      if (!makeReadOnly) return skip(`${name} has no such state`);
      await vendor.ensureFields(account);
      const kim = addKim();
      makeReadOnly();
      const results = [...(await vendor.writeFields(account, [fields(kim)])), ...(await log(mail(kim)))];
      for (const result of results)
        if (result.outcome === 'retry') expect(result.retryAfterSeconds).toBeGreaterThan(0);
        else mustBeMended(result);
      expect(world.crm.mailCount()).toBe(0);
    });
  });
}
