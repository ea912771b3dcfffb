import { Hono } from 'hono';
import { consentPage } from '../consent-page.ts';
import { type Grants, TokenRefused } from '../grants.ts';
import type { Mailboxes } from './mailboxes.ts';

/** accounts.google.com and oauth2.googleapis.com: consent, token, revoke, userinfo. */
export function oauthRoutes(
  client: { clientId: string; clientSecret: string; redirectUris: string[] | null },
  grants: Grants,
  mailboxes: Mailboxes,
): Hono {
  const app = new Hono();

  function readRequest(query: URLSearchParams): { problem: string } | { redirectUri: string; scopes: string[] } {
    const redirectUri = query.get('redirect_uri') ?? '';
    const scopes = (query.get('scope') ?? '').split(' ').filter(Boolean);
    if (query.get('client_id') !== client.clientId) return { problem: 'Error 401: invalid_client' };
    if (!URL.canParse(redirectUri)) return { problem: 'Error 400: invalid_request (redirect_uri)' };
    if (client.redirectUris && !client.redirectUris.includes(redirectUri)) {
      return { problem: 'Error 400: redirect_uri_mismatch' };
    }
    if (query.get('response_type') !== 'code') return { problem: 'Error 400: unsupported_response_type' };
    if (scopes.length === 0) return { problem: 'Error 400: invalid_scope' };
    const method = query.get('code_challenge_method');
    if (query.has('code_challenge') && method !== 'S256') return { problem: 'Error 400: invalid_request (PKCE)' };
    return { redirectUri, scopes };
  }

  app.get('/o/oauth2/v2/auth', (c) => {
    const query = new URL(c.req.url).searchParams;
    const request = readRequest(query);
    if ('problem' in request) return c.text(request.problem, 400);
    return c.html(
      consentPage({
        vendor: 'Google',
        action: `/o/oauth2/v2/auth/decision?${query}`,
        addresses: mailboxes.addresses(),
        loginHint: query.get('login_hint') ?? '',
        scopes: request.scopes,
        mayUntick: true,
      }),
    );
  });

  app.post('/o/oauth2/v2/auth/decision', async (c) => {
    const query = new URL(c.req.url).searchParams;
    const request = readRequest(query);
    if ('problem' in request) return c.text(request.problem, 400);
    const form = new URLSearchParams(await c.req.text());
    const back = new URL(request.redirectUri);
    if (query.has('state')) back.searchParams.set('state', query.get('state') ?? '');
    const mailbox = mailboxes.get(form.get('address') ?? '');
    if (form.get('decision') !== 'allow' || !mailbox) {
      back.searchParams.set('error', 'access_denied');
      return c.redirect(back.href);
    }
    const scopes = request.scopes.filter((scope) => form.getAll('scope').includes(scope));
    const code = grants.issueCode({
      address: mailbox.address,
      scopes,
      redirectUri: request.redirectUri,
      codeChallenge: query.get('code_challenge'),
      offline: query.get('access_type') === 'offline',
    });
    back.searchParams.set('code', code);
    back.searchParams.set('scope', scopes.join(' '));
    return c.redirect(back.href);
  });

  app.post('/token', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    try {
      if (form.get('client_id') !== client.clientId || form.get('client_secret') !== client.clientSecret) {
        throw new TokenRefused('invalid_client', 'The provided client secret is invalid.', 401);
      }
      if (form.get('grant_type') === 'authorization_code') {
        const verifier = form.get('code_verifier');
        return c.json(grants.redeem(form.get('code') ?? '', form.get('redirect_uri') ?? '', verifier));
      }
      if (form.get('grant_type') === 'refresh_token') return c.json(grants.refresh(form.get('refresh_token') ?? ''));
      throw new TokenRefused('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type')}`);
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      return c.json({ error: error.error, error_description: error.message }, error.status);
    }
  });

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
