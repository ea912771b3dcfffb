/**
 * Calls to Salesforce's REST API, and what their answers mean. The wire is ours and not jsforce's (3.12): its transport can
 * be replaced, but it hides status and headers that a lost write must be judged by, its SOQL builder leaves backslashes
 * unescaped (`\'` ends a string), its refresh loses a rotated token, and it loads for 170 ms. It is the second opinion on the
 * fake instead: sandbox/fakes/salesforce/fake-salesforce.test.ts drives the fake with it.
 */
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { VendorUnavailable } from '../../core/errors.ts';
import { type Http, type HttpAnswer, VendorError } from '../../core/http.ts';
import { type CrmAccount, CrmDisconnected } from '../../crm-sync/crm.ts';
import { GrantRefused } from '../../tenants/oauth.ts';
import { apiVersion, clientName, isSalesforceUrl, type SalesforceConfig } from './config.ts';
import { createDailyUse, type DailyUse } from './daily-use.ts';
import { howToFix, passingCodes, sentenceOf } from './refusals.ts';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/services/data/v68.0`, or from its root as `nextRecordsUrl` is. */
  path: string;
  body?: unknown;
  /** Nobody waits for it: it stops while the org has little of its daily calls left. */
  isBackground?: boolean;
}

/** `refused` is final for this request; `retry` may be sent again, and may have been carried out when `maybeWritten`. */
export type ApiAnswer =
  | { outcome: 'ok'; body: unknown }
  | { outcome: 'refused'; status: number; code: string; message: string }
  | { outcome: 'retry'; reason: string; maybeWritten: boolean; retryAfterSeconds: number };

/** Nothing can be read until an admin of the org changes something. */
export class NotAllowed extends VendorUnavailable {
  errorCode: string;
  sentence: string;
  howToFix: string;
  constructor(errorCode: string, sentence: string, howToFix: string) {
    super(`${sentence} ${howToFix}`, { detail: errorCode, retryAfterSeconds: 3600 });
    this.errorCode = errorCode;
    this.sentence = sentence;
    this.howToFix = howToFix;
  }
}

export interface SalesforceApi {
  call(account: CrmAccount, request: ApiRequest): Promise<ApiAnswer>;
  /** For reads: the body in its shape, or null for 404. Throws VendorUnavailable, CrmDisconnected. */
  read<T>(account: CrmAccount, request: ApiRequest, shape: z.ZodType<T>): Promise<T | null>;
  /** Every row of a query. `withDeleted` also looks into the recycle bin, where merged records are. */
  query<T>(
    account: CrmAccount,
    text: string,
    row: z.ZodType<T>,
    options?: { withDeleted?: boolean; isBackground?: boolean },
  ): Promise<T[]>;
}

/** An unknown outcome is looked up; by then a request that Salesforce finishes late must have been finished. */
const unknownOutcomeRetrySeconds = 60;
const sessionRetrySeconds = 60;
const errorBody = z.array(z.object({ errorCode: z.string(), message: z.string().catch('') })).min(1);

export function createApi(config: SalesforceConfig, http: Http, clock: Clock): SalesforceApi {
  const dailyUse = createDailyUse(clock);

  async function call(account: CrmAccount, request: ApiRequest): Promise<ApiAnswer> {
    const wait = request.isBackground ? dailyUse.waitSeconds(account.accountId) : 0;
    if (wait > 0) return retry('most of the daily API calls of this org are used up', false, wait);
    const base = account.apiUrl ?? '';
    if (!isSalesforceUrl(base, config)) throw new CrmDisconnected(`“${base}” is no address of Salesforce.`);
    const path = request.path.startsWith('/services/') ? request.path : `/services/data/${apiVersion}${request.path}`;
    const send = (token: string) =>
      http.request({
        vendor: 'salesforce',
        account: account.accountId,
        method: request.method,
        url: new URL(base).origin + path,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          'sforce-call-options': `client=${clientName}`,
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
    try {
      const token = await tokenOf(account);
      let answer = await send(token);
      if (answer.status === 401) {
        // The session ended before its time; nothing was carried out, so the same may be sent with another token.
        const other = await tokenOf(account, token);
        if (other === token) return retry('the session expired', false, sessionRetrySeconds);
        answer = await send(other);
      }
      dailyUse.note(account.accountId, answer.headers['sforce-limit-info']);
      return judge(answer, request.method, dailyUse, account.accountId);
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      const retryAfterSeconds = error.outcomeUnknown ? unknownOutcomeRetrySeconds : error.retryAfterSeconds;
      return retry(error.message, error.outcomeUnknown, retryAfterSeconds);
    }
  }

  async function read<T>(account: CrmAccount, request: ApiRequest, shape: z.ZodType<T>): Promise<T | null> {
    const answer = await call(account, request);
    if (answer.outcome === 'ok') {
      const parsed = shape.safeParse(answer.body);
      if (parsed.success) return parsed.data;
      const detail = `${request.method} ${request.path.split('?')[0]}: ${parsed.error.message}`;
      throw new VendorUnavailable('Salesforce answered in a way we do not know.', { detail });
    }
    if (answer.outcome === 'retry') {
      throw new VendorUnavailable('Salesforce did not answer. It is asked again shortly.', {
        detail: answer.reason,
        retryAfterSeconds: answer.retryAfterSeconds,
      });
    }
    const { status, code, message } = answer;
    if (status === 404) return null;
    if (howToFix[code]) throw new NotAllowed(code, sentenceOf(code, message), howToFix[code]);
    throw new VendorUnavailable('Salesforce did not understand our question.', {
      detail: `${status} ${code}: ${message}`,
    });
  }

  async function query<T>(
    account: CrmAccount,
    text: string,
    row: z.ZodType<T>,
    { withDeleted = false, isBackground = false } = {},
  ): Promise<T[]> {
    const shape = z.object({ records: z.array(row), done: z.boolean(), nextRecordsUrl: nextPage.nullish() });
    const rows: T[] = [];
    for (let path = `/${withDeleted ? 'queryAll' : 'query'}?q=${encodeURIComponent(text)}`; ; ) {
      const page = await read(account, { method: 'GET', path, isBackground }, shape);
      if (page === null) throw new VendorUnavailable('Salesforce lost a page of an answer.', { detail: path });
      rows.push(...page.records);
      if (page.done || !page.nextRecordsUrl) return rows;
      path = page.nextRecordsUrl;
    }
  }

  return { call, read, query };
}

const nextPage = z.string().regex(/^\/services\/data\/v[\d.]+\/query\/[\w-]+$/);

async function tokenOf(account: CrmAccount, refused?: string): Promise<string> {
  try {
    return await account.token(refused);
  } catch (error) {
    if (error instanceof GrantRefused) throw new CrmDisconnected(error.message);
    throw error;
  }
}

function judge(answer: HttpAnswer, method: string, dailyUse: DailyUse, accountId: string): ApiAnswer {
  const body = readJson(answer);
  if (answer.status >= 200 && answer.status < 300) {
    if (body !== undefined || answer.status === 204) return { outcome: 'ok', body };
    return retry('Salesforce answered with something that is no JSON', true, unknownOutcomeRetrySeconds);
  }
  const { errorCode, message } = errorBody.safeParse(body).data?.[0] ?? { errorCode: '', message: '' };
  if (answer.status === 401) return retry('the session was refused', false, sessionRetrySeconds);
  if (errorCode === 'REQUEST_LIMIT_EXCEEDED') {
    const seconds = dailyUse.refused(accountId, message);
    return retry(message, false, seconds);
  }
  if (answer.status >= 500 || answer.status === 408 || answer.status === 420 || answer.status === 429) {
    return retry(`Salesforce answered ${answer.status}`, method !== 'GET', unknownOutcomeRetrySeconds);
  }
  if (passingCodes.has(errorCode)) return retry(errorCode, false, unknownOutcomeRetrySeconds);
  return { outcome: 'refused', status: answer.status, code: errorCode || `HTTP_${answer.status}`, message };
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
