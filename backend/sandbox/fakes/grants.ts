import { createHash } from 'node:crypto';
import type { Clock } from '../../src/core/clock.ts';
import { TokenRefused } from './token-answer.ts';

export interface Grant {
  refreshToken: string;
  address: string;
  scopes: string[];
  revoked: boolean;
}

interface Code {
  grant: Grant;
  redirectUri: string;
  codeChallenge: string | null;
  offline: boolean;
  expiresAt: number;
  used: boolean;
}

/** What outlives a restart. */
export interface GrantMemory {
  codes: Map<string, Code>;
  grants: Map<string, Grant>;
  accessTokens: Map<string, { grant: Grant; expiresAt: number }>;
  serial: number;
}

const tokenSeconds = 3599;
const codeSeconds = 600;

/** Codes, grants and access tokens of a vendor's stand-in, with PKCE, and rotation of refresh tokens where the vendor rotates. */
export function createGrants(clock: Clock, settings: { rotateRefreshTokens: boolean }, memory?: GrantMemory) {
  const {
    codes = new Map<string, Code>(),
    grants = new Map<string, Grant>(),
    accessTokens = new Map<string, { grant: Grant; expiresAt: number }>(),
  } = memory ?? {};
  let serial = memory?.serial ?? 0;
  const mint = (prefix: string) => {
    serial += 1;
    return `${prefix}${createHash('sha256').update(`${prefix}${serial}`).digest('base64url')}`;
  };

  function accessFor(grant: Grant) {
    const token = mint('ya29.');
    accessTokens.set(token, { grant, expiresAt: clock.now().getTime() + tokenSeconds * 1000 });
    return {
      access_token: token,
      expires_in: tokenSeconds,
      scope: grant.scopes.join(' '),
      token_type: 'Bearer' as const,
    };
  }

  function createGrant(address: string, scopes: string[]): Grant {
    const grant = { refreshToken: mint('1//'), address, scopes, revoked: false };
    grants.set(grant.refreshToken, grant);
    return grant;
  }

  return {
    remember: (): GrantMemory => ({ codes, grants, accessTokens, serial }),
    /** A grant as if the consent page had been answered: for tests and for the seeded sandbox. */
    grant: (address: string, scopes: string[]) => {
      const grant = createGrant(address.toLowerCase(), scopes);
      return { refreshToken: grant.refreshToken, accessToken: accessFor(grant).access_token };
    },
    /** A code for a request to the consent page that was allowed. */
    issueCode(query: URLSearchParams, address: string, scopes: string[], offline: boolean): string {
      const code = mint('4/');
      codes.set(code, {
        grant: createGrant(address, scopes),
        redirectUri: query.get('redirect_uri') ?? '',
        codeChallenge: query.get('code_challenge'),
        offline,
        expiresAt: clock.now().getTime() + codeSeconds * 1000,
        used: false,
      });
      return code;
    },
    redeem(code: string, redirectUri: string, verifier: string | null) {
      const known = codes.get(code);
      if (!known || known.used || known.expiresAt <= clock.now().getTime()) {
        throw new TokenRefused('invalid_grant', 'Bad Request');
      }
      if (known.redirectUri !== redirectUri) throw new TokenRefused('redirect_uri_mismatch', 'Bad Request');
      if (known.codeChallenge) {
        if (!verifier) throw new TokenRefused('invalid_grant', 'Missing code verifier.');
        if (createHash('sha256').update(verifier).digest('base64url') !== known.codeChallenge) {
          throw new TokenRefused('invalid_grant', 'Invalid code verifier.');
        }
      }
      known.used = true;
      return { ...accessFor(known.grant), ...(known.offline ? { refresh_token: known.grant.refreshToken } : {}) };
    },
    refresh(refreshToken: string) {
      const grant = grants.get(refreshToken);
      if (!grant || grant.revoked) throw new TokenRefused('invalid_grant', 'Token has been expired or revoked.');
      if (!settings.rotateRefreshTokens) return accessFor(grant);
      grants.delete(refreshToken);
      grant.refreshToken = mint('1//');
      grants.set(grant.refreshToken, grant);
      return { ...accessFor(grant), refresh_token: grant.refreshToken };
    },
    /** Takes an access or refresh token, as /revoke does. False: no such token. */
    revokeToken(token: string): boolean {
      const grant = grants.get(token) ?? accessTokens.get(token)?.grant;
      if (!grant || grant.revoked) return false;
      grant.revoked = true;
      return true;
    },
    /** The person withdraws every grant of the mailbox. */
    revokeAddress(address: string): void {
      for (const grant of grants.values()) if (grant.address === address.toLowerCase()) grant.revoked = true;
    },
    /** Access tokens die at once while the grant lives, as after a security event. */
    expireAccessTokens(address: string): void {
      for (const token of accessTokens.values()) if (token.grant.address === address.toLowerCase()) token.expiresAt = 0;
    },
    /** The grant behind a live access token. */
    check(accessToken: string): Grant | null {
      const known = accessTokens.get(accessToken);
      return known && known.expiresAt > clock.now().getTime() && !known.grant.revoked ? known.grant : null;
    },
  };
}

export type Grants = ReturnType<typeof createGrants>;
