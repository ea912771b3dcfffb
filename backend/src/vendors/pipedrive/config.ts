export interface PipedriveConfig {
  clientId: string;
  clientSecret: string;
  /** Where users give their consent and tokens come from, as in `https://oauth.pipedrive.com`. */
  oauthUrl: string;
  /** Where companies' webhooks reach us: our public address without a final slash. Null: none are subscribed. */
  publicUrl: string | null;
  /** The id of the modal “Enroll” in the app's entry of the Developer Hub: the panel opens it by that. */
  enrollModalId?: string;
  /** The only API address besides https://*.pipedrive.com that tokens may be sent to: the sandbox's stand-in. */
  sandboxApiUrl?: string;
}

/** What the app asks for; chosen in the Developer Hub, not in the request. Why each is needed is in pipedrive-app/README.md. */
export const pipedriveScopes = [
  'base',
  'contacts:full',
  'deals:full',
  'activities:full',
  'users:read',
  'search:read',
  'contact-fields:full',
  'admin',
];

/**
 * Half of the 80 calls in two seconds that the smallest plan gives a token; the rest is for the company's other apps.
 * https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting
 */
export const pipedriveBudget = { calls: 40, windowSeconds: 2 };

/** Tokens that a list costs, where one record costs 1. https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting */
export const listCost = 10;
/** The most ids, and the most records, that a list by ids takes. */
export const idsPerRequest = 100;

/** A token is only ever sent to Pipedrive: the answer that names the address could be forged or mistyped. */
export function isApiUrl(text: string, { sandboxApiUrl }: PipedriveConfig): boolean {
  if (sandboxApiUrl !== undefined && text === sandboxApiUrl) return true;
  const url = URL.parse(text);
  return (
    url?.protocol === 'https:' &&
    /^[a-z0-9-]+(\.[a-z0-9-]+)*\.pipedrive\.com$/.test(url.hostname) &&
    url.port === '' &&
    url.username === '' &&
    url.origin === text
  );
}
