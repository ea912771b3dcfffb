/** The token endpoint of a mail provider (RFC 6749 §5): asked with a form, answered in JSON. */
import type { Clock } from '../core/clock.ts';
import { VendorUnavailable } from '../core/errors.ts';
import type { Http, HttpAnswer } from '../core/http.ts';
import { MailboxDisconnected, type MailboxVendor } from '../email/mailbox.ts';
import { GrantRefused, type Tokens } from '../tenants/oauth.ts';

/** When the provider leaves the lifetime out. */
const shortLifetimeSeconds = 300;
const longestDetail = 300;

export interface TokenEndpoint {
  vendor: string;
  /** The name people know, as in "Google". */
  name: string;
  url: string;
  /** What every request says: who we are. */
  fields: Record<string, string>;
  /**
   * Only these are final: the grant is gone, or a person must sign in or consent anew. A wrong client secret is our own
   * mistake and must not disconnect every mailbox.
   */
  finalErrors: Set<string>;
}

export function createTokenRequests(
  http: Http,
  clock: Clock,
  { vendor, name, url, fields, finalErrors }: TokenEndpoint,
) {
  const post = (account: string, form: Record<string, string>, to = url): Promise<HttpAnswer> =>
    http.request({
      vendor,
      account,
      method: 'POST',
      url: to,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(form).toString(),
    });

  function toTokens(body: Record<string, unknown>): Tokens {
    const seconds = Number(body.expires_in);
    const lifetimeSeconds = Number.isFinite(seconds) && seconds > 0 ? seconds : shortLifetimeSeconds;
    return {
      accessToken: String(body.access_token),
      refreshToken: typeof body.refresh_token === 'string' ? body.refresh_token : '',
      expiresAt: new Date(clock.now().getTime() + lifetimeSeconds * 1000),
      scopes: typeof body.scope === 'string' ? body.scope.split(' ') : [],
    };
  }

  return {
    post,
    /** Throws GrantRefused when the grant is gone for good, VendorUnavailable for everything else. */
    async tokens(
      account: string,
      form: Record<string, string>,
    ): Promise<{ tokens: Tokens; body: Record<string, unknown> }> {
      const answer = await post(account, { ...fields, ...form });
      const body = readObject(answer);
      if (answer.status === 200 && typeof body.access_token === 'string') return { tokens: toTokens(body), body };
      const detail = `${answer.status} ${String(body.error ?? '')}: ${String(body.error_description ?? '').slice(0, longestDetail)}`;
      if (finalErrors.has(String(body.error))) throw new GrantRefused(`${name} refused the grant: ${detail}`);
      throw new VendorUnavailable(`${name} did not hand out access. It is asked again shortly.`, {
        code: `${vendor}_token_unavailable`,
        detail,
        retryAfterSeconds: 60,
      });
    },
  };
}

/** Whose mailbox new tokens open. Throws GrantRefused where they open none. */
export async function profileOf(mailbox: MailboxVendor, { accessToken }: Tokens) {
  const account = { tenantId: '', mailboxId: 'connecting', address: '', token: async () => accessToken };
  try {
    return await mailbox.profile(account);
  } catch (error) {
    if (error instanceof MailboxDisconnected)
      throw new GrantRefused(`${mailbox.name} refused the grant: ${error.message}`);
    throw error;
  }
}

function readObject(answer: HttpAnswer): Record<string, unknown> {
  try {
    const body = answer.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
