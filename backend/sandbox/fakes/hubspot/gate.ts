/** What stands before every API request: faults, the token, the rate limits. */
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { takeFault } from './faults.ts';
import { envelope, Refusal } from './refusal.ts';
import { type Grant, type Portal, portalOf, type World } from './world.ts';

export interface FakeEnv {
  Bindings: HttpBindings;
  Variables: { portal: Portal; grant: Grant };
}

const tenSeconds = 10_000;
const oauthAppLimit = 110;
const searchesPerSecond = 5;

export function faultGate(world: World): MiddlewareHandler<FakeEnv> {
  return async (c, next) => {
    const fault = takeFault(world.faults, c.req.method, c.req.path);
    if (fault === null) return next();
    if (fault === 'connection_lost') return dropConnection(c);
    if (fault === 'garbled') return c.text('<html>ok</html>', 200);
    if (fault === 'answer_lost') {
      await next();
      return dropConnection(c);
    }
    if ('html' in fault) {
      c.status(fault.html as 502);
      return c.html('<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>');
    }
    if ('slowMilliseconds' in fault) {
      await new Promise((resolve) => setTimeout(resolve, fault.slowMilliseconds));
      return next();
    }
    if (fault.retryAfterSeconds !== undefined) c.header('Retry-After', String(fault.retryAfterSeconds));
    const refusal = new Refusal(
      fault.error,
      fault.category ?? 'INTERNAL_ERROR',
      'There was a problem with the request.',
    );
    return answerRefusal(world, c, refusal);
  };
}

/** Over a socket the connection dies; called without one, the caller gets a failure it cannot read. */
function dropConnection(c: Context<FakeEnv>): Response {
  c.env?.incoming?.socket.destroy();
  return new Response(null, { status: 599 });
}

export function tokenGate(world: World): MiddlewareHandler<FakeEnv> {
  return async (c, next) => {
    const token = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const held = world.accessTokens.get(token);
    if (!held) {
      throw new Refusal(
        401,
        'INVALID_AUTHENTICATION',
        'Authentication credentials not found. This API supports OAuth 2.0 authentication.',
      );
    }
    if (held.expiresAt <= world.options.clock.now().getTime()) {
      throw new Refusal(401, 'EXPIRED_AUTHENTICATION', 'The OAuth token used to make this call expired.');
    }
    const portal = portalOf(world, held.grant.portalId);
    c.set('grant', held.grant);
    c.set('portal', portal);
    world.requests.push({ method: c.req.method, path: c.req.path, portalId: portal.id });
    return (await limit(world, portal, c)) ?? next();
  };
}

/** The rolling limits of one app in one portal. Refused requests count too, as they do at HubSpot. */
async function limit(world: World, portal: Portal, c: Context<FakeEnv>): Promise<Response | undefined> {
  const now = world.options.clock.now().getTime();
  if (c.req.path.endsWith('/search')) {
    portal.searchTimes = portal.searchTimes.filter((time) => time > now - 1000);
    portal.searchTimes.push(now);
    return portal.searchTimes.length > searchesPerSecond ? rateLimited(world, c, 'SECONDLY') : undefined;
  }
  const allowed = world.options.requestsPerTenSeconds ?? oauthAppLimit;
  portal.requestTimes = portal.requestTimes.filter((time) => time > now - tenSeconds);
  portal.requestTimes.push(now);
  c.header('X-HubSpot-RateLimit-Max', String(allowed));
  c.header('X-HubSpot-RateLimit-Remaining', String(Math.max(0, allowed - portal.requestTimes.length)));
  c.header('X-HubSpot-RateLimit-Interval-Milliseconds', String(tenSeconds));
  return portal.requestTimes.length > allowed ? rateLimited(world, c, 'TEN_SECONDLY_ROLLING') : undefined;
}

function rateLimited(world: World, c: Context<FakeEnv>, policyName: string): Response {
  return c.json(
    {
      status: 'error',
      message: `You have reached your ${policyName.toLowerCase()} limit.`,
      errorType: 'RATE_LIMIT',
      correlationId: correlationId(world),
      policyName,
    },
    429,
  );
}

export function requireScopes(grant: Grant, scopes: string[]): void {
  const missing = scopes.filter((scope) => !grant.scopes.includes(scope));
  if (missing.length === 0) return;
  const message = "This app hasn't been granted all required scopes to make this call.";
  throw new Refusal(403, 'MISSING_SCOPES', message, [{ message, context: { requiredGranularScopes: missing } }]);
}

export function answerRefusal(world: World, c: Context, refusal: Refusal): Response {
  c.status(refusal.status as 400);
  return c.json(envelope(refusal, correlationId(world)));
}

function correlationId(world: World): string {
  return `00000000-0000-4000-8000-${String(world.nextNumber()).padStart(12, '0')}`;
}
