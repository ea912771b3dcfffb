/** Installing our app in a HubSpot account. https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/oauth/working-with-oauth */
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { VendorUnavailable } from '../../core/errors.ts';
import type { Http, HttpAnswer } from '../../core/http.ts';
import { GrantRefused, type OAuthVendor, type Tokens } from '../../tenants/oauth.ts';
import { type HubSpotConfig, hubspotScopes } from './config.ts';

const tokenPath = '/oauth/2026-09/token';

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
  hub_id: z.number().int(),
  user_id: z.number().int().nullish(),
  scopes: z.array(z.string()).nullish(),
});
type TokenAnswer = z.infer<typeof tokenAnswer>;
const refusal = z.object({ error: z.string().catch(''), status: z.string().catch(''), message: z.string().catch('') });

export function createOAuth(config: HubSpotConfig, http: Http, clock: Clock): OAuthVendor {
  async function post(path: string, account: string, fields: Record<string, string>): Promise<HttpAnswer> {
    const { clientId, clientSecret } = config;
    return http.request({
      vendor: 'hubspot',
      account,
      method: 'POST',
      url: config.apiUrl + path,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ ...fields, client_id: clientId, client_secret: clientSecret }).toString(),
    });
  }

  async function requestTokens(account: string, fields: Record<string, string>): Promise<TokenAnswer> {
    const answer = await post(tokenPath, account, fields);
    const body = readJson(answer);
    const parsed = tokenAnswer.safeParse(body);
    if (answer.status === 200 && parsed.success) return parsed.data;
    const { error, status, message } = refusal.catch({ error: '', status: '', message: '' }).parse(body);
    // Only a refused grant is final. A wrong client secret is our own mistake and must not disconnect every account.
    if (answer.status < 500 && (error === 'invalid_grant' || grantRefusals.has(status))) {
      // HubSpot sends no notice when the app is removed: a refresh token that is no longer known is how one learns of it.
      const uninstalled = fields.grant_type === 'refresh_token';
      throw new GrantRefused(`HubSpot refused the grant: ${status || error} ${message}`.trim(), { uninstalled });
    }
    throw new VendorUnavailable('HubSpot did not give us access. It is asked again shortly.', {
      detail: `${answer.status} ${status || error} ${message}`.trim(),
      retryAfterSeconds: 30,
    });
  }

  const toTokens = (answer: TokenAnswer): Tokens => ({
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresAt: new Date(clock.now().getTime() + answer.expires_in * 1000),
    scopes: answer.scopes ?? [],
  });

  const refresh = async (refreshToken: string, account: string) =>
    toTokens(await requestTokens(account, { grant_type: 'refresh_token', refresh_token: refreshToken }));

  return {
    id: 'hubspot',
    name: 'HubSpot',
    refresh,
    // HubSpot documents no code challenge for installs, so PKCE is left out; `state` ties the answer to the browser.
    authorizeUrl({ state, redirectUrl }) {
      const query = [
        ['client_id', config.clientId],
        ['redirect_uri', redirectUrl],
        ['scope', hubspotScopes.join(' ')],
        ['state', state],
      ].map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`);
      return `${config.appUrl}/oauth/authorize?${query.join('&')}`;
    },
    async exchangeCode({ code, redirectUrl }) {
      const fields = { grant_type: 'authorization_code', redirect_uri: redirectUrl, code };
      const answer = await requestTokens('connect', fields);
      return {
        tokens: toTokens(answer),
        accountId: String(answer.hub_id),
        accountName: null,
        user: answer.user_id ? { id: String(answer.user_id), email: null } : null,
      };
    },
    /** Removes the app from the account; where that is refused, at least the grant is given back. */
    async revoke(refreshToken, account) {
      try {
        const tokens = await refresh(refreshToken, account);
        const removed = await http.request({
          vendor: 'hubspot',
          account,
          method: 'DELETE',
          url: `${config.apiUrl}/appinstalls/2026-09/external-install`,
          headers: { authorization: `Bearer ${tokens.accessToken}` },
        });
        if (removed.status < 300) return;
        await post(`${tokenPath}/revoke`, account, { token: tokens.refreshToken, token_type_hint: 'refresh_token' });
      } catch (error) {
        if (!(error instanceof GrantRefused)) throw error;
      }
    },
  };
}

const grantRefusals = new Set(['BAD_REFRESH_TOKEN', 'BAD_AUTH_CODE', 'MISMATCH_REDIRECT_URI_AUTH_CODE']);

function readJson(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return null;
  }
}
