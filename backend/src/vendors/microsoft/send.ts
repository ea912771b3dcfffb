import type { Message } from '@microsoft/microsoft-graph-types';
import type { Clock } from '../../core/clock.ts';
import { VendorUnavailable } from '../../core/errors.ts';
import { VendorError } from '../../core/http.ts';
import { type Budget, createBudget } from '../../core/http-budget.ts';
import { type MailboxAccount, MailboxDisconnected, type OutgoingMail, type SendResult } from '../../email/mailbox.ts';
import { withBlindCopy } from '../blind-copy.ts';
import { asError, type Graph, jsonOf } from './graph-call.ts';
import { leftDrafts, markDraft, removeDraft } from './own-mail.ts';
import type { Refusal } from './refusal.ts';

/** Exchange takes 30 messages a minute from a mailbox. */
export const sendsPerMinute = 30;
/** A draft older than this is not sent any more: the process was held up, and another one may be looking for it by now. */
const submitWithinSeconds = 60;

/**
 * A MIME draft, our mark on it, then its sending. Until the last call was made, nothing can have left: every failure before it defers,
 * and what it may have left in Drafts is removed by the next try. Once it was made, only a plain refusal means "not sent".
 */
export function createSend(graph: Graph, clock: Clock) {
  const minutes = new Map<string, Budget>();

  /** Seconds to wait when the mailbox has used up its minute. */
  function takeTurn(account: MailboxAccount): number {
    const key = account.address.toLowerCase();
    const minute = minutes.get(key) ?? createBudget({ calls: sendsPerMinute, windowSeconds: 60 }, clock);
    minutes.set(key, minute);
    return minute.take();
  }

  return async (account: MailboxAccount, mail: OutgoingMail): Promise<SendResult> => {
    const retryAfterSeconds = takeTurn(account);
    if (retryAfterSeconds > 0) {
      const reason = `Outlook takes ${sendsPerMinute} mails a minute`;
      return { outcome: 'deferred', code: 'message_rate', reason, retryAfterSeconds };
    }
    const started = performance.now();
    const draft = await prepare(graph, account, mail);
    if ('outcome' in draft) return draft;
    if (performance.now() - started > submitWithinSeconds * 1000)
      return { outcome: 'unknown', reason: 'the draft took too long to make' };
    return submit(graph, account, draft);
  };
}

interface Draft {
  id: string;
  conversationId: string;
}

async function prepare(graph: Graph, account: MailboxAccount, mail: OutgoingMail): Promise<Draft | SendResult> {
  try {
    for (const id of await leftDrafts(graph, account, mail.messageIdHeader)) await removeDraft(graph, account, id);
    const done = await graph.call(account, {
      method: 'POST',
      path: 'me/messages',
      body: { type: 'text/plain', text: withBlindCopy(mail).toString('base64') },
    });
    if (!done.ok && done.refusal.kind === 'invalid') return rejected(done.refusal);
    if (!done.ok) throw asError(done.refusal);
    const { id, conversationId } = jsonOf<Message>(done.answer);
    if (id && conversationId) {
      await markDraft(graph, account, id, mail);
      return { id, conversationId };
    }
    return {
      outcome: 'deferred',
      code: 'unnamed_draft',
      reason: 'Outlook did not name the draft',
      retryAfterSeconds: 60,
    };
  } catch (error) {
    return notSent(error);
  }
}

async function submit(graph: Graph, account: MailboxAccount, draft: Draft): Promise<SendResult> {
  try {
    const path = `me/messages/${encodeURIComponent(draft.id)}/send`;
    const done = await graph.call(account, { method: 'POST', path });
    if (done.ok) return { outcome: 'sent', providerMessageId: draft.id, providerThreadId: draft.conversationId };
    const { kind, code, message } = done.refusal;
    if (kind === 'failed') return { outcome: 'unknown', reason: `${code}: ${message}` };
    if (kind !== 'invalid') return notSent(asError(done.refusal));
    // It will never go: what cannot be tidied away now is a draft that the rep can delete.
    await removeDraft(graph, account, draft.id).catch(() => false);
    return rejected(done.refusal);
  } catch (error) {
    if (error instanceof VendorError && error.outcomeUnknown) return { outcome: 'unknown', reason: error.message };
    return notSent(error);
  }
}

const rejected = ({ code, message }: Refusal): SendResult => ({ outcome: 'rejected', code, reason: message });

/** For failures that came before anything could be sent. */
function notSent(error: unknown): SendResult {
  if (error instanceof MailboxDisconnected) return { outcome: 'disconnected', reason: error.message };
  if (error instanceof VendorUnavailable) {
    const reason = typeof error.detail === 'string' ? error.detail : error.message;
    return { outcome: 'deferred', code: error.code, reason, retryAfterSeconds: error.retryAfterSeconds ?? 60 };
  }
  if (!(error instanceof VendorError)) throw error;
  const { kind, message, retryAfterSeconds } = error;
  return { outcome: 'deferred', code: kind, reason: message, retryAfterSeconds };
}
