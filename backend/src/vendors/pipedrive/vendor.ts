import type { Clock } from '../../core/clock.ts';
import type { Http } from '../../core/http.ts';
import { createApi } from './api.ts';
import { createApp } from './app.ts';
import type { PipedriveConfig } from './config.ts';
import { createCrm } from './crm.ts';
import { createOAuth } from './oauth.ts';

export type { PipedriveApp } from './app.ts';
export { type PipedriveConfig, pipedriveBudget, pipedriveScopes } from './config.ts';

/** Pipedrive, filling the CRM socket; `http` should know `pipedriveBudget` under the name `pipedrive`. */
export function createPipedrive(config: PipedriveConfig, http: Http, clock: Clock) {
  const api = createApi(config, http, clock);
  return {
    id: 'pipedrive',
    oauth: createOAuth(config, http, clock),
    crm: createCrm(config, api, clock),
    app: createApp(config, api, clock),
  } as const;
}
