import type { Mailbox } from './mailboxes.ts';

/** Who may log in; the same for both protocols. */
export interface Identify {
  byPassword(user: string, password: string): Mailbox | null;
  byToken(user: string, token: string): Mailbox | null;
}

/** Reads a SASL response (base64): PLAIN (RFC 4616) or Google's and Microsoft's XOAUTH2. */
export function saslIdentity(identify: Identify, method: string, encoded: string): Mailbox | null {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  if (method === 'PLAIN') {
    const [, user = '', password = ''] = text.split('\0');
    return identify.byPassword(user, password);
  }
  if (method !== 'XOAUTH2') return null;
  const [user, token, ...end] = text.split('\u0001');
  if (!user?.startsWith('user=') || !token?.startsWith('auth=Bearer ') || end.length !== 2) return null;
  return identify.byToken(user.slice('user='.length), token.slice('auth=Bearer '.length));
}
