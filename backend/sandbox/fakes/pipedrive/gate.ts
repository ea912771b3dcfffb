/** What stands before every API request: the token, the account, the daily tokens, the burst limit. */
import type { Context, MiddlewareHandler } from 'hono';
import { forbidden, Refusal } from './refusal.ts';
import { type Company, companyOf, type Grant, plans, type User, type World } from './world.ts';

export interface FakeEnv {
  Variables: { company: Company; user: User; grant: Grant };
}

const burstMilliseconds = 2000;
const searchesPerBurst = 10;
/** So many refused calls in a minute are taken for an attack, and the network in front answers for five minutes. */
const toleratedRefusals = 12;
const blockMilliseconds = 300_000;
const tokensPerSeat = 30_000;

export function tokenGate(world: World): MiddlewareHandler<FakeEnv> {
  return async (c, next) => {
    const token = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const now = world.options.clock.now().getTime();
    const blocked = (world.bursts.get(token)?.blockedUntil ?? 0) > now;
    if (blocked) return c.html('<html><head><title>Access denied | Cloudflare</title></head></html>', 403);
    const held = world.accessTokens.get(token);
    if (!held || held.expiresAt <= now) throw new Refusal(401, 'unauthorized access', { errorCode: 401 });
    const company = companyOf(world, held.grant.companyId);
    if (company.isClosed) throw new Refusal(402, 'Payment required: the account was closed');
    const user = company.users.find(({ id }) => id === held.grant.userId);
    if (!user?.isActive) throw new Refusal(401, 'unauthorized access', { errorCode: 401 });
    c.set('company', company);
    c.set('user', user);
    c.set('grant', held.grant);
    const cost = costOf(c.req.method, c.req.path);
    world.requests.push({ method: c.req.method, path: c.req.path, companyId: company.id, userId: user.id, cost });
    limit(world, c, company, token, cost);
    return next();
  };
}

/** Costs by the published table; the exact values are in the vendor's API description. */
export function costOf(method: string, path: string): number {
  const isOne = /\/(\d+|me)$/.test(path);
  if (path.endsWith('/search')) return 20;
  if (path.startsWith('/api/v1/')) {
    if (path.startsWith('/api/v1/webhooks')) return method === 'DELETE' ? 6 : 10;
    return method === 'GET' ? (isOne ? 2 : 20) : method === 'DELETE' ? 6 : 10;
  }
  return method === 'GET' ? (isOne ? 1 : 10) : method === 'DELETE' ? 3 : 5;
}

export const dailyTokens = (company: Company): number =>
  tokensPerSeat * plans[company.plan].dailyFactor * company.seats;

function limit(world: World, c: Context<FakeEnv>, company: Company, token: string, cost: number): void {
  const now = world.options.clock.now();
  const today = now.toISOString().slice(0, 10);
  if (company.day !== today) Object.assign(company, { day: today, tokensUsed: 0 });
  const burst = remembered(world, token);
  const since = now.getTime() - burstMilliseconds;
  burst.times = [...burst.times.filter((time) => time > since), now.getTime()];
  if (c.req.path.endsWith('/search')) {
    burst.searches = [...burst.searches.filter((time) => time > since), now.getTime()];
  }
  const allowed = world.options.requestsPerTwoSeconds ?? plans[company.plan].burst;
  const left = dailyTokens(company) - company.tokensUsed - cost;
  const searches = c.req.path.endsWith('/search') ? burst.searches.length : 0;
  const isBurst = burst.times.length > allowed || searches > searchesPerBurst;
  c.header('x-ratelimit-limit', String(allowed));
  c.header('x-ratelimit-remaining', String(isBurst ? 0 : allowed - burst.times.length));
  c.header('x-ratelimit-reset', '2');
  c.header('x-daily-ratelimit-token-limit', String(dailyTokens(company)));
  c.header('x-daily-ratelimit-token-remaining', String(Math.max(0, left)));
  if (!isBurst && left >= 0) {
    company.tokensUsed += cost;
    return;
  }
  burst.refused = [...burst.refused.filter((time) => time > now.getTime() - 60_000), now.getTime()];
  if (burst.refused.length > toleratedRefusals) burst.blockedUntil = now.getTime() + blockMilliseconds;
  throw new Refusal(429, 'request over limit', { errorCode: 429 });
}

function remembered(world: World, token: string) {
  const known = world.bursts.get(token) ?? { times: [], searches: [], refused: [], blockedUntil: 0 };
  world.bursts.set(token, known);
  return known;
}

/** Admins may everything; a regular user what the permission set says. */
export function requireAdmin(user: User): void {
  if (!user.isAdmin) throw forbidden();
}

export function requireSight(user: User, key: string): void {
  if (user.hidden.includes(key)) throw forbidden('You do not have permissions to view this item');
}
