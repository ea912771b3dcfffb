/** The socket of a vendor that is connected by OAuth: CRMs and mailboxes alike. Tokens pass through; nothing is stored here. */

export interface Tokens {
  accessToken: string;
  /** Some vendors rotate it with each refresh; the newest one is the only one that counts. */
  refreshToken: string;
  expiresAt: Date;
  scopes: string[];
  /** Where this account's API is, where the vendor says so with the tokens (Salesforce, Pipedrive). */
  apiUrl?: string;
}

/** What a finished connect tells: whose account it is, besides the tokens. */
export interface Grant {
  tokens: Tokens;
  /** HubSpot: the portal id. Google: the mail address. */
  accountId: string;
  accountName: string | null;
  /** The vendor's id and address of the person who connected, where it says so. */
  user: { id: string; email: string | null; name?: string; isAdmin?: boolean } | null;
}

/** The vendor refuses the grant for good (revoked, uninstalled, expired): somebody must connect again. */
export class GrantRefused extends Error {
  override name = 'GrantRefused';
  /** The vendor says so because we were removed from the account. */
  uninstalled: boolean;
  constructor(message: string, { uninstalled = false } = {}) {
    super(message);
    this.uninstalled = uninstalled;
  }
}

export interface OAuthVendor {
  id: string;
  name: string;
  /**
   * True where every colleague installs for themselves (Pipedrive): each one's tokens are kept under the member, and an
   * admin's serve the sync.
   */
  isPerUser?: boolean;
  /**
   * `codeChallenge` is S256 of the verifier (PKCE, RFC 7636); vendors without PKCE leave it out. `loginHost` is where these
   * people sign in, where that is not the same for everybody (Salesforce: a sandbox, or the company's own domain); it was
   * checked, and the same one is given with the code.
   */
  authorizeUrl(request: {
    state: string;
    codeChallenge: string;
    redirectUrl: string;
    loginHint?: string;
    loginHost?: string;
  }): string;
  /** Throws GrantRefused for a wrong or used code. */
  exchangeCode(request: {
    code: string;
    codeVerifier: string;
    redirectUrl: string;
    loginHost?: string;
  }): Promise<Grant>;
  /** Throws GrantRefused when the grant is gone. */
  refresh(refreshToken: string, account: string): Promise<Tokens>;
  /** Best effort: an unreachable vendor does not keep us from forgetting the tokens. */
  revoke(refreshToken: string, account: string): Promise<void>;
}

declare module '../core/ctx.ts' {
  interface Sockets {
    /** By vendor id. */
    oauth: Map<string, OAuthVendor>;
  }
}
