import { z } from 'zod';
import { VendorUnavailable } from '../../core/errors.ts';
import type { Http, HttpAnswer } from '../../core/http.ts';
import { MailboxDisconnected, type MailboxVendor } from '../../email/mailbox.ts';
import { GrantRefused, type OAuthVendor, type Tokens } from '../../tenants/oauth.ts';
import type { MicrosoftConfig } from './config.ts';

/**
 * Least scopes. Mail.ReadWrite makes the draft and reads mail; Mail.Send sends it; User.Read tells name and address.
 * `Mail.Read` would do for reading, but a mail with our own headers must be drafted.
 */
export const microsoftScopes = ['User.Read', 'Mail.ReadWrite', 'Mail.Send'];

const graphScope = (name: string) => `https://graph.microsoft.com/${name}`;
/** `offline_access` brings the refresh token, `openid profile` the id token with tid and oid. */
const requestedScopes = ['offline_access', 'openid', 'profile', ...microsoftScopes.map(graphScope)].join(' ');

/** When Microsoft leaves the lifetime out. */
const shortLifetimeSeconds = 300;

/**
 * Only these are final: the grant is gone, or a person must sign in or consent anew. A wrong or expired client secret
 * (`invalid_client`) is our own mistake and must not disconnect every mailbox.
 */
const finalErrors = new Set(['invalid_grant', 'interaction_required', 'consent_required', 'login_required']);

const identityShape = z.object({ aud: z.string(), tid: z.string().min(1), oid: z.string().min(1) });

/** Microsoft's OAuth for a mailbox: authorization code with PKCE, refresh tokens that are new each time. */
export function createOAuth(config: MicrosoftConfig, http: Http, mailbox: MailboxVendor): OAuthVendor {
  const base = `${config.addresses.login}/${encodeURIComponent(config.tenant)}/oauth2/v2.0`;

  async function requestTokens(account: string, form: Record<string, string>) {
    const answer = await http.request({
      vendor: 'microsoft',
      account,
      method: 'POST',
      url: `${base}/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({
        client_id: config.clientId,
        client_secret: config.clientSecret,
        scope: requestedScopes,
        ...form,
      }).toString(),
    });
    const body = readObject(answer);
    if (answer.status === 200 && typeof body.access_token === 'string') return { tokens: toTokens(body), body };
    const detail = `${answer.status} ${String(body.error ?? '')}: ${String(body.error_description ?? '').slice(0, 300)}`;
    if (finalErrors.has(String(body.error))) throw new GrantRefused(`Microsoft refused the grant: ${detail}`);
    throw new VendorUnavailable('Microsoft did not hand out access. It is asked again shortly.', {
      code: 'microsoft_token_unavailable',
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

  /** `tid.oid`: who signed in, across renamed addresses. The token came from Microsoft itself over TLS, unread by others. */
  function userKey(idToken: unknown): string {
    try {
      const claims = JSON.parse(Buffer.from(String(idToken).split('.')[1] ?? '', 'base64url').toString('utf8'));
      const { aud, tid, oid } = identityShape.parse(claims);
      if (aud === config.clientId) return `${tid}.${oid}`;
    } catch {}
    throw new GrantRefused('Microsoft did not say who signed in. Please connect again.');
  }

  /** Whose mailbox the new tokens open. */
  async function profileOf({ accessToken }: Tokens) {
    const account = { tenantId: '', mailboxId: 'connecting', address: '', token: async () => accessToken };
    try {
      return await mailbox.profile(account);
    } catch (error) {
      if (error instanceof MailboxDisconnected) throw new GrantRefused(`Outlook refused the grant: ${error.message}`);
      throw error;
    }
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
      const { tokens, body } = await requestTokens('connecting', {
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
      const { address, displayName } = await profileOf(tokens);
      const user = { id: userKey(body.id_token), email: address };
      return { tokens, accountId: address, accountName: displayName, user };
    },

    async refresh(refreshToken, account) {
      const { tokens } = await requestTokens(account, { grant_type: 'refresh_token', refresh_token: refreshToken });
      return { ...tokens, refreshToken: tokens.refreshToken || refreshToken };
    },

    /** Microsoft has no call that gives back one app's grant; forgotten tokens end by themselves. */
    async revoke() {},
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
