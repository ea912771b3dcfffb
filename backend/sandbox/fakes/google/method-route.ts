import type { Context } from 'hono';
import type { Grant } from '../grants.ts';
import type { Mailbox } from './mailboxes.ts';
import type { Method } from './methods.ts';

export interface Call {
  c: Context;
  mailbox: Mailbox;
  grant: Grant;
}

/** Makes a route of a method: behind authentication, scope and quota. */
export type Handle = (
  method: Method,
  work: (call: Call) => Promise<object> | object,
) => (c: Context) => Promise<Response>;

export const base = '/gmail/v1/users/:userId';
