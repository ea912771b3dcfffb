import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VendorUnavailable } from '../../core/errors.ts';
import { GrantRefused } from '../../tenants/oauth.ts';
import { createHubSpotHarness, type HubSpotHarness, redirectUrl } from './crm.harness.ts';
import { createHubSpot, hubspotScopes } from './vendor.ts';

let hub: HubSpotHarness;
beforeEach(async () => {
  hub = await createHubSpotHarness();
});
afterEach(() => hub.close());

const authorizeUrl = (more = {}) =>
  hub.oauth.authorizeUrl({ state: 'state 1&2', codeChallenge: 'unused', redirectUrl, ...more });

/** An admin opens the consent page and presses a button; answers where the browser is sent. */
async function decide(decision: 'allow' | 'deny', address = authorizeUrl()): Promise<URL> {
  const page = await fetch(address);
  expect(page.status).toBe(200);
  const query = new URL(address).searchParams.toString();
  const answer = await fetch(`${hub.apiUrl}/oauth/decision`, {
    method: 'POST',
    body: new URLSearchParams({ portal_id: '123', query, decision }),
    redirect: 'manual',
  });
  return new URL(answer.headers.get('location') ?? '');
}
async function connect() {
  const code = (await decide('allow')).searchParams.get('code') ?? '';
  return hub.oauth.exchangeCode({ code, codeVerifier: 'unused', redirectUrl });
}
const isAccepted = async (accessToken: string) => {
  const account = { ...hub.account, token: async () => accessToken };
  return hub.vendor.listOwners(account).then(
    () => true,
    () => false,
  );
};

describe('connecting', () => {
  test('asks for exactly the scopes the app declares', () => {
    const meta = new URL('../../../../hubspot-app/src/app/app-hsmeta.json', import.meta.url);
    const declared: unknown = JSON.parse(readFileSync(meta, 'utf8'));
    const { requiredScopes } = (declared as { config: { auth: { requiredScopes: string[] } } }).config.auth;
    expect(new URL(authorizeUrl()).searchParams.get('scope')?.split(' ').sort()).toEqual(requiredScopes.sort());
  });

  test('consent page, code and tokens lead to the account, with every scope we ask for', async () => {
    const back = await decide('allow');
    expect(back.origin + back.pathname).toBe(redirectUrl);
    expect(back.searchParams.get('state')).toBe('state 1&2');
    const code = back.searchParams.get('code') ?? '';
    const grant = await hub.oauth.exchangeCode({ code, codeVerifier: '', redirectUrl });
    expect(grant).toMatchObject({ accountId: '123', user: { id: '71' }, tokens: { scopes: hubspotScopes } });
    expect(grant.tokens.expiresAt).toEqual(new Date(hub.clock.now().getTime() + 1_800_000));
    expect(await isAccepted(grant.tokens.accessToken)).toBe(true);
  });

  test('the consent page refuses another redirect address and says so', async () => {
    const page = await fetch(authorizeUrl({ redirectUrl: 'https://evil.test/' }));
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('redirect URL');
  });

  test('an admin who denies sends us an error and no code', async () => {
    const back = await decide('deny');
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.get('code')).toBeNull();
  });

  test('a code works once, in time, and for its own redirect address', async () => {
    const code = (await decide('allow')).searchParams.get('code') ?? '';
    const exchange = (changes = {}) => hub.oauth.exchangeCode({ code, codeVerifier: '', redirectUrl, ...changes });
    await exchange();
    await expect(exchange()).rejects.toBeInstanceOf(GrantRefused);
    const late = (await decide('allow')).searchParams.get('code') ?? '';
    hub.wait(61);
    await expect(exchange({ code: late })).rejects.toBeInstanceOf(GrantRefused);
    const other = (await decide('allow')).searchParams.get('code') ?? '';
    await expect(exchange({ code: other, redirectUrl: `${redirectUrl}/x` })).rejects.toBeInstanceOf(GrantRefused);
  });
});

describe('refreshing', () => {
  test('gives a new access token after the old one expired', async () => {
    const { tokens } = await connect();
    hub.wait(1800);
    expect(await isAccepted(tokens.accessToken)).toBe(false);
    const fresh = await hub.oauth.refresh(tokens.refreshToken, '123');
    expect(await isAccepted(fresh.accessToken)).toBe(true);
  });

  test('hands on a rotated refresh token, and the old one is refused', async () => {
    const { tokens } = await connect();
    hub.fake.rotateRefreshTokens(true);
    const fresh = await hub.oauth.refresh(tokens.refreshToken, '123');
    expect(fresh.refreshToken).not.toBe(tokens.refreshToken);
    await expect(hub.oauth.refresh(tokens.refreshToken, '123')).rejects.toBeInstanceOf(GrantRefused);
    expect((await hub.oauth.refresh(fresh.refreshToken, '123')).accessToken).toBeTruthy();
  });

  test('is refused for good after the app was removed', async () => {
    const { tokens } = await connect();
    hub.removeApp();
    await expect(hub.oauth.refresh(tokens.refreshToken, '123')).rejects.toBeInstanceOf(GrantRefused);
  });

  test.each([{ error: 500 }, { error: 429 }, { html: 502 }, 'garbled'] as const)(
    'is a matter of trying again after %j',
    async (kind) => {
      const { tokens } = await connect();
      hub.fake.addFault({ times: 1, path: /token$/, kind });
      await expect(hub.oauth.refresh(tokens.refreshToken, '123')).rejects.toBeInstanceOf(VendorUnavailable);
      expect((await hub.oauth.refresh(tokens.refreshToken, '123')).accessToken).toBeTruthy();
    },
  );

  test('a wrong client secret of ours disconnects nobody', async () => {
    const { tokens } = await connect();
    const { apiUrl } = hub;
    const wrong = { clientId: 'client-1', clientSecret: 'wrong', appId: '9', apiUrl, appUrl: apiUrl };
    const { oauth } = createHubSpot(wrong, hub.http, hub.clock);
    await expect(oauth.refresh(tokens.refreshToken, '123')).rejects.toBeInstanceOf(VendorUnavailable);
  });
});

describe('disconnecting', () => {
  test('removes the app from the account, and a second time is no error', async () => {
    const { tokens } = await connect();
    await hub.oauth.revoke(tokens.refreshToken, '123');
    expect(await isAccepted(tokens.accessToken)).toBe(false);
    await hub.oauth.revoke(tokens.refreshToken, '123');
  });

  test('where removing is refused the grant is given back', async () => {
    const { tokens } = await connect();
    hub.fake.addFault({ times: 1, path: /external-install/, kind: { error: 403, category: 'MISSING_SCOPES' } });
    await hub.oauth.revoke(tokens.refreshToken, '123');
    await expect(hub.oauth.refresh(tokens.refreshToken, '123')).rejects.toBeInstanceOf(GrantRefused);
  });
});
