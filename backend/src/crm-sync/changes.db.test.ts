/** CRMs that are asked for their changes. */
import { beforeEach, describe, expect, it } from 'vitest';
import { getContact, saveFromCrm } from '../contacts/index.ts';
import { VendorUnavailable } from '../core/errors.ts';
import { connectionsOf, uninstallCrm } from '../tenants/index.ts';
import { CrmDisconnected } from './crm.ts';
import { person, startCrmWorld } from './fake-crm.harness.ts';
import { scheduleReads } from './read-queries.ts';

const world = await startCrmWorld();
const { fake, install, notice, system, wake } = world;
beforeEach(() => world.reset());

const begin = () => install(undefined, 'other');
const know = (ctx: Parameters<typeof saveFromCrm>[0], recordId: string) =>
  saveFromCrm(ctx, 'other', person(recordId), system.clock.now());
const read = async () => {
  await world.runJobs();
  await wake('read-changes');
  await world.runJobs();
};
const asked = () => fake.cursors.map(({ cursor }) => cursor);

describe('changes', () => {
  it('are asked for from the connect on, every ten minutes, each time from where the last answer ended', async () => {
    await begin();
    let page = 0;
    fake.answerChanges = async () => ({ notices: [], cursor: `page ${++page}`, hasMore: false });
    await read();
    await world.advance(599);
    await read();
    expect(asked()).toEqual([null]);
    await world.advance(1);
    await read();
    await world.advance(600);
    await read();
    expect(asked()).toEqual([null, 'page 1', 'page 2']);
  });

  it('every minute while records of people in a sequence are looked after', async () => {
    const { ctx, connectionId } = await begin();
    await scheduleReads(ctx, connectionId, ['1'], new Date(system.clock.now().getTime() + 86_400_000));
    await read();
    await world.advance(60);
    await read();
    expect(asked()).toEqual([null, 'start']);
  });

  it('are taken in once although pages overlap, and what changed is read once', async () => {
    const { ctx, accountId } = await begin();
    const { id } = await know(ctx, '1');
    fake.add('1', { lastName: 'Park' });
    await world.advance(1);
    const changed = [1, 2, 3].map(() => notice(accountId, { kind: 'changed', recordId: '1' }));
    fake.answerChanges = async () => ({ notices: changed, cursor: 'next', hasMore: false });
    await read();
    await wake('read');
    await world.advance(600);
    await read();
    await wake('read');
    expect(fake.reads).toEqual(['1']);
    expect((await getContact(ctx, id)).lastName).toBe('Park');
  });

  it('of our own making are read once for many and announce nothing when nothing is new', async () => {
    const { ctx, accountId } = await begin();
    await know(ctx, '1');
    fake.add('1');
    await world.advance(1);
    const echoes = Array.from({ length: 20 }, () => notice(accountId, { kind: 'changed', recordId: '1' }));
    fake.answerChanges = async () => ({ notices: echoes, cursor: 'next', hasMore: false });
    await read();
    await wake('read');
    await world.runJobs();
    await wake('read');
    expect(fake.reads).toEqual(['1']);
    const events = await ctx.db.selectFrom('event').select('name').where('tenantId', '=', ctx.tenantId).execute();
    expect(events.map(({ name }) => name)).not.toContain('contact.updated');
    expect(fake.fields).toEqual([]);
  });

  it('of many pages are read on at once', async () => {
    await begin();
    let page = 0;
    fake.answerChanges = async () => ({ notices: [], cursor: `page ${++page}`, hasMore: page < 3 });
    await world.runJobs();
    while (await wake('read-changes'));
    expect(asked()).toEqual([null, 'page 1', 'page 2']);
  });

  it('of a reader that died, or was too slow, are read again from the old cursor, and nothing is lost', async () => {
    const { ctx, accountId } = await begin();
    const { id } = await know(ctx, '1');
    const gone = notice(accountId, { kind: 'deleted', recordId: '1' });
    fake.answerChanges = async () => {
      await world.advance(301);
      fake.answerChanges = async () => ({ notices: [gone], cursor: 'two', hasMore: false });
      await wake('read-changes');
      return { notices: [], cursor: 'one', hasMore: false };
    };
    await read();
    expect((await getContact(ctx, id)).status).toBe('deleted');
    expect(asked()).toEqual([null, null]);
    await world.advance(600);
    await read();
    expect(asked().at(-1)).toBe('two');
  });

  it('whose effect fails keep the cursor where it was', async () => {
    const { ctx, accountId } = await begin();
    const { id } = await know(ctx, '1');
    const gone = notice(accountId, { kind: 'deleted', recordId: '1' });
    const broken = notice(accountId, { kind: 'changed', recordId: 'no text for a database: \0' });
    fake.answerChanges = async () => ({ notices: [gone, broken], cursor: 'one', hasMore: false });
    await read();
    expect((await getContact(ctx, id)).status).toBe('active');
    fake.answerChanges = async () => ({ notices: [], cursor: 'one', hasMore: false });
    await world.advance(10);
    await read();
    expect(asked()).toEqual([null, null]);
  });

  it('that one account cannot give do not keep the others waiting', async () => {
    const one = await begin();
    const two = await begin();
    fake.answerChanges = async (accountId, cursor) => {
      if (accountId === one.accountId) throw new VendorUnavailable('down', { retryAfterSeconds: 1000 });
      return { notices: [], cursor: cursor ?? 'start', hasMore: false };
    };
    await read();
    await world.advance(600);
    await read();
    const of = (accountId: string) => fake.cursors.filter((call) => call.accountId === accountId).length;
    expect([of(one.accountId), of(two.accountId)]).toEqual([1, 2]);
    await world.advance(400);
    await read();
    expect(of(one.accountId)).toBe(2);
  });

  it('are not asked for while the CRM refuses us, and at once after the next connect', async () => {
    const { ctx, accountId, connectionId } = await begin();
    fake.answerChanges = async () => Promise.reject(new CrmDisconnected('401'));
    await read();
    expect(await connectionsOf(ctx)).toMatchObject([{ status: 'reconnect' }]);
    await world.advance(7200);
    await read();
    expect(asked()).toEqual([null]);
    fake.answerChanges = async () => ({ notices: [], cursor: 'one', hasMore: false });
    await install(accountId, 'other');
    await read();
    expect(asked()).toEqual([null, null]);
    await uninstallCrm(ctx, connectionId);
    await world.advance(7200);
    await read();
    expect(asked()).toEqual([null, null]);
    expect(await ctx.db.selectFrom('crmChanges').selectAll().execute()).toEqual([]);
  });

  it('are read by one of two workers, and only of CRMs that have them', async () => {
    await begin();
    await install();
    await world.runJobs();
    await Promise.all([wake('read-changes'), wake('read-changes')]);
    expect(asked()).toEqual([null]);
  });

  it('never reach another tenant, whatever account they name', async () => {
    const mine = await begin();
    const theirs = await begin();
    const victim = await know(theirs.ctx, '1');
    const forged = notice(theirs.accountId, { kind: 'erased', recordId: '1' });
    fake.answerChanges = async (accountId) => ({
      notices: accountId === mine.accountId ? [forged] : [],
      cursor: 'one',
      hasMore: false,
    });
    await read();
    expect((await getContact(theirs.ctx, victim.id)).status).toBe('active');
  });
});
