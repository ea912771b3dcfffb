/** A person met in one CRM is looked for in the others; a CRM's own code gets its key. */
import { beforeEach, describe, expect, it } from 'vitest';
import { findByRecord, getContact, samePersonQuestions } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { VendorUnavailable } from '../core/errors.ts';
import { authenticateOrgKey, connectionsOf, updateTenant } from '../tenants/index.ts';
import { CrmRefused } from './crm.ts';
import { person, startCrmWorld } from './fake-crm.harness.ts';
import { ensureContact, retryPreparation } from './index.ts';

const world = await startCrmWorld();
const { fake, install, system } = world;
beforeEach(() => world.reset());

const kim = { addresses: ['kim@example.com'] };
const ask = async (ctx: Ctx, crm: string, recordId: string) => {
  const contact = await ensureContact(ctx, { crm, objectType: 'contact', recordId });
  await world.runJobs();
  return contact;
};
const both = async () => {
  const { ctx } = await install();
  await install(undefined, 'other', ctx.tenantId);
  fake.add('1', kim);
  return ctx;
};
const finds = (...recordIds: string[]) =>
  fake.found.set(
    'other kim@example.com',
    recordIds.map((recordId) => person(recordId, kim)),
  );

describe('a person who is new to us', () => {
  it('is found in the other CRM, as the same person', async () => {
    const ctx = await both();
    finds('a');
    const { id } = await ask(ctx, 'crm', '1');
    expect((await getContact(ctx, id)).records.map(({ crm, recordId }) => `${crm} ${recordId}`)).toEqual([
      'crm 1',
      'other a',
    ]);
    expect(fake.lookups).toEqual(['other kim@example.com']);
  });

  it('whom two records there could be is neither of them', async () => {
    const ctx = await both();
    finds('a', 'b');
    const { id } = await ask(ctx, 'crm', '1');
    expect((await getContact(ctx, id)).records).toHaveLength(1);
    expect(await findByRecord(ctx, 'other', 'a')).toBeNull();
  });

  it('is asked about where the account wants that, and the search ends', async () => {
    const ctx = await both();
    await updateTenant(ctx, { samePersonPolicy: 'confirmed' });
    finds('a');
    fake.found.set('crm kim@example.com', [person('1', kim)]);
    const { id } = await ask(ctx, 'crm', '1');
    expect(await samePersonQuestions(ctx)).toMatchObject([{ people: [{ id }, { records: [{ recordId: 'a' }] }] }]);
    expect(fake.lookups).toEqual(['other kim@example.com', 'crm kim@example.com']);
  });

  it('is looked for nowhere when there is one CRM only, or no address', async () => {
    const { ctx } = await install();
    fake.add('1', kim);
    await ask(ctx, 'crm', '1');
    const two = await both();
    fake.add('2', { addresses: [] });
    await ask(two, 'crm', '2');
    expect(fake.lookups).toEqual([]);
  });
});

describe('the key of a CRM’s own code', () => {
  it('works once the CRM has taken it, and is handed over once per connect', async () => {
    const keys: string[] = [];
    fake.takeKey = async (key) => void keys.push(key);
    const { ctx, accountId, connectionId } = await install(undefined, 'other');
    await retryPreparation(ctx, connectionId);
    await world.runJobs();
    expect(keys).toHaveLength(1);
    expect(await authenticateOrgKey(system, { crm: 'other', key: keys[0]!, accountId })).toMatchObject({
      id: connectionId,
    });
    await world.advance(1);
    await install(accountId, 'other');
    expect(keys).toHaveLength(2);
  });

  it('that was lost on the way is replaced, and one that is refused is shown, with the fields made all the same', async () => {
    const keys: string[] = [];
    fake.takeKey = async (key) => {
      keys.push(key);
      throw new VendorUnavailable('lost');
    };
    const { ctx, accountId, connectionId } = await install(undefined, 'other');
    fake.takeKey = async () => {
      throw new CrmRefused('KEY_REFUSED', 'It may not be set from outside.', 'Enter it by hand.');
    };
    await world.advance(60);
    await world.runJobs();
    expect(await authenticateOrgKey(system, { crm: 'other', key: keys[0]!, accountId })).toBeNull();
    expect(await connectionsOf(ctx)).toMatchObject([{ id: connectionId, problems: [{ code: 'KEY_REFUSED' }] }]);
    expect(fake.preparations).toBe(1);
    fake.beforeFields = async () => {
      throw new CrmRefused('FIELD_LIMIT', 'No room.', 'Delete one.');
    };
    await retryPreparation(ctx, connectionId);
    await world.runJobs();
    expect((await connectionsOf(ctx))[0]!.problems.map(({ code }) => code).sort()).toEqual([
      'FIELD_LIMIT',
      'KEY_REFUSED',
    ]);
  });
});
