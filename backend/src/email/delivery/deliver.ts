import { type Ctx, type System, tenantContext } from '../../core/ctx.ts';
import { recordDecisions } from '../../core/decisions.ts';
import { groupCommit } from '../../core/group-commit.ts';
import { inParallel } from '../../core/jobs.ts';
import { MailboxDisconnected, type SendResult } from '../mailbox.ts';
import { getMailbox, loseMailbox, type Mailbox, mailboxAccount, mailboxVendor } from '../mailboxes/mailboxes.ts';
import { CannotCheck, checkReplies, type Sender } from '../reading/check-replies.ts';
import { claimDue } from './claim.ts';
import { type Conclusion, commitSent, failMessage, putInLine } from './conclude.ts';
import { commitIntents, type Intention } from './intend.ts';
import { forgetCopy } from './message-queries.ts';
import type { ClaimedMessage, ReplyCheck } from './messages.ts';
import { CannotPrepare, type PreparedMail, prepareMail } from './prepare.ts';

/** How old the answer "nobody replied" may be when the intent is committed. */
const checkGoodForMilliseconds = 1000;
/** A send that has not started this long after its intent is left to settling: another worker may look after it by then. */
const startWithinSeconds = 20;
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
  let mailbox = await getMailbox(ctx, messages[0]!.mailboxId);
  const account = mailboxAccount(ctx, mailbox);
  let check: { result: ReplyCheck; at: number } | null = null;
  for (const [index, message] of messages.entries()) {
    if (!check || ctx.clock.now().getTime() - check.at > checkGoodForMilliseconds) {
      const waiting = messages.slice(index);
      const at = ctx.clock.now().getTime();
      if (check) mailbox = await getMailbox(ctx, mailbox.id);
      const result = await checkOrDefer(ctx, { mailbox, account }, waiting);
      if (!result) return;
      check = { result, at };
    }
    const goOn = await deliverOne(ctx, delivery, { mailbox, account }, message, check.result);
    if (!goOn) return;
  }
}

async function checkOrDefer(ctx: Ctx, sender: Sender, waiting: ClaimedMessage[]): Promise<ReplyCheck | null> {
  try {
    return await checkReplies(ctx, sender, [...new Set(waiting.map((message) => message.contactId))]);
  } catch (error) {
    if (!(error instanceof CannotCheck)) throw error;
    for (const message of waiting) await putInLine(ctx, message, ['claimed'], 60, error.message);
    return null;
  }
}

/** One message, step by step. Returns false when the rest of the mailbox must wait. */
async function deliverOne(
  ctx: Ctx,
  delivery: Delivery,
  { mailbox, account }: Sender,
  message: ClaimedMessage,
  check: ReplyCheck,
): Promise<boolean> {
  const mail = await prepareOrFail(ctx, message, mailbox);
  if (!mail) return true;
  const started = performance.now();
  const refusal = await delivery.intend({ ctx, message, mail, check });
  // A process that was suspended here must not send now: another worker may be looking in Sent already.
  if (refusal || performance.now() - started > startWithinSeconds * 1000) return true;
  const result = await mailboxVendor(ctx, mailbox.vendor).send(account, mail.outgoing);
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

/** The CRM has no copy, so the mail is logged there as any other. Noted before the mail counts as sent: logging follows from that. */
async function noCopyWent(ctx: Ctx, message: ClaimedMessage, reason: string): Promise<void> {
  await forgetCopy(ctx, message.id);
  await recordDecisions(ctx, {
    subject: 'email.copy',
    subjectId: message.id,
    contactId: message.contactId,
    outcome: 'refused',
    reason: 'The mail server refused the address of the copy. The mail is logged as an activity instead.',
    ruleVersion: 'copy-1',
    inputs: { copyCrm: message.copyCrm, answer: reason },
  });
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
      const { providerMessageId, providerThreadId, copyRefused } = result;
      if (copyRefused) await noCopyWent(ctx, message, copyRefused);
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
      await putInLine(
        ctx,
        message,
        ['sending'],
        result.retryAfterSeconds,
        `Waits: the mail provider asked for a pause (${result.reason}).`,
      );
      return false;
    case 'disconnected':
      await putInLine(ctx, message, ['sending'], 0, 'Waits for its mailbox to be connected again.');
      await loseMailbox(ctx, message.mailboxId, result.reason);
      return false;
    case 'unknown':
      // Stays in `sending`: settling looks it up in Sent. Nothing is sent again before that.
      ctx.log.warn({ messageId: message.id, reason: result.reason }, 'outcome of a send is unknown');
      return true;
  }
}

/** Commits a mixed batch tenant by tenant, and gives the results back in the order of the items. */
async function byTenant<I extends { ctx: Ctx }, O>(items: I[], commit: (items: I[]) => Promise<O[]>): Promise<O[]> {
  const results = new Map<I, O>();
  for (const group of Map.groupBy(items, (item) => item.ctx.tenantId).values()) {
    const done = await commit(group);
    for (const [index, item] of group.entries()) results.set(item, done[index]!);
  }
  return items.map((item) => results.get(item)!);
}
