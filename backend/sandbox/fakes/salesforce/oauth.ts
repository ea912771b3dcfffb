/** Authorization with PKCE, rotating refresh tokens, JWT bearer assertions, and who somebody is. */
import { createHash, createVerify, randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { consentRoutes } from '../consent.ts';
import { answerToken, TokenRefused } from '../token-answer.ts';
import { type Grant, usersOf, type World } from './world.ts';

const sessionSeconds = 7200;
const codeSeconds = 600;
const longestAssertionSeconds = 180;
const base = '/services/oauth2';

export function oauthRoutes(world: World): Hono {
  const app = new Hono();
  const now = () => world.options.clock.now().getTime();

  const consent = consentRoutes({
    vendor: 'Salesforce',
    mayUntick: false,
    addresses: () =>
      usersOf(world)
        .filter(({ isActive }) => isActive)
        .map(({ username }) => username),
    problemOf: (query) => askedWrongly(world, query),
    allow({ query, address, scopes }) {
      const user = usersOf(world).find(({ username }) => username === address);
      if (!user) return null;
      const code = `aPrx${randomBytes(24).toString('base64url')}==`;
      world.codes.set(code, {
        grant: createGrant(world, user.id, scopes),
        redirectUri: query.get('redirect_uri') ?? '',
        codeChallenge: query.get('code_challenge') ?? '',
        expiresAt: now() + codeSeconds * 1000,
      });
      return { code };
    },
    denied: { error: 'access_denied', error_description: 'end-user denied authorization' },
  });
  app.route(`${base}/authorize`, consent);

  app.post(`${base}/token`, (c) =>
    answerToken(c, (form) => issue(world, grantFor(world, form), new URL(c.req.url).origin)),
  );

  app.post(`${base}/revoke`, async (c) => {
    const token = new URLSearchParams(await c.req.text()).get('token') ?? '';
    const grant = [...world.grants].find((one) => one.refreshToken === token) ?? world.accessTokens.get(token)?.grant;
    if (!grant || grant.revoked)
      return c.json({ error: 'unsupported_token_type', error_description: 'invalid token' }, 400);
    grant.revoked = true;
    return c.body(null, 200);
  });

  const identity = (authorization: string | undefined) => {
    const held = world.accessTokens.get(authorization?.replace(/^Bearer /, '') ?? '');
    if (!held || held.grant.revoked || held.expiresAt <= now()) return null;
    const user = usersOf(world).find(({ id }) => id === held.grant.userId)!;
    const name = `${user.firstName} ${user.lastName}`;
    const shared = {
      user_id: user.id,
      organization_id: world.orgId,
      preferred_username: user.username,
      email: user.email,
    };
    return {
      ...shared,
      sub: `https://login.salesforce.com/id/${world.orgId}/${user.id}`,
      name,
      zoneinfo: user.timeZone,
    };
  };
  for (const path of [`${base}/userinfo`, '/id/:orgId/:userId']) {
    app.get(path, (c) => {
      const who = identity(c.req.header('authorization'));
      return who
        ? c.json({ ...who, display_name: who.name, username: who.preferred_username })
        : c.text('Bad_OAuth_Token', 403);
    });
  }
  return app;
}

function askedWrongly(world: World, query: URLSearchParams): string | null {
  const { clientId, redirectUris } = world.options;
  if (query.get('client_id') !== clientId) return 'error=invalid_client_id&error_description=client identifier invalid';
  if (!redirectUris.includes(query.get('redirect_uri') ?? '')) {
    return 'error=redirect_uri_mismatch&error_description=redirect_uri must match configuration';
  }
  if (query.get('response_type') !== 'code') return 'error=unsupported_response_type';
  if (!query.get('code_challenge') || query.get('code_challenge_method') !== 'S256') {
    return 'error=invalid_request&error_description=missing required code challenge';
  }
  return null;
}

function grantFor(world: World, form: URLSearchParams): Grant {
  const { clientId, clientSecret, clock } = world.options;
  const type = form.get('grant_type');
  if (type === 'urn:ietf:params:oauth:grant-type:jwt-bearer') return assertedGrant(world, form.get('assertion') ?? '');
  if (form.get('client_id') !== clientId) throw new TokenRefused('invalid_client_id', 'client identifier invalid');
  if (form.get('client_secret') !== clientSecret)
    throw new TokenRefused('invalid_client', 'invalid client credentials');
  if (type === 'authorization_code') {
    const code = form.get('code') ?? '';
    const held = world.codes.get(code);
    world.codes.delete(code);
    if (!held || held.expiresAt <= clock.now().getTime())
      throw new TokenRefused('invalid_grant', 'expired authorization code');
    if (held.redirectUri !== form.get('redirect_uri')) {
      throw new TokenRefused('redirect_uri_mismatch', 'redirect_uri must match configuration');
    }
    const verifier = form.get('code_verifier') ?? '';
    const isVerifier = /^[A-Za-z0-9._~-]{43,128}$/.test(verifier);
    if (!isVerifier || createHash('sha256').update(verifier).digest('base64url') !== held.codeChallenge) {
      throw new TokenRefused('invalid_grant', 'invalid code verifier');
    }
    held.grant.refreshToken = newRefreshToken();
    return held.grant;
  }
  if (type !== 'refresh_token') throw new TokenRefused('unsupported_grant_type', 'grant type not supported');
  const token = form.get('refresh_token') ?? '';
  const reused = [...world.grants].find((grant) => grant.usedRefreshTokens.has(token));
  // A token that was used before has leaked, or was used twice: everything that came of it ends.
  if (reused) reused.revoked = true;
  const grant = [...world.grants].find((one) => one.refreshToken === token && !one.revoked);
  if (!grant) throw new TokenRefused('invalid_grant', 'expired access/refresh token');
  grant.usedRefreshTokens.add(token);
  grant.refreshToken = newRefreshToken();
  return grant;
}

function assertedGrant(world: World, assertion: string): Grant {
  const { jwt, clientId, clock } = world.options;
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const read = (part: string) =>
    JSON.parse(Buffer.from(part, 'base64url').toString() || 'null') as Record<string, unknown> | null;
  const valid =
    jwt && createVerify('RSA-SHA256').update(`${head}.${body}`).verify(jwt.publicKey, signature, 'base64url');
  const [header, claims] = [read(head), read(body)];
  if (!valid || header?.alg !== 'RS256' || claims?.iss !== clientId)
    throw new TokenRefused('invalid_client', 'invalid assertion');
  const secondsLeft = Number(claims.exp) - clock.now().getTime() / 1000;
  if (claims.aud !== jwt.audience) throw new TokenRefused('invalid_grant', 'audience is invalid');
  if (!(secondsLeft > 0 && secondsLeft <= longestAssertionSeconds))
    throw new TokenRefused('invalid_grant', 'assertion is expired');
  const user = usersOf(world).find(({ username }) => username === claims.sub);
  if (!user) throw new TokenRefused('invalid_grant', "user hasn't approved this consumer");
  const grant = createGrant(world, user.id, ['api']);
  grant.refreshToken = null;
  return grant;
}

export function createGrant(world: World, userId: string, scopes: string[], appName = 'SalesOS'): Grant {
  const now = world.options.clock.now().toISOString();
  const grant: Grant = {
    userId,
    scopes,
    refreshToken: newRefreshToken(),
    usedRefreshTokens: new Set(),
    revoked: false,
    appName,
    createdAt: now,
    usedAt: now,
  };
  world.grants.add(grant);
  return grant;
}

const newRefreshToken = () => `5Aep${randomBytes(32).toString('base64url')}`;

export function issue(world: World, grant: Grant, instanceUrl: string) {
  const now = world.options.clock.now().getTime();
  const accessToken = `${world.orgId.slice(0, 15)}!AQ${randomBytes(40).toString('base64url')}`;
  world.accessTokens.set(accessToken, { grant, expiresAt: now + sessionSeconds * 1000 });
  return {
    access_token: accessToken,
    ...(grant.refreshToken ? { refresh_token: grant.refreshToken } : {}),
    instance_url: instanceUrl,
    id: `https://login.salesforce.com/id/${world.orgId}/${grant.userId}`,
    token_type: 'Bearer',
    issued_at: String(now),
    signature: 'c2lnbmF0dXJl',
    scope: grant.scopes.join(' '),
  };
}
