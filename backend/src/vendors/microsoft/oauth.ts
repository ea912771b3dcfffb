import { z } from 'zod';
import type { Http } from '../../core/http.ts';
import type { MailboxVendor } from '../../email/mailbox.ts';
import { GrantRefused, type OAuthVendor } from '../../tenants/oauth.ts';
import { createTokenRequests, profileOf } from '../token-endpoint.ts';
import type { MicrosoftConfig } from './config.ts';

/**
 * Least scopes. Mail.ReadWrite makes the draft and reads mail; Mail.Send sends it; User.Read tells name and address.
 * `Mail.Read` would do for reading, but a mail with our own headers must be drafted.
 */
export const microsoftScopes = ['User.Read', 'Mail.ReadWrite', 'Mail.Send'];

const graphScope = (name: string) => `https://graph.microsoft.com/${name}`;
/** `offline_access` brings the refresh token, `openid profile` the id token with tid and oid. */
const requestedScopes = ['offline_access', 'openid', 'profile', ...microsoftScopes.map(graphScope)].join(' ');

/** Final: the grant is gone, or a person must sign in or consent anew. */
const finalErrors = new Set(['invalid_grant', 'interaction_required', 'consent_required', 'login_required']);

const identityShape = z.object({ aud: z.string(), tid: z.string().min(1), oid: z.string().min(1) });

/** Microsoft's OAuth for a mailbox: authorization code with PKCE, refresh tokens that are new each time. */
export function createOAuth(config: MicrosoftConfig, http: Http, mailbox: MailboxVendor): OAuthVendor {
  const base = `${config.addresses.login}/${encodeURIComponent(config.tenant)}/oauth2/v2.0`;

  const fields = { client_id: config.clientId, client_secret: config.clientSecret, scope: requestedScopes };
  const endpoint = { vendor: 'microsoft', name: 'Microsoft', url: `${base}/token`, fields, finalErrors };
  const requests = createTokenRequests(http, config.clock, endpoint);

  /** `tid.oid`: who signed in, across renamed addresses. The token came from Microsoft itself over TLS, unread by others. */
  function userKey(idToken: unknown): string {
    try {
      const claims = JSON.parse(Buffer.from(String(idToken).split('.')[1] ?? '', 'base64url').toString('utf8'));
      const { aud, tid, oid } = identityShape.parse(claims);
      if (aud === config.clientId) return `${tid}.${oid}`;
    } catch {}
    throw new GrantRefused('Microsoft did not say who signed in. Please connect again.');
  }

  return {
    id: 'microsoft',
    name: 'Outlook',

    authorizeUrl({ state, codeChallenge, redirectUrl, loginHint }) {
      const query = new URLSearchParams({
        client_id: config.clientId,
        redirect_uri: redirectUrl,
        response_type: 'code',
        response_mode: 'query',
        scope: requestedScopes,
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
        // The browser may be signed in with another account than the mailbox's.
        ...(loginHint ? { login_hint: loginHint } : { prompt: 'select_account' }),
      });
      return `${base}/authorize?${query}`;
    },

    async exchangeCode({ code, codeVerifier, redirectUrl }) {
      const { tokens, body } = await requests.tokens('connecting', {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUrl,
        code_verifier: codeVerifier,
      });
      const granted = tokens.scopes.map((scope) => scope.replace(graphScope(''), '').toLowerCase());
      if (!microsoftScopes.every((scope) => granted.includes(scope.toLowerCase()))) {
        throw new GrantRefused('Microsoft did not grant all that is needed: sending and reading mail.');
      }
      if (tokens.refreshToken === '')
        throw new GrantRefused('Microsoft gave access for an hour only. Please connect again.');
      const { address, displayName } = await profileOf(mailbox, tokens);
      const user = { id: userKey(body.id_token), email: address };
      return { tokens, accountId: address, accountName: displayName, user };
    },

    async refresh(refreshToken, account) {
      const { tokens } = await requests.tokens(account, { grant_type: 'refresh_token', refresh_token: refreshToken });
      return { ...tokens, refreshToken: tokens.refreshToken || refreshToken };
    },

    /** Microsoft has no call that gives back one app's grant; forgotten tokens end by themselves. */
    async revoke() {},
  };
}
