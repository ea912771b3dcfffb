import type { Clock } from '../../core/clock.ts';
import type { Http } from '../../core/http.ts';
import type { CrmAccount } from '../../crm-sync/crm.ts';
import { createApi } from './api.ts';
import type { SalesforceConfig } from './config.ts';
import { createCrm } from './crm.ts';
import { createOAuth } from './oauth.ts';
import { pushOrgKey } from './org-key.ts';

export { type SalesforceConfig, salesforceBudget } from './config.ts';

/** Salesforce, filling the CRM socket; `http` should know `salesforceBudget` under the name `salesforce`. */
export function createSalesforce(config: SalesforceConfig, http: Http, clock: Clock) {
  const api = createApi(config, http, clock);
  return {
    id: 'salesforce',
    oauth: createOAuth(config, http, clock, api),
    crm: createCrm(config, api, clock),
    /** After a connect: the key by which the org proves itself to us. Throws CrmRefused, VendorUnavailable. */
    pushOrgKey: (account: CrmAccount, key: string, namespace: string) => pushOrgKey(api, account, key, namespace),
  } as const;
}
