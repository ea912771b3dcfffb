import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { repAddress, type StartedGoogle, startGoogle } from './mailbox.harness.ts';
import { googleScopes } from './oauth.ts';

const codeVerifier = 'a-verifier-of-at-least-forty-three-characters-0123456789';
const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');

let started: StartedGoogle;
beforeEach(async () => {
  started = await startGoogle();
});
afterEach(() => started.close());

/** Answers the consent page as a person would; gives the address Google sends the browser back to. */
async function consent(decision: 'allow' | 'deny' = 'allow', scopes: string[] = googleScopes): Promise<URL> {
  const url = new URL(started.google.oauth.authorizeUrl({ state: 'state-1', loginHint: repAddress, codeChallenge }));
  const page = await (await fetch(url)).text();
  expect(page).toContain(repAddress);
  const form = new URLSearchParams({ decision, address: repAddress });
  for (const scope of scopes) form.append('scope', scope);
  const decided = await fetch(`${url.origin}/o/oauth2/v2/auth/decision${url.search}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    redirect: 'manual',
  });
  return new URL(decided.headers.get('location') ?? '');
}

const codeOf = (back: URL) => back.searchParams.get('code') ?? '';

describe('connecting a mailbox', () => {
  test('consent comes back with state and a code that gives tokens once', async () => {
    const back = await consent();
    expect(back.searchParams.get('state')).toBe('state-1');
    const tokens = await started.google.oauth.exchangeCode({ code: codeOf(back), codeVerifier });
    expect(tokens).toMatchObject({
      outcome: 'granted',
      refreshToken: expect.any(String),
      scopes: googleScopes,
      expiresAt: new Date('2026-11-23T09:59:59Z'),
    });
    const again = await started.google.oauth.exchangeCode({ code: codeOf(back), codeVerifier });
    expect(again).toMatchObject({ outcome: 'refused', code: 'invalid_grant' });
  });

  test('a refused consent comes back without a code', async () => {
    const back = await consent('deny');
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.has('code')).toBe(false);
  });

  test('an unticked box is named', async () => {
    const code = codeOf(await consent('allow', googleScopes.slice(0, 1)));
    const tokens = await started.google.oauth.exchangeCode({ code, codeVerifier });
    expect(tokens).toEqual({ outcome: 'refused', code: 'missing_scopes', reason: googleScopes[1] });
  });

  test("a stranger's code verifier is refused", async () => {
    const code = codeOf(await consent());
    const tokens = await started.google.oauth.exchangeCode({ code, codeVerifier: codeVerifier.replace('a', 'b') });
    expect(tokens).toMatchObject({ outcome: 'refused', code: 'invalid_grant' });
  });

  test('a code is good for ten minutes', async () => {
    const code = codeOf(await consent());
    started.clock.advance(601);
    const tokens = await started.google.oauth.exchangeCode({ code, codeVerifier });
    expect(tokens).toMatchObject({ outcome: 'refused', code: 'invalid_grant' });
  });
});

describe('renewing access', () => {
  test('keeps the refresh token unless Google gives a new one', async () => {
    const { refreshToken } = started.fake.grant(repAddress, googleScopes);
    expect(await started.google.oauth.refresh(refreshToken)).toMatchObject({ outcome: 'granted', refreshToken: null });
    started.fake.settings.rotateRefreshTokens = true;
    const rotated = await started.google.oauth.refresh(refreshToken);
    expect(rotated).toMatchObject({ outcome: 'granted', refreshToken: expect.any(String) });
    expect(await started.google.oauth.refresh(refreshToken)).toMatchObject({ outcome: 'refused' });
  });

  test('a withdrawn grant is a refusal; Google being down is not', async () => {
    const { refreshToken } = started.fake.grant(repAddress, googleScopes);
    started.fake.faults.next({ kind: 'status', status: 503, body: '<html>', contentType: 'text/html' });
    await expect(started.google.oauth.refresh(refreshToken)).rejects.toMatchObject({ retryAfterSeconds: 60 });
    started.fake.faults.next({ kind: 'truncate-after-accept' });
    await expect(started.google.oauth.refresh(refreshToken)).rejects.toMatchObject({ status: 503 });
    started.fake.revoke(repAddress);
    expect(await started.google.oauth.refresh(refreshToken)).toMatchObject({
      outcome: 'refused',
      code: 'invalid_grant',
    });
  });

  test('a wrong client secret is an error of the installation, never a reason to reconnect', async () => {
    await started.close();
    started = await startGoogle({ config: { clientSecret: 'wrong' } });
    const { refreshToken } = started.fake.grant(repAddress, googleScopes);
    await expect(started.google.oauth.refresh(refreshToken)).rejects.toMatchObject({
      detail: expect.stringContaining('invalid_client'),
    });
  });

  test('disconnecting withdraws the grant, and twice is fine', async () => {
    const { refreshToken } = started.fake.grant(repAddress, googleScopes);
    await started.google.oauth.revoke(refreshToken);
    await started.google.oauth.revoke(refreshToken);
    expect(await started.google.oauth.refresh(refreshToken)).toMatchObject({ outcome: 'refused' });
  });
});
