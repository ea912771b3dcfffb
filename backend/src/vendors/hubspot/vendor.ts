import type { Clock } from '../../core/clock.ts';
import type { Http } from '../../core/http.ts';
import { createApi } from './api.ts';
import type { HubSpotConfig } from './config.ts';
import { createCrm } from './crm.ts';
import { createOAuth } from './oauth.ts';

export { type HubSpotConfig, hubspotBudget, hubspotScopes } from './config.ts';
export { createHubSpotSurface, hubspotWorkflow } from './surface.ts';

/** HubSpot, filling the CRM socket; `http` should know `hubspotBudget` under the name `hubspot`. */
export function createHubSpot(config: HubSpotConfig, http: Http, clock: Clock) {
  return {
    id: 'hubspot',
    oauth: createOAuth(config, http, clock),
    crm: createCrm(config, createApi(config.apiUrl, http)),
  } as const;
}
