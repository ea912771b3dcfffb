import type { Clock } from '../../core/clock.ts';
import type { Http } from '../../core/http.ts';
import { createApi } from './api.ts';
import type { PipedriveConfig } from './config.ts';
import { createCrm } from './crm.ts';
import { createOAuth } from './oauth.ts';

export { type PipedriveConfig, pipedriveBudget } from './config.ts';

/** Pipedrive, filling the CRM socket; `http` should know `pipedriveBudget` under the name `pipedrive`. */
export function createPipedrive(config: PipedriveConfig, http: Http, clock: Clock) {
  return {
    id: 'pipedrive',
    oauth: createOAuth(config, http, clock),
    crm: createCrm(config, createApi(config, http, clock), clock),
  } as const;
}
