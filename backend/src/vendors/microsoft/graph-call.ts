import { VendorUnavailable } from '../../core/errors.ts';
import { type Http, type HttpAnswer, VendorError } from '../../core/http.ts';
import { type MailboxAccount, MailboxDisconnected } from '../../email/mailbox.ts';
import { createCallGate } from './call-gate.ts';
import type { MicrosoftConfig } from './config.ts';
import { type Refusal, readRefusal } from './refusal.ts';

export interface GraphRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `v1.0/`, with its query. */
  path: string;
  body?: { type: 'application/json' | 'text/plain'; text: string };
  /** Items on a page of a delta round. */
  pageSize?: number;
}

export type GraphAnswer = { ok: true; answer: HttpAnswer } | { ok: false; refusal: Refusal };

export interface Graph {
  /**
   * One call, of at most four at once per mailbox. A refused token is renewed once; nothing else is ever repeated. Throws
   * `VendorError` when no answer came, also while our HTTP waits for the time that an earlier Retry-After named.
   */
  call(account: MailboxAccount, request: GraphRequest): Promise<GraphAnswer>;
  /** The same where only JSON is of use: `MailboxDisconnected` or `VendorUnavailable` otherwise. */
  read<T>(account: MailboxAccount, request: GraphRequest): Promise<T>;
  /** A link of Graph's (nextLink, deltaLink) as a path; throws for one that leads elsewhere. */
  pathOf(link: string): string;
}

/**
 * Calls go through our HTTP directly, with the shapes of `@microsoft/microsoft-graph-types`. The client
 * `@microsoft/microsoft-graph-client` 3.0.7 was weighed with its retry, redirect and token handlers replaced by our own (the
 * first repeats a POST, the last leaves the token out over http): what then remains joins addresses, leaves `&` in a filter
 * unescaped, glues an http nextLink to its base, takes an accepted send for a failure when the empty 202 names JSON, and
 * costs about 65 µs of CPU a call.
 */
export function createGraph(config: MicrosoftConfig, http: Http): Graph {
  const base = `${config.addresses.graph}/v1.0/`;
  const takeTurn = createCallGate();

  function exchange(account: MailboxAccount, request: GraphRequest, token: string): Promise<HttpAnswer> {
    const prefer = ['IdType="ImmutableId"', ...(request.pageSize ? [`odata.maxpagesize=${request.pageSize}`] : [])];
    const headers: Record<string, string> = {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      prefer: prefer.join(', '),
    };
    if (request.body) headers['content-type'] = request.body.type;
    // Graph wants the length named even where there is no body.
    if (request.method === 'POST' && !request.body) headers['content-length'] = '0';
    return http.request({
      vendor: 'microsoft',
      account: account.mailboxId,
      method: request.method,
      url: base + request.path,
      headers,
      ...(request.body ? { body: request.body.text } : {}),
    });
  }

  async function call(account: MailboxAccount, request: GraphRequest): Promise<GraphAnswer> {
    const token = await tokenOf(account);
    return takeTurn(account.address.toLowerCase(), async () => {
      let answer = await exchange(account, request, token);
      // A refused token was looked at before the request was: nothing was done.
      if (answer.status === 401) answer = await exchange(account, request, await tokenOf(account, token));
      if (answer.status >= 200 && answer.status < 300) return { ok: true, answer };
      return { ok: false, refusal: readRefusal(answer, config.clock.now()) };
    });
  }

  return {
    call,
    async read<T>(account: MailboxAccount, request: GraphRequest): Promise<T> {
      const done = await call(account, request);
      if (!done.ok) throw asError(done.refusal);
      return jsonOf<T>(done.answer);
    },
    pathOf(link) {
      if (!link.startsWith(base)) throw unavailable(`a link to another place: ${link.slice(0, 100)}`, 60);
      return link.slice(base.length);
    },
  };
}

/** Whatever went wrong while getting a token, the call itself was never made. */
async function tokenOf(account: MailboxAccount, refused?: string): Promise<string> {
  try {
    return await account.token(refused);
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    throw new VendorError(error.vendor, error.kind, false, error.retryAfterSeconds, error);
  }
}

/** Throws `VendorUnavailable` for an answer that broke off. */
export function jsonOf<T>(answer: HttpAnswer): T {
  try {
    return answer.json() as T;
  } catch {
    throw unavailable(`${answer.status} with ${answer.body.length} bytes that are no JSON`, 60);
  }
}

export function asError(refusal: Refusal): Error {
  if (refusal.kind === 'reconnect') return new MailboxDisconnected(`${refusal.code}: ${refusal.message}`);
  return unavailable(`${refusal.status} ${refusal.code}: ${refusal.message}`, refusal.retryAfterSeconds);
}

function unavailable(detail: string, retryAfterSeconds: number): VendorUnavailable {
  return new VendorUnavailable('Outlook did not answer as expected. We try again.', {
    code: 'outlook_unavailable',
    detail,
    retryAfterSeconds,
  });
}

/** A query with its values escaped; the names of OData begin with a dollar sign. */
export function query(parameters: Record<string, string | number>): string {
  return `?${Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;
}

/** A text inside an OData filter. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
