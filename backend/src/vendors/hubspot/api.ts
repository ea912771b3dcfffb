/**
 * Calls to HubSpot's CRM API, and what their answers mean. @hubspot/api-client 14.0.1 is used for its constants only: it
 * brings its own transport that cannot take ours (time limits, allowance per portal, circuit breaker), knows only the
 * numbered paths that end in September 2027, and loads for 140 ms.
 */
import { z } from 'zod';
import { VendorUnavailable } from '../../core/errors.ts';
import { type Http, type HttpAnswer, VendorError } from '../../core/http.ts';
import { type CrmAccount, CrmDisconnected } from '../../crm-sync/crm.ts';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query below the API's address. */
  path: string;
  body?: unknown;
}

/** `refused` is final for this request; `retry` may be sent again, and may have been carried out when `maybeWritten`. */
export type ApiAnswer =
  | { outcome: 'ok'; body: unknown }
  | { outcome: 'refused'; status: number; category: string; message: string }
  | { outcome: 'retry'; reason: string; maybeWritten: boolean; retryAfterSeconds: number };

export interface HubSpotApi {
  call(account: CrmAccount, request: ApiRequest): Promise<ApiAnswer>;
  /** For reads: the body in its shape, or null for 404. Throws VendorUnavailable; CrmDisconnected where a scope is missing. */
  read<T>(account: CrmAccount, request: ApiRequest, shape: z.ZodType<T>): Promise<T | null>;
}

const errorBody = z.object({
  message: z.string().catch(''),
  category: z.string().catch(''),
  policyName: z.string().optional().catch(undefined),
});
const defaultRetrySeconds = 30;
/** An unknown outcome is looked up; by then a request that HubSpot finishes late must have been finished. */
const unknownOutcomeRetrySeconds = 60;

export function createApi(apiUrl: string, http: Http): HubSpotApi {
  async function call(account: CrmAccount, request: ApiRequest): Promise<ApiAnswer> {
    const token = await account.token();
    const answer = await send(account, request, token);
    if (answer !== 'expired') return answer;
    const fresh = await account.token(token);
    const again = fresh === token ? 'expired' : await send(account, request, fresh);
    return again === 'expired' ? retry('the access token expired', false, 1) : again;
  }

  async function send(account: CrmAccount, request: ApiRequest, token: string): Promise<ApiAnswer | 'expired'> {
    try {
      const answer = await http.request({
        vendor: 'hubspot',
        account: account.accountId,
        method: request.method,
        url: apiUrl + request.path,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      return judge(answer);
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      const retryAfterSeconds = error.outcomeUnknown ? unknownOutcomeRetrySeconds : error.retryAfterSeconds;
      return { outcome: 'retry', reason: error.message, maybeWritten: error.outcomeUnknown, retryAfterSeconds };
    }
  }

  async function read<T>(account: CrmAccount, request: ApiRequest, shape: z.ZodType<T>): Promise<T | null> {
    const answer = await call(account, request);
    if (answer.outcome === 'ok') {
      const parsed = shape.safeParse(answer.body);
      if (parsed.success) return parsed.data;
      const detail = `${request.method} ${request.path}: ${parsed.error.message}`;
      throw new VendorUnavailable('HubSpot answered in a way we do not know.', { detail });
    }
    if (answer.outcome === 'retry') {
      throw new VendorUnavailable('HubSpot did not answer. It is asked again shortly.', {
        detail: answer.reason,
        retryAfterSeconds: answer.retryAfterSeconds,
      });
    }
    if (answer.status === 404) return null;
    const detail = `${answer.status} ${answer.category}: ${answer.message}`;
    if (answer.status === 403) throw new CrmDisconnected(`HubSpot does not let us read: ${detail}`);
    throw new VendorUnavailable('HubSpot did not understand our question.', { detail });
  }

  return { call, read };
}

function judge(answer: HttpAnswer): ApiAnswer | 'expired' {
  const body = readJson(answer);
  if (answer.status >= 200 && answer.status < 300) {
    if (body !== undefined || answer.status === 204) return { outcome: 'ok', body };
    return retry('HubSpot answered with something that is no JSON', true, unknownOutcomeRetrySeconds);
  }
  const { message, category, policyName } = errorBody.catch({ message: '', category: '' }).parse(body);
  if (answer.status === 401) {
    // Any other 401 says that the installation is gone.
    if (category === 'EXPIRED_AUTHENTICATION') return 'expired';
    throw new CrmDisconnected(`HubSpot no longer accepts our access: ${message || answer.status}`);
  }
  if (answer.status === 429) return retry(`rate limit ${policyName ?? ''}`.trim(), false, rateLimitSeconds(answer));
  // 423 locked, 477 account moving to another data centre: refused before anything was done.
  if (answer.status === 423 || answer.status === 477) {
    return retry(`HubSpot answered ${answer.status}`, false, retryAfter(answer) ?? defaultRetrySeconds);
  }
  if (answer.status >= 500 || answer.status === 408) {
    const seconds = Math.max(retryAfter(answer) ?? 0, unknownOutcomeRetrySeconds);
    return retry(`HubSpot answered ${answer.status}`, true, seconds);
  }
  return { outcome: 'refused', status: answer.status, category: category || `HTTP_${answer.status}`, message };
}

function retry(reason: string, maybeWritten: boolean, retryAfterSeconds: number): ApiAnswer {
  return { outcome: 'retry', reason, maybeWritten, retryAfterSeconds };
}

function readJson(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return undefined;
  }
}

/** A full window of the limit that was hit, where HubSpot says how long it is; searches are limited by the second. */
function rateLimitSeconds(answer: HttpAnswer): number {
  const interval = Number(answer.headers['x-hubspot-ratelimit-interval-milliseconds'] ?? 1000);
  return retryAfter(answer) ?? (Number.isFinite(interval) ? Math.max(1, Math.ceil(interval / 1000)) : 10);
}

function retryAfter(answer: HttpAnswer): number | null {
  const seconds = Number(answer.headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3600) : null;
}
