import { mayContact } from '../compliance/index.ts';
import { type Ctx, inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { type Decision, recordDecisions } from '../core/decisions.ts';
import { emit } from '../core/events.ts';
import { groupCommit } from '../core/group-commit.ts';
import { inParallel } from '../core/jobs.ts';
import { CannotCheck, checkReplies } from './check-replies.ts';
import { claimDue } from './claim.ts';
import { MailboxDisconnected, type SendResult } from './mailbox.ts';
import { getMailbox, loseMailbox, type Mailbox, mailboxAccount, mailboxVendor } from './mailboxes.ts';
import {
  answersOf,
  endMessage,
  lockClaimed,
  markSending,
  markSent,
  peopleOfThreads,
  putBack,
  type SentOutcome,
} from './message-queries.ts';
import type { ClaimedMessage, ReplyCheck } from './messages.ts';
import { CannotPrepare, type PreparedMail, prepareMail } from './prepare.ts';

const ruleVersion = 'send-1';
/** How old the answer "nobody replied" may be when the intent is committed. */
const checkGoodForMilliseconds = 1000;
/** A send that has not started this long after its intent is left to settling: another worker may look after it by then. */
const startWithinSeconds = 20;
/** A send and its time-out fit in here; afterwards the outcome is looked up in Sent. */
const settleAfterSeconds = 90;
/** What follows from a mail that came in (a pause, a stop) is done well within this time. */
const freshSeconds = 60;
const claimAtOnce = 500;
/** All that was claimed: what bounds the calls to a provider is the number of its connections. */
const mailboxesAtOnce = claimAtOnce;
/** A mail may wait so long for others to share its commit. */
const gatherMilliseconds = 25;

/** The two commits around a send, each made for many messages at once. */
export interface Delivery {
  intend(item: Intention): Promise<string | null>;
  conclude(item: Conclusion): Promise<unknown>;
}

interface Intention {
  ctx: Ctx;
  message: ClaimedMessage;
  mail: PreparedMail;
  check: ReplyCheck;
}

interface Conclusion {
  ctx: Ctx;
  message: ClaimedMessage;
  outcome: SentOutcome;
}

/** Sends what is due. One call takes one batch; true means there may be more. */
export function createDelivery(): { run(system: System): Promise<boolean> } {
  const commits = { most: 200, concurrent: 1, gatherMilliseconds };
  const delivery: Delivery = {
    intend: groupCommit((items: Intention[]) => byTenant(items, commitIntents), commits),
    conclude: groupCommit((items: Conclusion[]) => byTenant(items, commitSent), commits),
  };
  return {
    async run(system) {
      const { messages, full } = await claimDue(system, claimAtOnce);
      const lanes = [...Map.groupBy(messages, (message) => message.mailboxId).values()];
      await inParallel(lanes, mailboxesAtOnce, async (lane) => {
        const ctx = tenantContext(system, lane[0]!.tenantId);
        try {
          await deliverLane(ctx, delivery, lane);
        } catch (error) {
          // What was claimed and not intended is taken up again when its claim lapses.
          ctx.log.error({ error, mailboxId: lane[0]!.mailboxId }, 'delivery stopped');
        }
      });
      return full;
    },
  };
}

/** The messages of one mailbox, one after the other. */
async function deliverLane(ctx: Ctx, delivery: Delivery, messages: ClaimedMessage[]): Promise<void> {
  const mailbox = await getMailbox(ctx, messages[0]!.mailboxId);
  let check: { result: ReplyCheck; at: number } | null = null;
  for (const [index, message] of messages.entries()) {
    if (!check || ctx.clock.now().getTime() - check.at > checkGoodForMilliseconds) {
      const waiting = messages.slice(index);
      const at = ctx.clock.now().getTime();
      const result = await checkOrDefer(ctx, mailbox.id, waiting);
      if (!result) return;
      check = { result, at };
    }
    const goOn = await deliverOne(ctx, delivery, mailbox, message, check.result);
    if (!goOn) return;
  }
}

async function checkOrDefer(ctx: Ctx, mailboxId: string, waiting: ClaimedMessage[]): Promise<ReplyCheck | null> {
  try {
    return await checkReplies(ctx, mailboxId, [...new Set(waiting.map((message) => message.contactId))]);
  } catch (error) {
    if (!(error instanceof CannotCheck)) throw error;
    for (const message of waiting) await defer(ctx, message, ['claimed'], 60, error.message);
    return null;
  }
}

/** One message, step by step. Returns false when the rest of the mailbox must wait. */
async function deliverOne(
  ctx: Ctx,
  delivery: Delivery,
  mailbox: Mailbox,
  message: ClaimedMessage,
  check: ReplyCheck,
): Promise<boolean> {
  const mail = await prepareOrFail(ctx, message, mailbox);
  if (!mail) return true;
  const started = performance.now();
  const refusal = await delivery.intend({ ctx, message, mail, check });
  // A process that was suspended here must not send now: another worker may be looking in Sent already.
  if (refusal || performance.now() - started > startWithinSeconds * 1000) return true;
  const result = await mailboxVendor(ctx, mailbox.vendor).send(mailboxAccount(ctx, mailbox), mail.outgoing);
  return settleResult(ctx, delivery, message, result);
}

async function prepareOrFail(ctx: Ctx, message: ClaimedMessage, mailbox: Mailbox): Promise<PreparedMail | null> {
  try {
    return await prepareMail(ctx, message, mailbox);
  } catch (error) {
    if (error instanceof MailboxDisconnected) {
      await loseMailbox(ctx, mailbox.id, error.message);
      return null;
    }
    if (!(error instanceof CannotPrepare)) throw error;
    await failMessage(ctx, message, ['claimed'], 'cannot_prepare', error.message);
    return null;
  }
}

/**
 * The point of no return, for a batch: under the messages' locks everything that may have changed is asked once more
 * (stopped, suppressed, replied), and only then the intent is committed with its reply check. Answers who may not go.
 */
async function commitIntents(items: Intention[]): Promise<(string | null)[]> {
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
      return { go: true, outcome: 'sent', reason: 'Its time had come, nobody had replied, and nothing forbade it.' };
    });
    const going = items.filter((_, index) => verdicts[index]!.go);
    await markSending(
      ctx,
      going.map(({ message, mail: { subject, links, inReplyTo }, check }) => ({
        id: message.id,
        subject,
        links,
        inReplyTo,
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
      if (outcome === 'deferred') await defer(ctx, message, ['claimed'], freshSeconds, reason);
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
  inputs: { replyCheck: check, mailboxId: message.mailboxId, address: message.toAddress },
});

async function cancel(ctx: Ctx, message: ClaimedMessage, reason: string): Promise<void> {
  await endMessage(ctx, message.id, ['claimed'], { state: 'cancelled', failureReason: reason });
  await emit(ctx, 'email.cancelled', { ...factOf(message), reason });
}

/** Writes down what the provider said. */
async function settleResult(
  ctx: Ctx,
  delivery: Delivery,
  message: ClaimedMessage,
  result: SendResult,
): Promise<boolean> {
  switch (result.outcome) {
    case 'sent': {
      const { providerMessageId, providerThreadId } = result;
      await delivery.conclude({
        ctx,
        message,
        outcome: {
          id: message.id,
          claimId: message.claimId,
          providerMessageId,
          providerThreadId,
          wireMessageId: null,
          sentAt: ctx.clock.now(),
        },
      });
      return true;
    }
    case 'rejected':
      await failMessage(ctx, message, ['sending'], result.code, result.reason);
      return true;
    case 'deferred':
      await defer(
        ctx,
        message,
        ['sending'],
        result.retryAfterSeconds,
        `Waits: the mail provider asked for a pause (${result.reason}).`,
      );
      return false;
    case 'disconnected':
      await defer(ctx, message, ['sending'], 0, 'Waits for its mailbox to be connected again.');
      await loseMailbox(ctx, message.mailboxId, result.reason);
      return false;
    case 'unknown':
      // Stays in `sending`: settling looks it up in Sent. Nothing is sent again before that.
      ctx.log.warn({ messageId: message.id, reason: result.reason }, 'outcome of a send is unknown');
      return true;
  }
}

async function commitSent(items: Conclusion[]): Promise<undefined[]> {
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
export const concludeSent = (ctx: Ctx, message: Fact, outcome: SentOutcome): Promise<unknown> =>
  commitSent([{ ctx, message: message as ClaimedMessage, outcome }]);

export async function failMessage(
  ctx: Ctx,
  message: Fact,
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

async function defer(
  ctx: Ctx,
  message: ClaimedMessage,
  from: ('claimed' | 'sending')[],
  seconds: number,
  whyWaiting: string,
): Promise<void> {
  const notBefore = new Date(ctx.clock.now().getTime() + seconds * 1000);
  await putBack(ctx, message.id, from, notBefore, whyWaiting);
}

type Fact = Pick<ClaimedMessage, 'id' | 'contactId' | 'mailboxId' | 'enrollmentId' | 'stepIndex'>;

export const factOf = (message: Fact) => ({
  messageId: message.id,
  contactId: message.contactId,
  mailboxId: message.mailboxId,
  enrollmentId: message.enrollmentId,
  stepIndex: message.stepIndex,
});

/** Commits a mixed batch tenant by tenant, and gives the results back in the order of the items. */
async function byTenant<I extends { ctx: Ctx }, O>(items: I[], commit: (items: I[]) => Promise<O[]>): Promise<O[]> {
  const results = new Map<I, O>();
  for (const group of Map.groupBy(items, (item) => item.ctx.tenantId).values()) {
    const done = await commit(group);
    for (const [index, item] of group.entries()) results.set(item, done[index]!);
  }
  return items.map((item) => results.get(item)!);
}
