import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { repAddress } from '../../email/mailbox.harness.ts';
import { GrantRefused } from '../../tenants/oauth.ts';
import { answerConsent, codeChallenge, codeOf, codeVerifier } from '../consent.harness.ts';
import { type StartedMicrosoft, startMicrosoft } from './mailbox.harness.ts';
import { microsoftScopes } from './oauth.ts';

const redirectUrl = 'http://127.0.0.1:3000/connect/microsoft/callback';

let started: StartedMicrosoft;
beforeEach(async () => {
  started = await startMicrosoft();
});
afterEach(() => started.close());

/** Answers the consent page as a person would; gives the address Microsoft sends the browser back to. */
async function consent(decision: 'allow' | 'deny' = 'allow', leaveOut = ''): Promise<URL> {
  const request = { state: 'state-1', loginHint: repAddress, codeChallenge, redirectUrl };
  const url = new URL(started.microsoft.oauth.authorizeUrl(request));
  if (leaveOut) url.searchParams.set('scope', (url.searchParams.get('scope') ?? '').replace(leaveOut, ''));
  return answerConsent(url, { address: repAddress, decision });
}

const exchange = (code: string, verifier = codeVerifier) =>
  started.microsoft.oauth.exchangeCode({ code, codeVerifier: verifier, redirectUrl });
const refresh = (refreshToken: string) => started.microsoft.oauth.refresh(refreshToken, repAddress);

describe('connecting a mailbox', () => {
  test('consent comes back with state and a code that gives tokens once, and says who signed in', async () => {
    const back = await consent();
    expect(back.searchParams.get('state')).toBe('state-1');
    const grant = await exchange(codeOf(back));
    expect(grant).toEqual({
      accountId: repAddress,
      accountName: 'Maya Chen',
      user: { id: expect.stringMatching(/^[0-9a-f-]{36}\.[0-9a-f-]{36}$/), email: repAddress },
      tokens: {
        accessToken: expect.any(String),
        refreshToken: expect.stringMatching(/./),
        scopes: expect.arrayContaining(microsoftScopes.map((scope) => `https://graph.microsoft.com/${scope}`)),
        expiresAt: new Date('2026-11-23T09:59:59Z'),
      },
    });
    await expect(exchange(codeOf(back))).rejects.toThrow(GrantRefused);
  });

  test('a refused consent comes back without a code', async () => {
    const back = await consent('deny');
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.has('code')).toBe(false);
  });

  test.each([
    'https://graph.microsoft.com/Mail.Send',
    'https://graph.microsoft.com/Mail.ReadWrite',
    'offline_access',
    'openid',
    'profile',
  ])('less than all is not enough: %s', async (missing) => {
    await expect(exchange(codeOf(await consent('allow', missing)))).rejects.toThrow(GrantRefused);
  });

  test("a stranger's code verifier and a late code are refused", async () => {
    const code = codeOf(await consent());
    await expect(exchange(code, codeVerifier.replace('a', 'b'))).rejects.toThrow(GrantRefused);
    started.clock.advance(601);
    await expect(exchange(code)).rejects.toThrow(GrantRefused);
  });

  test('an answer meant for another app is not believed', async () => {
    const elsewhere = Buffer.from(JSON.stringify({ aud: 'other', tid: 't', oid: 'o' })).toString('base64url');
    const code = codeOf(await consent());
    const { accessToken } = started.fake.grant(repAddress, microsoftScopes);
    started.fake.faults.next({
      kind: 'status',
      status: 200,
      body: JSON.stringify({
        access_token: accessToken,
        refresh_token: 'r',
        expires_in: 3600,
        scope: microsoftScopes.join(' '),
        id_token: `e30.${elsewhere}.x`,
      }),
      match: ({ path }) => path.endsWith('/token'),
    });
    await expect(exchange(code)).rejects.toThrow(GrantRefused);
  });
});

describe('renewing access', () => {
  test('every renewal gives a new refresh token, and the old one is worth nothing', async () => {
    const { refreshToken } = started.fake.grant(repAddress, microsoftScopes);
    const once = await refresh(refreshToken);
    expect(once.refreshToken).not.toBe(refreshToken);
    await expect(refresh(refreshToken)).rejects.toThrow(GrantRefused);
    await expect(refresh(once.refreshToken)).resolves.toBeDefined();
  });

  test('a withdrawn grant is a refusal; Microsoft being down is not', async () => {
    const { refreshToken } = started.fake.grant(repAddress, microsoftScopes);
    started.fake.faults.next({ kind: 'status', status: 503, body: '<html>', contentType: 'text/html' });
    await expect(refresh(refreshToken)).rejects.toMatchObject({ retryAfterSeconds: 60 });
    const busy = JSON.stringify({ error: 'temporarily_unavailable', error_description: 'AADSTS90033' });
    started.fake.faults.next({ kind: 'status', status: 400, body: busy });
    await expect(refresh(refreshToken)).rejects.toMatchObject({ status: 503 });
    started.fake.revoke(repAddress);
    await expect(refresh(refreshToken)).rejects.toThrow(GrantRefused);
  });

  test.each(['interaction_required', 'consent_required'])('%s asks a person to connect again', async (error) => {
    const { refreshToken } = started.fake.grant(repAddress, microsoftScopes);
    started.fake.faults.next({ kind: 'status', status: 400, body: JSON.stringify({ error }) });
    await expect(refresh(refreshToken)).rejects.toThrow(GrantRefused);
  });

  test('a wrong client secret is an error of the installation, never a reason to reconnect', async () => {
    await started.close();
    started = await startMicrosoft({ config: { clientSecret: 'wrong' } });
    const { refreshToken } = started.fake.grant(repAddress, microsoftScopes);
    const failure = await refresh(refreshToken).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(GrantRefused);
    expect(failure).toMatchObject({ detail: expect.stringContaining('AADSTS7000215') });
  });
});
