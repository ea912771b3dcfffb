import { type Ctx, inTransaction } from '../../core/ctx.ts';
import { emit } from '../../core/events.ts';
import { markSent, type SentOutcome } from './delivery-queries.ts';
import { endMessage, putBack } from './message-queries.ts';
import type { ClaimedMessage } from './messages.ts';

export interface Conclusion {
  ctx: Ctx;
  message: MessageOfFact;
  outcome: SentOutcome;
}

/** The durable outcome of a batch of sends, announced with it. Only what is still being sent becomes sent. */
export async function commitSent(items: Conclusion[]): Promise<undefined[]> {
  await inTransaction(items[0]!.ctx, async (ctx) => {
    const settled = await markSent(
      ctx,
      items.map((item) => item.outcome),
    );
    const facts = items
      .filter(({ message }) => settled.has(message.id))
      .map(({ message, outcome }) => ({ ...factOf(message), sentAt: outcome.sentAt.toISOString() }));
    await emit(ctx, 'email.sent', ...facts);
  });
  return items.map(() => undefined);
}

/** The same commit for one message, for settling. */
export const concludeSent = (ctx: Ctx, message: MessageOfFact, outcome: SentOutcome): Promise<unknown> =>
  commitSent([{ ctx, message, outcome }]);

export async function failMessage(
  ctx: Ctx,
  message: MessageOfFact,
  from: ('claimed' | 'sending')[],
  code: string,
  reason: string,
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const changed = await endMessage(ctx, message.id, from, {
      state: 'failed',
      failureCode: code,
      failureReason: reason,
    });
    if (changed) await emit(ctx, 'email.failed', { ...factOf(message), code, reason });
  });
}

/** Puts a message that certainly did not leave back in line. */
export async function putInLine(
  ctx: Ctx,
  message: { id: string },
  from: ('claimed' | 'sending')[],
  seconds: number,
  whyWaiting: string,
): Promise<void> {
  const notBefore = new Date(ctx.clock.now().getTime() + seconds * 1000);
  await putBack(ctx, message.id, from, notBefore, whyWaiting);
}

type MessageOfFact = Pick<ClaimedMessage, 'id' | 'contactId' | 'mailboxId' | 'enrollmentId' | 'stepIndex'>;

export const factOf = (message: MessageOfFact) => ({
  messageId: message.id,
  contactId: message.contactId,
  mailboxId: message.mailboxId,
  enrollmentId: message.enrollmentId,
  stepIndex: message.stepIndex,
});
