import { beforeEach, describe, expect, it } from 'vitest';
import { startTestSystem } from '../../testing/system.ts';
import { type Ctx, tenantContext } from '../core/ctx.ts';
import { VendorUnavailable } from '../core/errors.ts';
import { createSecrets, deriveKey } from '../core/secrets.ts';
import { accessToken, dropGrant, storeGrant } from './grants.ts';
import { installCrm } from './install.ts';
import { keepAlive } from './keep-alive.ts';
import { GrantRefused, type OAuthVendor, type Tokens } from './oauth.ts';
import { jobs } from './wakeups.ts';

let refreshes: string[] = [];
let revoked: string[] = [];
let accounts = 0;
let answer: (refreshToken: string) => Promise<Tokens>;

const vendor: OAuthVendor = {
  id: 'fake',
  name: 'Fake',
  authorizeUrl: () => '',
  exchangeCode: async () => {
    throw new Error('unused');
  },
  refresh: async (refreshToken) => {
    refreshes.push(refreshToken);
    return answer(refreshToken);
  },
  revoke: async (refreshToken) => void revoked.push(refreshToken),
};

const world = await startTestSystem({ jobs, sockets: { oauth: new Map([['fake', vendor]]) } as never });
const grantId = '0192f0aa-0000-7000-8000-000000000001';
const inSeconds = (seconds: number) => new Date(world.system.clock.now().getTime() + seconds * 1000);
const tokens = (name: string, seconds: number): Tokens => ({
  accessToken: `access ${name}`,
  refreshToken: `refresh ${name}`,
  expiresAt: inSeconds(seconds),
  scopes: ['one'],
});
const store = (ctx: Ctx, name: string, seconds: number) =>
  storeGrant(ctx, { id: grantId, vendor: 'fake', account: 'box', tokens: tokens(name, seconds) });
const eventNames = async (ctx: Ctx) =>
  (await ctx.db.selectFrom('event').select('name').where('tenantId', '=', ctx.tenantId).orderBy('name').execute()).map(
    (row) => row.name,
  );

beforeEach(() => {
  refreshes = [];
  revoked = [];
  answer = async () => tokens('two', 1800);
});

describe('access tokens', () => {
  it('a token that lasts is handed out as it is, and lies sealed in the database', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 1800);
    expect(await accessToken(ctx, grantId)).toBe('access one');
    expect(refreshes).toEqual([]);
    const row = await ctx.db
      .selectFrom('vendorGrant')
      .selectAll()
      .where('tenantId', '=', ctx.tenantId)
      .executeTakeFirstOrThrow();
    expect(row.sealedTokens).not.toMatch(/access|refresh/);
  });

  it('a token near its end is renewed two minutes ahead, and the rotated refresh token is the one used next', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 121);
    expect(await accessToken(ctx, grantId)).toBe('access two');
    answer = async () => tokens('three', 1800);
    await world.advance(1790);
    expect(await accessToken(ctx, grantId)).toBe('access three');
    expect(refreshes).toEqual(['refresh one', 'refresh two']);
  });

  it('many callers at once renew once, and all get the new token when the old one has ended', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 0);
    answer = async () => {
      await new Promise((done) => setTimeout(done, 50));
      return tokens('two', 1800);
    };
    const all = await Promise.all(Array.from({ length: 8 }, () => accessToken(ctx, grantId)));
    expect(new Set(all)).toEqual(new Set(['access two']));
    expect(refreshes).toHaveLength(1);
  });

  it('while one renews, the others go on with a token that is still good', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 60);
    let finish = () => {};
    answer = () =>
      new Promise((done) => {
        finish = () => done(tokens('two', 1800));
      });
    const renewing = accessToken(ctx, grantId);
    while (refreshes.length === 0) await new Promise((done) => setImmediate(done));
    expect(await accessToken(ctx, grantId)).toBe('access one');
    finish();
    expect(await renewing).toBe('access two');
  });

  it('a process that died while renewing is out of the way after a minute', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 0);
    await ctx.db
      .updateTable('vendorGrant')
      .set({ refreshingUntil: inSeconds(60) })
      .where('tenantId', '=', ctx.tenantId)
      .execute();
    await world.advance(61);
    expect(await accessToken(ctx, grantId)).toBe('access two');
  });

  it('a token that the vendor refused before its time is replaced, once for all who saw it refused', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 1800);
    expect(await accessToken(ctx, grantId, 'access one')).toBe('access two');
    expect(await accessToken(ctx, grantId, 'access one')).toBe('access two');
    expect(refreshes).toHaveLength(1);
  });

  it('a refused grant is remembered, announced once, and not asked for again', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 0);
    answer = async () => {
      throw new GrantRefused('revoked');
    };
    await expect(accessToken(ctx, grantId)).rejects.toThrow(GrantRefused);
    await expect(accessToken(ctx, grantId)).rejects.toThrow(GrantRefused);
    expect(refreshes).toHaveLength(1);
    expect(await eventNames(ctx)).toEqual(['grant.lost']);
  });

  it('a refused grant of a CRM sets its connection to reconnect', async () => {
    const made = await installCrm(world.system, {
      crm: 'fake',
      grant: { tokens: tokens('one', 0), accountId: 'refused', accountName: null, user: null },
    });
    const ctx = { ...(await world.tenant()), tenantId: made.tenantId };
    answer = async () => {
      throw new GrantRefused('revoked');
    };
    await expect(accessToken(ctx, made.connectionId)).rejects.toThrow(GrantRefused);
    expect(await eventNames(ctx)).toEqual(['crm.connected', 'crm.disconnected', 'grant.lost']);
    const row = await ctx.db
      .selectFrom('crmConnection')
      .selectAll()
      .where('id', '=', made.connectionId)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ status: 'reconnect', statusReason: 'revoked' });
  });

  it('a refusal of tokens that were replaced meanwhile hurts nobody', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 0);
    answer = async () => {
      await store(ctx, 'new', 1800);
      throw new GrantRefused('revoked');
    };
    expect(await accessToken(ctx, grantId)).toBe('access new');
    expect(await eventNames(ctx)).toEqual([]);
  });

  it('a vendor that does not answer leaves the grant as it was, to be tried again', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 0);
    answer = async () => {
      throw new VendorUnavailable('down');
    };
    await expect(accessToken(ctx, grantId)).rejects.toThrow('down');
    answer = async () => tokens('two', 1800);
    expect(await accessToken(ctx, grantId)).toBe('access two');
  });

  it('what an older key sealed is sealed with the newest one', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 1800);
    const keys = ['new', 'test'].map((id) => ({ id, key: deriveKey('test', id === 'test' ? 'seal' : id) }));
    const rotated = { ...ctx, secrets: createSecrets(keys, deriveKey('test', 'fingerprint')) };
    expect(await accessToken(rotated, grantId)).toBe('access one');
    const row = await ctx.db
      .selectFrom('vendorGrant')
      .selectAll()
      .where('tenantId', '=', ctx.tenantId)
      .executeTakeFirstOrThrow();
    expect(row.sealedTokens).toMatch(/^v1\.new\./);
    expect(await accessToken(rotated, grantId)).toBe('access one');
  });

  it('sealing anew does not cost a renewal that begins meanwhile its rotated token', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 1800);
    let finish = () => {};
    answer = () =>
      new Promise((resolve) => {
        finish = () => resolve(tokens('two', 1800));
      });
    let renewal: Promise<string> | undefined;
    const slow = ctx.db.withPlugin({
      transformQuery: ({ node }) => node,
      // Between reading the row and sealing it anew somebody else sees the token refused.
      async transformResult({ result }) {
        renewal ??= accessToken(ctx, grantId, 'access one');
        while (refreshes.length === 0) await new Promise((resolve) => setImmediate(resolve));
        return result;
      },
    });
    const keys = ['new', 'test'].map((id) => ({ id, key: deriveKey('test', id === 'test' ? 'seal' : id) }));
    const rotated = { ...ctx, db: slow, secrets: createSecrets(keys, deriveKey('test', 'fingerprint')) };
    expect(await accessToken(rotated, grantId)).toBe('access one');
    finish();
    expect(await renewal).toBe('access two');
    expect([await accessToken(ctx, grantId), refreshes]).toEqual(['access two', ['refresh one']]);
  });

  it('the tokens of another tenant do not exist', async () => {
    await store(await world.tenant(), 'one', 1800);
    await expect(accessToken(await world.tenant(), grantId)).rejects.toThrow(GrantRefused);
  });
});

describe('keeping grants alive', () => {
  const install = async (seconds: number) => {
    const grant = { tokens: tokens('one', seconds), accountId: `a${++accounts}`, accountName: null, user: null };
    return installCrm(world.system, { crm: 'fake', grant });
  };

  it('renews what has ended of a connected CRM, and nothing else', async () => {
    await world.system.db.deleteFrom('vendorGrant').execute();
    await install(1800);
    await keepAlive(world.system);
    expect(refreshes).toEqual([]);
    await store(await world.tenant(), 'mailbox', 0);
    await install(0);
    await keepAlive(world.system);
    expect(refreshes).toEqual(['refresh one']);
  });

  it('so that a removed app is noticed though nobody asks; one that does not answer is asked again', async () => {
    await world.system.db.deleteFrom('vendorGrant').execute();
    const { tenantId } = await install(0);
    answer = async () => Promise.reject(new VendorUnavailable('down'));
    await keepAlive(world.system);
    answer = async () => Promise.reject(new GrantRefused('gone', { uninstalled: true }));
    await keepAlive(world.system);
    await keepAlive(world.system);
    expect(refreshes).toHaveLength(2);
    const ctx = tenantContext(world.system, tenantId);
    expect(await eventNames(ctx)).toEqual(['crm.connected', 'crm.disconnected', 'grant.lost']);
  });
});

describe('dropping a grant', () => {
  it('forgets the tokens at once and gives them back to the vendor', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 1800);
    await dropGrant(ctx, grantId);
    await expect(accessToken(ctx, grantId)).rejects.toThrow(GrantRefused);
    await world.runJobs();
    expect(revoked).toEqual(['refresh one']);
  });

  it('does not give back what was connected again before the vendor could be told', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 1800);
    await dropGrant(ctx, grantId);
    await store(ctx, 'two', 1800);
    await world.runJobs();
    expect(revoked).toEqual([]);
  });

  it('of another tenant does nothing', async () => {
    const ctx = await world.tenant();
    await store(ctx, 'one', 1800);
    await dropGrant(await world.tenant(), grantId);
    expect(await accessToken(ctx, grantId)).toBe('access one');
  });
});
