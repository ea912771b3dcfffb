import { inTransaction, type System, tenantContext } from '../../core/ctx.ts';
import { recordDecisions } from '../../core/decisions.ts';
import { inParallel } from '../../core/jobs.ts';
import { MailboxDisconnected, type SentSearch } from '../mailbox.ts';
import { getMailbox, loseMailbox, mailboxAccount, mailboxVendor } from '../mailboxes/mailboxes.ts';
import { concludeSent } from './conclude.ts';
import { takeLapsed } from './delivery-queries.ts';
import { settleAfterSeconds } from './intend.ts';
import { endMessage, putBack } from './message-queries.ts';

const takeAtOnce = 50;
const lookAgainSeconds = 60;
/** When Sent gave no clear answer for this long, a person must look. */
const parkAfterHours = 24;

const mustLook =
  'Nobody can tell whether this mail was sent: look in the Sent folder, then send it by hand or leave it.';
const notInSent = 'The mail is not in Sent, so the provider did not take it.';

/**
 * Looks after messages whose worker did not come back. One that was only claimed cannot have left and waits again. One
 * that was being sent is looked up in Sent: found there, it was sent; certainly absent, it waits again under the same
 * identity; unclear, it is looked up again later, and parked after a day. It is never sent without an answer.
 */
export async function settleLapsed(system: System): Promise<boolean> {
  const now = system.clock.now();
  const lapsed = await takeLapsed(system, now, new Date(now.getTime() + lookAgainSeconds * 1000), takeAtOnce);
  await inParallel(lapsed, 8, async (message) => {
    const ctx = tenantContext(system, message.tenantId);
    if (message.state === 'claimed') {
      await putBack(ctx, message.id, ['claimed'], now, null);
      return;
    }
    const search = await lookInSent(ctx, message);
    if (search.outcome === 'found') {
      await concludeSent(ctx, message, {
        id: message.id,
        claimId: message.claimId,
        ...search.mail,
        sentAt: message.intentAt!,
      });
      return;
    }
    const parked =
      search.outcome === 'unclear' && now.getTime() - message.intentAt!.getTime() > parkAfterHours * 3_600_000;
    if (search.outcome === 'unclear' && !parked) return;
    await inTransaction(ctx, async (ctx) => {
      const outcome = parked
        ? (await endMessage(ctx, message.id, ['sending'], { state: 'parked', failureReason: mustLook })) && 'parked'
        : await putBack(ctx, message.id, ['sending'], now, notInSent);
      if (!outcome) return;
      await recordDecisions(ctx, {
        subject: 'email.settle',
        subjectId: message.id,
        contactId: message.contactId,
        outcome,
        reason: parked ? mustLook : notInSent,
        ruleVersion: 'settle-1',
        inputs: { attemptCount: message.attemptCount, intentAt: message.intentAt!.toISOString() },
      });
    });
  });
  return lapsed.length === takeAtOnce;
}

type Lapsed = Awaited<ReturnType<typeof takeLapsed>>[number];

async function lookInSent(ctx: ReturnType<typeof tenantContext>, message: Lapsed): Promise<SentSearch> {
  const mailbox = await getMailbox(ctx, message.mailboxId);
  try {
    return await mailboxVendor(ctx, mailbox.vendor).findSent(mailboxAccount(ctx, mailbox), {
      messageIdHeader: message.messageIdHeader,
      to: message.toAddress,
      // The provider's clock may differ from ours by some minutes.
      sentAfter: new Date(message.intentAt!.getTime() - 600_000),
      // Fixed, and not the present: the provider's index catches up with it, and then a miss is certain.
      sentBefore: new Date(message.intentAt!.getTime() + settleAfterSeconds * 1000),
    });
  } catch (error) {
    if (error instanceof MailboxDisconnected) await loseMailbox(ctx, mailbox.id, error.message);
    ctx.log.warn({ error, messageId: message.id }, 'Sent could not be searched');
    return { outcome: 'unclear', reason: 'Sent could not be searched.' };
  }
}
