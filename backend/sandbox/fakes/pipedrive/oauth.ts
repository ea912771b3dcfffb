/** Installing the app: every user installs for themselves. https://pipedrive.readme.io/docs/marketplace-oauth-authorization */
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { FakeEnv } from './gate.ts';
import { companyOf, type Grant, type World } from './world.ts';

const codeSeconds = 300;
const accessSeconds = 3599;
const refreshDays = 60;

export function oauthRoutes(world: World): Hono<FakeEnv> {
  const app = new Hono<FakeEnv>();
  app.get('/oauth/authorize', (c) => consentPage(world, c));
  app.post('/oauth/decision', (c) => decide(world, c));
  app.post('/oauth/token', (c) => tokenAnswer(world, c));
  app.post('/oauth/revoke', (c) => revoke(world, c));
  return app;
}

function consentPage(world: World, c: Context<FakeEnv>) {
  const { client_id, redirect_uri, state = '' } = c.req.query();
  const problem = askedWrongly(world, client_id, redirect_uri);
  if (problem) return c.html(html`<h1>Something went wrong</h1><p>${problem}</p>`, 400);
  const people = [...world.companies.values()].flatMap((company) =>
    company.users.filter(({ isActive }) => isActive).map((user) => ({ company, user })),
  );
  return c.html(html`<!doctype html>
    <html lang="en"><head><meta charset="utf-8" /><title>Allow SalesOS – Pipedrive stand-in</title></head>
    <body><p><strong>This is a stand-in for Pipedrive.</strong> It runs on this machine; nothing leaves it.</p>
    <h1>SalesOS wants to use your Pipedrive data</h1>
    <ul>${world.options.scopes.map((scope) => html`<li>${scope}</li>`)}</ul>
    ${people.map(
      ({ company, user }) => html`<form method="post" action="/oauth/decision">
        <input type="hidden" name="companyId" value="${company.id}" />
        <input type="hidden" name="userId" value="${user.id}" />
        <input type="hidden" name="redirect_uri" value="${redirect_uri ?? ''}" />
        <input type="hidden" name="state" value="${state}" />
        <h2>${user.name}, ${company.name}</h2>
        <button name="decision" value="allow">Allow and install</button>
        <button name="decision" value="deny">Cancel</button>
      </form>`,
    )}</body></html>`);
}

async function decide(world: World, c: Context<FakeEnv>) {
  const given = await form(c);
  const redirectUri = given.get('redirect_uri') ?? '';
  const problem = askedWrongly(world, world.options.clientId, redirectUri);
  if (problem) return c.html(html`<p>${problem}</p>`, 400);
  const back = new URL(redirectUri);
  if (given.get('state')) back.searchParams.set('state', given.get('state') ?? '');
  if (given.get('decision') !== 'allow') {
    back.searchParams.set('error', 'user_denied');
    return c.redirect(back.toString());
  }
  const code = issueCode(world, Number(given.get('companyId')), Number(given.get('userId')), redirectUri);
  back.searchParams.set('code', code);
  return c.redirect(back.toString());
}

export function issueCode(world: World, companyId: number, userId: number, redirectUri: string): string {
  const code = `code-${companyId}-${userId}-${world.nextNumber()}`;
  const expiresAt = world.options.clock.now().getTime() + codeSeconds * 1000;
  world.codes.set(code, { companyId, userId, redirectUri, expiresAt });
  return code;
}

function askedWrongly(world: World, clientId: string | undefined, redirectUri: string | undefined): string | null {
  if (clientId !== world.options.clientId) return 'There is no such app.';
  return redirectUri === world.options.callbackUrl ? null : 'The redirect address is not the one of the app.';
}

async function tokenAnswer(world: World, c: Context<FakeEnv>) {
  if (!isClient(world, c)) return c.json({ success: false, error: 'invalid_client', message: 'Client is wrong' }, 401);
  const given = await form(c);
  const now = world.options.clock.now().getTime();
  const invalidGrant = (message: string) => c.json({ success: false, error: 'invalid_grant', message }, 400);
  if (given.get('grant_type') === 'refresh_token') {
    const grant = world.grants.get(given.get('refresh_token') ?? '');
    if (!grant || grant.usedAt + refreshDays * 86_400_000 <= now) return invalidGrant('Invalid refresh token');
    return c.json(issue(world, grant));
  }
  if (given.get('grant_type') !== 'authorization_code')
    return c.json({ success: false, error: 'unsupported_grant_type', message: 'Grant type is wrong' }, 400);
  const code = given.get('code') ?? '';
  const held = world.codes.get(code);
  world.codes.delete(code);
  if (!held || held.expiresAt <= now) return invalidGrant('Invalid authorization code');
  if (held.redirectUri !== given.get('redirect_uri')) return invalidGrant('Redirect address does not match');
  return c.json(issue(world, grantApp(world, held.companyId, held.userId)));
}

/** Installing again in the same account replaces what the same user had. */
export function grantApp(world: World, companyId: number, userId: number): Grant {
  endGrants(world, companyId, userId);
  const refreshToken = `${companyId}:${userId}:${'r'.repeat(40)}${world.nextNumber()}`;
  const grant = { companyId, userId, refreshToken, usedAt: world.options.clock.now().getTime() };
  world.grants.set(refreshToken, grant);
  return grant;
}

export function issue(world: World, grant: Grant) {
  const now = world.options.clock.now().getTime();
  grant.usedAt = now;
  const accessToken = `v1u:${'a'.repeat(300)}${world.nextNumber()}`;
  world.accessTokens.set(accessToken, { grant, expiresAt: now + accessSeconds * 1000 });
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    refresh_token: grant.refreshToken,
    scope: world.options.scopes.join(' '),
    expires_in: accessSeconds,
    api_domain: world.options.address(),
  };
}

/** Ends a user's tokens, or everybody's; the webhooks of those users vanish with them. */
export function endGrants(world: World, companyId: number, userId?: number): void {
  const ends = (grant: Grant) => grant.companyId === companyId && (userId === undefined || grant.userId === userId);
  for (const [token, grant] of world.grants) if (ends(grant)) world.grants.delete(token);
  for (const [token, { grant }] of world.accessTokens) if (ends(grant)) world.accessTokens.delete(token);
}

export function uninstall(world: World, companyId: number, userId?: number): void {
  endGrants(world, companyId, userId);
  const { hooks } = companyOf(world, companyId);
  for (const [id, hook] of hooks) if (userId === undefined || hook.userId === userId) hooks.delete(id);
}

/** Giving back the refresh token removes the app for that user; an access token ends alone. Always 200. */
async function revoke(world: World, c: Context<FakeEnv>) {
  if (!isClient(world, c)) return c.json({ success: false, error: 'invalid_client' }, 401);
  const token = (await form(c)).get('token') ?? '';
  world.accessTokens.delete(token);
  const grant = world.grants.get(token);
  if (grant) uninstall(world, grant.companyId, grant.userId);
  return c.json({ success: true });
}

export const clientBasic = ({ clientId, clientSecret }: { clientId: string; clientSecret: string }): string =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

const isClient = (world: World, c: Context): boolean => c.req.header('authorization') === clientBasic(world.options);

async function form(c: Context): Promise<URLSearchParams> {
  const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
  return new URLSearchParams(isForm ? await c.req.text() : '');
}
