/** Installing the CRM app and connecting a mailbox: the steps a person sees in the browser, each with a page that says what to do. */
import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { type System, tenantContext } from '../core/ctx.ts';
import { DomainError } from '../core/errors.ts';
import { sameText } from '../core/secrets.ts';
import { connectMailbox } from '../email/index.ts';
import { type ConnectRequest, finishConnect, getMember, installCrm, startConnect } from '../tenants/index.ts';
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
  for (const crm of Object.keys(crmNextSteps)) {
    app.get(`/connect/${crm}`, (c) => beginCrm(c, crm));
    app.get(`/connect/${crm}/callback`, (c) => finish(c, crm, (c, connected) => installed(c, crm, connected)));
  }
  for (const vendor of ['google', 'microsoft']) {
    app.get(`/connect/${vendor}`, (c) => beginMailbox(c, vendor));
    app.get(`/connect/${vendor}/callback`, (c) =>
      finish(c, vendor, (c, connected) => mailboxConnected(c, vendor, connected)),
    );
  }
  return app;
}

/** With a link from the settings the CRM is added to that account; without one the install makes an account, or finds its own. */
async function beginCrm(c: ApiContext, crm: string): Promise<Response> {
  const system = c.get('system');
  const { link, host } = c.req.query();
  if (!system.sockets.oauth.has(crm))
    return failed(c, 'Not offered here', 'This CRM is not set up here: ask whoever runs SalesOS for you.', 400);
  const who = link === undefined ? {} : openConnectLink(system, crm, link);
  if (!who) return tooOld(c, 'Connect a CRM');
  if (host === undefined) return begin(c, crm, who);
  const loginHost = crm === 'salesforce' ? salesforceHost(host) : null;
  if (loginHost) return begin(c, crm, { ...who, loginHost });
  const sentence = 'Use the address people sign in at, as in login, test, or yourcompany.my.salesforce.com.';
  return failed(c, 'This is no address of Salesforce', sentence, 400);
}

async function beginMailbox(c: ApiContext, vendor: string): Promise<Response> {
  const system = c.get('system');
  const link = openConnectLink(system, vendor, c.req.query('link') ?? '');
  if (!link) return tooOld(c, 'Connect a mailbox');
  const member = await getMember(tenantContext(system, link.tenantId), link.memberId);
  return begin(c, vendor, { ...link, ...(member.email ? { loginHint: member.email } : {}) });
}

async function begin(
  c: ApiContext,
  vendor: string,
  who: Pick<ConnectRequest, 'tenantId' | 'memberId' | 'loginHint' | 'loginHost'>,
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

async function installed(c: ApiContext, crm: string, { grant, tenantId }: Connected) {
  const system = c.get('system');
  await installCrm(system, { crm, grant, ...(tenantId ? { tenantId } : {}) });
  const name = system.sockets.crms.get(crm)?.name ?? crm;
  return showPage(c, {
    title: 'SalesOS is installed',
    content: html`<p>SalesOS is connected to ${grant.accountName ?? `${name} account ${grant.accountId}`}.</p>
      <p>${crmNextSteps[crm]}</p>`,
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

const crmNextSteps: Record<string, string> = {
  hubspot:
    'Next, in HubSpot: open the settings of the SalesOS app, connect a mailbox and enter your postal address. Then place the SalesOS card on the contact record (Settings, Objects, Contacts, Record customization).',
  salesforce:
    'Next, in Salesforce: open SalesOS Settings from the App Launcher, connect a mailbox and enter your postal address. Give your colleagues the permission set SalesOS Rep.',
  pipedrive:
    'Next, in Pipedrive: open the settings of the SalesOS app, connect a mailbox and enter your postal address. The SalesOS panel is on every person, deal and organization. Each colleague who wants to use it installs SalesOS too.',
};

const titles: Partial<Record<string, string>> = {
  crm_account_taken: 'Connected elsewhere already',
  crm_other_account: 'Another account is connected',
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

const tooOld = (c: ApiContext, button: string) =>
  failed(c, 'This link is too old', `Go back to the SalesOS settings and press “${button}” again.`, 400);

/** Where people of a Salesforce org sign in; null for any other place: we send people there with our client id. */
function salesforceHost(given: string): string | null {
  const host = given.trim().toLowerCase();
  if (host === 'login' || host === 'test') return `${host}.salesforce.com`;
  const isOwn = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){1,3}my\.salesforce\.com$/.test(host);
  return isOwn || host === 'login.salesforce.com' || host === 'test.salesforce.com' ? host : null;
}

const redirectUrl = (system: System, vendor: string) => `${system.settings.publicUrl}/connect/${vendor}/callback`;
