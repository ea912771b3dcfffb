/** Installing the CRM app and connecting a mailbox: the steps a person sees in the browser, each with a page that says what to do. */
import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { type System, tenantContext } from '../core/ctx.ts';
import { DomainError } from '../core/errors.ts';
import { sameText } from '../core/secrets.ts';
import { connectMailbox } from '../email/index.ts';
import { finishConnect, getMember, installCrm, startConnect } from '../tenants/index.ts';
import { openConnectLink } from './connect-link.ts';
import { showPage } from './page.ts';
import { asDomainError } from './problem.ts';
import type { ApiContext, ApiEnv } from './request.ts';

type Page = Response | Promise<Response>;

/** Ties the vendor's answer to the browser that asked: nobody can send somebody else through a connect of their own. */
const stateCookie = 'salesos_connect';
const stateSeconds = 600;

export function connectRoutes(): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.get('/connect/hubspot', (c) => begin(c, 'hubspot', {}));
  app.get('/connect/hubspot/callback', (c) => finish(c, 'hubspot', installed));
  for (const vendor of ['google', 'microsoft']) {
    app.get(`/connect/${vendor}`, (c) => beginMailbox(c, vendor));
    app.get(`/connect/${vendor}/callback`, (c) =>
      finish(c, vendor, (c, connected) => mailboxConnected(c, vendor, connected)),
    );
  }
  return app;
}

async function beginMailbox(c: ApiContext, vendor: string): Promise<Response> {
  const system = c.get('system');
  const link = openConnectLink(system, vendor, c.req.query('link') ?? '');
  if (!link)
    return failed(
      c,
      'This link is too old',
      'Go back to the SalesOS settings and press “Connect a mailbox” again.',
      400,
    );
  const member = await getMember(tenantContext(system, link.tenantId), link.memberId);
  return begin(c, vendor, { ...link, ...(member.email ? { loginHint: member.email } : {}) });
}

async function begin(
  c: ApiContext,
  vendor: string,
  who: { tenantId?: string; memberId?: string; loginHint?: string },
): Promise<Response> {
  const system = c.get('system');
  const { url } = await startConnect(system, { vendor, ...who, redirectUrl: redirectUrl(system, vendor) });
  setCookie(c, stateCookie, new URL(url).searchParams.get('state') ?? '', {
    path: '/connect',
    httpOnly: true,
    sameSite: 'Lax',
    secure: system.settings.publicUrl.startsWith('https:'),
    maxAge: stateSeconds,
  });
  c.header('Cache-Control', 'no-store');
  return c.redirect(url, 302);
}

type Connected = Awaited<ReturnType<typeof finishConnect>>;

async function finish(c: ApiContext, vendor: string, done: (c: ApiContext, connected: Connected) => Promise<Response>) {
  const system = c.get('system');
  const { state = '', code = '', error } = c.req.query();
  const started = getCookie(c, stateCookie) ?? '';
  deleteCookie(c, stateCookie, { path: '/connect' });
  if (error) return failed(c, 'Not connected', whyDenied(error), 400);
  if (!state || !code || !sameText(started, state))
    return failed(
      c,
      'Please start again',
      'This page belongs to a connection that was finished, took too long, or was begun in another browser.',
      400,
    );
  try {
    return await done(
      c,
      await finishConnect(system, { vendor, state, code, redirectUrl: redirectUrl(system, vendor) }),
    );
  } catch (thrown) {
    const problem = asDomainError(thrown);
    system.log[problem.status >= 500 ? 'error' : 'info']({ error: thrown, vendor }, 'connect failed');
    return failed(
      c,
      titles[problem.code] ?? 'Not connected',
      `${problem.message} ${hints[problem.code] ?? ''}`,
      problem,
    );
  }
}

async function installed(c: ApiContext, { grant }: Connected) {
  await installCrm(c.get('system'), { crm: 'hubspot', grant });
  return showPage(c, {
    title: 'SalesOS is installed',
    content: html`<p>SalesOS is connected to ${grant.accountName ?? `HubSpot account ${grant.accountId}`}.</p>
      <p>Next, in HubSpot: open the settings of the SalesOS app, connect a mailbox and enter your postal address. Then place
      the SalesOS card on the contact record (Settings, Objects, Contacts, Record customization).</p>`,
  });
}

async function mailboxConnected(c: ApiContext, vendor: string, { grant, tenantId, memberId }: Connected) {
  if (!tenantId)
    return failed(c, 'Please start again', 'Go back to the SalesOS settings and press “Connect a mailbox” again.', 400);
  const system = c.get('system');
  const member = memberId ? await getMember(tenantContext(system, tenantId), memberId) : null;
  const actor = member ? { kind: 'member' as const, id: member.id, name: member.name } : undefined;
  const mailbox = await connectMailbox(tenantContext(system, tenantId, actor), vendor, grant, memberId);
  return showPage(c, {
    title: 'The mailbox is connected',
    content: html`<p><strong>${mailbox.address}</strong> can send now. Close this page and press Refresh in the SalesOS settings.</p>`,
  });
}

const titles: Partial<Record<string, string>> = {
  connect_expired: 'Please start again',
  connect_refused: 'The connection was refused',
  vendor_unavailable: 'No answer',
};
const hints: Partial<Record<string, string>> = {
  connect_refused: 'Leave every box on the consent page ticked: SalesOS asks for nothing it does not need.',
};

const whyDenied = (error: string) =>
  error === 'access_denied'
    ? 'You did not allow the connection. Nothing was changed; you can start again at any time.'
    : 'The connection was not allowed. Nothing was changed. An admin of your account may have to allow SalesOS first.';

function failed(c: ApiContext, title: string, sentence: string, why: 400 | DomainError): Page {
  const status = why instanceof DomainError ? (why.status >= 500 ? 503 : 400) : why;
  return showPage(c, { title, content: html`<p>${sentence}</p>`, status });
}

const redirectUrl = (system: System, vendor: string) => `${system.settings.publicUrl}/connect/${vendor}/callback`;
