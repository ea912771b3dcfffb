/** What happens to every request, in this order: an id, a log line, safe headers, a bounded body; and errors translated once. */
import type { Hono, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { routePath } from 'hono/route';
import { secureHeaders } from 'hono/secure-headers';
import type { System } from '../core/ctx.ts';
import { newToken } from '../core/ids.ts';
import { answerProblem, asDomainError, RequestProblem } from './problem.ts';
import type { ApiEnv } from './request.ts';

export const maxBodyBytes = 1024 * 1024;
const wellFormedId = /^[A-Za-z0-9._:-]{8,128}$/;

export function useStack(app: Hono<ApiEnv>, system: System): void {
  app.use(identify(system));
  app.use(logRequest);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: 'no-referrer',
      strictTransportSecurity: system.settings.publicUrl.startsWith('https:') ? 'max-age=31536000' : false,
    }),
  );
  app.use(
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: () => {
        throw new RequestProblem(413, 'body_too_large', 'A body can have 1 MB at most.');
      },
    }),
  );
  app.onError((thrown, c) => {
    const error = asDomainError(thrown);
    const { log } = c.get('ctx') ?? c.get('system');
    if (error.status >= 500) log.error({ error: thrown }, 'request failed');
    else if (error.detail !== undefined) log.info({ error: thrown }, 'request refused');
    return answerProblem(c, error);
  });
  app.notFound((c) => answerProblem(c, new RequestProblem(404, 'not_found', 'There is nothing at this address.')));
}

/** The caller's id for this request, when it is well formed; ours otherwise. It is on the answer and on every log line. */
function identify(system: System): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const given = c.req.header('x-request-id') ?? '';
    const requestId = wellFormedId.test(given) ? given : newToken();
    c.set('requestId', requestId);
    const log = system.log.child({ requestId });
    c.set('system', { ...system, log });
    await next();
    c.header('X-Request-Id', requestId);
  };
}

/** One line per answer. The route's pattern stands for the path: a path may hold a token. */
const logRequest: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const startedAt = performance.now();
  await next();
  (c.get('ctx') ?? c.get('system')).log.info(
    {
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      milliseconds: Math.round(performance.now() - startedAt),
    },
    'request',
  );
};
