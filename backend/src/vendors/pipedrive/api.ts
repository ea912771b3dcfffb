/**
 * Calls to a company's API, and what their answers mean. The npm client `pipedrive` is not used: it answers the body alone,
 * so that neither the status nor the limits in the headers can be seen, and it knows no lock around a refresh.
 */
import type { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { VendorUnavailable } from '../../core/errors.ts';
import { type Http, type HttpAnswer, VendorError } from '../../core/http.ts';
import { type CrmAccount, CrmDisconnected, CrmRefused } from '../../crm-sync/crm.ts';
import { GrantRefused } from '../../tenants/oauth.ts';
import { type Answer, judge } from './answers.ts';
import { isApiUrl, type PipedriveConfig } from './config.ts';
import { createTokenBudget, type TokenBudget } from './token-budget.ts';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query, as in `/api/v2/persons/1`. */
  path: string;
  /** Tokens of the company's day: `x-token-cost` of the API description. */
  cost: number;
  body?: unknown;
}

export interface PipedriveApi {
  call(account: CrmAccount, request: ApiRequest): Promise<Answer>;
  /**
   * For reads: the body in its shape, or null for 404. Throws VendorUnavailable, CrmRefused where a permission is missing,
   * CrmDisconnected where the installation is gone.
   */
  read<T>(account: CrmAccount, request: ApiRequest, shape: z.ZodType<T>): Promise<T | null>;
}

/** An unknown outcome is looked up; by then a request that Pipedrive finishes late must have been finished. */
const unknownOutcomeRetrySeconds = 60;

export function createApi(config: PipedriveConfig, http: Http, clock: Clock): PipedriveApi {
  const budgets = new Map<string, TokenBudget>();

  function budgetOf({ accountId }: CrmAccount): TokenBudget {
    const known = budgets.get(accountId) ?? createTokenBudget(clock);
    budgets.set(accountId, known);
    return known;
  }

  async function tokenOf(account: CrmAccount, refused?: string): Promise<string> {
    try {
      return await account.token(refused);
    } catch (error) {
      if (error instanceof GrantRefused) throw new CrmDisconnected(error.message);
      throw error;
    }
  }

  async function send(account: CrmAccount, { method, path, body }: ApiRequest, token: string): Promise<HttpAnswer> {
    if (!account.apiUrl || !isApiUrl(account.apiUrl, config))
      throw new CrmDisconnected('The address of the company in Pipedrive is not known.');
    return http.request({
      vendor: 'pipedrive',
      account: account.accountId,
      method,
      url: account.apiUrl + path,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async function call(account: CrmAccount, request: ApiRequest): Promise<Answer> {
    const budget = budgetOf(account);
    const wait = budget.take(request.cost);
    if (wait > 0) return later('the API budget of the company is used up', wait);
    try {
      const token = await tokenOf(account);
      let answer = await send(account, request, token);
      if (answer.status === 401) {
        // Expired and revoked look the same: whether there is a new token tells them apart.
        const renewed = await tokenOf(account, token);
        if (renewed === token) return later('the access token expired', 1);
        answer = await send(account, request, renewed);
        if (answer.status === 401) throw new CrmDisconnected('Pipedrive no longer accepts our access.');
      }
      const limited = budget.note(answer);
      return limited === null ? judge(answer) : later(`rate limit (${answer.status})`, limited);
    } catch (error) {
      if (error instanceof VendorUnavailable) return later(error.message, error.retryAfterSeconds ?? 30);
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
      throw new VendorUnavailable('Pipedrive answered in a way we do not know.', { detail });
    }
    if (answer.outcome === 'retry') throw noAnswer(answer);
    if (answer.status === 404) return null;
    if (answer.status === 403)
      throw new CrmRefused(
        'NO_PERMISSION',
        `Pipedrive does not let this user see it: ${answer.reason}`,
        'Ask an admin of your Pipedrive account for the permission.',
      );
    throw new VendorUnavailable('Pipedrive did not understand our question.', {
      detail: `${answer.status} ${answer.code}: ${answer.reason}`,
    });
  }

  return { call, read };
}

/** For a caller that cannot hand on a result. */
export const noAnswer = ({ reason, retryAfterSeconds }: { reason: string; retryAfterSeconds: number }) =>
  new VendorUnavailable('Pipedrive did not answer. It is asked again shortly.', { detail: reason, retryAfterSeconds });

const later = (reason: string, retryAfterSeconds: number): Answer => ({
  outcome: 'retry',
  reason,
  maybeWritten: false,
  retryAfterSeconds,
});
