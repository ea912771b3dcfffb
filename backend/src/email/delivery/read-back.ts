import { z } from 'zod';
import { defineJob } from '../../core/jobs.ts';
import { getMailbox, mailboxAccount, mailboxVendor } from '../mailboxes/mailboxes.ts';
import { getMessageRow, saveWireId } from './message-queries.ts';

/** Learns the Message-ID that the recipient has: some providers replace ours, and a reply names the one on the wire. */
export const readBackJob = defineJob({
  name: 'email.read-back',
  payload: z.object({ messageId: z.uuid() }),
  retryLimit: 10,
  retryDelaySeconds: 15,
  timeoutSeconds: 60,
  async run(ctx, { messageId }) {
    const message = await getMessageRow(ctx, messageId);
    if (!message?.providerMessageId || message.wireMessageId) return;
    const mailbox = await getMailbox(ctx, message.mailboxId);
    if (mailbox.status === 'disconnected') return;
    const sent = await mailboxVendor(ctx, mailbox.vendor).readSent(
      mailboxAccount(ctx, mailbox),
      message.providerMessageId,
    );
    if (!sent) throw new Error('The sent mail is not visible yet.');
    await saveWireId(ctx, messageId, sent.wireMessageId);
  },
});
