import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VendorUnavailable } from '../../core/errors.ts';
import { GrantRefused } from '../../tenants/oauth.ts';
import { answerConsent, codeChallenge, codeOf, codeVerifier } from '../consent.harness.ts';
import { isSalesforceUrl } from './config.ts';
import { createSalesforceHarness, redirectUrl, type SalesforceHarness } from './crm.harness.ts';
import { createSalesforce } from './vendor.ts';

let org: SalesforceHarness;
const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

beforeEach(async () => {
  org = await createSalesforceHarness();
});
afterEach(() => org.close());

const authorizeUrl = (more = {}) => org.oauth.authorizeUrl({ state: 'state 1&2', codeChallenge, redirectUrl, ...more });

/** Somebody opens the consent page and presses a button; answers where the browser is sent. */
const decide = (decision: 'allow' | 'deny', address = 'robin@acme.test') =>
  answerConsent(authorizeUrl(), { address, decision });
async function connect(address?: string) {
  const code = codeOf(await decide('allow', address));
  return org.oauth.exchangeCode({ code, codeVerifier, redirectUrl });
}
const isAccepted = (accessToken: string) =>
  org.vendor.listOwners({ ...org.account, token: async () => accessToken }).then(
    () => true,
    () => false,
  );

describe('connecting', () => {
  test('consent page, code and tokens lead to the org, its address and who connected', async () => {
    const back = await decide('allow');
    expect(back.origin + back.pathname).toBe(redirectUrl);
    expect(back.searchParams.get('state')).toBe('state 1&2');
    const code = codeOf(back);
    const grant = await org.oauth.exchangeCode({ code, codeVerifier, redirectUrl });
    expect(grant).toMatchObject({
      accountId: org.account.accountId,
      accountName: 'Acme',
      user: { id: org.owner.ownerId, email: 'rep@seller.test', name: 'Robin de Vries', isAdmin: true },
      tokens: { apiUrl: org.url, scopes: ['api', 'refresh_token', 'id'] },
    });
    expect(grant.tokens.expiresAt).toEqual(new Date(org.clock.now().getTime() + 5_400_000));
    expect(await isAccepted(grant.tokens.accessToken)).toBe(true);
    expect((await connect('sam@acme.test')).user?.isAdmin).toBe(false);
  });

  test('begins where these people sign in', () => {
    const { oauth } = createSalesforce(
      { ...org.config, loginUrl: 'https://login.salesforce.com' },
      org.http,
      org.clock,
    );
    const request = { state: 's', codeChallenge, redirectUrl, loginHint: 'robin@acme.test' };
    const address = oauth.authorizeUrl({ ...request, loginHost: 'acme.my.salesforce.com' });
    const { origin, searchParams } = new URL(address);
    expect(origin).toBe('https://acme.my.salesforce.com');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      code_challenge_method: 'S256',
      login_hint: 'robin@acme.test',
    });
    expect(() => oauth.authorizeUrl({ ...request, loginHost: 'evil.test' })).toThrow(GrantRefused);
    // The sandbox never leads out of this machine.
    expect(new URL(authorizeUrl({ loginHost: 'login.salesforce.com' })).origin).toBe(org.url);
  });

  test('somebody who denies sends an error; a used code and a wrong verifier are refused', async () => {
    expect((await decide('deny')).searchParams.get('error')).toBe('access_denied');
    const code = codeOf(await decide('allow'));
    const exchange = (codeVerifier: string) => org.oauth.exchangeCode({ code, codeVerifier, redirectUrl });
    await expect(exchange('w'.repeat(43))).rejects.toBeInstanceOf(GrantRefused);
    await expect(exchange(codeVerifier)).rejects.toBeInstanceOf(GrantRefused);
  });

  test('a token answer that names another address gets no request with the token', async () => {
    const { tokens } = await connect();
    const body = JSON.stringify({
      access_token: 'a',
      refresh_token: 'r',
      instance_url: 'https://evil.test',
      id: 'https://login.salesforce.com/id/00D/005',
    });
    org.fake.faults.next({ kind: 'status', status: 200, body, match: ({ path }) => path.endsWith('/token') });
    await expect(org.oauth.refresh(tokens.refreshToken, 'org')).rejects.toBeInstanceOf(GrantRefused);
  });

  test('only Salesforce’s own hosts by https are Salesforce', () => {
    const config = { loginUrl: 'https://login.salesforce.com' };
    const good = [
      'https://acme.my.salesforce.com',
      'https://acme--dev.sandbox.my.salesforce.com',
      'https://x.force.com',
    ];
    const bad = [
      'http://acme.my.salesforce.com',
      'https://salesforce.com.evil.test',
      'https://evilsalesforce.com',
      'https://a@acme.my.salesforce.com',
      'https://acme.my.salesforce.com:8443',
      'acme.my.salesforce.com',
      '',
    ];
    expect(good.filter((address) => !isSalesforceUrl(address, config))).toEqual([]);
    expect(bad.filter((address) => isSalesforceUrl(address, config))).toEqual([]);
  });
});

describe('refreshing', () => {
  test('hands on the rotated token; the old one, shown again, ends the grant', async () => {
    const { tokens } = await connect();
    const second = await org.oauth.refresh(tokens.refreshToken, 'org');
    expect(second.refreshToken).not.toBe(tokens.refreshToken);
    const third = await org.oauth.refresh(second.refreshToken, 'org');
    expect(await isAccepted(third.accessToken)).toBe(true);
    await expect(org.oauth.refresh(tokens.refreshToken, 'org')).rejects.toBeInstanceOf(GrantRefused);
    expect(await isAccepted(third.accessToken)).toBe(false);
  });

  test('of two that use one token at once only one may win, so tenants must take turns', async () => {
    const { tokens } = await connect();
    const both = await Promise.allSettled([1, 2].map(() => org.oauth.refresh(tokens.refreshToken, 'org')));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = both.find((one) => one.status === 'fulfilled');
    expect(winner?.status === 'fulfilled' && (await isAccepted(winner.value.accessToken))).toBe(false);
  });

  test('is a matter of trying again after trouble, and final when the app was revoked', async () => {
    const { tokens } = await connect();
    for (const fault of [{ status: 503 }, { status: 429 }, { status: 502, body: '<html>' }]) {
      org.fake.faults.next({ kind: 'status', ...fault, match: ({ path }) => path.endsWith('/token') });
      await expect(org.oauth.refresh(tokens.refreshToken, 'org')).rejects.toBeInstanceOf(VendorUnavailable);
    }
    org.org.revokeAll();
    await expect(org.oauth.refresh(tokens.refreshToken, 'org')).rejects.toBeInstanceOf(GrantRefused);
    await expect(org.oauth.refresh('not readable', 'org')).rejects.toBeInstanceOf(GrantRefused);
  });

  test('a wrong client secret of ours disconnects nobody', async () => {
    const { tokens } = await connect();
    const wrong = createSalesforce({ ...org.config, clientSecret: 'wrong' }, org.http, org.clock);
    await expect(wrong.oauth.refresh(tokens.refreshToken, 'org')).rejects.toBeInstanceOf(VendorUnavailable);
    expect((await org.oauth.refresh(tokens.refreshToken, 'org')).accessToken).toBeTruthy();
  });
});

describe('with a key of the app', () => {
  const start = async (publicKey: string) => {
    await org.close();
    // The audience is where people sign in, which the fake learns only when it listens.
    const jwt = { publicKey, audience: '' };
    org = await createSalesforceHarness([], { jwt, config: { privateKey: keys.privateKey } });
    jwt.audience = org.config.loginUrl;
  };

  test('assertions take the place of the refresh token, as often as wanted', async () => {
    await start(keys.publicKey);
    const { tokens } = await connect();
    expect(JSON.parse(tokens.refreshToken)).toMatchObject({ kind: 'assertion', username: 'robin@acme.test' });
    for (let round = 0; round < 2; round += 1) {
      org.wait(86_400);
      const fresh = await org.oauth.refresh(tokens.refreshToken, 'org');
      expect(fresh.refreshToken).toBe(tokens.refreshToken);
      expect(await isAccepted(fresh.accessToken)).toBe(true);
    }
  });

  test('an org that does not accept it is kept by its refresh token', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    await start(other.export({ type: 'spki', format: 'pem' }).toString());
    const { tokens } = await connect();
    expect(JSON.parse(tokens.refreshToken)).toMatchObject({ kind: 'refresh_token' });
    expect((await org.oauth.refresh(tokens.refreshToken, 'org')).accessToken).toBeTruthy();
  });
});

test('disconnecting gives the grant back, and a second time is no error', async () => {
  const { tokens } = await connect();
  await org.oauth.revoke(tokens.refreshToken, 'org');
  expect(await isAccepted(tokens.accessToken)).toBe(false);
  await org.oauth.revoke(tokens.refreshToken, 'org');
});
