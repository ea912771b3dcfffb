import type { Context, MiddlewareHandler } from 'hono';

/**
 * Trouble on demand for any fake: the next matching request meets it, or a seeded share of all.
 * - reset-before: the connection breaks and the request was not processed
 * - reset-after-accept: processed, then the connection breaks before the answer
 * - timeout-before / timeout-after-accept: no answer ever (until the caller hangs up), not processed / processed
 * - truncate-after-accept: processed, and the answer is cut in the middle
 * - status: answers with that status and body, not processed
 * - slow: processed and answered after `delaySeconds` of real time
 */
export interface Fault {
  kind:
    | 'reset-before'
    | 'reset-after-accept'
    | 'timeout-before'
    | 'timeout-after-accept'
    | 'truncate-after-accept'
    | 'status'
    | 'slow';
  /** Whether a request meets it, by default every one. `path` has no query. */
  match?: (request: { method: string; path: string; url: string }) => boolean;
  status?: number;
  body?: string;
  contentType?: string;
  /** The Retry-After header. */
  retryAfter?: string;
  delaySeconds?: number;
  /** How many requests meet it, by default 1. */
  times?: number;
}

export function createFaults() {
  let planned: (Fault & { left: number })[] = [];
  let random: { share: number; next: () => number; faults: Fault[] } | null = null;
  const met: { kind: Fault['kind']; path: string }[] = [];

  function pick(request: { method: string; path: string; url: string }): Fault | null {
    const hit = planned.find((fault) => fault.left > 0 && (fault.match?.(request) ?? true));
    if (hit) {
      hit.left -= 1;
      return hit;
    }
    if (!random || random.next() >= random.share) return null;
    const candidates = random.faults.filter((fault) => fault.match?.(request) ?? true);
    return candidates[Math.floor(random.next() * candidates.length)] ?? null;
  }

  const middleware: MiddlewareHandler = async (c, next) => {
    const fault = pick({ method: c.req.method, path: c.req.path, url: c.req.url });
    if (!fault) return next();
    met.push({ kind: fault.kind, path: c.req.path });
    if (fault.kind === 'status') return answer(fault);
    if (fault.kind === 'reset-before') return breakConnection(c);
    if (fault.kind === 'timeout-before') return waitForHangUp(c);
    if (fault.kind === 'slow') await new Promise((done) => setTimeout(done, (fault.delaySeconds ?? 1) * 1000));
    await next();
    if (fault.kind === 'reset-after-accept') c.res = await breakConnection(c);
    if (fault.kind === 'timeout-after-accept') c.res = await waitForHangUp(c);
    if (fault.kind === 'truncate-after-accept') c.res = await truncate(c.res);
  };

  return {
    middleware,
    /** The next matching request meets this fault. Faults are tried in the order given. */
    next: (fault: Fault): void => {
      planned = [...planned.filter((known) => known.left > 0), { ...fault, left: fault.times ?? 1 }];
    },
    /** From now on this share (0 to 1) of requests meets one of these faults, the same for the same seed and order. */
    randomly: (seed: number, share: number, faults: Fault[]): void => {
      random = { share, next: seededRandom(seed), faults };
    },
    clear: (): void => {
      planned = [];
      random = null;
    },
    /** What was met so far. */
    met,
  };
}

export type Faults = ReturnType<typeof createFaults>;

function answer(fault: Fault): Response {
  const headers = new Headers({ 'content-type': fault.contentType ?? 'application/json; charset=UTF-8' });
  if (fault.retryAfter) headers.set('retry-after', fault.retryAfter);
  return new Response(fault.body ?? '', { status: fault.status ?? 503, headers });
}

/** The node server's raw response; absent when the app is called in memory, where nothing can break. */
function outgoing(c: Context): import('node:http').ServerResponse {
  const response = (c.env as { outgoing?: import('node:http').ServerResponse } | undefined)?.outgoing;
  if (!response) throw new Error('connection faults need a fake served over HTTP');
  return response;
}

/** Told to the node adapter: the answer is none of its business any more. */
const alreadySent = (): Response => new Response(null, { headers: { 'x-hono-already-sent': 'true' } });

async function breakConnection(c: Context): Promise<Response> {
  outgoing(c).destroy();
  return alreadySent();
}

async function waitForHangUp(c: Context): Promise<Response> {
  const response = outgoing(c);
  if (!response.closed) await new Promise((closed) => response.once('close', closed));
  return alreadySent();
}

async function truncate(response: Response): Promise<Response> {
  const body = await response.text();
  return new Response(body.slice(0, Math.floor(body.length / 2)), {
    status: response.status,
    headers: response.headers,
  });
}

/** mulberry32. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
