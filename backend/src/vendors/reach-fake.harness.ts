import { type Served, serveFake } from '../../sandbox/fakes/serve.ts';
import type { Clock } from '../core/clock.ts';
import { createHttp, type HttpOptions, type HttpRequest } from '../core/http.ts';
import { createLog } from '../core/log.ts';

/** A vendor's fake on loopback, and the way to it: silent, soon out of patience, and noting in `sent` what goes there. */
export async function reachFake(
  app: Served,
  {
    clock,
    sent = [],
    budgets = {},
    timeoutSeconds = 1,
  }: { clock: Clock; sent?: HttpRequest[]; budgets?: HttpOptions['budgets']; timeoutSeconds?: number },
) {
  let busy = 0;
  const server = await serveFake({
    fetch: async (...args: Parameters<Served['fetch']>) => {
      busy += 1;
      try {
        return await app.fetch(...args);
      } finally {
        busy -= 1;
      }
    },
  });
  const inner = createHttp({
    clock,
    log: createLog('silent'),
    loopbackOnly: true,
    budgets,
    defaultTimeoutSeconds: timeoutSeconds,
  });
  const http = {
    ...inner,
    request: (request: HttpRequest) => {
      sent.push(request);
      return inner.request(request);
    },
  };
  return {
    url: server.url,
    http,
    /** Everything it was asked is carried out, also what nobody waits for any more. */
    settle: async () => {
      while (busy > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    /** It answers no more on its address. */
    goDown: server.close,
    close: async () => {
      await server.close();
      await inner.close();
    },
  };
}
