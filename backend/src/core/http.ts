import { Agent, type Dispatcher } from 'undici';
import type { Clock } from './clock.ts';
import { insideTransaction } from './db.ts';
import { type Breaker, createBreaker } from './http-breaker.ts';
import { type Budget, createBudget } from './http-budget.ts';
import type { Logger } from './log.ts';
import { assertPublicAddress, publicOnlyLookup } from './public-address.ts';

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

/** Any HTTP status is an answer; what it means is the vendor's business. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  text(): string;
  /** Throws when the body is no JSON, as an HTML error page is. */
  json(): unknown;
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

const maxAnswerBytes = 30 * 1024 * 1024;
const idleSeconds = 30;

/** Outgoing HTTP for every vendor: pooled connections, a time limit, an allowance per account, a circuit breaker per vendor. */
export function createHttp({ clock, log, loopbackOnly, budgets = {}, defaultTimeoutSeconds = 30 }: HttpOptions): Http {
  const agent = new Agent({
    connections: 64,
    pipelining: 1,
    keepAliveTimeout: idleSeconds * 1000,
    maxResponseSize: maxAnswerBytes,
    ...(loopbackOnly ? {} : { connect: { lookup: publicOnlyLookup } }),
  });
  const breakers = new Map<string, Breaker>();
  const allowances = new Map<string, Budget>();

  function guard({ vendor, account }: HttpRequest): Breaker {
    if (insideTransaction())
      throw new Error(`A call to ${vendor} inside a database transaction: it would hold locks while it waits.`);
    const breaker = breakers.get(vendor) ?? createBreaker(clock);
    breakers.set(vendor, breaker);
    const wait = breaker.waitSeconds();
    if (wait > 0) throw new VendorError(vendor, 'circuit_open', false, wait);
    const limit = budgets[vendor];
    if (limit) {
      const key = `${vendor} ${account}`;
      const budget = allowances.get(key) ?? createBudget(limit, clock);
      allowances.set(key, budget);
      const waitForBudget = budget.take();
      if (waitForBudget > 0) throw new VendorError(vendor, 'budget', false, waitForBudget);
    }
    return breaker;
  }

  async function request(request: HttpRequest): Promise<HttpAnswer> {
    const breaker = guard(request);
    const url = new URL(request.url);
    assertPublicAddress(url, loopbackOnly);
    const seconds = request.timeoutSeconds ?? defaultTimeoutSeconds;
    try {
      const answer = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method as Dispatcher.HttpMethod,
        headers: request.headers ?? {},
        body: request.body ?? null,
        headersTimeout: seconds * 1000,
        bodyTimeout: seconds * 1000,
        signal: AbortSignal.timeout(seconds * 1000),
      });
      const body = Buffer.from(await answer.body.arrayBuffer());
      breaker.record(answer.statusCode < 500);
      return toAnswer(answer.statusCode, answer.headers, body);
    } catch (error) {
      breaker.record(false);
      const failure = asVendorError(request.vendor, error);
      log.warn(
        {
          vendor: request.vendor,
          method: request.method,
          host: url.host,
          path: url.pathname,
          kind: failure.kind,
          error,
        },
        'vendor did not answer',
      );
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
      const empty = answer.status === 204 || answer.status === 304;
      return new Response(empty ? null : new Uint8Array(answer.body), {
        status: answer.status,
        headers: answer.headers,
      });
    },
    close: () => agent.close(),
  };
}

function toAnswer(status: number, raw: Record<string, string | string[] | undefined>, body: Buffer): HttpAnswer {
  const headers: Record<string, string> = {};
  for (const name in raw) headers[name] = String(raw[name]);
  return { status, headers, body, text: () => body.toString('utf8'), json: () => JSON.parse(body.toString('utf8')) };
}

/** Errors that arise before a byte of the request was written: nothing can have happened. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'NOT_PUBLIC',
]);

function asVendorError(vendor: string, error: unknown): VendorError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const timedOut = error instanceof Error && (error.name === 'TimeoutError' || code.includes('TIMEOUT'));
  return new VendorError(vendor, timedOut ? 'timeout' : 'unreachable', !neverSent.has(code), 30, error);
}
