/** What every route knows of a request: its id, its raw form, and the product behind it. */
import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import type { Ctx, System } from '../core/ctx.ts';
import { RequestProblem } from './problem.ts';
import type { SurfaceRequest } from './surface.ts';

export interface ApiEnv {
  /** Filled by @hono/node-server; absent in tests, which call the app in memory. */
  Bindings: { incoming?: Pick<IncomingMessage, 'url' | 'headers'> & { socket?: { remoteAddress?: string } } };
  Variables: {
    requestId: string;
    /** With a log that carries the request's id. */
    system: System;
    /** What the API key may do; set once it is known. */
    caller: { scopes: readonly string[] };
    /** Set once the tenant is known. */
    ctx: Ctx;
  };
}
export type ApiContext = Context<ApiEnv>;

/** Path and query as they came over the wire: signatures cover every byte of them. */
export function rawTarget(c: ApiContext): string {
  const wire = c.env?.incoming?.url;
  if (wire?.startsWith('/')) return wire;
  const { pathname, search } = new URL(c.req.raw.url);
  return pathname + search;
}

export async function surfaceRequest(c: ApiContext): Promise<SurfaceRequest> {
  return {
    method: c.req.method,
    target: rawTarget(c),
    headers: c.req.raw.headers,
    rawBody: Buffer.from(await c.req.arrayBuffer()),
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A JSON body. An absent one is `undefined`. */
export function parseJson(rawBody: Buffer): unknown {
  if (rawBody.length === 0) return undefined;
  try {
    return JSON.parse(utf8.decode(rawBody));
  } catch {
    throw new RequestProblem(400, 'malformed_json', 'The body is no valid JSON.');
  }
}

/** A JSON body that says that it is one. */
export async function jsonBody(c: ApiContext): Promise<unknown> {
  const rawBody = Buffer.from(await c.req.arrayBuffer());
  if (rawBody.length === 0) return undefined;
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json' && !/^application\/[\w.-]+\+json$/.test(type))
    throw new RequestProblem(
      415,
      'unsupported_media_type',
      'The body must be JSON, with Content-Type: application/json.',
    );
  return parseJson(rawBody);
}
