import { mayContact } from '../../compliance/index.ts';
import { getContact, templateVariables } from '../../contacts/index.ts';
import { type Ctx, inTransaction } from '../../core/ctx.ts';
import { InvalidInput } from '../../core/errors.ts';
import { getTenant } from '../../tenants/index.ts';
import { render } from '../compose/render.ts';
import { compileOrRefuse, getTemplate } from '../compose/templates.ts';
import { getMailbox, type Mailbox, whyNotSending } from '../mailboxes/mailboxes.ts';
import { mailTermsFor } from './mail-terms.ts';
import { getMessageRow } from './message-queries.ts';
import { scheduleMessages } from './schedule.ts';

export interface EmailInput {
  contactId: string;
  mailboxId: string;
  /** A stored template, or the words themselves. */
  templateId?: string;
  content?: { subject: string; html: string | null; text: string | null };
  variables?: Record<string, string>;
  /** Not before this time; now if left out. */
  sendAt?: Date;
}

/** What every mail of a mailbox may say about its sender. */
export function senderVariables(mailbox: Mailbox, postalAddress: string | null): Record<string, string> {
  const name = mailbox.displayName ?? mailbox.address;
  return {
    sender_name: name,
    sender_first_name: name.split(' ')[0]!,
    sender_email: mailbox.address,
    signature: mailbox.signature ?? '',
    postal_address: postalAddress ?? '',
  };
}

/** One mail written by hand: the same checks as a sequence's, at any hour, counted against the mailbox's pace. */
export async function sendEmail(ctx: Ctx, input: EmailInput) {
  const contact = await getContact(ctx, input.contactId);
  const mailbox = await getMailbox(ctx, input.mailboxId);
  const tenant = await getTenant(ctx);
  const address = contact.addresses[0] ?? '';
  const [refusal] = await mayContact(ctx, [{ contactId: contact.id, address }]);
  if (refusal) throw new InvalidInput(refusal.sentence, { code: refusal.code.toLowerCase() });
  const blocked = whyNotSending(mailbox);
  if (blocked)
    throw new InvalidInput(blocked, { code: mailbox.status === 'paused' ? 'mailbox_paused' : 'mailbox_disconnected' });
  const template = input.templateId ? await getTemplate(ctx, input.templateId) : null;
  const content = input.content ?? null;
  if ((template === null) === (content === null))
    throw new InvalidInput('Give either a templateId or the content of the mail.', { code: 'template_or_content' });
  const variables = {
    ...templateVariables(contact),
    ...senderVariables(mailbox, tenant.postalAddress),
    ...input.variables,
  };
  const { missing } = render(compileOrRefuse(ctx, template ?? content!), {
    ...variables,
    unsubscribe_url: 'https://example.com',
  });
  if (missing.length > 0)
    throw new InvalidInput(`These values are missing and have no fallback: ${missing.join(', ')}.`, {
      code: 'missing_values',
    });
  const [terms] = await mailTermsFor(ctx, [contact]);
  return inTransaction(ctx, async (ctx) => {
    const [message] = await scheduleMessages(ctx, [
      {
        contactId: contact.id,
        mailboxId: mailbox.id,
        toAddress: address,
        enrollmentId: null,
        stepIndex: null,
        template: template && { id: template.id, version: template.version },
        content,
        variables,
        notBefore: input.sendAt ?? ctx.clock.now(),
        window: null,
        replyInThread: false,
        repliesSince: null,
        ...terms!,
        whyWaiting: null,
      },
    ]);
    return (await getMessageRow(ctx, message!.id))!;
  });
}
