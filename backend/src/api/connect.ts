/** Installing the CRM app and connecting a mailbox: the steps a person sees in the browser, each with a page that says what to do. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import { tenantContext } from '../core/ctx.ts';
import { connectMailbox } from '../email/index.ts';
import { findConnection, getMember, installCrm } from '../tenants/index.ts';
import { askFirst } from './connect-confirm.ts';
import { begin, type Connected, failed, finish, tooOld } from './connect-flow.ts';
import { openConnectLink } from './connect-link.ts';
import { showPage } from './page.ts';
import type { ApiContext, ApiEnv } from './request.ts';

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
  const known = link === undefined ? null : openConnectLink(system, crm, link);
  if (link !== undefined && !known) return tooOld(c, 'Connect a CRM');
  const asked = known && (await askFirst(c, known, system.sockets.crms.get(crm)?.name ?? crm));
  if (asked) return asked;
  const who = known ?? {};
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
  const asked = await askFirst(c, link, system.sockets.oauth.get(vendor)?.name ?? vendor);
  if (asked) return asked;
  const member = await getMember(tenantContext(system, link.tenantId), link.memberId);
  return begin(c, vendor, { ...link, ...(member.email ? { loginHint: member.email } : {}) });
}

async function installed(c: ApiContext, crm: string, { grant, tenantId }: Connected) {
  const system = c.get('system');
  await installCrm(system, { crm, grant, ...(tenantId ? { tenantId } : {}) });
  const connection = await findConnection(system, crm, grant.accountId);
  const name = system.sockets.crms.get(crm)?.name ?? crm;
  const account = grant.accountName ?? `${name} account ${grant.accountId}`;
  // Where every colleague installs, the account waits for the first admin.
  const state = connection?.status === 'connected' ? `SalesOS is connected to ${account}.` : connection?.statusReason;
  return showPage(c, {
    title: 'SalesOS is installed',
    content: html`<p>${state}</p>
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

/** Where people of a Salesforce org sign in; null for any other place: we send people there with our client id. */
function salesforceHost(given: string): string | null {
  const host = given.trim().toLowerCase();
  if (host === 'login' || host === 'test') return `${host}.salesforce.com`;
  const isOwn = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){1,3}my\.salesforce\.com$/.test(host);
  return isOwn || host === 'login.salesforce.com' || host === 'test.salesforce.com' ? host : null;
}
