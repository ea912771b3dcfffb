import { html } from 'hono/html';
import { showPage } from './page.ts';
import type { ApiContext } from './request.ts';

/** What the form shows again after a failed try; secrets are not among it. */
export const emptyForm = {
  address: '',
  displayName: '',
  user: '',
  imapHost: '',
  imapPort: '993',
  imapSecurity: 'tls',
  smtpHost: '',
  smtpPort: '465',
  smtpSecurity: 'tls',
  tokenUrl: '',
  clientId: '',
};
export type ShownForm = typeof emptyForm;

interface Page {
  shown: ShownForm;
  problem: string | null;
  link: string;
  /** For whom it will send: a link works for whoever opens it. */
  accountName: string;
  /** There servers of this machine are used, without encryption. */
  isSandbox: boolean;
}

export function showForm(
  c: ApiContext,
  { shown, problem, link, accountName, isSandbox }: Page,
): Response | Promise<Response> {
  const field = (name: string, label: string, value: string, attributes = html``) =>
    html`<p><label>${label}<br><input name="${name}" value="${value}" ${attributes}></label></p>`;
  const server = (side: 'imap' | 'smtp', title: string, ports: string) => html`<fieldset><legend>${title}</legend>
    ${field(`${side}Host`, 'Server name', shown[`${side}Host`], html`required autocapitalize="none" spellcheck="false"`)}
    ${field(`${side}Port`, `Port (${ports})`, shown[`${side}Port`], html`required inputmode="numeric"`)}
    <p><label>Encryption<br><select name="${side}Security">${securities(isSandbox).map(
      ([value, label]) =>
        html`<option value="${value}" ${value === shown[`${side}Security`] ? html`selected` : ''}>${label}</option>`,
    )}</select></label></p></fieldset>`;
  return showPage(c, {
    title: 'Connect a mailbox',
    status: problem ? 400 : 200,
    content: html`<style>
input, select { font: inherit; padding: .4rem; width: 100%; box-sizing: border-box; }
fieldset { border: 1px solid #cbd6e2; border-radius: 6px; margin: 1rem 0; }
.problem { background: #fdedee; border-left: 4px solid #d94c53; padding: .6rem 1rem; }
</style>
${problem ? html`<p class="problem" role="alert">${problem}</p>` : ''}
<p>The mailbox will send for the SalesOS account <strong>${accountName}</strong>. If that is not your company, close this page.</p>
<p>Your provider’s help pages name these servers, mostly under “IMAP” or “mail program”. SalesOS sends one mail from the mailbox to itself and reads it before anything is kept.</p>
<form method="post" action="/connect/smtp">
<input type="hidden" name="link" value="${link}">
${field('address', 'Mail address', shown.address, html`type="email" required`)}
${field('displayName', 'Your name, as recipients see it', shown.displayName)}
${field('password', 'Password (often an “app password” made for this purpose)', '', html`type="password" autocomplete="off"`)}
${field('user', 'User name, if it is not the mail address', shown.user, html`autocapitalize="none" spellcheck="false"`)}
${server('imap', 'Incoming mail (IMAP)', 'mostly 993')}
${server('smtp', 'Outgoing mail (SMTP)', 'mostly 465 or 587')}
<details><summary>Sign in with a token instead of a password (XOAUTH2)</summary>
${field('tokenUrl', 'Token address', shown.tokenUrl)}
${field('clientId', 'Client id', shown.clientId)}
${field('clientSecret', 'Client secret', '', html`type="password" autocomplete="off"`)}
${field('refreshToken', 'Refresh token', '', html`type="password" autocomplete="off"`)}
</details>
<p><button type="submit">Test and connect</button></p>
</form>`,
  });
}

const securities = (isSandbox: boolean): [value: string, label: string][] => [
  ['tls', 'SSL/TLS'],
  ['starttls', 'STARTTLS'],
  ...(isSandbox ? [['none', 'None (sandbox only)'] as [string, string]] : []),
];
