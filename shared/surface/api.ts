/** The only way from a CRM's screen to our backend. Types come from the shared contract; nothing of it is bundled. */
import type { CardPath, CardRequest, CardResponse, Problem } from '../cards.ts';
import { cardWords, fill } from '../wording.ts';

/** How a request leaves; each CRM adds its own proof of who is asking. `hubspot.fetch` is one. */
export type SurfaceFetch = (
  url: string,
  options: { method: 'POST'; body: Record<string, unknown> },
) => Promise<{ ok: boolean; status: number; json(): Promise<unknown> }>;

export type SalesosApi = <P extends CardPath>(path: P, request: CardRequest<P>) => Promise<CardResponse<P>>;

/** What is wrong with one part of a request; `pointer` is a JSON pointer, as in `/dailyCap`. */
export type FieldError = NonNullable<Problem['errors']>[number];

/** A request that brought no answer to show. `outcomeUnknown`: the backend may have done it all the same. */
export class RequestFailed extends Error {
  declare readonly status: number | null;
  declare readonly code: string;
  declare readonly outcomeUnknown: boolean;
  declare readonly errors: readonly FieldError[];

  constructor(sentence: string, status: number | null, code: string, errors: readonly FieldError[] = []) {
    super(sentence);
    this.name = 'RequestFailed';
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.outcomeUnknown = status === null || status >= 500 || status === 409 || status === 429;
  }
}

/** An api that posts to `origin`, as in `https://salesos.example.com`. Its promises reject with `RequestFailed` only. */
export function createApi(fetch: SurfaceFetch, origin: unknown): SalesosApi {
  return async (path, request) => {
    if (typeof origin !== 'string' || origin === '') {
      throw new RequestFailed(
        'This card does not know where SalesOS runs. An admin must upload the app with a profile that sets API_ORIGIN.',
        400,
        'no_origin',
      );
    }
    let response: Awaited<ReturnType<SurfaceFetch>>;
    try {
      response = await fetch(`${origin}${path}`, { method: 'POST', body: request });
    } catch {
      throw new RequestFailed(cardWords.noAnswer, null, 'no_answer');
    }
    let body: unknown;
    try {
      body = await response.json();
    } catch {
      throw new RequestFailed(cardWords.noAnswer, response.ok ? null : response.status, 'no_answer');
    }
    if (response.ok) return body as CardResponse<typeof path>;
    if (isProblem(body)) throw new RequestFailed(body.detail, response.status, body.code, body.errors);
    throw new RequestFailed(fill(cardWords.strangeAnswer, { status: response.status }), response.status, 'unknown');
  };
}

function isProblem(body: unknown): body is Pick<Problem, 'detail' | 'code' | 'errors'> {
  const candidate = body as Partial<Problem> | null;
  return typeof candidate?.detail === 'string' && candidate.detail !== '' && typeof candidate.code === 'string';
}

/** Any thrown value as a failure with a sentence to show. */
export function asFailure(thrown: unknown): RequestFailed {
  return thrown instanceof RequestFailed ? thrown : new RequestFailed(cardWords.noAnswer, null, 'no_answer');
}
