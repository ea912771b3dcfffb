/** Our few pages for people outside the CRM: plain HTML, no script, nothing loaded from elsewhere. */
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiContext } from './request.ts';

type Html = ReturnType<typeof html>;

export function showPage(
  c: ApiContext,
  page: { title: string; content: Html; status?: ContentfulStatusCode },
): Response | Promise<Response> {
  c.header('Cache-Control', 'no-store');
  c.header('X-Robots-Tag', 'noindex');
  return c.html(
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #1c2733; background: #f5f7fa; margin: 0; }
main { max-width: 34rem; margin: 12vh auto; padding: 2rem; background: #fff; border-radius: 8px; }
h1 { font-size: 1.4rem; margin-top: 0; }
button, .button { display: inline-block; text-decoration: none; font: inherit; padding: .6rem 1.2rem; border: 0; border-radius: 6px; background: #1f5fbf; color: #fff; cursor: pointer; }
code { overflow-wrap: anywhere; }
</style>
</head>
<body><main><h1>${page.title}</h1>${page.content}</main></body>
</html>`,
    page.status ?? 200,
  );
}
