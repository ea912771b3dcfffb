import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { repAddress } from '../../email/mailbox.harness.ts';
import { GrantRefused } from '../../tenants/oauth.ts';
import { answerConsent, codeChallenge, codeOf, codeVerifier } from '../consent.harness.ts';
import { type StartedGoogle, startGoogle } from './mailbox.harness.ts';
import { googleScopes } from './oauth.ts';

const redirectUrl = 'http://127.0.0.1:3000/connect/google/callback';

let started: StartedGoogle;
beforeEach(async () => {
  started = await startGoogle();
});
afterEach(() => started.close());

/** Answers the consent page as a person would; gives the address Google sends the browser back to. */
async function consent(decision: 'allow' | 'deny' = 'allow', scopes: string[] = googleScopes): Promise<URL> {
  const request = { state: 'state-1', loginHint: repAddress, codeChallenge, redirectUrl };
  const url = started.google.oauth.authorizeUrl(request);
  return answerConsent(url, { address: repAddress, decision, scopes });
}

const exchange = (code: string, verifier = codeVerifier) =>
  started.google.oauth.exchangeCode({ code, codeVerifier: verifier, redirectUrl });
const refresh = (refreshToken: string) => started.google.oauth.refresh(refreshToken, repAddress);

describe('connecting a mailbox', () => {
  test('consent comes back with state and a code that gives tokens once, and says whose they are', async () => {
    const back = await consent();
    expect(back.searchParams.get('state')).toBe('state-1');
    expect(await exchange(codeOf(back))).toEqual({
      accountId: repAddress,
      accountName: 'Maya Chen',
      user: null,
      tokens: {
        accessToken: expect.any(String),
        refreshToken: expect.stringMatching(/./),
        scopes: googleScopes,
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

  test.each(googleScopes)('an unticked box is not enough: %s', async (missing) => {
    const code = codeOf(
      await consent(
        'allow',
        googleScopes.filter((scope) => scope !== missing),
      ),
    );
    await expect(exchange(code)).rejects.toThrow(GrantRefused);
  });

  test("a stranger's code verifier is refused", async () => {
    const code = codeOf(await consent());
    await expect(exchange(code, codeVerifier.replace('a', 'b'))).rejects.toThrow(GrantRefused);
  });

  test('a code is good for ten minutes', async () => {
    const code = codeOf(await consent());
    started.clock.advance(601);
    await expect(exchange(code)).rejects.toThrow(GrantRefused);
  });
});

describe('renewing access', () => {
  test('keeps the refresh token unless Google gives a new one', async () => {
    const { refreshToken } = started.fake.grant(repAddress, googleScopes);
    expect(await refresh(refreshToken)).toMatchObject({ refreshToken });
    started.fake.settings.rotateRefreshTokens = true;
    const rotated = await refresh(refreshToken);
    expect(rotated.refreshToken).not.toBe(refreshToken);
    await expect(refresh(refreshToken)).rejects.toThrow(GrantRefused);
    await expect(refresh(rotated.refreshToken)).resolves.toBeDefined();
  });

  test('a withdrawn grant is a refusal; Google being down is not', async () => {
    const { refreshToken } = started.fake.grant(repAddress, googleScopes);
    started.fake.faults.next({ kind: 'status', status: 503, body: '<html>', contentType: 'text/html' });
    await expect(refresh(refreshToken)).rejects.toMatchObject({ retryAfterSeconds: 60 });
    started.fake.faults.next({ kind: 'truncate-after-accept' });
    await expect(refresh(refreshToken)).rejects.toMatchObject({ status: 503 });
    started.fake.revoke(repAddress);
    await expect(refresh(refreshToken)).rejects.toThrow(GrantRefused);
  });

  test('a wrong client secret is an error of the installation, never a reason to reconnect', async () => {
    await started.close();
    started = await startGoogle({ config: { clientSecret: 'wrong' } });
    const { refreshToken } = started.fake.grant(repAddress, googleScopes);
    const failure = await refresh(refreshToken).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(GrantRefused);
    expect(failure).toMatchObject({ detail: expect.stringContaining('invalid_client') });
  });

  test('disconnecting withdraws the grant, and twice is fine', async () => {
    const { refreshToken } = started.fake.grant(repAddress, googleScopes);
    await started.google.oauth.revoke(refreshToken, repAddress);
    await started.google.oauth.revoke(refreshToken, repAddress);
    await expect(refresh(refreshToken)).rejects.toThrow(GrantRefused);
  });
});
