import type { Context } from 'hono';
import type { Grant } from '../grants.ts';
import type { Mailbox } from './mailboxes.ts';

export interface Call {
  c: Context;
  mailbox: Mailbox;
  grant: Grant;
}

/** Makes a route: behind the token, one of these scopes, and the limits. */
export type Handle = (
  scopes: string[],
  work: (call: Call) => Promise<Response> | Response,
) => (c: Context) => Promise<Response>;

export const read = ['Mail.Read', 'Mail.ReadWrite'];
export const write = ['Mail.ReadWrite'];
export const send = ['Mail.Send'];
