import { html } from 'hono/html';

/** The sandbox's stand-in for Google's consent screen. Every scope can be unticked, as on the real one. */
export function consentPage(input: { addresses: string[]; loginHint: string; scopes: string[]; query: string }) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Sign in – Google stand-in</title>
    <style>
      body { font: 16px system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; }
      fieldset { border: 1px solid #ccc; border-radius: 8px; margin: 1rem 0; padding: 1rem; }
      label { display: block; margin: 0.4rem 0; }
      button { font: inherit; padding: 0.5rem 1.5rem; margin-right: 0.5rem; }
    </style>
  </head>
  <body>
    <p><strong>This is a stand-in for Google.</strong> It runs on this machine; nothing leaves it.</p>
    <h1>SalesOS wants access to your Google account</h1>
    <form method="post" action="/o/oauth2/v2/auth/decision?${input.query}">
      <fieldset>
        <legend>Account</legend>
        ${input.addresses.map(
          (address) => html`<label>
            <input type="radio" name="address" value="${address}" required ${address === input.loginHint || input.addresses.length === 1 ? 'checked' : ''} />
            ${address}</label>`,
        )}
      </fieldset>
      <fieldset>
        <legend>What SalesOS may do</legend>
        ${input.scopes.map(
          (scope) => html`<label><input type="checkbox" name="scope" value="${scope}" checked /> ${scope}</label>`,
        )}
      </fieldset>
      <button name="decision" value="allow">Allow</button>
      <button name="decision" value="deny" formnovalidate>Deny</button>
    </form>
  </body>
</html>`;
}
