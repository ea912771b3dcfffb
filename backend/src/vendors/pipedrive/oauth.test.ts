import { afterEach, beforeEach, expect, test } from 'vitest';
import { VendorUnavailable } from '../../core/errors.ts';
import { GrantRefused } from '../../tenants/oauth.ts';
import { callbackUrl, createPipedriveHarness, type PipedriveHarness } from './crm.harness.ts';

let on: PipedriveHarness;
beforeEach(async () => {
  on = await createPipedriveHarness();
});
afterEach(() => on.close());
const exchange = (code: string, redirectUrl = callbackUrl) =>
  on.oauth.exchangeCode({ code, codeVerifier: '', redirectUrl });

test('the consent page is asked for with our client, our address and the state; allowing it brings a code', async () => {
  const url = on.oauth.authorizeUrl({ state: 'state-1', codeChallenge: 'unused', redirectUrl: callbackUrl });
  const asked = new URL(url);
  expect(Object.fromEntries(asked.searchParams)).toEqual({
    client_id: 'client-1',
    redirect_uri: callbackUrl,
    state: 'state-1',
  });
  expect((await fetch(url)).status).toBe(200);
  const decision = (values: Record<string, string>) =>
    fetch(`${on.address}/oauth/decision`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ companyId: '7001', userId: '72', redirect_uri: callbackUrl, state: 's', ...values }),
    });
  const back = new URL((await decision({ decision: 'allow' })).headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('s');
  const grant = await exchange(back.searchParams.get('code') ?? '');
  expect(grant).toMatchObject({
    accountId: '7001',
    accountName: 'Acme',
    user: { id: '72', email: 'sam@seller.test', name: 'Sam Regular', isAdmin: false },
    tokens: { apiUrl: on.address },
  });
  const denied = new URL((await decision({ decision: 'deny' })).headers.get('location') ?? '');
  expect(denied.searchParams.get('error')).toBe('user_denied');
});

test('an admin is known as one, and tokens last an hour', async () => {
  const { user, tokens } = await exchange(on.company.code(71));
  expect(user?.isAdmin).toBe(true);
  expect(tokens.expiresAt.getTime() - on.clock.now().getTime()).toBe(3_599_000);
  expect(on.oauth.isPerUser).toBe(true);
});

test('a code works once, for five minutes, with its own address', async () => {
  const [used, old, other] = [on.company.code(), on.company.code(), on.company.code()];
  await exchange(used);
  await expect(exchange(used)).rejects.toBeInstanceOf(GrantRefused);
  await expect(exchange(other, 'https://elsewhere.example')).rejects.toBeInstanceOf(GrantRefused);
  on.wait(301);
  await expect(exchange(old)).rejects.toBeInstanceOf(GrantRefused);
});

test('a refresh brings the same refresh token; after 60 days unused it is gone', async () => {
  const { tokens } = await exchange(on.company.code());
  on.wait(59 * 86_400);
  const renewed = await on.oauth.refresh(tokens.refreshToken, '7001');
  expect(renewed.refreshToken).toBe(tokens.refreshToken);
  expect(renewed.accessToken).not.toBe(tokens.accessToken);
  on.wait(60 * 86_400);
  const refusal = await on.oauth.refresh(tokens.refreshToken, '7001').catch((thrown: unknown) => thrown);
  expect(refusal).toBeInstanceOf(GrantRefused);
  expect((refusal as GrantRefused).uninstalled).toBe(true);
});

test('a revoked grant is removed from the company, its webhooks with it; again it changes nothing', async () => {
  const { tokens } = await exchange(on.company.code(71));
  expect(on.company.hooks().length).toBeGreaterThan(0);
  await on.oauth.revoke(tokens.refreshToken, '7001');
  await on.oauth.revoke(tokens.refreshToken, '7001');
  expect(on.company.hooks()).toEqual([]);
  await expect(on.oauth.refresh(tokens.refreshToken, '7001')).rejects.toBeInstanceOf(GrantRefused);
});

test.each([
  ['a server error', { kind: 'status', status: 503 } as const],
  ['a page', { kind: 'status', status: 200, contentType: 'text/html', body: '<html></html>' } as const],
  ['a wrong client secret', { kind: 'status', status: 401, body: '{"error":"invalid_client"}' } as const],
])('%s takes nobody’s grant away', async (_, fault) => {
  const { tokens } = await exchange(on.company.code());
  on.fake.faults.next({ ...fault, match: ({ path }) => path === '/oauth/token' });
  await expect(on.oauth.refresh(tokens.refreshToken, '7001')).rejects.toBeInstanceOf(VendorUnavailable);
  expect((await on.oauth.refresh(tokens.refreshToken, '7001')).accessToken).not.toBe('');
});

test('an answer that names an address outside Pipedrive is refused: no token is sent there', async () => {
  const body = JSON.stringify({
    access_token: 'a',
    refresh_token: 'r',
    expires_in: 3599,
    api_domain: 'https://acme.pipedrive.com.evil.example',
  });
  on.fake.faults.next({ kind: 'status', status: 200, body, match: ({ path }) => path === '/oauth/token' });
  await expect(exchange(on.company.code())).rejects.toBeInstanceOf(GrantRefused);
});
