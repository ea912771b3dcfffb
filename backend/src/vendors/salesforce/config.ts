export interface SalesforceConfig {
  /** Consumer key and secret of the external client app. */
  clientId: string;
  clientSecret: string;
  /** Where people sign in who name no other host: `https://login.salesforce.com`; the fake in the sandbox. */
  loginUrl: string;
  /** The prefix of packaged fields, as in `salesos__`. */
  namespace: string;
  /** The app's private key (PEM), for orgs whose admin approved it beforehand: then no refresh token is kept. */
  privateKey?: string;
}

export const salesforceScopes = ['api', 'refresh_token', 'id'];
/** Winter '27. Named with every call: jsforce would ask for 50.0. */
export const apiVersion = '68.0';
/** Told with every call, so that an admin finds ours among the org's; also how Professional Edition knows a partner. */
export const clientName = 'SalesOS';

/**
 * Salesforce limits calls by the day (100,000 and more) and long ones by their number at once (25). This keeps bursts of an
 * account small; the day is watched by `api.ts`.
 * https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm
 */
export const salesforceBudget = { calls: 50, windowSeconds: 10 };

/** Salesforce's own hosts; tokens go nowhere else. In the sandbox and in tests also the configured one. */
export function isSalesforceUrl(address: string, config: Pick<SalesforceConfig, 'loginUrl'>): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.origin === new URL(config.loginUrl).origin) return true;
  const isOurs = /(^|\.)(salesforce|force)\.com$/.test(url.hostname);
  return isOurs && url.protocol === 'https:' && url.port === '' && url.username === '' && url.password === '';
}
