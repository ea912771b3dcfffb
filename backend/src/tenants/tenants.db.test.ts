import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { startTestSystem } from '../../testing/system.ts';
import { type Ctx, tenantContext } from '../core/ctx.ts';
import { authenticateApiKey, createApiKey, listApiKeys, revokeApiKey } from './api-keys.ts';
import { finishConnect, startConnect } from './connect.ts';
import { connectionsOf, crmAccount, findConnection } from './connections.ts';
import { accessToken, storeGrant } from './grants.ts';
import { installCrm } from './install.ts';
import { getMember, memberByOwnerId, memberFromIdentity, syncOwners } from './members.ts';
import { type Grant, GrantRefused, type OAuthVendor } from './oauth.ts';
import { getTenant, updateTenant } from './settings.ts';
import { uninstallCrm } from './uninstall.ts';
import { jobs } from './wakeups.ts';

let exchanged: { code: string; codeVerifier: string }[] = [];
const vendor: OAuthVendor = {
  id: 'crm',
  name: 'Fake CRM',
  authorizeUrl: ({ state, codeChallenge, redirectUrl }) =>
    `https://vendor.test/?${new URLSearchParams({ state, codeChallenge, redirectUrl })}`,
  exchangeCode: async (request) => {
    exchanged.push(request);
    if (request.code === 'wrong') throw new GrantRefused('wrong code');
    return grant('portal');
  },
  refresh: async () => grant('portal').tokens,
  revoke: async () => {},
};
const other = { ...vendor, id: 'mail' };
const oauth = new Map([vendor, other].map((vendor) => [vendor.id, vendor]));
const world = await startTestSystem({ jobs, sockets: { oauth } as never });
const { system } = world;
const redirectUrl = 'https://app.salesos.test/connected';

function grant(accountId: string, userId = '7'): Grant {
  const expiresAt = new Date(world.system.clock.now().getTime() + 1_800_000);
  return {
    tokens: { accessToken: `access ${accountId}`, refreshToken: 'refresh', expiresAt, scopes: ['contacts'] },
    accountId,
    accountName: 'Acme Inc',
    user: { id: userId, email: 'Ann@Acme.test' },
  };
}
const install = async (accountId: string, userId?: string) => {
  const made = await installCrm(system, { crm: 'crm', grant: grant(accountId, userId) });
  return { ...made, ctx: tenantContext(system, made.tenantId) };
};
const eventNames = async (ctx: Ctx) =>
  (await ctx.db.selectFrom('event').select('name').where('tenantId', '=', ctx.tenantId).orderBy('name').execute()).map(
    (row) => row.name,
  );

beforeEach(() => {
  exchanged = [];
});

describe('connecting', () => {
  const start = async () => {
    const { url } = await startConnect(system, { vendor: 'crm', redirectUrl });
    const query = new URL(url).searchParams;
    return { state: query.get('state')!, challenge: query.get('codeChallenge')! };
  };

  it('the code is exchanged with the verifier of the challenge, and whoever started is remembered', async () => {
    const ctx = await world.tenant();
    const memberId = '0192f0aa-0000-7000-8000-00000000000a';
    const { url } = await startConnect(ctx, { vendor: 'crm', tenantId: ctx.tenantId, memberId, redirectUrl });
    const query = new URL(url).searchParams;
    const state = query.get('state')!;
    const done = await finishConnect(system, { vendor: 'crm', state, code: 'good', redirectUrl });
    expect(done).toMatchObject({ tenantId: ctx.tenantId, memberId, grant: { accountId: 'portal' } });
    const sent = createHash('sha256').update(exchanged[0]!.codeVerifier).digest('base64url');
    expect(sent).toBe(query.get('codeChallenge'));
  });

  it('a state works once, also when two answers come at the same time', async () => {
    const { state } = await start();
    const answer = { vendor: 'crm', state, code: 'good', redirectUrl };
    const both = await Promise.allSettled([finishConnect(system, answer), finishConnect(system, answer)]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(exchanged).toHaveLength(1);
  });

  it('an unknown state, one of another vendor and one that is too old are refused before the vendor is asked', async () => {
    const { state } = await start();
    const answer = { vendor: 'crm', state: 'made up', code: 'good', redirectUrl };
    await expect(finishConnect(system, answer)).rejects.toThrow('start again');
    await expect(finishConnect(system, { ...answer, vendor: 'mail', state })).rejects.toThrow('start again');
    await world.advance(601);
    await expect(finishConnect(system, { ...answer, state })).rejects.toThrow('start again');
    expect(exchanged).toEqual([]);
  });

  it('a code that the vendor refuses and a vendor that nobody knows are errors for people', async () => {
    const { state } = await start();
    await expect(finishConnect(system, { vendor: 'crm', state, code: 'wrong', redirectUrl })).rejects.toMatchObject({
      status: 422,
      code: 'connect_refused',
    });
    await expect(startConnect(system, { vendor: 'nobody', redirectUrl })).rejects.toMatchObject({ status: 422 });
  });
});

describe('installing the app in a CRM', () => {
  it('makes a tenant whose first admin is the installer', async () => {
    const { ctx, connectionId, tenantId } = await install('first');
    expect(await getTenant(ctx)).toMatchObject({ name: 'Acme Inc', status: 'active', postalAddress: null });
    const identity = { crm: 'crm', crmUserId: '7', email: 'ann@acme.test' };
    expect(await memberFromIdentity(ctx, identity)).toMatchObject({ role: 'admin', email: 'ann@acme.test' });
    expect(await findConnection(system, 'crm', 'first')).toMatchObject({ id: connectionId, tenantId });
    expect(await crmAccount(ctx, (await findConnection(system, 'crm', 'first'))!).token()).toBe('access first');
    expect(await eventNames(ctx)).toEqual(['crm.connected']);
  });

  it('again in the same account finds the tenant again, also when two do it at once', async () => {
    const [one, two] = await Promise.all([install('same'), install('same')]);
    expect(two).toMatchObject({ tenantId: one.tenantId, connectionId: one.connectionId });
    const three = await install('same', '8');
    expect(three.tenantId).toBe(one.tenantId);
    const identity = { crm: 'crm', crmUserId: '8', email: 'bo@acme.test', name: 'Bo' };
    expect(await memberFromIdentity(three.ctx, identity)).toMatchObject({ role: 'admin', name: 'Bo' });
  });
});

describe('uninstalling', () => {
  it('forgets all tokens, disconnects the tenant, shuts its API keys out and says so once', async () => {
    const { ctx, connectionId } = await install('gone');
    const mailboxId = '0192f0aa-0000-7000-8000-00000000000b';
    await storeGrant(ctx, { id: mailboxId, vendor: 'mail', account: 'ann@acme.test', tokens: grant('box').tokens });
    const { key } = await createApiKey(ctx, { name: 'Robot', scopes: ['contacts:read'] });
    await uninstallCrm(ctx, connectionId);
    await uninstallCrm(ctx, connectionId);
    await expect(accessToken(ctx, connectionId)).rejects.toThrow(GrantRefused);
    await expect(accessToken(ctx, mailboxId)).rejects.toThrow(GrantRefused);
    expect(await getTenant(ctx)).toMatchObject({ status: 'disconnected' });
    expect(await authenticateApiKey(system, key)).toBeNull();
    expect(await eventNames(ctx)).toEqual(['crm.connected', 'crm.disconnected', 'grant.lost']);
  });

  it('and installing again brings the tenant back', async () => {
    const first = await install('back');
    await uninstallCrm(first.ctx, first.connectionId);
    const again = await install('back');
    expect(again.tenantId).toBe(first.tenantId);
    expect(await getTenant(again.ctx)).toMatchObject({ status: 'active' });
    expect(await connectionsOf(again.ctx)).toMatchObject([{ status: 'connected', statusReason: null }]);
    expect(await accessToken(again.ctx, again.connectionId)).toBe('access back');
  });

  it("of another tenant's connection is refused", async () => {
    const { connectionId, ctx } = await install('mine');
    await expect(uninstallCrm(await world.tenant(), connectionId)).rejects.toMatchObject({ status: 404 });
    expect(await connectionsOf(ctx)).toMatchObject([{ status: 'connected' }]);
    expect(await connectionsOf(await world.tenant())).toEqual([]);
  });
});

describe('members', () => {
  it('somebody new is a rep, and a changed address is taken over without a second member', async () => {
    const ctx = await world.tenant();
    const first = await memberFromIdentity(ctx, { crm: 'crm', crmUserId: '1', email: 'Cy@Acme.test' });
    expect(first).toMatchObject({ role: 'rep', email: 'cy@acme.test', name: 'cy@acme.test' });
    const later = await memberFromIdentity(ctx, { crm: 'crm', crmUserId: '1', email: 'cy@new.test', name: 'Cy' });
    expect(later).toMatchObject({ id: first.id, email: 'cy@new.test', name: 'Cy' });
  });

  it('are found by the owner id of the CRM; owners without a user are nobody', async () => {
    const ctx = await world.tenant();
    const known = await memberFromIdentity(ctx, { crm: 'crm', crmUserId: '1', email: 'cy@acme.test', name: 'Cy' });
    await syncOwners(ctx, 'crm', [
      { ownerId: '100', userId: '1', email: 'cy@acme.test', name: 'Cy' },
      { ownerId: '101', userId: '2', email: 'di@acme.test', name: 'Di' },
      { ownerId: '102', userId: null, email: 'old@acme.test', name: 'Old' },
    ]);
    expect((await memberByOwnerId(ctx, 'crm', '100'))?.id).toBe(known.id);
    expect(await memberByOwnerId(ctx, 'crm', '101')).toMatchObject({ name: 'Di', role: 'rep' });
    expect(await memberByOwnerId(ctx, 'crm', '102')).toBeNull();
  });

  it('of another tenant do not exist', async () => {
    const ctx = await world.tenant();
    await syncOwners(ctx, 'crm', [{ ownerId: '100', userId: '1', email: 'cy@acme.test', name: 'Cy' }]);
    const member = await memberByOwnerId(ctx, 'crm', '100');
    const stranger = await world.tenant();
    await expect(getMember(stranger, member!.id)).rejects.toMatchObject({ status: 404 });
    expect(await memberByOwnerId(stranger, 'crm', '100')).toBeNull();
  });
});

describe('API keys', () => {
  it('open the door of their tenant, and only their hash is stored', async () => {
    const ctx = await world.tenant();
    const { key, view } = await createApiKey(ctx, { name: ' Robot ', scopes: ['contacts:read', 'contacts:read'] });
    expect(key).toMatch(/^sos_[\w-]{43}$/);
    expect(key.startsWith(view.prefix)).toBe(true);
    expect(await authenticateApiKey(system, key)).toEqual({
      tenantId: ctx.tenantId,
      scopes: ['contacts:read'],
      keyId: view.id,
      name: 'Robot',
      apiVersion: null,
    });
    const rows = await ctx.db.selectFrom('apiKey').selectAll().where('id', '=', view.id).execute();
    expect(JSON.stringify(rows)).not.toContain(key);
    expect(JSON.stringify(await listApiKeys(ctx))).not.toContain(rows[0]!.hash);
  });

  it('the last use is noted at most once a minute', async () => {
    const ctx = await world.tenant();
    const { key } = await createApiKey(ctx, { name: 'Robot', scopes: ['contacts:read'] });
    const lastUse = async () => (await listApiKeys(ctx))[0]!.lastUsedAt;
    await authenticateApiKey(system, key);
    const first = await lastUse();
    await world.advance(59);
    await authenticateApiKey(system, key);
    expect(await lastUse()).toEqual(first);
    await world.advance(1);
    await authenticateApiKey(system, key);
    expect(await lastUse()).toEqual(world.system.clock.now());
  });

  it('revoked, unknown, cut or garbled keys open nothing', async () => {
    const ctx = await world.tenant();
    const { key, view } = await createApiKey(ctx, { name: 'Robot', scopes: ['contacts:read'] });
    const changed = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A');
    for (const wrong of ['', 'sos_', key.slice(0, -1), changed, `${key}\0`, `${key}x`, key.toUpperCase()])
      expect(await authenticateApiKey(system, wrong)).toBeNull();
    await revokeApiKey(ctx, view.id);
    expect(await authenticateApiKey(system, key)).toBeNull();
  });

  it('need a name and known scopes', async () => {
    const ctx = await world.tenant();
    await expect(createApiKey(ctx, { name: ' ', scopes: ['contacts:read'] })).rejects.toMatchObject({ status: 422 });
    await expect(createApiKey(ctx, { name: 'x', scopes: ['everything'] })).rejects.toThrow('everything');
    await expect(createApiKey(ctx, { name: 'x', scopes: [] })).rejects.toMatchObject({ status: 422 });
  });

  it('of another tenant cannot be seen or revoked', async () => {
    const ctx = await world.tenant();
    const { key, view } = await createApiKey(ctx, { name: 'Robot', scopes: ['contacts:read'] });
    const stranger = await world.tenant();
    expect(await listApiKeys(stranger)).toEqual([]);
    await expect(revokeApiKey(stranger, view.id)).rejects.toMatchObject({ status: 404 });
    expect(await authenticateApiKey(system, key)).not.toBeNull();
  });
});

describe('settings', () => {
  it('change what is given and nothing else, in this tenant only', async () => {
    const ctx = await world.tenant();
    const stranger = await world.tenant();
    const before = await getTenant(ctx);
    const after = await updateTenant(ctx, { timeZone: 'Europe/Berlin', trackingLevel: 'none' });
    expect(after).toEqual({ ...before, timeZone: 'Europe/Berlin', trackingLevel: 'none' });
    expect((await updateTenant(ctx, { postalAddress: '  ' })).postalAddress).toBeNull();
    expect(await updateTenant(ctx, {})).toMatchObject({ timeZone: 'Europe/Berlin' });
    expect(await getTenant(stranger)).toMatchObject({ timeZone: 'UTC', trackingLevel: 'full' });
  });

  it('refuse a zone that does not exist, an endless address and an empty name', async () => {
    const ctx = await world.tenant();
    await expect(updateTenant(ctx, { timeZone: 'Mars/Olympus' })).rejects.toMatchObject({ status: 422 });
    await expect(updateTenant(ctx, { postalAddress: 'x'.repeat(501) })).rejects.toMatchObject({ status: 422 });
    await expect(updateTenant(ctx, { name: ' ' })).rejects.toMatchObject({ status: 422 });
  });

  it('of a tenant that does not exist are not found', async () => {
    const nobody = tenantContext(system, '0192f0aa-0000-7000-8000-0000000000ff');
    await expect(getTenant(nobody)).rejects.toMatchObject({ status: 404 });
    await expect(updateTenant(nobody, { name: 'x' })).rejects.toMatchObject({ status: 404 });
  });
});
