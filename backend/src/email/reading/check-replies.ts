import type { Ctx } from '../../core/ctx.ts';
import { inParallel } from '../../core/jobs.ts';
import { mailboxesOfPerson } from '../delivery/delivery-queries.ts';
import type { ReplyCheck } from '../delivery/messages.ts';
import { type MailboxAccount, MailboxDisconnected } from '../mailbox.ts';
import { getMailboxRows } from '../mailboxes/mailbox-queries.ts';
import { loseMailbox, type Mailbox, mailboxAccount } from '../mailboxes/mailboxes.ts';
import { syncMailbox } from './sync-mailbox.ts';

/** The inbox of somebody who may have been answered cannot be read now, so nothing is sent to them. */
export class CannotCheck extends Error {
  override name = 'CannotCheck';
}

/** The mailbox a mail is to leave from, as it is now, and its access. */
export interface Sender {
  mailbox: Mailbox;
  account: MailboxAccount;
}

/**
 * Asks the providers for everything new in every inbox to which these people may have replied: the sender's own, and any
 * other mailbox of the tenant that ever wrote to them. What is found is taken in before this returns.
 */
export async function checkReplies(ctx: Ctx, sender: Sender, contactIds: string[]): Promise<ReplyCheck> {
  const others = await Promise.all(contactIds.map((id) => mailboxesOfPerson(ctx, id)));
  const ids = new Set(others.flatMap((other) => other?.mailboxIds ?? []));
  ids.delete(sender.mailbox.id);
  const startedAt = ctx.clock.now().toISOString();
  const asked = [sender.mailbox, ...(await getMailboxRows(ctx, [...ids]))];
  const mailboxes = await inParallel(asked, 8, async (mailbox) => {
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
      const account = mailbox === sender.mailbox ? sender.account : mailboxAccount(ctx, mailbox);
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
