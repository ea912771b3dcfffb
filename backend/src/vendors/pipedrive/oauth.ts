/** Installing our app: every colleague for themselves. https://pipedrive.readme.io/docs/marketplace-oauth-authorization */
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { VendorUnavailable } from '../../core/errors.ts';
import type { Http, HttpAnswer } from '../../core/http.ts';
import { GrantRefused, type OAuthVendor, type Tokens } from '../../tenants/oauth.ts';
import { isApiUrl, type PipedriveConfig } from './config.ts';

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
  api_domain: z.string(),
  scope: z.string().catch(''),
});
const me = z.object({
  data: z.object({
    id: z.number().int(),
    name: z.string().catch(''),
    email: z.string().nullable().catch(null),
    company_id: z.number().int(),
    company_name: z.string().nullable().catch(null),
    access: z.array(z.object({ app: z.string(), admin: z.boolean().catch(false) })).catch([]),
  }),
});
const refusal = z.object({ error: z.string().catch(''), message: z.string().catch('') });

export function createOAuth(config: PipedriveConfig, http: Http, clock: Clock): OAuthVendor {
  const post = (path: string, account: string, fields: Record<string, string>): Promise<HttpAnswer> =>
    http.request({
      vendor: 'pipedrive',
      account,
      method: 'POST',
      url: config.oauthUrl + path,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        authorization: `Basic ${Buffer.from(`${config.clientId}:${config.clientSecret}`).toString('base64')}`,
      },
      body: new URLSearchParams(fields).toString(),
    });

  async function requestTokens(account: string, fields: Record<string, string>): Promise<Required<Tokens>> {
    const answer = await post('/oauth/token', account, fields);
    const body = readJson(answer);
    const parsed = tokenAnswer.safeParse(body);
    if (answer.status === 200 && parsed.success) {
      const { access_token, refresh_token, expires_in, api_domain, scope } = parsed.data;
      if (!isApiUrl(api_domain, config))
        throw new GrantRefused('The address that came with the access is not Pipedrive’s.');
      return {
        accessToken: access_token,
        refreshToken: refresh_token,
        expiresAt: new Date(clock.now().getTime() + expires_in * 1000),
        scopes: scope.split(/[\s,]+/).filter(Boolean),
        apiUrl: api_domain,
      };
    }
    const { error, message } = refusal.catch({ error: '', message: '' }).parse(body);
    // Only a refused grant is final. A wrong client secret is our own mistake and must not disconnect every company.
    if (answer.status < 500 && error === 'invalid_grant') {
      // The call that tells of a removed app can be lost: then the refresh token is how one learns of it.
      throw new GrantRefused(`Pipedrive refused the grant: ${message}`, {
        uninstalled: fields.grant_type === 'refresh_token',
      });
    }
    throw new VendorUnavailable('Pipedrive did not give us access. It is asked again shortly.', {
      detail: `${answer.status} ${error} ${message}`.trim(),
      retryAfterSeconds: 30,
    });
  }

  /** Who installed, and for which company: the tokens do not say. */
  async function whoAmI({ apiUrl, accessToken }: Required<Tokens>) {
    const answer = await http.request({
      vendor: 'pipedrive',
      account: 'connect',
      method: 'GET',
      url: `${apiUrl}/api/v1/users/me`,
      headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
    });
    const parsed = me.safeParse(readJson(answer));
    if (answer.status === 200 && parsed.success) return parsed.data.data;
    throw new VendorUnavailable('Pipedrive does not say who you are. Please try again in a moment.', {
      detail: `users/me answered ${answer.status}`,
    });
  }

  return {
    id: 'pipedrive',
    name: 'Pipedrive',
    isPerUser: true,
    // Scopes are set in the Developer Hub, and there is no code challenge: `state` ties the answer to the browser.
    authorizeUrl({ state, redirectUrl }) {
      const query = new URLSearchParams({ client_id: config.clientId, redirect_uri: redirectUrl, state });
      return `${config.oauthUrl}/oauth/authorize?${query}`;
    },
    async exchangeCode({ code, redirectUrl }) {
      const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUrl };
      const tokens = await requestTokens('connect', fields);
      const { id, name, email, company_id, company_name, access } = await whoAmI(tokens);
      const isAdmin = access.some(({ app, admin }) => admin && (app === 'global' || app === 'account_settings'));
      return {
        tokens,
        accountId: String(company_id),
        accountName: company_name,
        user: { id: String(id), email, name, isAdmin },
      };
    },
    refresh: (refreshToken, account) =>
      requestTokens(account, { grant_type: 'refresh_token', refresh_token: refreshToken }),
    /** Giving the refresh token back removes the app for that user. */
    async revoke(refreshToken, account) {
      const answer = await post('/oauth/revoke', account, { token: refreshToken, token_type_hint: 'refresh_token' });
      if (answer.status >= 500)
        throw new VendorUnavailable('Pipedrive did not take the access back.', { retryAfterSeconds: 30 });
    },
  };
}

function readJson(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return null;
  }
}
