/** What every CRM must do when the account, the token or the network stands in the way. */
import { describe, expect, test } from 'vitest';
import { VendorUnavailable } from '../../core/errors.ts';
import { readOne } from '../crm.harness.ts';
import { CrmDisconnected } from '../crm.ts';
import type { ContractWorld } from './world.ts';

export function limitCases(name: string, world: ContractWorld): void {
  const { mail, fields, addKim, log, read } = world;

  describe(`${name}: limits and refusals`, () => {
    test('a full rate limit says when to come back, and then the call works', async () => {
      const kim = addKim();
      await world.crm.vendor.ensureFields(world.crm.account);
      await world.crm.exhaustRateLimit();
      const [result] = await world.crm.vendor.writeFields(world.crm.account, [fields(kim)]);
      expect(result).toMatchObject({ outcome: 'retry', maybeWritten: false });
      const error = await read(kim).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(VendorUnavailable);
      const { retryAfterSeconds } = error as VendorUnavailable;
      expect(retryAfterSeconds).toBeGreaterThan(0);
      world.crm.wait(Math.max(retryAfterSeconds ?? 0, (result as { retryAfterSeconds: number }).retryAfterSeconds) + 1);
      expect((await world.crm.vendor.writeFields(world.crm.account, [fields(kim)]))[0]?.outcome).toBe('written');
      expect((await read(kim)).outcome).toBe('found');
    });

    test('an expired token is a matter of trying again', async () => {
      const kim = addKim();
      world.crm.expireToken();
      await expect(read(kim)).rejects.toBeInstanceOf(VendorUnavailable);
      expect((await log(mail(kim)))[0]).toMatchObject({ outcome: 'retry', maybeWritten: false });
      world.crm.renewToken();
      expect((await read(kim)).outcome).toBe('found');
    });

    test('a token that was refused before its time is replaced once, and the call succeeds', async () => {
      const kim = addKim();
      const refused: string[] = [];
      const account = {
        ...world.crm.account,
        token: async (seen?: string) => {
          if (seen !== undefined) {
            refused.push(seen);
            world.crm.renewToken();
          }
          return world.crm.account.token(seen);
        },
      };
      const old = await account.token();
      world.crm.expireToken();
      expect((await readOne({ ...world.crm, account }, kim)).outcome).toBe('found');
      expect(refused).toEqual([old]);
      world.crm.expireToken();
      expect((await world.crm.vendor.logEmails(account, [mail(kim)]))[0]?.outcome).toBe('written');
      expect(refused).toHaveLength(2);
    });

    test('after the app was removed every call says so', async () => {
      const kim = addKim();
      world.crm.removeApp();
      const calls = [
        () => read(kim),
        () => world.crm.vendor.findByAddress(world.crm.account, 'kim@acme.test'),
        () => world.crm.vendor.listOwners(world.crm.account),
        () => world.crm.vendor.ensureFields(world.crm.account),
        () => log(mail(kim)),
        () => world.crm.vendor.writeFields(world.crm.account, [fields(kim)]),
      ];
      for (const call of calls) await expect(call()).rejects.toBeInstanceOf(CrmDisconnected);
    });

    test.each(['server_error', 'html', 'garbled', 'connection_lost', 'slow'] as const)(
      'a read that meets %s fails in a way that can be repeated',
      async (trouble) => {
        const kim = addKim();
        world.crm.nextCall('anyRead', trouble);
        await expect(read(kim)).rejects.toBeInstanceOf(VendorUnavailable);
        expect((await read(kim)).outcome).toBe('found');
      },
    );
  });
}
