/** The way from these pages to our backend, at the same origin that served them. */
import type { SurfaceFetch } from '@salesos/shared/surface/api.ts';
import type { Answer, Send, Sessions, Target } from './sessions.ts';

/** A backend that has not answered by then is taken for gone. */
const patienceMilliseconds = 20_000;

export function createSend(origin: string): Send {
  return (path, body, bearer) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
      body: JSON.stringify(body),
      credentials: 'omit',
      signal: AbortSignal.timeout(patienceMilliseconds),
    });
}

/**
 * Requests about one record (or several), under a session for it. A request that brought no answer is sent once more:
 * a read changes nothing, and a write bears an idempotency key. A 401 buys one new session.
 */
export function createSurfaceFetch(send: Send, sessions: Sessions, target: Target, origin: string): SurfaceFetch {
  return async (url, { body }) => {
    const path = url.slice(origin.length);
    const first = await attempt(false);
    return first.status === 401 ? attempt(true) : first;

    async function attempt(renew: boolean): Promise<Answer> {
      const opened = await repeated(() => sessions.sessionFor(target, { renew }));
      if (opened.outcome === 'refused') return opened.answer;
      return repeated(() => send(path, body, opened.session.bearer));
    }
  };
}

async function repeated<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    // Whoever took that long will not be faster now.
    if (thrown instanceof Error && thrown.name === 'TimeoutError') throw thrown;
    return ask();
  }
}
