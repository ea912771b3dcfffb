import { Hono } from 'hono';
import { consentPage } from './consent-page.ts';

export interface Consent {
  vendor: string;
  /** Google lets people untick scopes; with the others it is all or nothing. */
  mayUntick: boolean;
  addresses(): string[];
  /** The vendor's words for a request it refuses. */
  problemOf(query: URLSearchParams): string | null;
  /** What the browser brings the app after a yes; null: nobody has this address. */
  allow(answer: { query: URLSearchParams; address: string; scopes: string[] }): Record<string, string> | null;
  /** What it brings after a no. */
  denied: Record<string, string>;
}

/** A vendor's consent: the page at `/`, and at `/decision` what the browser takes back to the app. */
export function consentRoutes(consent: Consent): Hono {
  const app = new Hono();

  app.get('/', (c) => {
    const query = new URL(c.req.url).searchParams;
    const problem = consent.problemOf(query);
    if (problem !== null) return c.text(problem, 400);
    return c.html(
      consentPage({
        vendor: consent.vendor,
        action: `${c.req.path}/decision?${query}`,
        addresses: consent.addresses(),
        loginHint: query.get('login_hint') ?? '',
        scopes: scopesOf(query),
        mayUntick: consent.mayUntick,
      }),
    );
  });

  app.post('/decision', async (c) => {
    const query = new URL(c.req.url).searchParams;
    const problem = consent.problemOf(query);
    if (problem !== null) return c.text(problem, 400);
    const form = new URLSearchParams(await c.req.text());
    const scopes = scopesOf(query).filter((scope) => !consent.mayUntick || form.getAll('scope').includes(scope));
    const allowed =
      form.get('decision') === 'allow' ? consent.allow({ query, address: form.get('address') ?? '', scopes }) : null;
    const back = new URL(query.get('redirect_uri') ?? '');
    if (query.has('state')) back.searchParams.set('state', query.get('state') ?? '');
    for (const [name, value] of Object.entries(allowed ?? consent.denied)) back.searchParams.set(name, value);
    return c.redirect(back.href);
  });

  return app;
}

export const scopesOf = (query: URLSearchParams): string[] => (query.get('scope') ?? '').split(' ').filter(Boolean);
