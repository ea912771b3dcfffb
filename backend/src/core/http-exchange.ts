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
  const dispatcher = agent.compose(noticeBeginning);

  async function send({ method, url, headers, body }: Exchange, progress: Progress, signal: AbortSignal) {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: method as Dispatcher.HttpMethod,
      headers,
      body,
      // One limit for everything, ours: undici's own count each phase anew.
      headersTimeout: 0,
      bodyTimeout: 0,
      signal,
      opaque: progress,
    });
    return toAnswer(answer.statusCode, answer.headers, Buffer.from(await answer.body.arrayBuffer()));
  }

  return {
    /** One request and its whole answer. Throws `NoAnswer`. */
    async exchange(request: Exchange): Promise<HttpAnswer> {
      const progress: Progress = { begun: false };
      const limit = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new NoAnswer(progress.begun, true, undefined));
          limit.abort();
        }, request.timeoutSeconds * 1000);
      });
      try {
        // Raced: while undici connects or waits for a free connection it does not look at the signal.
        return await Promise.race([send(request, progress, limit.signal), timeout]);
      } catch (error) {
        if (error instanceof NoAnswer) throw error;
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        throw new NoAnswer(progress.begun, code === 'UND_ERR_CONNECT_TIMEOUT', error);
      } finally {
        clearTimeout(timer);
      }
    },
    /** Whoever still waits is told that there is no answer. */
    close: () => agent.destroy(),
  };
}

interface Progress {
  begun: boolean;
}

/** undici starts a request when it has a connection for it and is about to write: before that nothing can have happened. */
const noticeBeginning: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { opaque: progress, signal } = options as typeof options & { opaque: Progress; signal: AbortSignal };
  const start = handler.onRequestStart;
  handler.onRequestStart = (controller, context) => {
    // One that was given up while it waited is dropped here by undici itself.
    if (!signal.aborted) progress.begun = true;
    start?.call(handler, controller, context);
  };
  return dispatch(options, handler);
};

function toAnswer(status: number, raw: Record<string, string | string[] | undefined>, body: Buffer): HttpAnswer {
  const headers: Record<string, string> = {};
  for (const name in raw) headers[name] = String(raw[name]);
  return { status, headers, body, text: () => body.toString('utf8'), json: () => JSON.parse(body.toString('utf8')) };
}
