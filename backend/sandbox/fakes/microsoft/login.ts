import { Hono } from 'hono';
import { consentRoutes } from '../consent.ts';
import type { Grants } from '../grants.ts';
import { type Client, mailboxLogin, type Refusals } from '../mailbox-login.ts';
import { answerToken, TokenRefused } from '../token-answer.ts';
import type { Mailboxes } from './mailboxes.ts';

const refusals: Refusals = {
  client: 'AADSTS700016: application not found',
  redirectAddress: 'AADSTS50011: the redirect URI does not match',
  unregisteredAddress: 'AADSTS50011: the redirect URI does not match',
  responseType: 'AADSTS700054: response_type',
  noScope: 'AADSTS900144: scope is missing',
  challengeMethod: 'AADSTS501491: code_challenge_method',
  secret: 'Invalid client secret provided.',
};

/** Microsoft's names and numbers for the refusals of its token endpoint. */
const numbers: Record<string, [error: string, number: string]> = {
  invalid_client: ['invalid_client', 'AADSTS7000215'],
  redirect_uri_mismatch: ['invalid_grant', 'AADSTS50011'],
  invalid_grant: ['invalid_grant', 'AADSTS70000'],
  invalid_scope: ['invalid_scope', 'AADSTS70011'],
  unsupported_grant_type: ['unsupported_grant_type', 'AADSTS70003'],
};

/** login.microsoftonline.com: consent (all or nothing) and tokens, whose refresh token is a new one each time. */
export function loginRoutes(client: Client, grants: Grants, mailboxes: Mailboxes): Hono {
  const app = new Hono();
  const login = mailboxLogin(client, grants, refusals);

  const consent = consentRoutes({
    vendor: 'Microsoft',
    mayUntick: false,
    addresses: mailboxes.addresses,
    problemOf: login.problemOf,
    allow({ query, address, scopes }) {
      const mailbox = mailboxes.get(address);
      if (!mailbox) return null;
      return { code: grants.issueCode(query, mailbox.address, scopes, scopes.includes('offline_access')) };
    },
    denied: { error: 'access_denied' },
  });
  app.route('/:tenant/oauth2/v2.0/authorize', consent);

  app.post('/:tenant/oauth2/v2.0/token', (c) => answerToken(c, (form) => withIdToken(tokensFor(form))));

  function tokensFor(form: URLSearchParams) {
    try {
      return login.tokensFor(form);
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      const [name, number] = numbers[error.error] ?? [error.error, 'AADSTS90000'];
      throw new TokenRefused(name, `${number}: ${error.message}`, error.status);
    }
  }

  /** Scopes of the OpenID kind are not named in the answer; `openid` and `profile` bring an id token instead. */
  function withIdToken(tokens: ReturnType<typeof tokensFor>) {
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
