import type { Clock } from '../../core/clock.ts';
import type { Http } from '../../core/http.ts';
import { createApi } from './api.ts';
import type { SalesforceConfig } from './config.ts';
import { createCrm } from './crm.ts';
import { createOAuth } from './oauth.ts';

export { type SalesforceConfig, salesforceBudget } from './config.ts';

/** Salesforce, filling the CRM socket; `http` should know `salesforceBudget` under the name `salesforce`. */
export function createSalesforce(config: SalesforceConfig, http: Http, clock: Clock) {
  const api = createApi(config, http, clock);
  return {
    id: 'salesforce',
    oauth: createOAuth(config, http, clock, api),
    crm: createCrm(config, api, clock),
  } as const;
}
