/** Before anybody is sent to a consent page by somebody's link: which account they are about to give access to. */
import { randomBytes } from 'node:crypto';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { tenantContext } from '../core/ctx.ts';
import { sameText } from '../core/secrets.ts';
import { getMember, getTenant } from '../tenants/index.ts';
import type { ConnectLink } from './connect-link.ts';
import { showPage } from './page.ts';
import type { ApiContext } from './request.ts';

const confirmCookie = 'salesos_connect_to';
const confirmSeconds = 600;

/**
 * A link works for whoever opens it, and what they allow goes to the account of whoever made it. So the page names both, and
 * goes on only by a button of its own: nobody else knows what this browser was given. Null once the person went on.
 */
export async function askFirst(c: ApiContext, link: ConnectLink, name: string): Promise<Response | null> {
  const system = c.get('system');
  const known = getCookie(c, confirmCookie) ?? '';
  const given = c.req.query('confirm') ?? '';
  if (known !== '' && sameText(known, given)) {
    deleteCookie(c, confirmCookie, { path: '/connect' });
    return null;
  }
  const ctx = tenantContext(system, link.tenantId);
  const [tenant, member] = await Promise.all([getTenant(ctx), getMember(ctx, link.memberId)]);
  const confirm = randomBytes(16).toString('base64url');
  setCookie(c, confirmCookie, confirm, {
    path: '/connect',
    httpOnly: true,
    sameSite: 'Lax',
    secure: system.settings.publicUrl.startsWith('https:'),
    maxAge: confirmSeconds,
  });
  const next = new URLSearchParams({ ...c.req.query(), confirm });
  return showPage(c, {
    title: `Connect ${name} to ${tenant.name}?`,
    content: html`<p>${member.name || member.email} asked for this in the SalesOS settings of <strong>${tenant.name}</strong>.
      SalesOS will work for that account with what you allow on the next page.</p>
      <p><a class="button" href="?${next.toString()}">Go on to ${name}</a></p>
      <p>If that is not your company, close this page: nothing has been connected.</p>`,
  });
}
