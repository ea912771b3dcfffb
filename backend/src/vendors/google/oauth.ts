import { VendorUnavailable } from '../../core/errors.ts';
import type { Http } from '../../core/http.ts';
import type { MailboxVendor } from '../../email/mailbox.ts';
import { GrantRefused, type OAuthVendor } from '../../tenants/oauth.ts';
import { createTokenRequests, profileOf } from '../token-endpoint.ts';
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

/** Final: a code used up, or a grant withdrawn (a password change does it too). */
const finalErrors = new Set(['invalid_grant']);

/** Google's OAuth for a mailbox: web server flow with PKCE. */
export function createOAuth(config: GoogleConfig, http: Http, mailbox: MailboxVendor): OAuthVendor {
  const { oauth } = config.addresses;
  const fields = { client_id: config.clientId, client_secret: config.clientSecret };
  const endpoint = { vendor: 'google', name: 'Google', url: `${oauth}/token`, fields, finalErrors };
  const requests = createTokenRequests(http, config.clock, endpoint);

  return {
    id: 'google',
    name: 'Gmail',

    authorizeUrl({ state, codeChallenge, redirectUrl, loginHint }) {
      const query = new URLSearchParams({
        client_id: config.clientId,
        redirect_uri: redirectUrl,
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

    async exchangeCode({ code, codeVerifier, redirectUrl }) {
      const { tokens } = await requests.tokens('connecting', {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUrl,
        code_verifier: codeVerifier,
      });
      if (!googleScopes.every((scope) => tokens.scopes.includes(scope))) {
        throw new GrantRefused(
          'Not every box on the Google page was ticked: sending and reading mail are both needed.',
        );
      }
      if (tokens.refreshToken === '')
        throw new GrantRefused('Google gave access for an hour only. Please connect again.');
      const { address, displayName } = await profileOf(mailbox, tokens);
      return { tokens, accountId: address, accountName: displayName, user: null };
    },

    async refresh(refreshToken, account) {
      const { tokens } = await requests.tokens(account, { grant_type: 'refresh_token', refresh_token: refreshToken });
      // Google keeps the old one valid and rarely sends another.
      return { ...tokens, refreshToken: tokens.refreshToken || refreshToken };
    },

    async revoke(refreshToken, account) {
      const { status } = await requests.post(account, { token: refreshToken }, `${oauth}/revoke`);
      // 400: Google no longer knows it, so it is done.
      if (status === 200 || status === 400) return;
      throw new VendorUnavailable('Google did not confirm the disconnection. It is asked again.', {
        detail: `${status}`,
        retryAfterSeconds: 60,
      });
    },
  };
}
