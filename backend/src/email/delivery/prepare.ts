import { createTenantCache } from '../../core/cache.ts';
import type { Ctx } from '../../core/ctx.ts';
import { composeMail } from '../compose/compose.ts';
import { type CompiledTemplate, type RenderedMail, render } from '../compose/render.ts';
import { fillHtml } from '../compose/rewrite.ts';
import { compileOrRefuse, getTemplate } from '../compose/templates.ts';
import { linkOrigin } from '../domains/tracking-host.ts';
import type { OutgoingMail } from '../mailbox.ts';
import { type Mailbox, mailboxAccount, mailboxVendor } from '../mailboxes/mailboxes.ts';
import { previousMail, saveWireId } from './message-queries.ts';
import type { ClaimedMessage } from './messages.ts';

/** A mail ready to leave, and what has to be remembered of it. */
export interface PreparedMail {
  outgoing: OutgoingMail;
  subject: string;
  links: string[];
  inReplyTo: string | null;
  /** The mailbox that answers are asked to go to, where it is another one. */
  replyMailboxId: string | null;
}

/** A message that can never be sent as it is: a value is missing, the words cannot be written as mail. */
export class CannotPrepare extends Error {
  override name = 'CannotPrepare';
}

// Versions never change, so a compiled one is good for as long as the process lives.
const compiled = createTenantCache<CompiledTemplate>(500);

/** Renders, rewrites and composes one message. The same message gives the same bytes, whoever prepares it. */
export async function prepareMail(ctx: Ctx, message: ClaimedMessage, mailbox: Mailbox): Promise<PreparedMail> {
  const origin = await linkOrigin(ctx);
  const rendered = await renderMessage(ctx, message, origin);
  if (rendered.missing.length > 0) throw new CannotPrepare(`These values are missing: ${rendered.missing.join(', ')}.`);
  const thread =
    message.replyInThread && message.enrollmentId ? await threadOf(ctx, message.enrollmentId, mailbox) : null;
  const links = message.trackingLevel === 'full' ? rendered.html.targets : [];
  const base = `${origin}/t`;
  const html = fillHtml(rendered.html, {
    linkUrls:
      message.trackingLevel === 'full' ? links.map((_, index) => `${base}/c/${message.trackingToken}/${index}`) : null,
    pixelUrl: message.trackingLevel === 'none' ? null : `${base}/o/${message.trackingToken}.gif`,
  });
  const subject = thread ? `Re: ${thread.subject.replace(/^(re:\s*)+/i, '')}` : rendered.subject;
  try {
    const raw = composeMail({
      messageId: message.messageIdHeader,
      date: ctx.clock.now(),
      from: { name: mailbox.displayName, address: mailbox.address },
      to: { name: message.variables.full_name || null, address: message.toAddress },
      replyTo: mailbox.replyTo ? { name: mailbox.displayName, address: mailbox.replyTo } : null,
      subject,
      inReplyTo: thread?.messageId ?? null,
      references: thread?.references ?? [],
      unsubscribe: { url: `${origin}/unsubscribe/${message.trackingToken}` },
      salesosMessage: message.messageIdHeader,
      text: rendered.text,
      html,
    });
    const outgoing = {
      raw,
      to: message.toAddress,
      copyTo: message.copyTo,
      messageIdHeader: message.messageIdHeader,
      providerThreadId: thread?.providerThreadId ?? null,
    };
    const { replyToMailboxId: replyMailboxId } = mailbox;
    return { outgoing, subject, links, inReplyTo: thread?.messageId ?? null, replyMailboxId };
  } catch (error) {
    throw new CannotPrepare(error instanceof Error ? error.message : 'The mail could not be written.', {
      cause: error,
    });
  }
}

/** The words of a message as its recipient got or will get them, before tracking. */
export async function renderMessage(
  ctx: Ctx,
  message: Pick<ClaimedMessage, 'templateId' | 'templateVersion' | 'content' | 'variables' | 'trackingToken'>,
  origin = ctx.settings.publicUrl,
): Promise<RenderedMail> {
  const { templateId, templateVersion, content } = message;
  const template =
    templateId && templateVersion
      ? await compiled(ctx, `${templateId} ${templateVersion}`, async () =>
          compileOrRefuse(ctx, await getTemplate(ctx, templateId, templateVersion)),
        )
      : compileOrRefuse(ctx, content!);
  return render(template, {
    ...message.variables,
    unsubscribe_url: `${origin}/unsubscribe/${message.trackingToken}`,
  });
}

interface Thread {
  subject: string;
  /** The previous mail's Message-ID as the recipient has it. */
  messageId: string;
  references: string[];
  providerThreadId: string | null;
}

/** The conversation a follow-up continues. Null when nothing was sent before: then it starts one. */
async function threadOf(ctx: Ctx, enrollmentId: string, mailbox: Mailbox): Promise<Thread | null> {
  const previous = await previousMail(ctx, enrollmentId);
  if (!previous?.subject) return null;
  const messageId = previous.wireMessageId ?? (await readWireId(ctx, previous, mailbox)) ?? previous.messageIdHeader;
  const references = [previous.inReplyTo, messageId].filter((id) => id !== null);
  return { subject: previous.subject, messageId, references, providerThreadId: previous.providerThreadId };
}

async function readWireId(
  ctx: Ctx,
  previous: { id: string; providerMessageId: string | null },
  mailbox: Mailbox,
): Promise<string | null> {
  if (!previous.providerMessageId) return null;
  const sent = await mailboxVendor(ctx, mailbox.vendor).readSent(
    mailboxAccount(ctx, mailbox),
    previous.providerMessageId,
  );
  if (!sent) return null;
  await saveWireId(ctx, previous.id, sent.wireMessageId);
  return sent.wireMessageId;
}
