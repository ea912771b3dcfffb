/** One tenant with several CRMs: accounts, colleagues, keys, problems. */
import { describe, expect, it } from 'vitest';
import { startTestSystem } from '../../testing/system.ts';
import { type Ctx, tenantContext } from '../core/ctx.ts';
import { connectionsOf, markReconnect } from './connections.ts';
import { installCrm } from './install.ts';
import {
  identitiesOf,
  listMembers,
  memberByOwnerId,
  memberFromIdentity,
  setMemberRole,
  syncOwners,
} from './members.ts';
import type { OAuthVendor } from './oauth.ts';
import { authenticateOrgKey, newOrgKey, saveOrgKey } from './org-keys.ts';
import { dueProblems, forgetProblems, noteProblem } from './problems.ts';
import { getTenant } from './settings.ts';
import { uninstallCrm } from './uninstall.ts';
import { jobs } from './wakeups.ts';

const vendor = (id: string): OAuthVendor => ({
  id,
  name: id.toUpperCase(),
  authorizeUrl: () => '',
  exchangeCode: async () => Promise.reject(new Error('unused')),
  refresh: async () => Promise.reject(new Error('unused')),
  revoke: async () => {},
});
const oauth = new Map(['one', 'two', 'three'].map((id) => [id, vendor(id)]));
const world = await startTestSystem({ jobs, sockets: { oauth } as never });
const { system } = world;

async function install(
  crm: string,
  accountId: string,
  more: { tenantId?: string; isAdmin?: boolean; email?: string } = {},
) {
  const { tenantId, isAdmin, email = 'Ann@Acme.test' } = more;
  const expiresAt = new Date(system.clock.now().getTime() + 3_600_000);
  const tokens = { accessToken: 'a', refreshToken: 'r', expiresAt, scopes: [] };
  const user = { id: `${crm} ${email}`, email, ...(isAdmin === undefined ? {} : { isAdmin }) };
  const grant = { tokens, accountId, accountName: 'Acme', user };
  const made = await installCrm(system, { crm, grant, ...(tenantId ? { tenantId } : {}) });
  return { ...made, ctx: tenantContext(system, made.tenantId) };
}

async function giveOrgKey(ctx: Ctx, connectionId: string): Promise<string> {
  const key = newOrgKey();
  await saveOrgKey(ctx, connectionId, key);
  return key;
}

describe('adding a CRM to a tenant', () => {
  it('makes one tenant with two accounts, found again by either', async () => {
    const first = await install('one', 'A1');
    const second = await install('two', 'A2', { tenantId: first.tenantId });
    expect(second.tenantId).toBe(first.tenantId);
    expect((await connectionsOf(first.ctx)).map(({ crm, status }) => [crm, status])).toEqual([
      ['one', 'connected'],
      ['two', 'connected'],
    ]);
    expect((await install('two', 'A2')).tenantId).toBe(first.tenantId);
    expect((await install('two', 'A2', { tenantId: first.tenantId })).connectionId).toBe(second.connectionId);
  });

  it('of another tenant is refused, and so is a second account of the same CRM, and a tenant nobody knows', async () => {
    const mine = await install('one', 'B1');
    const theirs = await install('two', 'B2');
    await expect(install('two', 'B2', { tenantId: mine.tenantId })).rejects.toMatchObject({
      status: 409,
      code: 'crm_account_taken',
    });
    await expect(install('one', 'B3', { tenantId: mine.tenantId })).rejects.toMatchObject({
      code: 'crm_other_account',
    });
    await uninstallCrm(mine.ctx, mine.connectionId);
    await expect(install('one', 'B3', { tenantId: mine.tenantId })).rejects.toMatchObject({
      code: 'crm_other_account',
    });
    const nobody = '0192f0aa-0000-7000-8000-0000000000ff';
    await expect(install('three', 'B4', { tenantId: nobody })).rejects.toMatchObject({ status: 404 });
    expect(await connectionsOf(theirs.ctx)).toMatchObject([{ crm: 'two', status: 'connected' }]);
  });

  it('by somebody without the CRM’s admin rights does not take the place of the tokens that serve it', async () => {
    const { ctx } = await install('one', 'N1');
    const before = await ctx.db.selectFrom('vendorGrant').selectAll().where('tenantId', '=', ctx.tenantId).execute();
    await expect(install('one', 'N1', { isAdmin: false, email: 'rep@acme.test' })).rejects.toMatchObject({
      code: 'crm_admin_needed',
    });
    expect(await ctx.db.selectFrom('vendorGrant').selectAll().where('tenantId', '=', ctx.tenantId).execute()).toEqual(
      before,
    );
    // An admin of SalesOS sent them: a user made for the integration is no admin of the CRM.
    await install('one', 'N1', { isAdmin: false, email: 'bot@acme.test', tenantId: ctx.tenantId });
    await markReconnect(ctx, (await connectionsOf(ctx))[0]!.id, 'refused');
    await install('one', 'N1', { isAdmin: false, email: 'bot@acme.test' });
    expect(await connectionsOf(ctx)).toMatchObject([{ status: 'connected' }]);
    // Where such a user connected first, they may do so again: the key of an org is given at a connect.
    const bot = { isAdmin: false, email: 'bot@acme.test' };
    expect((await install('one', 'N2', bot)).tenantId).toBe((await install('one', 'N2', bot)).tenantId);
  });

  it('by two tenants at once gives it to one of them', async () => {
    const [mine, theirs] = [await install('one', 'C1'), await install('one', 'C2')];
    const both = await Promise.allSettled([
      install('two', 'C3', { tenantId: mine.tenantId }),
      install('two', 'C3', { tenantId: theirs.tenantId }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'crm_account_taken' } });
  });

  it('uninstalling one leaves the tenant active, uninstalling both does not', async () => {
    const first = await install('one', 'D1');
    const second = await install('two', 'D2', { tenantId: first.tenantId });
    await uninstallCrm(first.ctx, first.connectionId);
    expect(await getTenant(first.ctx)).toMatchObject({ status: 'active' });
    await uninstallCrm(first.ctx, second.connectionId);
    expect(await getTenant(first.ctx)).toMatchObject({ status: 'disconnected' });
  });
});

describe('a colleague in several CRMs', () => {
  const sees = (ctx: Ctx, crm: string, crmUserId: string, email: string, name?: string) =>
    memberFromIdentity(ctx, { crm, crmUserId, email, ...(name ? { name } : {}) });

  it('is one member, joined by the address, with an owner id in each CRM', async () => {
    const ctx = await world.tenant();
    const there = await sees(ctx, 'one', '1', 'Cy@Acme.test', 'Cy');
    await syncOwners(ctx, 'two', [
      { ownerId: '200', userId: 'u2', email: 'cy@acme.test', name: 'Cyrus' },
      { ownerId: '201', userId: 'u3', email: 'di@acme.test', name: 'Di' },
    ]);
    await syncOwners(ctx, 'one', [{ ownerId: '100', userId: '1', email: 'cy@acme.test', name: 'Cy' }]);
    expect((await memberByOwnerId(ctx, 'two', '200'))?.id).toBe(there.id);
    expect((await memberByOwnerId(ctx, 'one', '100'))?.id).toBe(there.id);
    expect(await memberByOwnerId(ctx, 'one', '200')).toBeNull();
    expect((await identitiesOf(ctx, there.id)).map(({ crm, crmOwnerId }) => [crm, crmOwnerId])).toEqual([
      ['one', '100'],
      ['two', '200'],
    ]);
    expect(await listMembers(ctx)).toHaveLength(2);
  });

  it('two users of one CRM with one address stay two, and so do users without an address', async () => {
    const ctx = await world.tenant();
    const one = await sees(ctx, 'one', '1', 'team@acme.test');
    expect((await sees(ctx, 'one', '2', 'team@acme.test')).id).not.toBe(one.id);
    const blank = await sees(ctx, 'one', '3', '');
    expect((await sees(ctx, 'two', '3', '')).id).not.toBe(blank.id);
  });

  it('shown by two CRMs at once is one member', async () => {
    const ctx = await world.tenant();
    const both = await Promise.all(['one', 'two'].map((crm) => sees(ctx, crm, '1', 'cy@acme.test')));
    expect(both[0]!.id).toBe(both[1]!.id);
  });

  it('two CRMs that know two names do not take turns', async () => {
    const ctx = await world.tenant();
    await sees(ctx, 'one', '1', 'cy@acme.test', 'Cy');
    await sees(ctx, 'two', '1', 'cy@acme.test', 'Cyrus');
    const name = (await sees(ctx, 'one', '1', 'cy@acme.test', 'Cy')).name;
    expect((await sees(ctx, 'two', '1', 'cy@acme.test', 'Cyrus')).name).toBe(name);
    expect((await sees(ctx, 'one', '1', 'cy@acme.test', 'Cy Young')).name).toBe('Cy Young');
  });

  it('is an admin when any CRM says so, or an admin of SalesOS; the last admin stays', async () => {
    const { ctx, memberId } = await install('one', 'E1');
    const rep = await sees(ctx, 'one', '9', 'di@acme.test');
    expect(rep.role).toBe('rep');
    await install('two', 'E2', { tenantId: ctx.tenantId, email: 'di@acme.test', isAdmin: true });
    expect(await sees(ctx, 'one', '9', 'di@acme.test')).toMatchObject({ id: rep.id, role: 'admin' });
    await install('three', 'E3', { tenantId: ctx.tenantId, email: 'eve@acme.test', isAdmin: false });
    expect((await listMembers(ctx)).find(({ email }) => email === 'eve@acme.test')).toMatchObject({ role: 'rep' });
    expect(await setMemberRole(ctx, rep.id, 'rep')).toMatchObject({ role: 'rep' });
    await expect(setMemberRole(ctx, memberId!, 'rep')).rejects.toMatchObject({ code: 'last_admin' });
    await expect(setMemberRole(await world.tenant(), rep.id, 'admin')).rejects.toMatchObject({ status: 404 });
  });
});

describe('the key of an account', () => {
  const open = (key: string, accountId: string, crm = 'one') => authenticateOrgKey(system, { crm, key, accountId });

  it('opens its own account only, and its hash alone is stored', async () => {
    const { ctx, connectionId } = await install('one', 'K1');
    await install('one', 'K2');
    const key = await giveOrgKey(ctx, connectionId);
    expect(key).toMatch(/^sfo_[\w-]{43}$/);
    expect(await open(key, 'K1')).toMatchObject({ id: connectionId, tenantId: ctx.tenantId });
    expect(await open(key, 'K2')).toBeNull();
    expect(await open(key, 'K1', 'two')).toBeNull();
    for (const wrong of ['', key.slice(0, -1), `${key}x`, `${key}\0`, `sos_${key.slice(4)}`])
      expect(await open(wrong, 'K1')).toBeNull();
    const rows = await ctx.db.selectFrom('orgKey').selectAll().where('tenantId', '=', ctx.tenantId).execute();
    expect(JSON.stringify(rows)).not.toContain(key.slice(4));
  });

  it('is replaced by a new one after an hour, and an uninstall ends both at once', async () => {
    const { ctx, connectionId } = await install('one', 'K3');
    const old = await giveOrgKey(ctx, connectionId);
    const key = await giveOrgKey(ctx, connectionId);
    await world.advance(3599);
    expect(await open(old, 'K3')).not.toBeNull();
    await world.advance(1);
    expect(await open(old, 'K3')).toBeNull();
    const newest = await giveOrgKey(ctx, connectionId);
    expect(await open(key, 'K3')).not.toBeNull();
    await uninstallCrm(ctx, connectionId);
    for (const one of [key, newest]) expect(await open(one, 'K3')).toBeNull();
    await expect(giveOrgKey(ctx, connectionId)).rejects.toMatchObject({ status: 404 });
    await install('one', 'K3');
    expect(await open(newest, 'K3')).toBeNull();
  });

  it("is not made for another tenant's account", async () => {
    const { connectionId } = await install('one', 'K4');
    await expect(giveOrgKey(await world.tenant(), connectionId)).rejects.toMatchObject({ status: 404 });
  });
});

it('a problem of an account is one row per code, is due once a day, and goes with the uninstall', async () => {
  const { ctx, connectionId } = await install('one', 'P1');
  const problem = { code: 'LIMIT', sentence: 'No room for fields.', howToFix: 'Delete one.' };
  await noteProblem(ctx, connectionId, problem);
  const since = system.clock.now();
  await world.advance(3600);
  await noteProblem(ctx, connectionId, { ...problem, sentence: 'Still no room.' });
  expect(await connectionsOf(ctx)).toMatchObject([
    { problems: [{ code: 'LIMIT', sentence: 'Still no room.', since }] },
  ]);
  expect(await dueProblems(system, 10)).toEqual([]);
  await world.advance(86_400);
  const due = await Promise.all([dueProblems(system, 10), dueProblems(system, 10)]);
  expect(due.flat()).toMatchObject([{ tenantId: ctx.tenantId, connectionId }]);
  expect(await forgetProblems(await world.tenant(), connectionId, [])).toEqual([]);
  await uninstallCrm(ctx, connectionId);
  expect(await connectionsOf(ctx)).toMatchObject([{ problems: [] }]);
});
