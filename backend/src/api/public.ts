/** What people outside the CRM reach: unsubscribing, and the pages that explain our errors. */
import { problems } from '@salesos/shared/problems.ts';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { optOut } from '../compliance/index.ts';
import { tenantContext } from '../core/ctx.ts';
import { findByToken } from '../email/index.ts';
import { showPage } from './page.ts';
import { isProblemCode } from './problem.ts';
import type { ApiContext, ApiEnv } from './request.ts';

export function publicRoutes(): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.get('/unsubscribe/:token', askToUnsubscribe);
  app.post('/unsubscribe/:token', unsubscribe);
  app.get('/problems/:code', explainProblem);
  return app;
}

/** Looking changes nothing: scanners open every link of a mail. Only the button, or the mail program's own, unsubscribes. */
async function askToUnsubscribe(c: ApiContext) {
  const message = await findByToken(c.get('system'), c.req.param('token') ?? '');
  if (!message) return unknownLink(c);
  return showPage(c, {
    title: 'Unsubscribe',
    content: html`<p>Press the button, and no further mail will be sent to <strong>${message.toAddress}</strong>.</p>
      <form method="post"><button type="submit">Unsubscribe</button></form>`,
  });
}

/** The button of the page, and RFC 8058 one-click by the mail program, which sends `List-Unsubscribe=One-Click` and no cookie. */
async function unsubscribe(c: ApiContext) {
  const system = c.get('system');
  const message = await findByToken(system, c.req.param('token') ?? '');
  if (!message) return unknownLink(c);
  const oneClick = (await c.req.text()).includes('List-Unsubscribe=One-Click');
  const actor = { kind: 'contact' as const, id: message.contactId, name: message.toAddress };
  const ctx = tenantContext(system, message.tenantId, actor);
  await optOut(ctx, message.contactId, oneClick ? 'one_click' : 'link', message.toAddress);
  return showPage(c, {
    title: 'You are unsubscribed',
    content: html`<p>No further mail will be sent to <strong>${message.toAddress}</strong>.</p>`,
  });
}

export function unknownLink(c: ApiContext) {
  return showPage(c, {
    title: 'This link is not known',
    content: html`<p>It may have been cut off. Open it from the mail again, or answer the mail and ask to be taken off the list.</p>`,
    status: 404,
  });
}

/** Where `type` of a problem leads: what it means, and how to mend it. */
function explainProblem(c: ApiContext) {
  const code = c.req.param('code') ?? '';
  if (!isProblemCode(code))
    return showPage(c, {
      title: 'The request was refused',
      content: html`<p>The sentence in <code>detail</code> says why. The code <code>${code.slice(0, 60)}</code> has no page of its own.</p>`,
      status: 404,
    });
  const { title, fix } = problems[code];
  return showPage(c, { title, content: html`<p>${fix}</p><p>Code: <code>${code}</code></p>` });
}
