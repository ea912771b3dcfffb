/** Installing the app, and its tokens. */
import { type Context, Hono } from 'hono';
import type { FakeEnv } from './gate.ts';
import { tokenGate } from './gate.ts';
import type { Grant, World } from './world.ts';

const accessTokenSeconds = 1800;
const codeSeconds = 60;

class TokenRefusal extends Error {
  error: string;
  status: string;
  constructor(error: string, status: string, message: string) {
    super(message);
    this.error = error;
    this.status = status;
  }
}

export function oauthRoutes(world: World): Hono<FakeEnv> {
  const app = new Hono<FakeEnv>();
  app.get('/oauth/authorize', (c) => authorizePage(world, c, null));
  app.get('/oauth/:portalId{[0-9]+}/authorize', (c) => authorizePage(world, c, Number(c.req.param('portalId'))));
  app.post('/oauth/decision', (c) => decide(world, c));
  for (const path of ['/oauth/2026-09/token', '/oauth/2026-03/token', '/oauth/v3/token', '/oauth/v1/token']) {
    app.post(path, (c) => answerToken(c, async () => tokenFor(world, await form(c))));
    app.post(`${path}/introspect`, (c) => answerToken(c, async () => introspect(world, await form(c))));
    app.post(`${path}/revoke`, (c) => answerToken(c, async () => revoke(world, await form(c))));
  }
  app.delete('/appinstalls/2026-09/external-install', tokenGate(world), (c) => {
    if (!c.var.grant.scopes.includes('oauth')) return c.json({ status: 'error', category: 'MISSING_SCOPES' }, 403);
    uninstall(world, c.var.portal.id);
    return c.body(null, 204);
  });
  return app;
}

function authorizePage(world: World, c: Context<FakeEnv>, portalId: number | null): Response | Promise<Response> {
  const query = new URL(c.req.url).searchParams;
  const scopes = scopesOf(query);
  const problem = askedWrongly(world, query, scopes);
  if (problem) return c.html(page(`<p>${escapeHtml(problem)}</p>`), 400);
  const portals = [...world.portals.values()].filter((portal) => portalId === null || portal.id === portalId);
  const forms = portals.map(
    (portal) => `<form method="post" action="/oauth/decision">
      <h2>${escapeHtml(portal.name)} (${portal.id})</h2>
      <ul>${scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('')}</ul>
      <input type="hidden" name="portal_id" value="${portal.id}">
      <input type="hidden" name="query" value="${escapeHtml(query.toString())}">
      <button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button>
    </form>`,
  );
  return c.html(page(forms.join('') || '<p>There is no such account.</p>'));
}

async function decide(world: World, c: Context<FakeEnv>): Promise<Response> {
  const given = await form(c);
  const query = new URLSearchParams(given.get('query') ?? '');
  const portal = world.portals.get(Number(given.get('portal_id')));
  const scopes = scopesOf(query);
  const problem = portal ? askedWrongly(world, query, scopes) : 'There is no such account.';
  if (problem || !portal) return c.html(page(`<p>${escapeHtml(problem ?? '')}</p>`), 400);
  const back = new URL(query.get('redirect_uri') ?? '');
  const state = query.get('state');
  if (state !== null) back.searchParams.set('state', state);
  if (given.get('decision') === 'allow') {
    const code = `code-${world.nextNumber()}`;
    const expiresAt = world.options.clock.now().getTime() + codeSeconds * 1000;
    const redirectUri = query.get('redirect_uri') ?? '';
    world.codes.set(code, {
      portalId: portal.id,
      userId: portal.users[0]?.userId ?? 0,
      scopes,
      redirectUri,
      expiresAt,
    });
    back.searchParams.set('code', code);
  } else {
    back.searchParams.set('error', 'access_denied');
    back.searchParams.set('error_description', 'The user denied the request');
  }
  return c.redirect(back.toString());
}

function scopesOf(query: URLSearchParams): string[] {
  const asked = `${query.get('scope') ?? ''} ${query.get('optional_scope') ?? ''}`;
  return [...new Set(asked.split(/\s+/).filter(Boolean))];
}

function askedWrongly(world: World, query: URLSearchParams, scopes: string[]): string | null {
  const { clientId, redirectUrls, scopes: declared } = world.options;
  if (query.get('client_id') !== clientId) return 'We could not find this app: the client id is wrong.';
  if (!redirectUrls.includes(query.get('redirect_uri') ?? '')) return 'The redirect URL is not one the app declares.';
  if (!query.get('scope')?.trim()) return 'No scope was asked for.';
  const undeclared = scopes.filter((scope) => !declared.includes(scope));
  return undeclared.length > 0 ? `The app does not declare these scopes: ${undeclared.join(', ')}` : null;
}

async function tokenFor(world: World, given: URLSearchParams): Promise<Record<string, unknown>> {
  checkClient(world, given);
  if (given.get('grant_type') === 'authorization_code') return exchange(world, given);
  if (given.get('grant_type') === 'refresh_token') {
    const grant = world.grants.get(given.get('refresh_token') ?? '');
    if (!grant) throw new TokenRefusal('invalid_grant', 'BAD_REFRESH_TOKEN', 'missing or invalid refresh token');
    if (world.rotateRefreshTokens) {
      world.grants.delete(grant.refreshToken);
      grant.refreshToken = newRefreshToken(world);
      world.grants.set(grant.refreshToken, grant);
    }
    return issue(world, grant);
  }
  throw new TokenRefusal('unsupported_grant_type', 'BAD_GRANT_TYPE', 'missing or unknown grant type');
}

function exchange(world: World, given: URLSearchParams): Record<string, unknown> {
  const code = given.get('code') ?? '';
  const held = world.codes.get(code);
  world.codes.delete(code);
  if (!held || held.expiresAt <= world.options.clock.now().getTime()) {
    throw new TokenRefusal('invalid_grant', 'BAD_AUTH_CODE', 'missing or unknown auth code');
  }
  if (held.redirectUri !== given.get('redirect_uri')) {
    throw new TokenRefusal('invalid_grant', 'MISMATCH_REDIRECT_URI_AUTH_CODE', 'redirect URI does not match');
  }
  return issue(world, grantApp(world, held.portalId, held.userId, held.scopes));
}

export function grantApp(world: World, portalId: number, userId: number, scopes: string[]): Grant {
  const grant = { portalId, userId, scopes, refreshToken: newRefreshToken(world) };
  world.grants.set(grant.refreshToken, grant);
  return grant;
}

export function issue(world: World, grant: Grant) {
  const accessToken = `access-${world.nextNumber()}-${'x'.repeat(300)}`;
  const expiresAt = world.options.clock.now().getTime() + accessTokenSeconds * 1000;
  world.accessTokens.set(accessToken, { grant, expiresAt });
  return {
    access_token: accessToken,
    refresh_token: grant.refreshToken,
    expires_in: accessTokenSeconds,
    token_type: 'bearer',
    token_use: 'access_token',
    hub_id: grant.portalId,
    user_id: grant.userId,
    scopes: grant.scopes,
  };
}

const newRefreshToken = (world: World) => `refresh-${world.nextNumber()}`;

/** All tokens of the app in a portal die at once. */
export function uninstall(world: World, portalId: number): void {
  for (const [token, grant] of world.grants) if (grant.portalId === portalId) world.grants.delete(token);
  for (const [token, held] of world.accessTokens) {
    if (held.grant.portalId === portalId) world.accessTokens.delete(token);
  }
}

async function introspect(world: World, given: URLSearchParams): Promise<Record<string, unknown>> {
  checkClient(world, given);
  const held = world.accessTokens.get(given.get('token') ?? '');
  const grant = held?.grant ?? world.grants.get(given.get('token') ?? '');
  const expired = held !== undefined && held.expiresAt <= world.options.clock.now().getTime();
  if (!grant || expired) return { active: false };
  return { active: true, hub_id: grant.portalId, user_id: grant.userId, scopes: grant.scopes };
}

async function revoke(world: World, given: URLSearchParams): Promise<Record<string, unknown>> {
  checkClient(world, given);
  const token = given.get('token') ?? '';
  world.accessTokens.delete(token);
  const grant = world.grants.get(token);
  world.grants.delete(token);
  for (const [access, held] of world.accessTokens) if (held.grant === grant) world.accessTokens.delete(access);
  return {};
}

function checkClient(world: World, given: URLSearchParams): void {
  const { clientId, clientSecret } = world.options;
  if (given.get('client_id') !== clientId || given.get('client_secret') !== clientSecret) {
    throw new TokenRefusal('invalid_client', 'BAD_CLIENT_SECRET', 'missing or invalid client id or secret');
  }
}

/** Only the form body is read: parameters in the address are not seen, as at HubSpot since 2026. */
async function form(c: Context): Promise<URLSearchParams> {
  const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
  return new URLSearchParams(isForm ? await c.req.text() : '');
}

async function answerToken(c: Context, run: () => Promise<Record<string, unknown>>): Promise<Response> {
  try {
    return c.json(await run());
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    const { error: code, status, message } = error;
    return c.json({ error: code, error_description: message, status, message }, 400);
  }
}

function page(content: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Connect to HubSpot</title><h1>Connect SalesOS to HubSpot</h1>${content}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
