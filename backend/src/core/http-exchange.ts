import { Agent, type Dispatcher } from 'undici';
import { publicOnlyLookup } from './public-address.ts';

/** Any HTTP status is an answer; what it means is the vendor's business. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  text(): string;
  /** Throws when the body is no JSON, as an HTML error page is. */
  json(): unknown;
}

/** No whole answer came. `begun`: the request, or a part of it, may have been written to the wire. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
  readonly begun: boolean;
  readonly timedOut: boolean;
  constructor(begun: boolean, timedOut: boolean, cause: unknown) {
    super(timedOut ? 'no answer in time' : 'no answer', { cause });
    this.begun = begun;
    this.timedOut = timedOut;
  }
}

export interface Exchange {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string | Buffer | null;
  timeoutSeconds: number;
}

const maxAnswerBytes = 30 * 1024 * 1024;
const idleSeconds = 30;

/** Pooled connections to other people's servers. Redirects are answers and are not followed; nothing is repeated. */
export function openConnections(loopbackOnly: boolean) {
  const agent = new Agent({
    connections: 64,
    pipelining: 1,
    keepAliveTimeout: idleSeconds * 1000,
    maxResponseSize: maxAnswerBytes,
    ...(loopbackOnly ? {} : { connect: { lookup: publicOnlyLookup } }),
  });
  return {
    /** One request and its whole answer. Throws `NoAnswer`. */
    exchange: (request: Exchange): Promise<HttpAnswer> =>
      new Promise((resolve, reject) => {
        const reading = new Reading(request.timeoutSeconds, resolve, reject);
        try {
          agent.dispatch(
            {
              origin: request.url.origin,
              path: request.url.pathname + request.url.search,
              method: request.method as Dispatcher.HttpMethod,
              headers: request.headers,
              body: request.body,
              // One limit for everything, ours: undici's own count each phase anew.
              headersTimeout: 0,
              bodyTimeout: 0,
            },
            reading,
          );
        } catch (error) {
          reading.fail(error);
        }
      }),
    /** Whoever still waits is told that there is no answer. */
    close: () => agent.destroy(),
  };
}

type RawHeaders = Record<string, string | string[] | undefined>;

/** One answer as it comes in. Without undici's streams and signals, which cost as much as the rest of a short call. */
class Reading implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: NoAnswer) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #body: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #begun = false;
  #over = false;
  #status = 0;
  #headers: RawHeaders = {};

  constructor(timeoutSeconds: number, resolve: (answer: HttpAnswer) => void, reject: (error: NoAnswer) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => this.#giveUp(), timeoutSeconds * 1000);
  }

  /** undici has a connection and is about to write: before that nothing can have happened. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) controller.abort(new Error('given up while it waited for a connection'));
    else this.#begun = true;
  }

  onResponseStart(_: unknown, status: number, headers: RawHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: unknown, part: Buffer): void {
    this.#body.push(part);
  }

  onResponseEnd(): void {
    if (!this.#end()) return;
    const [only] = this.#body;
    this.#resolve(toAnswer(this.#status, this.#headers, this.#body.length === 1 ? only! : Buffer.concat(this.#body)));
  }

  onResponseError(_: unknown, error: Error): void {
    this.fail(error);
  }

  fail(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (this.#end()) this.#reject(new NoAnswer(this.#begun, code === 'UND_ERR_CONNECT_TIMEOUT', error));
  }

  #giveUp(): void {
    if (!this.#end()) return;
    this.#reject(new NoAnswer(this.#begun, true, undefined));
    this.#controller?.abort(new Error('no answer in time'));
  }

  /** False when it was over already. */
  #end(): boolean {
    if (this.#over) return false;
    clearTimeout(this.#timer);
    this.#over = true;
    return true;
  }
}

function toAnswer(status: number, raw: RawHeaders, body: Buffer): HttpAnswer {
  const headers: Record<string, string> = {};
  for (const name in raw) headers[name] = String(raw[name]);
  return { status, headers, body, text: () => body.toString('utf8'), json: () => JSON.parse(body.toString('utf8')) };
}
