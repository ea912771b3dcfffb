import type { Context } from 'hono';

/** The token endpoint's refusals: `{error, error_description}` with 400 or 401. */
export class TokenRefused extends Error {
  readonly error: string;
  readonly status: 400 | 401;
  constructor(error: string, description: string, status: 400 | 401 = 400) {
    super(description);
    this.error = error;
    this.status = status;
  }
}

/** Answers a request for tokens with what `tokensFor` makes of its form, or with why it refuses. */
export async function answerToken(c: Context, tokensFor: (form: URLSearchParams) => object): Promise<Response> {
  try {
    return c.json(tokensFor(new URLSearchParams(await c.req.text())));
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    return c.json({ error: error.error, error_description: error.message }, error.status);
  }
}
