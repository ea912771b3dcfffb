/** A small typed client of the API. The caller brings its own `fetch`, so it runs wherever there is one. */

import { type Endpoint, isWrite } from './api/endpoint.ts';
import { type EndpointAnswer, type EndpointInput, type EndpointName, endpoints } from './api.ts';
import { type Problem, problem } from './cards.ts';

export interface ClientOptions {
  /** As in `https://salesos.example.com`. */
  baseUrl: string;
  apiKey: string;
  fetch: typeof globalThis.fetch;
  /** Makes a new Idempotency-Key; a random UUID if left out. */
  newKey?: () => string;
}

type Table = typeof endpoints;
type Given<E, Name extends 'params' | 'body'> = E extends { [K in Name]: unknown }
  ? { [K in Name]: EndpointInput<E, Name> }
  : unknown;
type GivenQuery<E> = E extends { query: unknown } ? { query?: EndpointInput<E, 'query'> } : unknown;
/** What a call takes: the parts its endpoint has, and for a write a key to repeat it with, or a dry run. */
export type CallInput<Name extends EndpointName> = Given<Table[Name], 'params'> &
  Given<Table[Name], 'body'> &
  GivenQuery<Table[Name]> & { idempotencyKey?: string; dryRun?: boolean; signal?: AbortSignal };

/** Names of endpoints that answer with pages. */
export type ListName = {
  [Name in EndpointName]: EndpointAnswer<Table[Name]> extends { data: unknown[]; nextCursor: string | null }
    ? Name
    : never;
}[EndpointName];
type Item<Name extends ListName> = EndpointAnswer<Table[Name]> extends { data: (infer One)[] } ? One : never;

export interface Client {
  /** One request. A write that ended unknown is repeated safely with the same `idempotencyKey`. Throws ApiError. */
  call<Name extends EndpointName>(name: Name, input: CallInput<Name>): Promise<EndpointAnswer<Table[Name]>>;
  /** Every item of a list, page by page: `for await (const contact of client.all('listContacts', {}))`. */
  all<Name extends ListName>(name: Name, input: CallInput<Name>): AsyncGenerator<Item<Name>>;
}

/** The API refused, or gave no answer of its own (`problem` null, as from a proxy). */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly problem: Problem | null;
  constructor(status: number, problem: Problem | null) {
    super(problem?.detail ?? `The API answered with status ${status}.`);
    this.status = status;
    this.code = problem?.code ?? 'unknown';
    this.problem = problem;
  }
}

interface AnyInput {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: object;
  idempotencyKey?: string;
  dryRun?: boolean;
  signal?: AbortSignal;
}

export function createClient({ baseUrl, apiKey, fetch, newKey = () => crypto.randomUUID() }: ClientOptions): Client {
  async function request(endpoint: Endpoint, input: AnyInput): Promise<unknown> {
    const headers: Record<string, string> = { authorization: `Bearer ${apiKey}`, accept: 'application/json' };
    if (isWrite(endpoint)) headers['idempotency-key'] = input.idempotencyKey ?? newKey();
    if (input.body) headers['content-type'] = 'application/json';
    const response = await fetch(baseUrl.replace(/\/+$/, '') + targetOf(endpoint, input), {
      method: endpoint.method,
      headers,
      ...(input.body ? { body: JSON.stringify(input.body) } : {}),
      ...(input.signal ? { signal: input.signal } : {}),
    });
    const body: unknown = await response.json().catch(() => null);
    if (response.ok && body !== null) return body;
    throw new ApiError(response.status, problem.safeParse(body).data ?? null);
  }

  // The server answers by the same contract that these types are made from.
  const call: Client['call'] = (name, input) => request(endpoints[name], input as AnyInput) as never;
  return {
    call,
    async *all(name, input) {
      const { query, ...rest } = input as AnyInput;
      for (let cursor: string | null = null; ; ) {
        const page = { ...rest, query: { ...query, ...(cursor ? { cursor } : {}) } };
        const { data, nextCursor } = (await request(endpoints[name], page)) as {
          data: never[];
          nextCursor: string | null;
        };
        yield* data;
        if (!nextCursor) return;
        cursor = nextCursor;
      }
    },
  };
}

function targetOf({ path }: Endpoint, { params = {}, query = {}, dryRun }: AnyInput): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const fields = Object.entries({ ...query, ...(dryRun ? { dryRun } : {}) }).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return search ? `${filled}?${search}` : filled;
}
