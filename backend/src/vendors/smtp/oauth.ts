import { z } from 'zod';
import { InvalidInput, VendorUnavailable } from '../../core/errors.ts';
import type { Http } from '../../core/http.ts';
import { GrantRefused, type OAuthVendor, type Tokens } from '../../tenants/oauth.ts';
import type { MailServerConfig } from './config.ts';
import { type MailServers, readServers, writeServers } from './servers.ts';

/** A password has no end. */
const never = new Date('9999-01-01T00:00:00Z');

/** How a new access token for XOAUTH2 is fetched (RFC 6749 6). It lies in the place of the refresh token. */
const renewalShape = z.object({
  tokenUrl: z.url({ protocol: /^https?$/ }),
  clientId: z.string(),
  clientSecret: z.string(),
  refreshToken: z.string(),
  servers: z.string(),
});

const answerShape = z.object({
  access_token: z.string(),
  expires_in: z.coerce.number().positive().default(3600),
  refresh_token: z.string().optional(),
});

/** How a person proves that the mailbox is theirs. */
export type MailLogin =
  | { kind: 'password'; password: string }
  | ({ kind: 'token' } & Omit<z.infer<typeof renewalShape>, 'servers'>);

/** The first tokens: the password itself, or an access token fetched now. Throws GrantRefused when none is given out. */
export async function startTokens(
  login: MailLogin,
  servers: MailServers,
  account: string,
  renew: (refreshToken: string, account: string) => Promise<Tokens>,
): Promise<Tokens> {
  if (login.kind === 'token') {
    const { kind: _, ...renewal } = login;
    return renew(JSON.stringify({ ...renewal, servers: writeServers(servers) }), account);
  }
  const secret = { kind: 'password' as const, password: login.password };
  return { accessToken: writeServers({ ...servers, secret }), refreshToken: '', expiresAt: never, scopes: [] };
}

/** The same tokens for servers of which more is known now. */
export function withServers(tokens: Tokens, servers: MailServers): Tokens {
  const renewal = tokens.refreshToken === '' ? null : renewalShape.parse(JSON.parse(tokens.refreshToken));
  return {
    ...tokens,
    accessToken: writeServers(servers),
    refreshToken: renewal ? JSON.stringify({ ...renewal, servers: writeServers(servers) }) : '',
  };
}

/** The keeper of grants renews a mailbox's access through this; there is no consent page. */
export function createOAuth({ clock }: MailServerConfig, http: Http): OAuthVendor {
  const byForm = () => {
    throw new InvalidInput('Mailboxes of this kind are connected with a form.', { code: 'unknown_vendor' });
  };
  return {
    id: 'smtp',
    name: 'SMTP and IMAP',
    authorizeUrl: byForm,
    exchangeCode: async () => byForm(),
    revoke: async () => {},

    async refresh(refreshToken, account) {
      // A password that the server refused does not come back by itself.
      if (refreshToken === '') throw new GrantRefused('The mail server no longer takes the password.');
      const renewal = renewalShape.parse(JSON.parse(refreshToken));
      const answer = await http.request({
        vendor: 'smtp',
        account,
        method: 'POST',
        url: renewal.tokenUrl,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: renewal.refreshToken,
          client_id: renewal.clientId,
          client_secret: renewal.clientSecret,
        }).toString(),
      });
      if (answer.status === 400 || answer.status === 401) {
        throw new GrantRefused('The mail provider no longer takes the sign-in.');
      }
      const parsed = answer.status === 200 ? answerShape.safeParse(readJson(answer.text())) : null;
      if (!parsed?.success) {
        throw new VendorUnavailable('The mail provider did not renew the sign-in. We try again.', {
          detail: `${answer.status}`,
          retryAfterSeconds: 60,
        });
      }
      const { access_token: accessToken, expires_in: seconds, refresh_token: rotated } = parsed.data;
      const servers = { ...readServers(renewal.servers), secret: { kind: 'token' as const, accessToken } };
      return {
        accessToken: writeServers(servers),
        refreshToken: JSON.stringify({ ...renewal, refreshToken: rotated ?? renewal.refreshToken }),
        expiresAt: new Date(clock.now().getTime() + seconds * 1000),
        scopes: [],
      };
    },
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
