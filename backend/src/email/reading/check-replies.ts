import type { Ctx } from '../../core/ctx.ts';
import { inParallel } from '../../core/jobs.ts';
import { mailboxesOfPerson } from '../delivery/delivery-queries.ts';
import type { ReplyCheck } from '../delivery/messages.ts';
import { type MailboxAccount, MailboxDisconnected } from '../mailbox.ts';
import { getMailboxRows } from '../mailboxes/mailbox-queries.ts';
import { loseMailbox, mailboxAccount } from '../mailboxes/mailboxes.ts';
import { syncMailbox } from './sync-mailbox.ts';

/** The inbox of somebody who may have been answered cannot be read now, so nothing is sent to them. */
export class CannotCheck extends Error {
  override name = 'CannotCheck';
}

/**
 * Asks the providers for everything new in every inbox to which these people may have replied: the sender's own, and any
 * other mailbox of the tenant that ever wrote to them. What is found is taken in before this returns.
 */
export async function checkReplies(ctx: Ctx, sender: MailboxAccount, contactIds: string[]): Promise<ReplyCheck> {
  const others = await Promise.all(contactIds.map((id) => mailboxesOfPerson(ctx, id)));
  const ids = [...new Set([sender.mailboxId, ...others.flatMap((other) => other?.mailboxIds ?? [])])];
  const startedAt = ctx.clock.now().toISOString();
  const mailboxes = await inParallel(await getMailboxRows(ctx, ids), 8, async (mailbox) => {
    if (mailbox.status === 'disconnected')
      return {
        mailboxId: mailbox.id,
        cursor: null,
        unreadThreads: [],
        note: `${mailbox.address} was disconnected by a colleague and is not read.`,
      };
    if (mailbox.status === 'reconnect')
      throw new CannotCheck(`Waits: replies to ${mailbox.address} cannot be seen until it is connected again.`);
    try {
      const account = mailbox.id === sender.mailboxId ? sender : mailboxAccount(ctx, mailbox);
      return { mailboxId: mailbox.id, ...(await syncMailbox(ctx, mailbox, account)) };
    } catch (error) {
      if (error instanceof MailboxDisconnected) await loseMailbox(ctx, mailbox.id, error.message);
      throw new CannotCheck(
        `Waits: the inbox of ${mailbox.address} cannot be read right now, so nobody can say whether they replied.`,
        { cause: error },
      );
    }
  });
  return {
    startedAt,
    finishedAt: ctx.clock.now().toISOString(),
    mailboxes: mailboxes.map(({ unreadThreads, ...mailbox }) => mailbox),
    unreadThreads: mailboxes.flatMap((mailbox) => mailbox.unreadThreads),
  };
}
