import type { Ctx } from '../../core/ctx.ts';
import { NotFound } from '../../core/errors.ts';
import { fillHtml } from '../compose/rewrite.ts';
import { getMailbox } from '../mailboxes/mailboxes.ts';
import { getInboundRow } from '../reading/inbound-queries.ts';
import { getMessageRow } from './message-queries.ts';
import { renderMessage } from './prepare.ts';

/** What a message says, as its recipient reads it, without pixel and tracked links: looking at it opens nothing. */
export async function sentContent(ctx: Ctx, messageId: string) {
  const message = await getMessageRow(ctx, messageId);
  if (!message) throw new NotFound('email');
  const rendered = await renderMessage(ctx, message);
  const mailbox = await getMailbox(ctx, message.mailboxId);
  return {
    subject: message.subject ?? rendered.subject,
    html: fillHtml(rendered.html, { linkUrls: null, pixelUrl: null }),
    text: rendered.text,
    from: { address: mailbox.address, name: mailbox.displayName },
    to: { address: message.toAddress, name: message.variables.full_name || null },
    sentAt: message.sentAt,
    copyCrm: message.copyCrm,
    ownerMemberId: mailbox.ownerMemberId,
  };
}

/** A reply as it was taken in. */
export async function getInbound(ctx: Ctx, id: string) {
  const inbound = await getInboundRow(ctx, id);
  if (!inbound) throw new NotFound('reply');
  const mailbox = await getMailbox(ctx, inbound.mailboxId);
  return {
    ...inbound,
    to: { address: mailbox.address, name: mailbox.displayName },
    ownerMemberId: mailbox.ownerMemberId,
  };
}
