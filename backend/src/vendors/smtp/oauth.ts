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

export type Renewal = z.infer<typeof renewalShape>;

const answerShape = z.object({
  access_token: z.string(),
  expires_in: z.coerce.number().positive().default(3600),
  refresh_token: z.string().optional(),
});

/** What is kept of a mailbox with a password. */
export const passwordTokens = (servers: MailServers): Tokens => ({
  accessToken: writeServers(servers),
  refreshToken: '',
  expiresAt: never,
  scopes: [],
});

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
        vendor: `mail login ${new URL(renewal.tokenUrl).host}`,
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
      const parsed = answer.status === 200 ? answerShape.safeParse(JSON.parse(answer.text())) : null;
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
