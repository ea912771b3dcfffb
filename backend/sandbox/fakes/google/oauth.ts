import { Hono } from 'hono';
import { consentRoutes } from '../consent.ts';
import type { Grants } from '../grants.ts';
import { type Client, mailboxLogin, type Refusals } from '../mailbox-login.ts';
import { answerToken } from '../token-answer.ts';
import type { Mailboxes } from './mailboxes.ts';

const refusals: Refusals = {
  client: 'Error 401: invalid_client',
  redirectAddress: 'Error 400: invalid_request (redirect_uri)',
  unregisteredAddress: 'Error 400: redirect_uri_mismatch',
  responseType: 'Error 400: unsupported_response_type',
  noScope: 'Error 400: invalid_scope',
  challengeMethod: 'Error 400: invalid_request (PKCE)',
  secret: 'The provided client secret is invalid.',
};

/** accounts.google.com and oauth2.googleapis.com: consent, token, revoke, userinfo. */
export function oauthRoutes(client: Client, grants: Grants, mailboxes: Mailboxes): Hono {
  const app = new Hono();
  const login = mailboxLogin(client, grants, refusals);

  const consent = consentRoutes({
    vendor: 'Google',
    mayUntick: true,
    addresses: mailboxes.addresses,
    problemOf: login.problemOf,
    allow({ query, address, scopes }) {
      const mailbox = mailboxes.get(address);
      if (!mailbox) return null;
      const code = grants.issueCode(query, mailbox.address, scopes, query.get('access_type') === 'offline');
      return { code, scope: scopes.join(' ') };
    },
    denied: { error: 'access_denied' },
  });
  app.route('/o/oauth2/v2/auth', consent);

  app.post('/token', (c) => answerToken(c, login.tokensFor));

  app.post('/revoke', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const token = form.get('token') ?? c.req.query('token') ?? '';
    if (grants.revokeToken(token)) return c.json({});
    return c.json({ error: 'invalid_token', error_description: 'Token expired or revoked' }, 400);
  });

  app.get('/oauth2/v3/userinfo', (c) => {
    const grant = grants.check(c.req.header('authorization')?.replace(/^Bearer /, '') ?? '');
    if (!grant) return c.json({ error: 'invalid_request', error_description: 'Invalid Credentials' }, 401);
    const mailbox = mailboxes.get(grant.address);
    const mayProfile = grant.scopes.some((scope) => /userinfo\.profile$|^profile$/.test(scope));
    const mayEmail = grant.scopes.some((scope) => /userinfo\.email$|^email$/.test(scope));
    if (!mayProfile && !mayEmail) return c.json({ error: 'insufficient_scope' }, 403);
    return c.json({
      sub: grant.address,
      ...(mayProfile ? { name: mailbox?.name } : {}),
      ...(mayEmail ? { email: grant.address, email_verified: true } : {}),
    });
  });

  return app;
}
