/**
 * Opens a link of a mail without leaving the machine. The backend's own addresses are really requested, with the
 * browser's own headers, and what they answer is followed; where a link leads outside, a page says so and stops.
 */
import type { Context } from 'hono';
import { html } from 'hono/html';

/** What a browser tells about itself when a link is clicked; the backend grades clicks by it. */
const browserHeaders = [
  'user-agent',
  'accept',
  'accept-language',
  'sec-ch-ua',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
];

/** Handles `GET /sandbox/open?url=`. */
export async function openLink(c: Context, backendOrigin: string): Promise<Response> {
  const url = parse(c.req.query('url'));
  if (!url) return c.html(stopPage('This is no web address', 'The link in the mail cannot be opened.', null), 400);
  if (url.origin !== backendOrigin) return c.html(outside(url));

  const headers = Object.fromEntries(
    browserHeaders.flatMap((name) => (c.req.header(name) ? [[name, c.req.header(name) ?? '']] : [])),
  );
  const answer = await fetch(url, {
    redirect: 'manual',
    headers: { ...headers, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-user': '?1' },
  });
  const target = parse(answer.headers.get('location') ?? undefined, url.href);
  if (answer.status >= 300 && answer.status < 400 && target) {
    return target.origin === backendOrigin ? c.redirect(target.href) : c.html(outside(target));
  }
  // A page of the backend itself, such as the unsubscribe page: reading it twice changes nothing.
  return c.redirect(url.href);
}

function parse(address: string | undefined, base?: string): URL | null {
  const url = address ? URL.parse(address, base) : null;
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : null;
}

function outside(url: URL) {
  return stopPage(
    'The click was real, the trip ends here',
    'In the world outside, this person would now be looking at:',
    url.href,
  );
}

function stopPage(title: string, sentence: string, address: string | null) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f4f5f7; color: #1b2330;
            font: 16px/1.5 system-ui, sans-serif; }
          main { max-width: 34rem; margin: 1.5rem; padding: 2rem; background: #fff; border-radius: 12px;
            box-shadow: 0 1px 2px #1b233014, 0 8px 24px #1b23300f; }
          h1 { margin: 0 0 .75rem; font-size: 1.35rem; line-height: 1.25; }
          p { margin: 0 0 1rem; }
          code { display: block; padding: .75rem 1rem; border-radius: 8px; background: #f4f5f7; overflow-wrap: anywhere; }
          small { color: #56606f; }
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p>${sentence}</p>
          ${address ? html`<p><code>${address}</code></p>` : ''}
          <small>Sandbox: nothing leaves this machine. You can close this tab.</small>
        </main>
      </body>
    </html>`;
}
