/** What a CRM said while it was not connected, or before it was, is heard as soon as it is. */
import { beforeEach, describe, expect, it } from 'vitest';
import { mayContact } from '../compliance/index.ts';
import { getContact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { VendorUnavailable } from '../core/errors.ts';
import { emit } from '../core/events.ts';
import { authenticateOrgKey, connectionsOf, uninstallCrm, updateTenant } from '../tenants/index.ts';
import { CrmDisconnected } from './crm.ts';
import { person, startCrmWorld } from './fake-crm.harness.ts';
import { handOverKey } from './hand-over-key.ts';
import { ensureContact, takeNotices } from './index.ts';
import { prepareJob } from './prepare-crm.ts';

const world = await startCrmWorld();
const { fake, install, notice, system, wake } = world;
beforeEach(() => world.reset());

const kim = { addresses: ['kim@example.com'] };
const ask = (ctx: Ctx, crm: string, recordId: string) => ensureContact(ctx, { crm, objectType: 'contact', recordId });
const work = async () => {
  await world.runJobs();
  await wake('read');
  await world.runJobs();
};
const refusal = async (ctx: Ctx, contactId: string) =>
  (await mayContact(ctx, [{ contactId, address: kim.addresses[0]! }]))[0]?.code ?? null;
const begin = async () => {
  const here = await install();
  await updateTenant(here.ctx, { postalAddress: '1 Main Street' });
  fake.add('1', kim);
  const { id } = await ask(here.ctx, 'crm', '1');
  return { ...here, id };
};
const enroll = async (ctx: Ctx, contactId: string) => {
  fake.summaries.set(contactId, {
    score: 0,
    tier: 4,
    lastEngagedAt: null,
    sequenceStatus: 'Active',
    statusReason: '',
    inFlight: true,
  });
  const ids = {
    enrollmentId: crypto.randomUUID(),
    sequenceId: crypto.randomUUID(),
    firstStepAt: system.clock.now().toISOString(),
  };
  await emit(ctx, 'enrollment.created', { contactId, ...ids, source: 'card' } as never);
  await work();
};

describe('an opt-out in the CRM', () => {
  it('is seen when the record is opened there, however fresh the other CRM’s copy is', async () => {
    const { ctx, id } = await begin();
    await install(undefined, 'other', ctx.tenantId);
    fake.add('a', kim);
    await ask(ctx, 'other', 'a');
    await world.advance(1000);
    await ask(ctx, 'crm', '1');
    fake.add('a', { ...kim, optedOut: true });
    await ask(ctx, 'other', 'a');
    expect(await refusal(ctx, id)).toBe('OPTED_OUT');
  });

  it('told while the CRM refused us is read as soon as it is connected again', async () => {
    const { ctx, id, accountId } = await begin();
    fake.beforeRead = async () => Promise.reject(new CrmDisconnected('401'));
    await takeNotices(system, 'crm', [notice(accountId, { kind: 'changed', recordId: '1' })]);
    await work();
    fake.beforeRead = async () => {};
    await world.advance(60);
    fake.add('1', { ...kim, optedOut: true });
    await install(accountId);
    await work();
    expect(await refusal(ctx, id)).toBe('OPTED_OUT');
  });

  it('between an uninstall and the next install is read then, for everybody in a sequence', async () => {
    const { ctx, id, accountId, connectionId } = await begin();
    await install(undefined, 'other', ctx.tenantId);
    await enroll(ctx, id);
    await uninstallCrm(ctx, connectionId);
    await world.runJobs();
    await world.advance(86_400);
    await work();
    fake.add('1', { ...kim, optedOut: true });
    await install(accountId);
    await work();
    expect(await refusal(ctx, id)).toBe('OPTED_OUT');
  });

  it('in a CRM that is added while somebody is in a sequence is heard at once', async () => {
    const { ctx, id } = await begin();
    await enroll(ctx, id);
    fake.found.set('other kim@example.com', [person('a', { ...kim, optedOut: true })]);
    await install(undefined, 'other', ctx.tenantId);
    await work();
    await world.runJobs();
    expect(await refusal(ctx, id)).toBe('OPTED_OUT');
  });
});

describe('a CRM that is asked for its changes', () => {
  it('is asked within a minute of the first person in a sequence there, not when the next quiet round comes', async () => {
    const { ctx, id } = await begin();
    await install(undefined, 'other', ctx.tenantId);
    fake.add('a', kim);
    await ask(ctx, 'other', 'a');
    await wake('read-changes');
    fake.cursors.length = 0;
    await enroll(ctx, id);
    await world.advance(61);
    await wake('read-changes');
    expect(fake.cursors).toHaveLength(1);
  });
});

describe('a record that was merged into one that is deleted', () => {
  it('is gone, and so is the person', async () => {
    const { ctx, id, accountId } = await begin();
    fake.people.set('1', { outcome: 'merged', intoRecordId: '2' });
    await world.advance(60);
    await takeNotices(system, 'crm', [notice(accountId, { kind: 'changed', recordId: '1' })]);
    await work();
    expect((await getContact(ctx, id)).status).toBe('deleted');
  });
});

describe('a record that is erased by itself', () => {
  const merged = async () => {
    const { ctx, id, accountId } = await begin();
    fake.add('2');
    await ask(ctx, 'crm', '2');
    await takeNotices(system, 'crm', [
      notice(accountId, { kind: 'merged', intoRecordId: '1', mergedRecordIds: ['2'] }),
      notice(accountId, { kind: 'erased', recordId: '2', isRecordOnly: true }),
    ]);
    return { ctx, id, accountId };
  };

  it('after it was merged takes nobody with it', async () => {
    const { ctx, id } = await merged();
    await work();
    expect(await getContact(ctx, id)).toMatchObject({ status: 'active', records: [{ recordId: '1' }] });
  });

  it('is the person where nothing else in that CRM shows them, deleted before or not', async () => {
    const { ctx, id, accountId } = await merged();
    await takeNotices(system, 'crm', [
      notice(accountId, { kind: 'deleted', recordId: '1' }),
      notice(accountId, { kind: 'erased', recordId: '1', isRecordOnly: true }),
    ]);
    expect((await getContact(ctx, id)).status).toBe('erased');
  });
});

describe('an account in which everything changes', () => {
  it('does not keep another one waiting', async () => {
    const big = await begin();
    const small = await begin();
    await big.ctx.db
      .insertInto('crmRead')
      .values(
        Array.from({ length: 500 }, (_, number) => ({
          tenantId: big.ctx.tenantId,
          connectionId: big.connectionId,
          recordId: `r${number}`,
          notBefore: system.clock.now(),
          claimedUntil: null,
        })),
      )
      .execute();
    await world.advance(1);
    fake.reads.length = 0;
    await takeNotices(system, 'crm', [notice(small.accountId, { kind: 'changed', recordId: '1' })]);
    await wake('read');
    expect(fake.reads).toContain('1');
  });
});

describe('two workers that prepare one connection', () => {
  it('leave the CRM with a key that opens, whichever was taken last', async () => {
    const here = await install();
    fake.takeKey = async () => Promise.reject(new VendorUnavailable('down'));
    const { ctx, connectionId, accountId } = await install(undefined, 'other', here.ctx.tenantId).catch(() => {
      throw new Error('not installed');
    });
    const connection = (await connectionsOf(ctx)).find(({ id }) => id === connectionId)!;
    const taken: string[] = [];
    let go = () => {};
    const waiting = new Promise<void>((resolve) => {
      go = resolve;
    });
    fake.takeKey = async (key) => {
      if (taken.push(key) === 1) await waiting;
    };
    const slow = handOverKey(ctx, connection);
    while (taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await handOverKey(ctx, connection);
    go();
    await slow;
    await world.advance(7200);
    const held = taken.at(-1)!;
    expect(await authenticateOrgKey(system, { crm: 'other', key: held, accountId })).not.toBeNull();
  });
});

describe('a CRM that does not answer while it is made ready', () => {
  it('is shown as not ready, is tried again the next day, and is fine then', async () => {
    const { ctx, connectionId } = await install();
    fake.beforeFields = async () => Promise.reject(new VendorUnavailable('down'));
    await expect(prepareJob.run(ctx, { connectionId })).rejects.toBeInstanceOf(VendorUnavailable);
    expect((await connectionsOf(ctx))[0]!.problems).toMatchObject([{ code: 'NOT_READY' }]);
    fake.beforeFields = async () => {};
    await world.advance(86_401);
    await wake('retry-problems');
    await world.runJobs();
    expect((await connectionsOf(ctx))[0]!.problems).toEqual([]);
  });
});
