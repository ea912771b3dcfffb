import { Hono } from 'hono';
import { consentPage } from '../consent-page.ts';
import { type Grants, TokenRefused } from '../grants.ts';
import type { Mailboxes } from './mailboxes.ts';

/** Microsoft's numbers for the refusals. */
const numbers: Record<string, [error: string, number: string]> = {
  invalid_client: ['invalid_client', 'AADSTS7000215'],
  redirect_uri_mismatch: ['invalid_grant', 'AADSTS50011'],
  invalid_grant: ['invalid_grant', 'AADSTS70000'],
  invalid_scope: ['invalid_scope', 'AADSTS70011'],
  unsupported_grant_type: ['unsupported_grant_type', 'AADSTS70003'],
};

/** login.microsoftonline.com: consent (all or nothing) and tokens, whose refresh token is a new one each time. */
export function loginRoutes(
  client: { clientId: string; clientSecret: string; redirectUris: string[] | null },
  grants: Grants,
  mailboxes: Mailboxes,
): Hono {
  const app = new Hono();

  function readRequest(query: URLSearchParams): { problem: string } | { redirectUri: string; scopes: string[] } {
    const redirectUri = query.get('redirect_uri') ?? '';
    const scopes = (query.get('scope') ?? '').split(' ').filter(Boolean);
    if (query.get('client_id') !== client.clientId) return { problem: 'AADSTS700016: application not found' };
    if (!URL.canParse(redirectUri) || (client.redirectUris && !client.redirectUris.includes(redirectUri))) {
      return { problem: 'AADSTS50011: the redirect URI does not match' };
    }
    if (query.get('response_type') !== 'code') return { problem: 'AADSTS700054: response_type' };
    if (scopes.length === 0) return { problem: 'AADSTS900144: scope is missing' };
    if (query.has('code_challenge') && query.get('code_challenge_method') !== 'S256') {
      return { problem: 'AADSTS501491: code_challenge_method' };
    }
    return { redirectUri, scopes };
  }

  app.get('/:tenant/oauth2/v2.0/authorize', (c) => {
    const query = new URL(c.req.url).searchParams;
    const request = readRequest(query);
    if ('problem' in request) return c.text(request.problem, 400);
    return c.html(
      consentPage({
        vendor: 'Microsoft',
        action: `/${c.req.param('tenant')}/oauth2/v2.0/authorize/decision?${query}`,
        addresses: mailboxes.addresses(),
        loginHint: query.get('login_hint') ?? '',
        scopes: request.scopes,
        mayUntick: false,
      }),
    );
  });

  app.post('/:tenant/oauth2/v2.0/authorize/decision', async (c) => {
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
    const code = grants.issueCode({
      address: mailbox.address,
      scopes: request.scopes,
      redirectUri: request.redirectUri,
      codeChallenge: query.get('code_challenge'),
      offline: request.scopes.includes('offline_access'),
    });
    back.searchParams.set('code', code);
    return c.redirect(back.href);
  });

  app.post('/:tenant/oauth2/v2.0/token', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    try {
      if (form.get('client_id') !== client.clientId || form.get('client_secret') !== client.clientSecret) {
        throw new TokenRefused('invalid_client', 'Invalid client secret provided.', 401);
      }
      return c.json(withIdToken(redeem(form)));
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      const [name, number] = numbers[error.error] ?? [error.error, 'AADSTS90000'];
      return c.json({ error: name, error_description: `${number}: ${error.message}` }, error.status);
    }
  });

  function redeem(form: URLSearchParams) {
    if (form.get('grant_type') === 'authorization_code') {
      return grants.redeem(form.get('code') ?? '', form.get('redirect_uri') ?? '', form.get('code_verifier'));
    }
    if (form.get('grant_type') === 'refresh_token') return grants.refresh(form.get('refresh_token') ?? '');
    throw new TokenRefused('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type')}`);
  }

  /** Scopes of the OpenID kind are not named in the answer; `openid` and `profile` bring an id token instead. */
  function withIdToken(tokens: ReturnType<typeof redeem>) {
    const asked = tokens.scope.split(' ');
    const scope = asked.filter((name) => name !== 'offline_access').join(' ');
    const mailbox = mailboxes.get(grants.check(tokens.access_token)?.address ?? '');
    if (!asked.includes('openid') || !mailbox) return { ...tokens, scope };
    const claims = {
      aud: client.clientId,
      iss: `https://login.microsoftonline.com/${mailbox.tenantId}/v2.0`,
      ver: '2.0',
      sub: `pairwise-${mailbox.userId}`,
      ...(asked.includes('profile') ? { tid: mailbox.tenantId, oid: mailbox.userId, name: mailbox.name } : {}),
    };
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    return { ...tokens, scope, id_token: `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.c2lnbmF0dXJl` };
  }

  return app;
}
