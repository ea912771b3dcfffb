/**
 * Connecting an org: the web server flow with PKCE and rotating refresh tokens, or assertions signed with the app's key where
 * the org's admin approved that. What tenants keep as the refresh token says which of the two it is, and where it is shown.
 * https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
 */
import { createSign } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { VendorUnavailable } from '../../core/errors.ts';
import type { Http, HttpAnswer } from '../../core/http.ts';
import { CrmDisconnected } from '../../crm-sync/crm.ts';
import { GrantRefused, type OAuthVendor, type Tokens } from '../../tenants/oauth.ts';
import { NotAllowed, type SalesforceApi } from './api.ts';
import { isSalesforceUrl, type SalesforceConfig, salesforceScopes } from './config.ts';
import { soql } from './soql.ts';

/** Salesforce does not say when a session ends; two hours is its default, and one that ends sooner is refused and renewed. */
const tokenSeconds = 5400;
/** The longest that Salesforce accepts. */
const assertionSeconds = 180;
const base = '/services/oauth2';

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  instance_url: z.url(),
  /** Ends in the ids of the org and the user. */
  id: z.string(),
  scope: z.string().catch(''),
});
const refusal = z.object({ error: z.string().catch(''), error_description: z.string().catch('') });
const orgRow = z.object({ Name: z.string().nullish() });
const userRow = z.object({
  Username: z.string(),
  Name: z.string().nullish(),
  Email: z.string().nullish(),
  Profile: z.object({ PermissionsCustomizeApplication: z.boolean().nullish() }).nullish(),
});
/** The refresh token as tenants keep it. */
const keptGrant = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('refresh_token'), host: z.url(), refreshToken: z.string().min(1) }),
  z.object({ kind: z.literal('assertion'), host: z.url(), audience: z.url(), username: z.string().min(1) }),
]);
type KeptGrant = z.infer<typeof keptGrant>;

/** Only a refused grant is final. A wrong client secret or key is our own mistake and must not disconnect every org. */
const grantRefusals = new Set(['invalid_grant', 'inactive_user', 'inactive_org', 'redirect_uri_mismatch']);

export function createOAuth(config: SalesforceConfig, http: Http, clock: Clock, api: SalesforceApi): OAuthVendor {
  /** With a stand-in for Salesforce nobody is sent to the real one. */
  const isReal = new URL(config.loginUrl).hostname.endsWith('.salesforce.com');
  const hostOf = (loginHost: string | undefined): string => {
    const host = loginHost && isReal ? `https://${loginHost}` : config.loginUrl;
    if (!isSalesforceUrl(host, config)) throw new GrantRefused(`“${host}” is no address of Salesforce.`);
    return host;
  };

  function post(host: string, path: string, account: string, fields: Record<string, string>): Promise<HttpAnswer> {
    if (!isSalesforceUrl(host, config)) throw new GrantRefused(`“${host}” is no address of Salesforce.`);
    return http.request({
      vendor: 'salesforce',
      account,
      method: 'POST',
      url: new URL(host).origin + path,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(fields).toString(),
    });
  }

  async function requestTokens(host: string, account: string, fields: Record<string, string>) {
    const answer = await post(host, `${base}/token`, account, fields);
    const body = readJson(answer);
    const parsed = tokenAnswer.safeParse(body);
    if (answer.status === 200 && parsed.success) {
      // Tokens are sent to this address from now on.
      if (isSalesforceUrl(parsed.data.instance_url, config)) return parsed.data;
      throw new GrantRefused(`Salesforce named “${parsed.data.instance_url}”, which is no address of Salesforce.`);
    }
    const { error, error_description: description } = refusal.catch({ error: '', error_description: '' }).parse(body);
    if (answer.status >= 400 && answer.status < 500 && grantRefusals.has(error)) {
      throw new GrantRefused(`Salesforce refused the grant: ${error} ${description}`.trim());
    }
    throw new VendorUnavailable('Salesforce did not give us access. It is asked again shortly.', {
      detail: `${answer.status} ${error} ${description}`.trim(),
      retryAfterSeconds: 30,
    });
  }

  const toTokens = (answer: z.infer<typeof tokenAnswer>, grant: KeptGrant): Tokens => ({
    accessToken: answer.access_token,
    refreshToken: JSON.stringify(grant),
    expiresAt: new Date(clock.now().getTime() + tokenSeconds * 1000),
    scopes: answer.scope.split(' ').filter(Boolean),
    apiUrl: new URL(answer.instance_url).origin,
  });

  const secret = { client_id: config.clientId, client_secret: config.clientSecret };

  async function assertTokens(grant: Extract<KeptGrant, { kind: 'assertion' }>, account: string): Promise<Tokens> {
    const exp = Math.floor(clock.now().getTime() / 1000) + assertionSeconds;
    const claims = { iss: config.clientId, sub: grant.username, aud: grant.audience, exp };
    const fields = {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: signed(claims, config.privateKey ?? ''),
    };
    return toTokens(await requestTokens(grant.host, account, fields), grant);
  }

  async function refresh(kept: string, account: string): Promise<Tokens> {
    const grant = readGrant(kept);
    if (grant.kind === 'assertion') return assertTokens(grant, account);
    const fields = { grant_type: 'refresh_token', refresh_token: grant.refreshToken, ...secret };
    const answer = await requestTokens(grant.host, account, fields);
    // The one just shown is used up: shown again, it would end everything that came of it.
    return toTokens(answer, { ...grant, refreshToken: answer.refresh_token ?? grant.refreshToken });
  }

  /** Without a refresh token to lose, where this org lets our key stand for the user. */
  async function preferAssertion(tokens: Tokens, audience: string, username: string, account: string): Promise<Tokens> {
    if (!config.privateKey) return tokens;
    const grant = { kind: 'assertion', host: tokens.apiUrl ?? audience, audience, username } as const;
    try {
      return await assertTokens(grant, account);
    } catch (error) {
      if (error instanceof GrantRefused || error instanceof VendorUnavailable) return tokens;
      throw error;
    }
  }

  return {
    id: 'salesforce',
    name: 'Salesforce',
    refresh,
    authorizeUrl({ state, codeChallenge, redirectUrl, loginHint, loginHost }) {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: config.clientId,
        redirect_uri: redirectUrl,
        scope: salesforceScopes.join(' '),
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
        ...(loginHint ? { login_hint: loginHint } : {}),
      });
      return `${hostOf(loginHost)}${base}/authorize?${query}`;
    },
    async exchangeCode({ code, codeVerifier, redirectUrl, loginHost }) {
      const host = hostOf(loginHost);
      const fields = { grant_type: 'authorization_code', code, code_verifier: codeVerifier, redirect_uri: redirectUrl };
      const answer = await requestTokens(host, 'connect', { ...fields, ...secret });
      if (!answer.refresh_token) {
        throw new GrantRefused('Salesforce gave no refresh token: the app lacks the scope refresh_token.');
      }
      const refreshToken = {
        kind: 'refresh_token',
        host: answer.instance_url,
        refreshToken: answer.refresh_token,
      } as const;
      const tokens = toTokens(answer, refreshToken);
      const account = {
        tenantId: '',
        connectionId: 'connect',
        accountId: 'connect',
        apiUrl: answer.instance_url,
        token: async () => tokens.accessToken,
      };
      const [, orgId, userId] = /\/id\/(00D\w{15})\/(005\w{15})$/.exec(answer.id) ?? [];
      if (!orgId || !userId) throw new GrantRefused('Salesforce does not say whose grant this is.');
      const [org] = await api.query(account, soql`SELECT Name FROM Organization`, orgRow).catch(refusedGrant);
      const text = soql`SELECT Username, Name, Email, Profile.PermissionsCustomizeApplication FROM User WHERE Id = ${userId}`;
      const [user] = await api.query(account, text, userRow).catch(refusedGrant);
      return {
        tokens: user ? await preferAssertion(tokens, host, user.Username, orgId) : tokens,
        accountId: orgId,
        accountName: org?.Name ?? null,
        user: {
          id: userId,
          email: user?.Email ?? null,
          ...(user?.Name ? { name: user.Name } : {}),
          isAdmin: user?.Profile?.PermissionsCustomizeApplication === true,
        },
      };
    },
    async revoke(kept, account) {
      const grant = readGrant(kept);
      // An assertion leaves nothing behind at Salesforce that could be given back.
      if (grant.kind === 'assertion') return;
      await post(grant.host, `${base}/revoke`, account, { token: grant.refreshToken });
    },
  };
}

/** What an admin must change first, such as API access, is said as a refusal of the connect. */
function refusedGrant(error: unknown): never {
  if (error instanceof NotAllowed) throw new GrantRefused(error.message);
  if (error instanceof CrmDisconnected) throw new GrantRefused(error.message);
  throw error;
}

function readGrant(kept: string): KeptGrant {
  const parsed = keptGrant.safeParse(readText(kept));
  if (parsed.success) return parsed.data;
  throw new GrantRefused('The stored grant is not readable.');
}

function readText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm */
function signed(claims: Record<string, string | number>, privateKey: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg: 'RS256' })}.${part(claims)}`;
  return `${content}.${createSign('RSA-SHA256').update(content).sign(privateKey, 'base64url')}`;
}

const readJson = (answer: HttpAnswer): unknown => readText(answer.text());
