import { mayContact } from '../../compliance/index.ts';
import { type Ctx, inTransaction } from '../../core/ctx.ts';
import { type Decision, recordDecisions } from '../../core/decisions.ts';
import { emit } from '../../core/events.ts';
import { factOf, putInLine } from './conclude.ts';
import { answersOf, lockClaimed, markSending, peopleOfThreads } from './delivery-queries.ts';
import { endMessage } from './message-queries.ts';
import type { ClaimedMessage, ReplyCheck } from './messages.ts';
import type { PreparedMail } from './prepare.ts';

const ruleVersion = 'send-1';
/** A send and its time-out fit in here; afterwards the outcome is looked up in Sent. */
export const settleAfterSeconds = 90;
/** What follows from a mail that came in (a pause, a stop) is done well within this time. */
const freshSeconds = 60;

const mayGo = 'Its time had come, nobody had replied, and nothing forbade it.';
const untracked =
  'A blind copy goes to the CRM, which shows the mail by itself. It is not tracked: whoever reads the copy would count as the person.';

export interface Intention {
  ctx: Ctx;
  message: ClaimedMessage;
  mail: PreparedMail;
  check: ReplyCheck;
}

/**
 * The point of no return, for a batch: under the messages' locks everything that may have changed is asked once more
 * (stopped, suppressed, replied), and only then the intent is committed with its reply check. Answers who may not go.
 */
export async function commitIntents(items: Intention[]): Promise<(string | null)[]> {
  return inTransaction(items[0]!.ctx, async (ctx) => {
    const now = ctx.clock.now();
    const messages = items.map((item) => item.message);
    const ours = await lockClaimed(ctx, messages);
    const refusals = await mayContact(
      ctx,
      messages.map(({ contactId, toAddress }) => ({ contactId, address: toAddress })),
    );
    const answers = await answersOf(
      ctx,
      messages.map(({ contactId, enrollmentId, repliesSince }) => ({ contactId, enrollmentId, since: repliesSince })),
      new Date(now.getTime() - freshSeconds * 1000),
    );
    const unread = await peopleOfThreads(
      ctx,
      messages.map((message) => message.contactId),
      items.flatMap((item) => item.check.unreadThreads),
    );
    const verdicts = items.map(({ message }, index): Verdict => {
      const answered = answers.get(message.contactId);
      if (!ours.has(message.id)) return { go: false, outcome: 'stopped', reason: 'It was stopped in the meantime.' };
      if (answered?.replied) return { go: false, outcome: 'cancelled', reason: 'They have replied.' };
      if (refusals[index]) return { go: false, outcome: 'cancelled', reason: refusals[index].sentence };
      if (answered?.fresh && message.enrollmentId) {
        return { go: false, outcome: 'deferred', reason: 'Waits a moment: a mail from them just came in.' };
      }
      if (unread.has(message.contactId)) {
        return {
          go: false,
          outcome: 'deferred',
          reason: 'Waits: there is a mail in their conversation that cannot be read yet.',
        };
      }
      return { go: true, outcome: 'sent', reason: message.copyTo ? `${mayGo} ${untracked}` : mayGo };
    });
    const going = items.filter((_, index) => verdicts[index]!.go);
    await markSending(
      ctx,
      going.map(({ message, mail: { subject, links, inReplyTo, replyMailboxId }, check }) => ({
        id: message.id,
        subject,
        links,
        inReplyTo,
        replyMailboxId,
        replyCheck: check,
      })),
      now,
      new Date(now.getTime() + settleAfterSeconds * 1000),
    );
    await recordDecisions(
      ctx,
      ...items.map(({ message, check }, index) => sendDecision(message, check, verdicts[index]!)),
    );
    for (const [index, { message }] of items.entries()) {
      const { outcome, reason } = verdicts[index]!;
      if (outcome === 'cancelled') await cancel(ctx, message, reason);
      if (outcome === 'deferred') await putInLine(ctx, message, ['claimed'], freshSeconds, reason);
    }
    return verdicts.map(({ go, reason }) => (go ? null : reason));
  });
}

interface Verdict {
  go: boolean;
  outcome: 'sent' | 'stopped' | 'cancelled' | 'deferred';
  reason: string;
}

const sendDecision = (message: ClaimedMessage, check: ReplyCheck, { outcome, reason }: Verdict): Decision => ({
  subject: 'email.send',
  subjectId: message.id,
  contactId: message.contactId,
  outcome,
  reason,
  ruleVersion,
  inputs: {
    replyCheck: check,
    mailboxId: message.mailboxId,
    address: message.toAddress,
    ...(message.copyCrm ? { copyCrm: message.copyCrm } : {}),
  },
});

async function cancel(ctx: Ctx, message: ClaimedMessage, reason: string): Promise<void> {
  await endMessage(ctx, message.id, ['claimed'], { state: 'cancelled', failureReason: reason });
  await emit(ctx, 'email.cancelled', { ...factOf(message), reason });
}
