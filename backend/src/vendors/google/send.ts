import type { gmail_v1 } from '@googleapis/gmail';
import { VendorUnavailable } from '../../core/errors.ts';
import { VendorError } from '../../core/http.ts';
import { type MailboxAccount, MailboxDisconnected, type OutgoingMail, type SendResult } from '../../email/mailbox.ts';
import { withBlindCopy } from '../blind-copy.ts';
import type { Gmail, GmailAnswer } from './gmail-call.ts';
import type { Refusal } from './refusal.ts';

type Sent = GmailAnswer<gmail_v1.Schema$Message>;

/** messages.send. Never repeats a request that may have been taken. */
export async function send(gmail: Gmail, account: MailboxAccount, mail: OutgoingMail): Promise<SendResult> {
  try {
    const raw = withBlindCopy(mail).toString('base64url');
    let answer = await post(gmail, account, raw, mail.providerThreadId);
    // The rep deleted the thread: a 404 sent nothing, and the recipient threads by the mail's own headers.
    const threadIsGone = !answer.ok && answer.refusal.kind === 'not_found' && mail.providerThreadId !== null;
    if (threadIsGone) answer = await post(gmail, account, raw, null);
    if (!answer.ok) return outcomeOf(answer.refusal);
    const { id, threadId } = answer.data;
    if (!id || !threadId) return { outcome: 'unknown', reason: 'Gmail accepted the mail without naming it' };
    return { outcome: 'sent', providerMessageId: id, providerThreadId: threadId };
  } catch (error) {
    return failureOf(error);
  }
}

/** Base64url needs no JSON escaping, so the body is put together without walking through the mail again. */
function post(gmail: Gmail, account: MailboxAccount, raw: string, threadId: string | null): Promise<Sent> {
  const thread = threadId === null ? '' : `,"threadId":${JSON.stringify(threadId)}`;
  return gmail.call(account, { method: 'POST', path: 'messages/send', body: `{"raw":"${raw}"${thread}}` });
}

function outcomeOf({ kind, code, message, retryAfterSeconds }: Refusal): SendResult {
  switch (kind) {
    case 'invalid':
      return { outcome: 'rejected', code, reason: message };
    case 'reconnect':
      return { outcome: 'disconnected', reason: `${code}: ${message}` };
    case 'failed':
      return { outcome: 'unknown', reason: `${code}: ${message}` };
    default:
      return { outcome: 'deferred', code, reason: message, retryAfterSeconds };
  }
}

function failureOf(error: unknown): SendResult {
  if (error instanceof MailboxDisconnected) return { outcome: 'disconnected', reason: error.message };
  if (error instanceof VendorUnavailable) {
    // Only getting a token throws this here: the mail itself was never posted.
    const retryAfterSeconds = error.retryAfterSeconds ?? 60;
    return { outcome: 'deferred', code: error.code, reason: error.message, retryAfterSeconds };
  }
  if (!(error instanceof VendorError)) throw error;
  if (error.outcomeUnknown) return { outcome: 'unknown', reason: error.message };
  return {
    outcome: 'deferred',
    code: error.kind,
    reason: error.message,
    retryAfterSeconds: error.retryAfterSeconds,
  };
}
