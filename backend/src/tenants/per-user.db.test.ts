/** CRMs in which every colleague installs for themselves: whose tokens do what. */
import { beforeEach, describe, expect, it } from 'vitest';
import { startTestSystem } from '../../testing/system.ts';
import { type Ctx, tenantContext } from '../core/ctx.ts';
import { newId } from '../core/ids.ts';
import { connectionsOf, crmAccount, findConnection, markReconnect } from './connections.ts';
import { accessToken, memberAccessToken, storeGrant } from './grants.ts';
import { installCrm } from './install.ts';
import { memberFromIdentity, setMemberRole } from './members.ts';
import { GrantRefused, type OAuthVendor, type Tokens } from './oauth.ts';
import { getTenant } from './settings.ts';
import { uninstallCrm, uninstallMember } from './uninstall.ts';
import { jobs, reactions } from './wakeups.ts';

let refresh: (refreshToken: string) => Promise<Tokens>;
let revoked: string[] = [];
const vendor: OAuthVendor = {
  id: 'crm',
  name: 'Team CRM',
  isPerUser: true,
  authorizeUrl: () => '',
  exchangeCode: async () => Promise.reject(new Error('unused')),
  refresh: (refreshToken) => refresh(refreshToken),
  revoke: async (refreshToken) => void revoked.push(refreshToken),
};
const oauth = new Map([vendor, { ...vendor, id: 'mail', isPerUser: false }].map((one) => [one.id, one]));
const world = await startTestSystem({ jobs, reactions, sockets: { oauth } as never });
const { system } = world;

const tokens = (who: string, seconds = 3600): Tokens => ({
  accessToken: `access ${who}`,
  refreshToken: `refresh ${who}`,
  expiresAt: new Date(system.clock.now().getTime() + seconds * 1000),
  scopes: ['contacts'],
  apiUrl: 'https://acme.crm.test',
});
const email = (who: string) => `${who}@acme.test`;
async function install(company: string, who: string, isAdmin: boolean, seconds?: number) {
  const user = { id: who, email: email(who), name: who, isAdmin };
  const grant = { tokens: tokens(who, seconds), accountId: company, accountName: 'Acme', user };
  const made = await installCrm(system, { crm: 'crm', grant });
  return { ctx: tenantContext(system, made.tenantId), connectionId: made.connectionId, memberId: made.memberId! };
}
const syncToken = async (company: string) => {
  const connection = (await findConnection(system, 'crm', company))!;
  return crmAccount(tenantContext(system, connection.tenantId), connection).token();
};
const eventNames = async (ctx: Ctx) =>
  (await ctx.db.selectFrom('event').select('name').where('tenantId', '=', ctx.tenantId).orderBy('id').execute()).map(
    (row) => row.name,
  );

beforeEach(() => {
  revoked = [];
  refresh = async () => Promise.reject(new GrantRefused('revoked'));
});

describe('installing', () => {
  it('each colleague keeps tokens of their own, and the first admin’s serve the sync', async () => {
    const ann = await install('one', 'ann', true);
    const bo = await install('one', 'bo', false);
    const cy = await install('one', 'cy', true);
    expect([bo.connectionId, cy.connectionId]).toEqual([ann.connectionId, ann.connectionId]);
    expect(await syncToken('one')).toBe('access ann');
    expect(await memberAccessToken(ann.ctx, bo.memberId)).toBe('access bo');
    expect(await eventNames(ann.ctx)).toEqual(['crm.connected']);
    const identity = { crm: 'crm', crmUserId: 'bo', email: email('bo') };
    expect(await memberFromIdentity(ann.ctx, identity)).toMatchObject({ id: bo.memberId, role: 'rep' });
  });

  it('before an admin has installed it waits and reads nothing', async () => {
    const { ctx } = await install('waiting', 'bo', false);
    expect(await connectionsOf(ctx)).toMatchObject([
      { status: 'reconnect', grantId: null, statusReason: expect.stringContaining('An admin') },
    ]);
    await expect(syncToken('waiting')).rejects.toThrow(GrantRefused);
    expect(await eventNames(ctx)).toEqual([]);
    await install('waiting', 'ann', true);
    expect(await connectionsOf(ctx)).toMatchObject([{ status: 'connected', statusReason: null }]);
    expect(await syncToken('waiting')).toBe('access ann');
    expect(await eventNames(ctx)).toEqual(['crm.connected']);
  });

  it('an admin of SalesOS who is none in the CRM does not serve the sync', async () => {
    const { ctx, memberId } = await install('rank', 'bo', false);
    await setMemberRole(ctx, memberId, 'admin');
    await install('rank', 'bo', false);
    expect(await connectionsOf(ctx)).toMatchObject([{ status: 'reconnect', grantId: null }]);
  });

  it('two admins at once leave one account with one of them', async () => {
    const both = await Promise.all([install('race', 'ann', true), install('race', 'cy', true)]);
    expect(both[0]!.ctx.tenantId).toBe(both[1]!.ctx.tenantId);
    expect(['access ann', 'access cy']).toContain(await syncToken('race'));
    expect(await connectionsOf(both[0]!.ctx)).toHaveLength(1);
  });
});

describe('losing tokens', () => {
  it('another admin takes over when the vendor refuses a refresh', async () => {
    const ann = await install('takeover', 'ann', true, 0);
    await install('takeover', 'cy', true);
    await expect(syncToken('takeover')).rejects.toThrow(GrantRefused);
    expect(await syncToken('takeover')).toBe('access cy');
    expect(await connectionsOf(ann.ctx)).toMatchObject([{ status: 'connected' }]);
    expect(await eventNames(ann.ctx)).toEqual(['crm.connected', 'grant.lost', 'crm.connected']);
  });

  it('and when a call is refused; without another admin it must be connected again', async () => {
    const ann = await install('calls', 'ann', true);
    await install('calls', 'cy', true);
    await install('calls', 'bo', false);
    await markReconnect(ann.ctx, ann.connectionId, '401');
    expect(await syncToken('calls')).toBe('access cy');
    await markReconnect(ann.ctx, ann.connectionId, '401');
    expect(await connectionsOf(ann.ctx)).toMatchObject([{ status: 'reconnect', statusReason: '401' }]);
    await markReconnect(ann.ctx, ann.connectionId, '401');
    expect((await eventNames(ann.ctx)).filter((name) => name === 'crm.disconnected')).toHaveLength(1);
    await install('calls', 'ann', true);
    expect(await syncToken('calls')).toBe('access ann');
  });

  it('a colleague whose tokens are refused leaves the sync as it is', async () => {
    const ann = await install('rep', 'ann', true);
    const bo = await install('rep', 'bo', false, 0);
    await expect(memberAccessToken(ann.ctx, bo.memberId)).rejects.toThrow(GrantRefused);
    expect(await syncToken('rep')).toBe('access ann');
    expect(await connectionsOf(ann.ctx)).toMatchObject([{ status: 'connected' }]);
  });

  it('a refresh that says where the account moved to is believed', async () => {
    const ann = await install('moved', 'ann', true, 0);
    refresh = async () => ({ ...tokens('ann two'), apiUrl: 'https://acme-new.crm.test' });
    expect(await syncToken('moved')).toBe('access ann two');
    expect(await connectionsOf(ann.ctx)).toMatchObject([{ apiUrl: 'https://acme-new.crm.test' }]);
  });
});

describe('a colleague who uninstalls', () => {
  it('loses their tokens once, their mailboxes are announced, and another admin serves the sync', async () => {
    const ann = await install('leaves', 'ann', true);
    await install('leaves', 'cy', true);
    await uninstallMember(ann.ctx, { crm: 'crm', crmUserId: 'ann' });
    await uninstallMember(ann.ctx, { crm: 'crm', crmUserId: 'ann' });
    await expect(memberAccessToken(ann.ctx, ann.memberId)).rejects.toThrow(GrantRefused);
    expect(await syncToken('leaves')).toBe('access cy');
    expect(await eventNames(ann.ctx)).toEqual(['crm.connected', 'member.left', 'crm.connected']);
  });

  it('leaves the account waiting for an admin when only others are left, and uninstalled when nobody is', async () => {
    const ann = await install('last', 'ann', true);
    await install('last', 'bo', false);
    await uninstallMember(ann.ctx, { crm: 'crm', crmUserId: 'ann' });
    expect(await connectionsOf(ann.ctx)).toMatchObject([{ status: 'reconnect', grantId: null }]);
    expect(await getTenant(ann.ctx)).toMatchObject({ status: 'active' });
    await uninstallMember(ann.ctx, { crm: 'crm', crmUserId: 'bo' });
    expect(await connectionsOf(ann.ctx)).toMatchObject([{ status: 'uninstalled' }]);
    expect(await getTenant(ann.ctx)).toMatchObject({ status: 'disconnected' });
    const again = await install('last', 'bo', false);
    expect(again.ctx.tenantId).toBe(ann.ctx.tenantId);
    expect(await connectionsOf(ann.ctx)).toMatchObject([{ status: 'reconnect', grantId: null }]);
  });

  it('is noticed when the vendor says so at a refresh', async () => {
    const ann = await install('noticed', 'ann', true);
    const bo = await install('noticed', 'bo', false, 0);
    refresh = async () => Promise.reject(new GrantRefused('uninstalled', { uninstalled: true }));
    await expect(memberAccessToken(ann.ctx, bo.memberId)).rejects.toThrow(GrantRefused);
    await world.runJobs();
    expect(await eventNames(ann.ctx)).toEqual(['crm.connected', 'grant.lost', 'member.left']);
  });

  it('of another tenant, or who is nobody, changes nothing', async () => {
    const ann = await install('mine', 'ann', true);
    await uninstallMember(await world.tenant(), { crm: 'crm', crmUserId: 'ann' });
    await uninstallMember(ann.ctx, { crm: 'crm', crmUserId: 'nobody' });
    expect(await syncToken('mine')).toBe('access ann');
  });
});

it('an uninstalled account forgets the tokens of all colleagues, and no mailbox while another CRM is left', async () => {
  const ann = await install('all', 'ann', true);
  const bo = await install('all', 'bo', false);
  const mailboxId = newId(system.clock.now());
  await storeGrant(ann.ctx, { id: mailboxId, vendor: 'mail', account: email('ann'), tokens: tokens('box') });
  const grant = { tokens: tokens('mail crm'), accountId: 'second', accountName: null, user: null };
  await installCrm(system, { crm: 'mail', grant, tenantId: ann.ctx.tenantId });
  await uninstallCrm(ann.ctx, ann.connectionId);
  for (const id of [ann.memberId, bo.memberId])
    await expect(memberAccessToken(ann.ctx, id)).rejects.toThrow(GrantRefused);
  expect(await accessToken(ann.ctx, mailboxId)).toBe('access box');
  await world.runJobs();
  expect(revoked.sort()).toEqual(['refresh ann', 'refresh bo']);
});
