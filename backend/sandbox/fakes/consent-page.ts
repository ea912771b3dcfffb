import { html } from 'hono/html';

/** The sandbox's stand-in for a vendor's consent screen. Google lets people untick scopes; Microsoft asks for all or nothing. */
export function consentPage(input: {
  vendor: string;
  /** Where the answer is posted, with the query of the request. */
  action: string;
  addresses: string[];
  loginHint: string;
  scopes: string[];
  mayUntick: boolean;
}) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Sign in – ${input.vendor} stand-in</title>
    <style>
      body { font: 16px system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; }
      fieldset { border: 1px solid #ccc; border-radius: 8px; margin: 1rem 0; padding: 1rem; }
      label { display: block; margin: 0.4rem 0; }
      button { font: inherit; padding: 0.5rem 1.5rem; margin-right: 0.5rem; }
    </style>
  </head>
  <body>
    <p><strong>This is a stand-in for ${input.vendor}.</strong> It runs on this machine; nothing leaves it.</p>
    <h1>SalesOS wants access to your ${input.vendor} account</h1>
    <form method="post" action="${input.action}">
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
        ${input.scopes.map((scope) =>
          input.mayUntick
            ? html`<label><input type="checkbox" name="scope" value="${scope}" checked /> ${scope}</label>`
            : html`<p>${scope}</p>`,
        )}
      </fieldset>
      <button name="decision" value="allow">Allow</button>
      <button name="decision" value="deny" formnovalidate>Deny</button>
    </form>
  </body>
</html>`;
}
