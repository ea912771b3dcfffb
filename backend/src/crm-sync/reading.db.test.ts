import { beforeEach, describe, expect, it } from 'vitest';
import { mayContact } from '../compliance/index.ts';
import { findByRecord, getContact } from '../contacts/index.ts';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { VendorUnavailable } from '../core/errors.ts';
import { emit } from '../core/events.ts';
import { VendorError } from '../core/http.ts';
import { connectionsOf, getTenant, memberByOwnerId, updateTenant } from '../tenants/index.ts';
import { CrmDisconnected, CrmRefused } from './crm.ts';
import { startCrmWorld } from './fake-crm.harness.ts';
import { accountToWrite, ensureContact, takeNotices } from './index.ts';

const world = await startCrmWorld();
const { fake, install, notice, system, wake } = world;
const ask = (recordId: string) => ({ crm: 'crm', objectType: 'Contact', recordId });
const down = async () => {
  throw new VendorUnavailable('down', { retryAfterSeconds: 60 });
};
const settle = async () => {
  await world.runJobs();
  await wake('read');
  await world.runJobs();
};

beforeEach(() => world.reset());

describe('a contact that is asked for', () => {
  it('is read once and then known for a quarter of an hour', async () => {
    const { ctx } = await install();
    fake.add('1');
    const first = await ensureContact(ctx, ask('1'));
    expect(first).toMatchObject({ name: 'Kim Lee', status: 'active' });
    await world.advance(899);
    expect((await ensureContact(ctx, ask('1'))).id).toBe(first.id);
    expect(fake.reads).toEqual(['1']);
    await world.advance(2);
    fake.add('1', { firstName: 'Kimberly' });
    expect((await ensureContact(ctx, ask('1'))).firstName).toBe('Kimberly');
  });

  it('is read together with those who are asked for at the same moment', async () => {
    const { ctx } = await install();
    const ids = Array.from({ length: 120 }, (_, index) => String(index));
    for (const id of ids.slice(1)) fake.add(id);
    const found = await Promise.all(ids.map((id) => ensureContact(ctx, ask(id)).catch(({ status }) => status)));
    expect(found[0]).toBe(404);
    expect(found.slice(1).every((contact) => contact.status === 'active')).toBe(true);
    expect(fake.reads.toSorted()).toEqual(ids.toSorted());
    expect(fake.readCalls).toBeLessThan(20);
  });

  it('is known although somebody who was read together with them could not be read', async () => {
    const { ctx } = await install();
    const ids = Array.from({ length: 9 }, (_, index) => String(index));
    for (const id of ids) fake.add(id);
    fake.beforeRead = async (id) => (id === '3' ? down() : undefined);
    const found = await Promise.all(ids.map((id) => ensureContact(ctx, ask(id)).catch(({ status }) => status)));
    expect(found.map((contact) => contact.status ?? contact)).toEqual(ids.map((id) => (id === '3' ? 503 : 'active')));
  });

  it('is known although the CRM refuses us others who were read together with them', async () => {
    const { ctx } = await install();
    const ids = Array.from({ length: 9 }, (_, index) => String(index));
    for (const id of ids) fake.add(id);
    fake.beforeRead = async (id) => {
      if (id === '1' || id === '7') throw new CrmRefused('NO_PERMISSION', 'Hidden.', 'Show it.');
    };
    const found = await Promise.allSettled(ids.map((id) => ensureContact(ctx, ask(id))));
    expect(found.map(({ status }) => status)).toEqual(
      ids.map((id) => (id === '1' || id === '7' ? 'rejected' : 'fulfilled')),
    );
  });

  it('of a CRM that is not there is given up at once, however many were asked for', async () => {
    const { ctx } = await install();
    fake.beforeRead = down;
    const ids = Array.from({ length: 100 }, (_, index) => String(index));
    const answers = await Promise.allSettled(ids.map((id) => ensureContact(ctx, ask(id))));
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
    expect(fake.readCalls).toBeLessThan(40);
  });

  it('that the CRM does not have is not found; one that it lost is stopped', async () => {
    const { ctx } = await install();
    await expect(ensureContact(ctx, ask('nobody'))).rejects.toMatchObject({ status: 404 });
    fake.add('1');
    const { id } = await ensureContact(ctx, ask('1'));
    fake.people.clear();
    await world.advance(1000);
    await expect(ensureContact(ctx, ask('1'))).rejects.toMatchObject({ status: 404 });
    expect((await getContact(ctx, id)).status).toBe('deleted');
  });

  it('under the id of a record that was merged is the survivor', async () => {
    const { ctx } = await install();
    fake.add('1');
    fake.add('2');
    const old = await ensureContact(ctx, ask('2'));
    fake.people.set('2', { outcome: 'merged', intoRecordId: '1' });
    await world.advance(1000);
    const survivor = await ensureContact(ctx, ask('2'));
    expect(survivor.records).toMatchObject([{ recordId: '1' }]);
    expect((await getContact(ctx, old.id)).id).toBe(survivor.id);
  });

  it('records that lead to each other for ever are not followed for ever', async () => {
    const { ctx } = await install();
    fake.people.set('1', { outcome: 'merged', intoRecordId: '2' });
    fake.people.set('2', { outcome: 'merged', intoRecordId: '1' });
    await expect(ensureContact(ctx, ask('1'))).rejects.toMatchObject({ status: 404 });
    expect(fake.reads.length).toBeLessThan(10);
  });

  it('who opted out in the CRM must not be written to', async () => {
    const { ctx } = await install();
    await updateTenant(ctx, { postalAddress: '1 Main Street' });
    fake.add('1', { optedOut: true });
    const { id, addresses } = await ensureContact(ctx, ask('1'));
    expect(await mayContact(ctx, [{ contactId: id, address: addresses[0]! }])).toMatchObject([{ code: 'OPTED_OUT' }]);
  });

  it('is an old copy when the CRM does not answer, and unavailable when there is none', async () => {
    const { ctx } = await install();
    fake.add('1');
    const { id } = await ensureContact(ctx, ask('1'));
    await world.advance(3600);
    fake.beforeRead = down;
    expect((await ensureContact(ctx, ask('1'))).id).toBe(id);
    await expect(ensureContact(ctx, ask('2'))).rejects.toMatchObject({ status: 503 });
    fake.beforeRead = async () => {
      throw new VendorError('crm', 'timeout', true, 30);
    };
    await expect(ensureContact(ctx, ask('2'))).rejects.toMatchObject({ status: 503, retryAfterSeconds: 30 });
  });

  it('cannot be read over a refused connection, which is set to reconnect', async () => {
    const { ctx } = await install();
    fake.beforeRead = async () => {
      throw new CrmDisconnected('401');
    };
    for (const _ of [1, 2])
      await expect(ensureContact(ctx, ask('1'))).rejects.toMatchObject({ code: 'crm_not_connected' });
    expect(fake.reads).toEqual(['1']);
    expect(await connectionsOf(ctx)).toMatchObject([{ status: 'reconnect', statusReason: '401' }]);
  });

  it('is refused for records that are no people, CRMs nobody knows and CRMs that are not installed', async () => {
    const { ctx } = await install();
    await expect(ensureContact(ctx, { ...ask('1'), objectType: 'COMPANY' })).rejects.toMatchObject({ status: 422 });
    await expect(ensureContact(ctx, { ...ask('1'), crm: 'none' })).rejects.toMatchObject({ status: 422 });
    await expect(ensureContact(ctx, { ...ask('1'), crm: 'other' })).rejects.toMatchObject({ status: 403 });
    await expect(ensureContact(await world.tenant(), ask('1'))).rejects.toMatchObject({ status: 403 });
    expect(fake.reads).toEqual([]);
  });

  it('of an owner we do not know yet makes us read the owners, once an hour', async () => {
    const { ctx } = await install();
    fake.ownerLists = 0;
    for (const recordId of ['1', '2', '3']) {
      fake.add(recordId, { ownerId: 'a former colleague' });
      await ensureContact(ctx, ask(recordId));
    }
    await world.runJobs();
    expect(fake.ownerLists).toBe(1);
    expect(await memberByOwnerId(ctx, 'crm', 'owner-1')).toMatchObject({ name: 'Rep' });
  });
});

describe('notices', () => {
  it('of a change are taken once, and many changes are read once', async () => {
    const { ctx, accountId } = await install();
    fake.add('1');
    const { id } = await ensureContact(ctx, ask('1'));
    fake.reads = [];
    fake.add('1', { lastName: 'Park' });
    await world.advance(1);
    const changed = notice(accountId, { kind: 'changed', recordId: '1' });
    const again = notice(accountId, { kind: 'changed', recordId: '1' });
    expect(await takeNotices(system, 'crm', [changed, changed, again])).toBe(2);
    expect(await takeNotices(system, 'crm', [again])).toBe(0);
    await settle();
    expect(fake.reads).toEqual(['1']);
    expect((await getContact(ctx, id)).lastName).toBe('Park');
    await settle();
    expect(fake.reads).toEqual(['1']);
  });

  it('doubled and delivered at the same time are taken once', async () => {
    const { ctx, accountId } = await install();
    fake.add('1');
    await ensureContact(ctx, ask('1'));
    const gone = notice(accountId, { kind: 'deleted', recordId: '1' });
    const taken = await Promise.all([takeNotices(system, 'crm', [gone]), takeNotices(system, 'crm', [gone])]);
    expect(taken.sort()).toEqual([0, 1]);
  });

  it('of a change during the read make it read again', async () => {
    const { ctx, accountId } = await install();
    fake.add('1');
    const { id } = await ensureContact(ctx, ask('1'));
    await takeNotices(system, 'crm', [notice(accountId, { kind: 'changed', recordId: '1' })]);
    await world.advance(1);
    fake.beforeRead = async () => {
      fake.beforeRead = async () => {};
      await takeNotices(system, 'crm', [notice(accountId, { kind: 'changed', recordId: '1' })]);
    };
    await settle();
    fake.add('1', { lastName: 'Second' });
    await settle();
    expect((await getContact(ctx, id)).lastName).toBe('Second');
  });

  it('of what we wrote ourselves are not read, and of anything else are', async () => {
    const { ctx, accountId } = await install();
    fake.add('1');
    await ensureContact(ctx, ask('1'));
    fake.reads = [];
    const take = async (changedTo: Record<string, unknown>) => {
      await takeNotices(system, 'crm', [notice(accountId, { kind: 'changed', recordId: '1', changedTo })]);
      await settle();
      return fake.reads.splice(0);
    };
    const writing = async (ctx: Ctx) => accountToWrite(ctx, (await connectionsOf(ctx))[0]!);
    const { noteWrite } = await writing(ctx);
    await noteWrite!('1', { score: 12, status: 'Active', tier: null });
    await noteWrite!('1', { score: 13 });
    expect(await take({ score: 13 })).toEqual([]);
    expect(await take({ score: 13, status: 'Active', tier: null })).toEqual([]);
    expect(await take({ score: 14 })).toEqual(['1']);
    expect(await take({ score: 13, phone: '1' })).toEqual(['1']);
    const other = await install();
    await (await writing(other.ctx)).noteWrite!('1', { city: 'Oslo' });
    expect(await take({ city: 'Oslo' })).toEqual(['1']);
    await world.advance(601);
    expect(await take({ score: 13 })).toEqual(['1']);
    await noteWrite!('1', { tier: 2 });
    expect(await take({ tier: 2 })).toEqual([]);
    expect(await take({ status: 'Active' })).toEqual(['1']);
  });

  it('about records nobody asked for cost nothing', async () => {
    const { accountId } = await install();
    fake.reads = [];
    for (const kind of ['created', 'changed', 'restored', 'deleted', 'erased'] as const)
      await takeNotices(system, 'crm', [notice(accountId, { kind, recordId: 'stranger' })]);
    await takeNotices(system, 'crm', [
      notice(accountId, { kind: 'merged', intoRecordId: 'x', mergedRecordIds: ['y'] }),
    ]);
    await settle();
    expect(fake.reads).toEqual([]);
  });

  it('of a deletion stop the person at once, and one that a restore overtook is put right', async () => {
    const { ctx, accountId } = await install();
    fake.add('1');
    const { id } = await ensureContact(ctx, ask('1'));
    const restored = notice(accountId, { kind: 'restored', recordId: '1' });
    const deleted = notice(accountId, { kind: 'deleted', recordId: '1' });
    await takeNotices(system, 'crm', [restored]);
    await takeNotices(system, 'crm', [deleted]);
    expect((await getContact(ctx, id)).status).toBe('deleted');
    await world.advance(1);
    await settle();
    expect((await getContact(ctx, id)).status).toBe('active');
  });

  it('of a privacy deletion erase for good, whether the deletion comes before or after', async () => {
    const { ctx, accountId } = await install();
    fake.add('1');
    const { id } = await ensureContact(ctx, ask('1'));
    const both = (['erased', 'deleted'] as const).map((kind) => notice(accountId, { kind, recordId: '1' }));
    await takeNotices(system, 'crm', both);
    await world.advance(1);
    await settle();
    expect(await getContact(ctx, id)).toMatchObject({ status: 'erased', addresses: [] });
  });

  it('of a merge make one person of two, and read the survivor', async () => {
    const { ctx, accountId } = await install();
    fake.add('1');
    fake.add('2');
    const one = await ensureContact(ctx, ask('1'));
    await ensureContact(ctx, ask('2'));
    await world.advance(1);
    fake.add('1', { addresses: ['one@example.com', 'two@example.com'] });
    await takeNotices(system, 'crm', [
      notice(accountId, { kind: 'merged', intoRecordId: '1', mergedRecordIds: ['2'] }),
    ]);
    await settle();
    expect((await findByRecord(ctx, 'crm', '2'))?.id).toBe(one.id);
    expect((await getContact(ctx, one.id)).addresses).toEqual(['one@example.com', 'two@example.com']);
  });

  it('of an uninstall disconnect the tenant, unless it was installed again since', async () => {
    const { ctx, accountId } = await install();
    const old = notice(accountId, { kind: 'uninstalled' });
    await world.advance(60);
    await install(accountId);
    await takeNotices(system, 'crm', [old]);
    expect((await getTenant(ctx)).status).toBe('active');
    await takeNotices(system, 'crm', [notice(accountId, { kind: 'uninstalled' })]);
    expect((await getTenant(ctx)).status).toBe('disconnected');
  });

  it('reach only the tenant of their account; accounts nobody installed are ignored', async () => {
    const one = await install();
    const two = await install();
    fake.add('1');
    const mine = await ensureContact(one.ctx, ask('1'));
    const theirs = await ensureContact(two.ctx, ask('1'));
    await takeNotices(system, 'crm', [
      notice(one.accountId, { kind: 'erased', recordId: '1' }),
      notice('nobody', { kind: 'erased', recordId: '1' }),
    ]);
    expect((await getContact(one.ctx, mine.id)).status).toBe('erased');
    expect((await getContact(two.ctx, theirs.id)).status).toBe('active');
  });

  it('whose effect fails are not noted, so the CRM may repeat them', async () => {
    const { ctx, accountId } = await install();
    fake.add('1');
    const { id } = await ensureContact(ctx, ask('1'));
    const gone = notice(accountId, { kind: 'deleted', recordId: '1' });
    const failing = inTransaction(system, async (system) => {
      await takeNotices(system, 'crm', [gone]);
      throw new Error('crash before commit');
    });
    await expect(failing).rejects.toThrow('crash');
    expect((await getContact(ctx, id)).status).toBe('active');
    expect(await takeNotices(system, 'crm', [gone])).toBe(1);
  });
});

describe('reading again', () => {
  const enroll = (ctx: Parameters<typeof ensureContact>[0], contactId: string) =>
    emit(ctx, 'enrollment.created', {
      contactId,
      enrollmentId: '0192f0aa-0000-7000-8000-0000000000e1',
      sequenceId: '0192f0aa-0000-7000-8000-0000000000e2',
      source: 'api',
      firstStepAt: '2027-01-05T09:00:00.000Z',
    });

  it('looks after people in a sequence every few hours, because notices can be lost, and stops when they are out', async () => {
    const { ctx } = await install();
    fake.add('1');
    const { id } = await ensureContact(ctx, ask('1'));
    fake.summaries.set(id, {
      score: 0,
      tier: 4,
      lastEngagedAt: null,
      sequenceStatus: 'Active',
      statusReason: '',
      inFlight: true,
    });
    await enroll(ctx, id);
    await settle();
    expect(fake.reads).toEqual(['1']);
    fake.people.clear();
    fake.add('1', { lastName: 'Changed' });
    await world.advance(8.1 * 3600);
    await settle();
    expect(fake.reads).toEqual(['1', '1']);
    expect((await getContact(ctx, id)).lastName).toBe('Changed');
    fake.summaries.clear();
    await world.advance(8.1 * 3600);
    await settle();
    await world.advance(8.1 * 3600);
    await settle();
    expect(fake.reads).toHaveLength(3);
  });

  it('waits as long as the CRM asks for, and longer each time it fails', async () => {
    const { ctx, accountId } = await install();
    fake.add('1');
    await ensureContact(ctx, ask('1'));
    fake.beforeRead = down;
    fake.reads = [];
    await takeNotices(system, 'crm', [notice(accountId, { kind: 'changed', recordId: '1' })]);
    await settle();
    await world.advance(59);
    await settle();
    expect(fake.reads).toHaveLength(1);
    await world.advance(1);
    fake.beforeRead = async () => {};
    await settle();
    expect(fake.reads).toHaveLength(2);
  });

  it('is done by one of two workers', async () => {
    const { ctx, accountId } = await install();
    for (const recordId of ['1', '2', '3']) {
      fake.add(recordId);
      await ensureContact(ctx, ask(recordId));
      await takeNotices(system, 'crm', [notice(accountId, { kind: 'changed', recordId })]);
    }
    fake.reads = [];
    await Promise.all([wake('read'), wake('read')]);
    expect(fake.reads.sort()).toEqual(['1', '2', '3']);
  });

  it('a record whose reader died is read by another one', async () => {
    const { ctx, accountId } = await install();
    fake.add('1');
    await ensureContact(ctx, ask('1'));
    await takeNotices(system, 'crm', [notice(accountId, { kind: 'changed', recordId: '1' })]);
    const claimedUntil = new Date(system.clock.now().getTime() + 300_000);
    await ctx.db.updateTable('crmRead').set({ claimedUntil }).where('tenantId', '=', ctx.tenantId).execute();
    fake.reads = [];
    await settle();
    expect(fake.reads).toEqual([]);
    await world.advance(301);
    await settle();
    expect(fake.reads).toEqual(['1']);
  });
});
