/** One round trip to a vendor's consent page and back, in one browser. Whatever goes wrong ends on a page that says what to do. */
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import type { System } from '../core/ctx.ts';
import { DomainError } from '../core/errors.ts';
import { sameText } from '../core/secrets.ts';
import { type ConnectRequest, finishConnect, startConnect } from '../tenants/index.ts';
import { showPage } from './page.ts';
import { asDomainError } from './problem.ts';
import type { ApiContext } from './request.ts';

type Page = Response | Promise<Response>;

/** Ties the vendor's answer to the browser that asked: nobody can send somebody else through a connect of their own. */
const stateCookie = 'salesos_connect';
const stateSeconds = 600;

export async function begin(
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

export type Connected = Awaited<ReturnType<typeof finishConnect>>;

export async function finish(
  c: ApiContext,
  vendor: string,
  done: (c: ApiContext, connected: Connected) => Promise<Response>,
) {
  const system = c.get('system');
  const { state = '', code = '', error } = c.req.query();
  const started = getCookie(c, stateCookie) ?? '';
  deleteCookie(c, stateCookie, { path: '/connect' });
  // Pipedrive's marketplace begins installs by itself, with a code that nobody here asked for: it is asked for anew, so that
  // nobody can be sent through an install of somebody else.
  if (vendor === 'pipedrive' && code && !state) return begin(c, vendor, {});
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

const titles: Partial<Record<string, string>> = {
  crm_account_taken: 'Connected elsewhere already',
  crm_other_account: 'Another account is connected',
  crm_admin_needed: 'Connected already',
  connect_expired: 'Please start again',
  connect_refused: 'The connection was refused',
  vendor_unavailable: 'No answer',
};
const hints: Partial<Record<string, string>> = {
  connect_refused: 'Leave every box on the consent page ticked: SalesOS asks for nothing it does not need.',
};

const whyDenied = (error: string) =>
  error === 'access_denied' || error === 'user_denied'
    ? 'You did not allow the connection. Nothing was changed; you can start again at any time.'
    : 'The connection was not allowed. Nothing was changed. An admin of your account may have to allow SalesOS first.';

export function failed(c: ApiContext, title: string, sentence: string, why: 400 | DomainError): Page {
  const status = why instanceof DomainError ? (why.status >= 500 ? 503 : 400) : why;
  return showPage(c, { title, content: html`<p>${sentence}</p>`, status });
}

export const tooOld = (c: ApiContext, button: string) =>
  failed(c, 'This link is too old', `Go back to the SalesOS settings and press “${button}” again.`, 400);

const redirectUrl = (system: System, vendor: string) => `${system.settings.publicUrl}/connect/${vendor}/callback`;
