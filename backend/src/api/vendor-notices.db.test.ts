import { beforeEach, describe, expect, test } from 'vitest';
import { startApi } from './api.harness.ts';
import { addRecord, type CustomerWithSequence, customerWithSequence, enrollBody } from './enrolling.harness.ts';

const on = await startApi();
let acme: CustomerWithSequence;
let recordId: string;

beforeEach(async () => {
  acme = await customerWithSequence(on);
  recordId = addRecord(on, acme);
});

const enroll = () => {
  const body = { objectType: '0-1', recordId, ...enrollBody(acme) };
  return on.signed('/cards/enroll', body, { accountId: acme.accountId });
};

describe('a notice', () => {
  const deletion = () => ({
    eventId: 1,
    subscriptionId: 2,
    portalId: Number(acme.accountId),
    occurredAt: on.world.system.clock.now().getTime(),
    subscriptionType: 'object.deletion',
    objectTypeId: '0-1',
    objectId: Number(recordId),
  });

  test('of HubSpot that a record was deleted stops its sequences, however often it comes', async () => {
    await enroll();
    expect((await on.signed('/hubspot/webhooks', [deletion(), deletion()])).status).toBe(204);
    expect((await on.signed('/hubspot/webhooks', [deletion()])).status).toBe(204);
    await on.world.runJobs();
    const { body } = await on.call(acme.key, 'GET', '/v1/enrollments');
    expect(body.data).toMatchObject([{ status: 'stopped', stopReason: 'deleted' }]);
  });

  test('without a signature, or about nobody we know, changes nothing', async () => {
    await enroll();
    const init = { method: 'POST', body: JSON.stringify([deletion()]) };
    expect((await on.api.request('/hubspot/webhooks', init)).status).toBe(401);
    const strange = [{ ...deletion(), portalId: 666 }, { ...deletion(), objectId: 31337 }, null, 'x', {}];
    expect((await on.signed('/hubspot/webhooks', strange)).status).toBe(204);
    await on.world.runJobs();
    expect((await on.call(acme.key, 'GET', '/v1/enrollments')).body.data).toMatchObject([{ status: 'active' }]);
  });

  test('of Google lets the mailbox be read at once, when it is genuine', async () => {
    const address = `rep${acme.accountId}@acme.example`;
    const box = acme.ctx.db.updateTable('mailbox').where('tenantId', '=', acme.ctx.tenantId);
    await box.set({ vendor: 'google', nextSyncAt: new Date('2099-01-01') }).execute();
    const push = async (authorization: string) =>
      (
        await on.api.request('/google/push', {
          method: 'POST',
          body: JSON.stringify({ address }),
          headers: { authorization },
        })
      ).status;
    const nextSync = async () =>
      (await acme.ctx.db.selectFrom('mailbox').select('nextSyncAt').where('address', '=', address).executeTakeFirst())
        ?.nextSyncAt;
    expect(await push('Bearer forged')).toBe(401);
    expect(await nextSync()).toEqual(new Date('2099-01-01'));
    expect(await push('Bearer from-google')).toBe(204);
    expect(await nextSync()).toEqual(on.world.system.clock.now());
  });

  test('of Graph is answered with its own text first; then its notices have the inbox read, and watched again', async () => {
    const address = `rep${acme.accountId}@acme.example`;
    const later = new Date('2099-01-01');
    const box = acme.ctx.db.updateTable('mailbox').where('tenantId', '=', acme.ctx.tenantId);
    await box.set({ vendor: 'microsoft', nextSyncAt: later, watchExpiresAt: later }).execute();
    const post = (query: Record<string, string>, body = '') =>
      on.api.request(`/microsoft/notices?${new URLSearchParams(query)}`, { method: 'POST', body });
    const row = () =>
      acme.ctx.db
        .selectFrom('mailbox')
        .select(['nextSyncAt', 'watchExpiresAt'])
        .where('address', '=', address)
        .executeTakeFirstOrThrow();
    const echoed = await post({ validationToken: 'Validation: <b>é</b> &=?' });
    expect([echoed.status, await echoed.text()]).toEqual([200, 'Validation: <b>é</b> &=?']);
    expect(echoed.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(echoed.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await post({ mailbox: address }, 'forged')).status).toBe(401);
    expect(await row()).toEqual({ nextSyncAt: later, watchExpiresAt: later });
    expect((await post({ mailbox: address }, 'created')).status).toBe(202);
    expect(await row()).toEqual({ nextSyncAt: on.world.system.clock.now(), watchExpiresAt: later });
    expect((await post({ mailbox: address }, 'renew')).status).toBe(202);
    expect((await row()).watchExpiresAt).toBeNull();
  });
});
