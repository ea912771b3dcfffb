/** Calls to Salesforce's REST API by jsforce, and what their answers mean. */
import type { Connection } from '@jsforce/jsforce-node';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { VendorUnavailable } from '../../core/errors.ts';
import { type Http, type HttpAnswer, VendorError } from '../../core/http.ts';
import { type CrmAccount, CrmDisconnected } from '../../crm-sync/crm.ts';
import { GrantRefused } from '../../tenants/oauth.ts';
import { isSalesforceUrl, type SalesforceConfig } from './config.ts';
import { openWire } from './connection.ts';
import { createDailyUse } from './daily-use.ts';
import { howToFix, passingCodes, sentenceOf } from './refusals.ts';

/** One request, made with a connection that is signed in. */
export interface ApiRequest<T> {
  send(connection: Connection): Promise<unknown>;
  /** What an answer looks like; any other is taken for one that was garbled on its way. */
  shape: z.ZodType<T>;
  /** Nobody waits for it: it stops while the org has little of its daily calls left. */
  isBackground?: boolean;
}

/** `refused` is final for this request; `retry` may be sent again, and may have been carried out when `maybeWritten`. */
export type ApiAnswer<T> =
  | { outcome: 'ok'; body: T }
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
  call<T>(account: CrmAccount, request: ApiRequest<T>): Promise<ApiAnswer<T>>;
  /** For reads: null for 404. Throws VendorUnavailable, CrmDisconnected. */
  read<T>(account: CrmAccount, request: ApiRequest<T>): Promise<T | null>;
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
const errorList = z.array(z.object({ errorCode: z.string(), message: z.string().catch('') })).min(1);

export function createApi(config: SalesforceConfig, http: Http, clock: Clock): SalesforceApi {
  const dailyUse = createDailyUse(clock);

  async function call<T>(account: CrmAccount, request: ApiRequest<T>): Promise<ApiAnswer<T>> {
    const wait = request.isBackground ? dailyUse.waitSeconds(account.accountId) : 0;
    if (wait > 0) return retry('most of the daily API calls of this org are used up', false, wait);
    const base = account.apiUrl ?? '';
    if (!isSalesforceUrl(base, config)) throw new CrmDisconnected(`“${base}” is no address of Salesforce.`);
    const send = async (accessToken: string): Promise<ApiAnswer<T> | 'session_ended'> => {
      const wire = await openWire(http, account.accountId, { instanceUrl: new URL(base).origin, accessToken });
      try {
        const parsed = request.shape.safeParse(await request.send(wire.connection));
        if (parsed.success) return { outcome: 'ok', body: parsed.data };
        return retry(`Salesforce answered in a way we do not know: ${parsed.error.message}`, true);
      } catch (error) {
        const last = wire.last();
        if (last === null || last instanceof VendorError) throw last ?? error;
        return last.status === 401 ? 'session_ended' : judge(last, account);
      } finally {
        dailyUse.note(account.accountId, wire.connection.limitInfo.apiUsage);
      }
    };
    try {
      const token = await tokenOf(account);
      const answer = await send(token);
      if (answer !== 'session_ended') return answer;
      // The session ended before its time; nothing was carried out, so the same may be sent with another token.
      const other = await tokenOf(account, token);
      const second = other === token ? 'session_ended' : await send(other);
      return second === 'session_ended' ? retry('the session was refused', false, sessionRetrySeconds) : second;
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      const seconds = error.outcomeUnknown ? unknownOutcomeRetrySeconds : error.retryAfterSeconds;
      return retry(error.message, error.outcomeUnknown, seconds);
    }
  }

  /** What an answer says that jsforce made an error of. */
  function judge({ status, text }: HttpAnswer, { accountId }: CrmAccount): ApiAnswer<never> {
    if (status < 300) return retry('Salesforce answered with something that is no JSON', true);
    const { errorCode, message } = firstError(text());
    if (errorCode === 'REQUEST_LIMIT_EXCEEDED') return retry(message, false, dailyUse.refused(accountId, message));
    if (status >= 500 || status === 408 || status === 420 || status === 429) {
      return retry(`Salesforce answered ${status}`, true);
    }
    if (passingCodes.has(errorCode)) return retry(errorCode, false);
    return { outcome: 'refused', status, code: errorCode || `HTTP_${status}`, message };
  }

  async function read<T>(account: CrmAccount, request: ApiRequest<T>): Promise<T | null> {
    const answer = await call(account, request);
    if (answer.outcome === 'ok') return answer.body;
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
    const shape = z.object({ records: z.array(row), done: z.boolean(), nextRecordsUrl: z.string().nullish() });
    const rows: T[] = [];
    for (let next: string | null = null; ; ) {
      const send = async (connection: Connection) =>
        next === null ? connection.query(text, { scanAll: withDeleted }) : connection.queryMore(next);
      const page = await read(account, { send, shape, isBackground });
      if (page === null) throw new VendorUnavailable('Salesforce lost a page of an answer.', { detail: next ?? text });
      rows.push(...page.records);
      if (page.done || !page.nextRecordsUrl) return rows;
      next = page.nextRecordsUrl;
    }
  }

  return { call, read, query };
}

async function tokenOf(account: CrmAccount, refused?: string): Promise<string> {
  try {
    return await account.token(refused);
  } catch (error) {
    if (error instanceof GrantRefused) throw new CrmDisconnected(error.message);
    throw error;
  }
}

/** Read by ourselves: jsforce makes a page that stands before Salesforce the message, and of several errors none. */
function firstError(text: string): { errorCode: string; message: string } {
  try {
    return errorList.parse(JSON.parse(text))[0]!;
  } catch {
    return { errorCode: '', message: '' };
  }
}

function retry(reason: string, maybeWritten: boolean, retryAfterSeconds = unknownOutcomeRetrySeconds) {
  return { outcome: 'retry', reason, maybeWritten, retryAfterSeconds } as const;
}
