import type { Clock } from './clock.ts';
import { insideTransaction } from './db.ts';
import { type Breaker, createBreaker } from './http-breaker.ts';
import { type Budget, createBudget, readRetryAfter } from './http-budget.ts';
import { type HttpAnswer, type NoAnswer, openConnections } from './http-exchange.ts';
import type { Logger } from './log.ts';
import { assertPublicAddress } from './public-address.ts';

export type { HttpAnswer };

export interface HttpRequest {
  vendor: string;
  /** Whose allowance this call uses: a mailbox, a portal. */
  account: string;
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  timeoutSeconds?: number;
}

/** No answer came. `outcomeUnknown` is true when the request may have reached the vendor. */
export class VendorError extends Error {
  override name = 'VendorError';
  readonly vendor: string;
  readonly kind: 'unreachable' | 'timeout' | 'circuit_open' | 'budget';
  readonly outcomeUnknown: boolean;
  readonly retryAfterSeconds: number;
  constructor(
    vendor: string,
    kind: VendorError['kind'],
    outcomeUnknown: boolean,
    retryAfterSeconds: number,
    cause?: unknown,
  ) {
    super(`${vendor}: ${kind.replace('_', ' ')}`, { cause });
    this.vendor = vendor;
    this.kind = kind;
    this.outcomeUnknown = outcomeUnknown;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface Http {
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** For vendors' own client libraries: the same limits behind the standard fetch. */
  fetch(vendor: string, account: string): typeof globalThis.fetch;
  close(): Promise<void>;
}

export interface HttpOptions {
  clock: Clock;
  log: Logger;
  /** True in the sandbox and in tests, whose vendors live on loopback: then nothing else is reached. */
  loopbackOnly: boolean;
  /** Calls an account may make in a window, by vendor; none means no limit of ours. */
  budgets?: Record<string, { calls: number; windowSeconds: number }>;
  defaultTimeoutSeconds?: number;
}

/**
 * Outgoing HTTP for every vendor: pooled connections, a time limit, an allowance per account that also keeps the vendor's
 * Retry-After, and a circuit breaker per server.
 */
export function createHttp({ clock, log, loopbackOnly, budgets = {}, defaultTimeoutSeconds = 30 }: HttpOptions): Http {
  const connections = openConnections(loopbackOnly);
  // By server, not by vendor: Google's token server may stand while Gmail is down.
  const breakers = new Map<string, Breaker>();
  const allowances = new Map<string, Budget>();

  async function request(request: HttpRequest): Promise<HttpAnswer> {
    const { vendor, method } = request;
    if (insideTransaction())
      throw new Error(`A call to ${vendor} inside a database transaction: it would hold locks while it waits.`);
    const url = new URL(request.url);
    assertPublicAddress(url, loopbackOnly);
    const account = `${vendor} ${request.account}`;
    const breaker = remembered(breakers, url.origin, () => createBreaker(clock));
    const budget = remembered(allowances, account, () => createBudget(budgets[vendor], clock));
    const waitForBudget = budget.take();
    if (waitForBudget > 0) throw new VendorError(vendor, 'budget', false, waitForBudget);
    const wait = breaker.waitSeconds(account);
    if (wait > 0) throw new VendorError(vendor, 'circuit_open', false, wait);
    try {
      const answer = await connections.exchange({
        method,
        url,
        headers: request.headers ?? {},
        body: request.body ?? null,
        timeoutSeconds: request.timeoutSeconds ?? defaultTimeoutSeconds,
      });
      breaker.record(account, answer.status < 500);
      if (answer.status === 429 || answer.status === 503)
        budget.pause(readRetryAfter(answer.headers['retry-after'], clock.now()) ?? 0);
      return answer;
    } catch (error) {
      breaker.record(account, false);
      const { begun, timedOut, cause } = error as NoAnswer;
      const failure = new VendorError(vendor, timedOut ? 'timeout' : 'unreachable', begun, retrySeconds, cause);
      const { host } = url;
      log.warn({ vendor, method, host, path: shortPath(url), error: failure }, 'vendor did not answer');
      throw failure;
    }
  }

  return {
    request,
    fetch: (vendor, account) => async (input, init) => {
      const source = new Request(input, init);
      const body = source.body ? Buffer.from(await source.arrayBuffer()) : undefined;
      const answer = await request({
        vendor,
        account,
        method: source.method,
        url: source.url,
        headers: Object.fromEntries(source.headers),
        ...(body ? { body } : {}),
      });
      const empty = answer.status === 204 || answer.status === 205 || answer.status === 304;
      return new Response(empty ? null : new Uint8Array(answer.body), {
        status: answer.status,
        headers: answer.headers,
      });
    },
    close: connections.close,
  };
}

/** When no answer came and nobody named a time. */
const retrySeconds = 30;

function remembered<T>(known: Map<string, T>, key: string, create: () => T): T {
  const found = known.get(key) ?? create();
  known.set(key, found);
  return found;
}

/** For the log: long parts are ids or, with some vendors, tokens; they are left out, as is the query. */
const shortPath = ({ pathname }: URL): string => pathname.replace(/[^/]{20,}/g, '…');
