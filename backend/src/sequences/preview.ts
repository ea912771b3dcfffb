import type { EnrollPreview } from '@salesos/shared/cards.ts';
import { type Contact, getContact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { type Mailbox, mailTermsFor, previewWords, senderVariables } from '../email/index.ts';
import { getTenant, type Tenant } from '../tenants/index.ts';
import { getSequence } from './author.ts';
import { checkPeople } from './check-people.ts';
import { stepLabel } from './labels.ts';
import { type MailStep, mailSteps } from './missing-values.ts';
import { planSequence } from './plan.ts';
import { howToFix, refuse } from './refusals.ts';
import { readPublished, readRunnable } from './sequence-queries.ts';
import { type RunnableDefinition, recipientOf, spreadKeyOf } from './stored-definition.ts';

type PreviewStep = EnrollPreview['steps'][number];

/**
 * What would happen if the person were enrolled now: every step with its moment and its reason, every mail with its words. It is
 * the plan the run follows, so it comes true to the minute if nothing is late. A draft is shown as it stands, and refused.
 * Throws NotFound for a sequence or a contact that is not there. Nothing is stored.
 */
export async function previewEnrollment(
  ctx: Ctx,
  { contactId, sequenceId, mailboxId }: { contactId: string; sequenceId: string; mailboxId?: string },
): Promise<EnrollPreview> {
  const sequence = await getSequence(ctx, sequenceId);
  const contact = await getContact(ctx, contactId);
  const tenant = await getTenant(ctx);
  const published = await readPublished(ctx, sequenceId);
  const version: RunnableDefinition = published
    ? await readRunnable(ctx, sequenceId, published.version)
    : { definition: sequence.definition, templateVersions: [] };
  const [checked] = await checkPeople(ctx, tenant, version, {
    contactIds: [contact.id],
    ...(mailboxId ? { mailboxId } : {}),
  });
  const refusal = checked?.refusal ?? (published ? null : refuse('SEQUENCE_NOT_FOUND'));
  return {
    refusal: refusal && { ...refusal, howToFix: howToFix[refusal.code] },
    steps: await previewSteps(ctx, { tenant, version, contact, mailbox: checked?.mailbox ?? null, sequenceId }),
  };
}

interface PreviewFacts {
  tenant: Tenant;
  version: RunnableDefinition;
  contact: Contact;
  mailbox: Mailbox | null;
  sequenceId: string;
}

async function previewSteps(ctx: Ctx, facts: PreviewFacts): Promise<PreviewStep[]> {
  const { tenant, version, contact, sequenceId } = facts;
  const { definition } = version;
  const plan = planSequence({
    definition,
    doneIndex: -1,
    startAt: ctx.clock.now(),
    recipient: recipientOf(contact, tenant.timeZone),
    enrollmentId: spreadKeyOf({ sequenceId, contactId: contact.id }),
  });
  const [terms] = await mailTermsFor(ctx, [contact]);
  const mails = new Map((await mailSteps(ctx, version)).map((mail) => [mail.stepIndex, mail]));
  return plan.map(({ stepIndex, at, why }): PreviewStep => {
    const step = definition.steps[stepIndex]!;
    const mail = mails.get(stepIndex);
    return {
      index: stepIndex,
      kind: step.kind,
      label: stepLabel(step, mail?.template.name),
      at: at.toISOString(),
      why,
      ...(mail ? previewMail(ctx, facts, mail, terms!.copyCrm) : { email: null, warnings: [] }),
    };
  });
}

function previewMail(
  ctx: Ctx,
  { tenant, contact, mailbox }: PreviewFacts,
  { template }: MailStep,
  copyCrm: string | null,
): Pick<PreviewStep, 'email' | 'warnings'> {
  const sender = mailbox ? senderVariables(mailbox, tenant.postalAddress) : {};
  const { subject, text, missing } = previewWords(ctx, template, contact, sender);
  const warnings = missing.map(
    (name) => `{{${name}}} has no value and no fallback: the mail cannot be sent like this.`,
  );
  if (copyCrm) {
    const crm = ctx.sockets.crms.get(copyCrm)?.name ?? copyCrm;
    warnings.push(`A blind copy goes to ${crm}, which shows the mail itself: opens and clicks of it are not tracked.`);
  }
  return { email: { from: mailbox?.address ?? '', to: contact.addresses[0] ?? '', subject, text }, warnings };
}
