/** The tenants' lease and Salesforce's rotation together: a refresh token that is shown twice would disconnect the org. */
import { afterAll, beforeEach, expect, test } from 'vitest';
import { startTestSystem } from '../../../testing/system.ts';
import { type Ctx, tenantContext } from '../../core/ctx.ts';
import { readOne } from '../../crm-sync/crm.harness.ts';
import { accessToken, storeGrant } from '../../tenants/grants.ts';
import { jobs } from '../../tenants/wakeups.ts';
import { createSalesforceHarness } from './crm.harness.ts';

const crm = await createSalesforceHarness();
const world = await startTestSystem({ jobs, sockets: { oauth: new Map([['salesforce', crm.oauth]]) } as never });
afterAll(() => crm.close());

const grantId = '0192f0aa-0000-7000-8000-0000000000f5';
let ctx: Ctx;

beforeEach(async () => {
  ctx = await world.tenant();
  crm.clock.set(world.system.clock.now());
  const { access_token, refresh_token = '' } = crm.org.connect(crm.url);
  const refreshToken = JSON.stringify({ kind: 'refresh_token', host: crm.url, refreshToken: refresh_token });
  const expiresAt = new Date(world.system.clock.now().getTime() + 3_600_000);
  const tokens = { accessToken: access_token, refreshToken, expiresAt, scopes: ['api'] };
  await storeGrant(ctx, { id: grantId, vendor: 'salesforce', account: crm.account.accountId, tokens });
});

const read = (recordId: string) => {
  const other = tenantContext(world.system, ctx.tenantId);
  const token = (refused?: string) => accessToken(other, grantId, refused);
  return readOne({ ...crm, account: { ...crm.account, token } }, recordId);
};

test('many calls whose session ended at once renew it once, and all are answered', async () => {
  const kim = crm.addPerson({});
  for (let round = 0; round < 3; round += 1) {
    crm.expireToken();
    const all = await Promise.all(Array.from({ length: 8 }, () => read(kim)));
    expect(all.map(({ outcome }) => outcome)).toEqual(all.map(() => 'found'));
  }
});

test('a token near its end is renewed by one of many, and the org stays connected', async () => {
  const kim = crm.addPerson({});
  await world.advance(3_600);
  crm.clock.set(world.system.clock.now());
  const tokens = await Promise.all(Array.from({ length: 8 }, () => accessToken(ctx, grantId)));
  expect(new Set(tokens).size).toBe(1);
  expect((await read(kim)).outcome).toBe('found');
});
