import { VendorUnavailable } from '../../core/errors.ts';
import { type Http, type HttpAnswer, VendorError } from '../../core/http.ts';
import { type MailboxAccount, MailboxDisconnected } from '../../email/mailbox.ts';
import type { GoogleConfig } from './config.ts';
import { type Refusal, readRefusal } from './refusal.ts';

export interface GmailRequest {
  method: 'GET' | 'POST';
  /** Below `users/me/`. */
  path: string;
  query?: Record<string, string | number | boolean | string[]>;
  /** JSON, already written. */
  body?: string;
}

export type GmailAnswer<T> = { ok: true; data: T } | { ok: false; refusal: Refusal };

export interface Gmail {
  /** One call. A refused token is renewed once. Throws `VendorError` when no answer came. */
  call<T>(account: MailboxAccount, request: GmailRequest): Promise<GmailAnswer<T>>;
  /** The same where only success is of use: `MailboxDisconnected` or `VendorUnavailable` otherwise. */
  read<T>(account: MailboxAccount, request: GmailRequest): Promise<T>;
}

/**
 * Calls to Gmail go through our HTTP directly, with the shapes of `@googleapis/gmail` as types: the client itself costs
 * about 130 µs of CPU a call, and every mail takes three. The client is the oracle of the sandbox's Google instead.
 */
export function createGmail(config: GoogleConfig, http: Http): Gmail {
  const base = `${config.addresses.gmail}/gmail/v1/users/me/`;

  function post(account: MailboxAccount, request: GmailRequest, token: string): Promise<HttpAnswer> {
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' };
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    return http.request({
      vendor: 'google',
      account: account.mailboxId,
      method: request.method,
      url: `${base}${request.path}${queryString(request.query)}`,
      headers,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
  }

  async function call<T>(account: MailboxAccount, request: GmailRequest): Promise<GmailAnswer<T>> {
    const token = await tokenOf(account);
    let answer = await post(account, request, token);
    if (answer.status === 401) answer = await post(account, request, await tokenOf(account, token));
    if (answer.status < 200 || answer.status > 299) {
      return { ok: false, refusal: readRefusal(answer, config.clock.now()) };
    }
    try {
      return { ok: true, data: answer.json() as T };
    } catch {
      return { ok: false, refusal: cutShort(answer) };
    }
  }

  return {
    call,
    async read<T>(account: MailboxAccount, request: GmailRequest): Promise<T> {
      const answer = await call<T>(account, request);
      if (answer.ok) return answer.data;
      throw asError(answer.refusal);
    },
  };
}

/** Whatever went wrong while getting a token, the call itself was never made. */
async function tokenOf(account: MailboxAccount, refused?: string): Promise<string> {
  try {
    return await account.token(refused);
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    throw new VendorError(error.vendor, error.kind, false, error.retryAfterSeconds, error);
  }
}

/** Success by status, but nothing readable: it was done, and what came of it is not known. */
function cutShort(answer: HttpAnswer): Refusal {
  return {
    kind: 'failed',
    status: answer.status,
    code: 'unreadable_answer',
    message: `${answer.body.length} bytes that are no JSON`,
    retryAfterSeconds: 60,
  };
}

export function asError(refusal: Refusal): Error {
  if (refusal.kind === 'reconnect') return new MailboxDisconnected(`${refusal.code}: ${refusal.message}`);
  return new VendorUnavailable('Gmail did not answer as expected. We try again.', {
    code: 'gmail_unavailable',
    detail: `${refusal.status} ${refusal.code}: ${refusal.message}`,
    retryAfterSeconds: refusal.retryAfterSeconds,
  });
}

function queryString(query: GmailRequest['query']): string {
  if (!query) return '';
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${name}=${encodeURIComponent(one)}`),
  );
  return `?${pairs.join('&')}`;
}
