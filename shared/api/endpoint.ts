/** How an endpoint is described: one value from which the server, the OpenAPI document and the client are made. */
import { z } from 'zod';
import type { ProblemCode } from '../problems.ts';

export const scopes = [
  'templates:read',
  'templates:write',
  'emails:read',
  'emails:send',
  'sequences:read',
  'sequences:write',
  'enrollments:read',
  'enrollments:write',
  'contacts:read',
  'suppressions:read',
  'suppressions:write',
  'decisions:read',
  'mailboxes:read',
  'mailboxes:write',
  'tasks:read',
  'tasks:write',
  'events:read',
  'settings:read',
  'settings:write',
  'api_keys:read',
  'api_keys:write',
  'dead_letters:read',
  'dead_letters:write',
] as const;
export type Scope = (typeof scopes)[number];

export interface Endpoint {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** As in `/v1/templates/{templateId}`. */
  path: string;
  /** What the key must be allowed to do; empty: any valid key. */
  scopes: readonly Scope[];
  summary: string;
  params?: z.ZodObject;
  /** Strict: unknown query fields are refused. */
  query?: z.ZodObject;
  body?: z.ZodObject;
  /** The status of success. */
  status: 200 | 201 | 202;
  response: z.ZodObject;
  /** Beyond those that every endpoint can answer with. */
  errors: readonly ProblemCode[];
  /** Fields of the answer that are shown once: a repeat with the same Idempotency-Key has null there. */
  shownOnce?: readonly string[];
}

export const endpoint = <const E extends Endpoint>(value: E): E => value;

/** A write takes an Idempotency-Key and can be tried out with `?dryRun=true`. */
export const isWrite = (endpoint: Endpoint): boolean => endpoint.method !== 'GET';

export const id = z.uuid();
export const instant = z.iso.datetime();

/** One page of a list: `nextCursor` is opaque, and null on the last page. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable(), hasMore: z.boolean() });

/** A number or a boolean of a query arrives as text. */
const fromText = <T extends z.ZodType>(pattern: RegExp, read: (text: string) => unknown, type: T) =>
  z
    .string()
    .regex(pattern)
    .transform((text) => read(text))
    .pipe(type);

export const flag = fromText(/^(true|false)$/, (text) => text === 'true', z.boolean());
export const count = (min: number, max: number) => fromText(/^\d{1,9}$/, Number, z.number().int().min(min).max(max));

/** The query fields of every list. */
export const pageQuery = z.strictObject({
  limit: count(1, 200).default(50),
  cursor: z.string().min(1).max(500).optional(),
});
