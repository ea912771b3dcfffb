import { createHash, randomBytes } from 'node:crypto';
import type { System } from '../core/ctx.ts';
import { InvalidInput, VendorUnavailable } from '../core/errors.ts';
import { VendorError } from '../core/http.ts';
import { type Grant, GrantRefused, type OAuthVendor } from './oauth.ts';
import { deleteStatesBefore, insertState, takeState } from './queries.ts';

/** How long a person may take on the vendor's pages. */
const connectSeconds = 600;
const tryAgain = 'This link to connect was used already or is too old. Please start again.';

export interface ConnectRequest {
  /** As in `hubspot`, `google`. */
  vendor: string;
  /** Who connects; absent when the connect itself makes the tenant (installing the CRM app). */
  tenantId?: string;
  memberId?: string;
  redirectUrl: string;
  loginHint?: string;
  /** Where the person signs in, where a vendor has several such hosts; checked by the caller. */
  loginHost?: string;
}

/** Begins an OAuth round trip: the address to send the person to. The state in it works once, for ten minutes. */
export async function startConnect(system: System, request: ConnectRequest): Promise<{ url: string }> {
  const vendor = oauthVendor(system, request.vendor);
  const now = system.clock.now();
  const state = randomBytes(32).toString('base64url');
  const verifier = randomBytes(32).toString('base64url');
  await deleteStatesBefore(system, now);
  await insertState(system, {
    state,
    vendor: vendor.id,
    tenantId: request.tenantId ?? null,
    memberId: request.memberId ?? null,
    // Kept with the verifier: the code goes back to the host that gave it.
    sealedVerifier: system.secrets.seal(`${verifier} ${request.loginHost ?? ''}`, sealContext(state)),
    expiresAt: new Date(now.getTime() + connectSeconds * 1000),
  });
  const { redirectUrl, loginHint, loginHost } = request;
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
  const hints = { ...(loginHint ? { loginHint } : {}), ...(loginHost ? { loginHost } : {}) };
  return { url: vendor.authorizeUrl({ state, codeChallenge, redirectUrl, ...hints }) };
}

/** Ends the round trip. A state that is unknown, used, too old or of another vendor is refused, and so is a wrong code. */
export async function finishConnect(
  system: System,
  answer: { vendor: string; state: string; code: string; redirectUrl: string },
): Promise<{ grant: Grant; tenantId: string | null; memberId: string | null }> {
  const vendor = oauthVendor(system, answer.vendor);
  const started = await takeState(system, vendor.id, answer.state);
  if (!started?.sealedVerifier || started.expiresAt <= system.clock.now())
    throw new InvalidInput(tryAgain, { code: 'connect_expired' });
  const opened = system.secrets.open(started.sealedVerifier, sealContext(answer.state));
  const [codeVerifier = '', loginHost] = opened.split(' ');
  try {
    const { code, redirectUrl } = answer;
    const grant = await vendor.exchangeCode({ code, codeVerifier, redirectUrl, ...(loginHost ? { loginHost } : {}) });
    return { grant, tenantId: started.tenantId, memberId: started.memberId };
  } catch (error) {
    if (error instanceof GrantRefused)
      throw new InvalidInput(`${vendor.name} did not accept the connection. Please start again.`, {
        code: 'connect_refused',
        detail: error.message,
      });
    if (error instanceof VendorError)
      throw new VendorUnavailable(`${vendor.name} does not answer. Please start again in a moment.`, {
        detail: error.message,
        retryAfterSeconds: error.retryAfterSeconds,
      });
    throw error;
  }
}

export function oauthVendor(system: System, id: string): OAuthVendor {
  const vendor = system.sockets.oauth.get(id);
  if (!vendor) throw new InvalidInput(`There is nothing called “${id}” to connect to.`, { code: 'unknown_vendor' });
  return vendor;
}

const sealContext = (state: string) => `oauth_state|${state}`;
