import { VendorUnavailable } from '../../core/errors.ts';
import type { Http, HttpAnswer } from '../../core/http.ts';
import { MailboxDisconnected, type MailboxVendor } from '../../email/mailbox.ts';
import { GrantRefused, type OAuthVendor, type Tokens } from '../../tenants/oauth.ts';
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

/** When Google leaves the lifetime out. */
const shortLifetimeSeconds = 300;

/** Google's OAuth for a mailbox: web server flow with PKCE. */
export function createOAuth(config: GoogleConfig, http: Http, mailbox: MailboxVendor): OAuthVendor {
  const client = { client_id: config.clientId, client_secret: config.clientSecret };

  function post(path: string, account: string, form: Record<string, string>): Promise<HttpAnswer> {
    return http.request({
      vendor: 'google',
      account,
      method: 'POST',
      url: config.addresses.oauth + path,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(form).toString(),
    });
  }

  async function requestTokens(account: string, form: Record<string, string>): Promise<Tokens> {
    const answer = await post('/token', account, { ...client, ...form });
    const body = readObject(answer);
    if (answer.status === 200 && typeof body.access_token === 'string') return toTokens(body);
    const detail = `${answer.status} ${String(body.error ?? '')}: ${String(body.error_description ?? '')}`;
    // Only this is final: a code used up, or a grant withdrawn (a password change does it too). A wrong client secret is
    // our own mistake and must not disconnect every mailbox.
    if (body.error === 'invalid_grant') throw new GrantRefused(`Google refused the grant: ${detail}`);
    throw new VendorUnavailable('Google did not hand out access. It is asked again shortly.', {
      code: 'google_token_unavailable',
      detail,
      retryAfterSeconds: 60,
    });
  }

  function toTokens(body: Record<string, unknown>): Tokens {
    const seconds = Number(body.expires_in);
    const lifetimeSeconds = Number.isFinite(seconds) && seconds > 0 ? seconds : shortLifetimeSeconds;
    return {
      accessToken: String(body.access_token),
      refreshToken: typeof body.refresh_token === 'string' ? body.refresh_token : '',
      expiresAt: new Date(config.clock.now().getTime() + lifetimeSeconds * 1000),
      scopes: typeof body.scope === 'string' ? body.scope.split(' ') : [],
    };
  }

  /** Whose mailbox the new tokens open. */
  async function profileOf({ accessToken }: Tokens) {
    const account = { tenantId: '', mailboxId: 'connecting', address: '', token: async () => accessToken };
    try {
      return await mailbox.profile(account);
    } catch (error) {
      if (error instanceof MailboxDisconnected) throw new GrantRefused(`Gmail refused the grant: ${error.message}`);
      throw error;
    }
  }

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
      const tokens = await requestTokens('connecting', {
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
      const { address, displayName } = await profileOf(tokens);
      return { tokens, accountId: address, accountName: displayName, user: null };
    },

    async refresh(refreshToken, account) {
      const tokens = await requestTokens(account, { grant_type: 'refresh_token', refresh_token: refreshToken });
      // Google keeps the old one valid and rarely sends another.
      return { ...tokens, refreshToken: tokens.refreshToken || refreshToken };
    },

    async revoke(refreshToken, account) {
      const { status } = await post('/revoke', account, { token: refreshToken });
      // 400: Google no longer knows it, so it is done.
      if (status === 200 || status === 400) return;
      throw new VendorUnavailable('Google did not confirm the disconnection. It is asked again.', {
        detail: `${status}`,
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
