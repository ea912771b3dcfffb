import { createHash } from 'node:crypto';
import { expect } from 'vitest';

export const codeVerifier = 'a-verifier-of-at-least-forty-three-characters-0123456789';
export const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');

/** Answers a consent page as a person of this address would; gives the address the browser is sent back to. */
export async function answerConsent(
  url: string | URL,
  { address, decision, scopes = [] }: { address: string; decision: 'allow' | 'deny'; scopes?: string[] },
): Promise<URL> {
  const page = await fetch(url);
  expect(page.status).toBe(200);
  const words = await page.text();
  expect(words).toContain(address);
  const action = /action="([^"]+)"/.exec(words)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const body = new URLSearchParams({ address, decision });
  for (const scope of scopes) body.append('scope', scope);
  const decided = await fetch(new URL(action, url), { method: 'POST', body, redirect: 'manual' });
  return new URL(decided.headers.get('location') ?? '');
}

export const codeOf = (back: URL): string => back.searchParams.get('code') ?? '';
