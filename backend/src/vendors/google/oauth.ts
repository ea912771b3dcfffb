import { VendorUnavailable } from '../../core/errors.ts';
import type { Http, HttpAnswer } from '../../core/http.ts';
import type { GoogleConfig } from './config.ts';

/**
 * Least scopes. `gmail.send` sends and nothing else; `gmail.readonly` reads history, Sent and the bytes of replies.
 * - `gmail.metadata` instead of readonly: no bodies (no reply text, no bounce reports) and no search, so no `findSent`.
 * - `gmail.modify` or `mail.google.com`: would also allow changing and deleting mail, which we never do.
 * Name and address come from the mailbox itself, so no profile scopes.
 */
export const googleScopes = [
  'https://www.googleapis.com/auth/gmail.send',
  'https://www.googleapis.com/auth/gmail.readonly',
];

export interface GrantedTokens {
  outcome: 'granted';
  accessToken: string;
  expiresAt: Date;
  /** A new one to store; null: the old one stays valid. Always set after `exchangeCode`. */
  refreshToken: string | null;
  scopes: string[];
}

/**
 * `invalid_grant`: the code is used up, or the grant was withdrawn (also by a password change): connect again.
 * `missing_scopes`: a box on the consent page was unticked. `no_refresh_token`: Google kept it back; ask for consent again.
 */
export interface RefusedGrant {
  outcome: 'refused';
  code: 'invalid_grant' | 'missing_scopes' | 'no_refresh_token';
  reason: string;
}

export type TokenResult = GrantedTokens | RefusedGrant;

export interface GoogleOAuth {
  authorizeUrl(input: { state: string; loginHint?: string | null; codeChallenge: string }): string;
  exchangeCode(input: { code: string; codeVerifier: string }): Promise<TokenResult>;
  refresh(refreshToken: string): Promise<TokenResult>;
  /** Withdraws the grant at Google; a token Google no longer knows counts as done. */
  revoke(token: string): Promise<void>;
}

/** Google's OAuth, web server flow with PKCE. */
export function createOAuth(config: GoogleConfig, http: Http): GoogleOAuth {
  const client = { client_id: config.clientId, client_secret: config.clientSecret };

  function post(path: string, form: Record<string, string>): Promise<HttpAnswer> {
    return http.request({
      vendor: 'google',
      account: 'oauth',
      method: 'POST',
      url: config.addresses.oauth + path,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(form).toString(),
    });
  }

  async function requestTokens(form: Record<string, string>): Promise<TokenResult> {
    const answer = await post('/token', { ...client, ...form });
    const body = readObject(answer);
    if (answer.status === 200 && typeof body.access_token === 'string') return granted(body);
    if (body.error === 'invalid_grant') {
      return { outcome: 'refused', code: 'invalid_grant', reason: String(body.error_description ?? 'invalid_grant') };
    }
    throw new VendorUnavailable('Google did not hand out access. We try again.', {
      code: 'google_token_unavailable',
      detail: `${answer.status} ${String(body.error ?? '')}: ${String(body.error_description ?? '')}`,
      retryAfterSeconds: 60,
    });
  }

  function granted(body: Record<string, unknown>): GrantedTokens {
    const seconds = Number(body.expires_in);
    const lifetimeSeconds = Number.isFinite(seconds) && seconds > 0 ? seconds : 300;
    return {
      outcome: 'granted',
      accessToken: String(body.access_token),
      expiresAt: new Date(config.clock.now().getTime() + lifetimeSeconds * 1000),
      refreshToken: typeof body.refresh_token === 'string' ? body.refresh_token : null,
      scopes: typeof body.scope === 'string' ? body.scope.split(' ') : [],
    };
  }

  return {
    authorizeUrl({ state, loginHint, codeChallenge }) {
      const query = new URLSearchParams({
        client_id: config.clientId,
        redirect_uri: config.redirectUri,
        response_type: 'code',
        scope: googleScopes.join(' '),
        access_type: 'offline',
        // Without it a second consent comes back without a refresh token.
        prompt: 'consent',
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
      });
      if (loginHint) query.set('login_hint', loginHint);
      return `${config.addresses.accounts}/o/oauth2/v2/auth?${query}`;
    },

    async exchangeCode({ code, codeVerifier }) {
      const tokens = await requestTokens({
        grant_type: 'authorization_code',
        code,
        redirect_uri: config.redirectUri,
        code_verifier: codeVerifier,
      });
      if (tokens.outcome === 'refused') return tokens;
      const missing = googleScopes.filter((scope) => !tokens.scopes.includes(scope));
      if (missing.length > 0) return { outcome: 'refused', code: 'missing_scopes', reason: missing.join(' ') };
      if (tokens.refreshToken === null) {
        return { outcome: 'refused', code: 'no_refresh_token', reason: 'Google sent no refresh token' };
      }
      return tokens;
    },

    refresh: (refreshToken) => requestTokens({ grant_type: 'refresh_token', refresh_token: refreshToken }),

    async revoke(token) {
      const answer = await post('/revoke', { token });
      if (answer.status === 200 || answer.status === 400) return;
      throw new VendorUnavailable('Google did not confirm the disconnection. We try again.', {
        detail: `${answer.status}`,
        retryAfterSeconds: 60,
      });
    },
  };
}

function readObject(answer: HttpAnswer): Record<string, unknown> {
  try {
    const body = answer.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
