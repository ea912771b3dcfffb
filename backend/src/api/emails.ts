import type { emailEndpoints } from '@salesos/shared/api/emails.ts';
import type { EvidenceGrade } from '@salesos/shared/events.ts';
import type { Ctx } from '../core/ctx.ts';
import { NotFound } from '../core/errors.ts';
import { listEvents } from '../core/history.ts';
import { getMessage, listMessages, sendEmail, trackingOf } from '../email/index.ts';
import type { Handlers } from './endpoint.ts';
import { presentEvent } from './events.ts';
import { pageOf } from './page-of.ts';
import { iso, isoOrNull } from './present.ts';

type Message = NonNullable<Awaited<ReturnType<typeof getMessage>>>;
type Hit = Awaited<ReturnType<typeof trackingOf>>[number];

const shownHits = 200;

export const emailHandlers: Handlers<typeof emailEndpoints> = {
  sendEmail: async ({ ctx, body: { notBefore, content, ...input } }) =>
    present(
      await sendEmail(ctx, {
        ...input,
        ...(content
          ? { content: { subject: content.subject, html: content.html ?? null, text: content.text ?? null } }
          : {}),
        ...(notBefore ? { sendAt: new Date(notBefore) } : {}),
      }),
    ),
  listEmails: ({ ctx, query }) => pageOf(query, (page) => listMessages(ctx, { ...query, ...page }), present),
  getEmail: async ({ ctx, params }) => present(await find(ctx, params.emailId)),
  getEmailTracking: async ({ ctx, params }) => {
    const message = await find(ctx, params.emailId);
    const hits = await trackingOf(ctx, message.id);
    return {
      emailId: message.id,
      trackingLevel: message.trackingLevel,
      opens: countByGrade(hits, 'open'),
      clicks: countByGrade(hits, 'click'),
      hits: hits
        .toReversed()
        .slice(0, shownHits)
        .map(({ linkIndex, at, ...hit }) => ({
          ...hit,
          at: iso(at),
          url: linkIndex === null ? null : (message.links[linkIndex] ?? null),
        })),
    };
  },
  listEmailEvents: async ({ ctx, params, query }) => {
    const { id, contactId } = await find(ctx, params.emailId);
    return pageOf(query, (page) => listEvents(ctx, { contactId, messageId: id, ...page }), presentEvent);
  },
};

async function find(ctx: Ctx, id: string): Promise<Message> {
  const message = await getMessage(ctx, id);
  if (!message) throw new NotFound('email');
  return message;
}

/** Repeats by the same visitor are shown among the hits and not counted. */
function countByGrade(hits: Hit[], kind: Hit['kind']) {
  const count = (grade: EvidenceGrade) =>
    hits.filter((hit) => hit.kind === kind && hit.counted && hit.evidence === grade).length;
  return { human: count('human'), likely: count('likely'), machine: count('machine') };
}

const present = (message: Message) => ({
  id: message.id,
  state: message.state,
  contactId: message.contactId,
  mailboxId: message.mailboxId,
  enrollmentId: message.enrollmentId,
  stepIndex: message.stepIndex,
  templateId: message.templateId,
  templateVersion: message.templateVersion,
  to: message.toAddress,
  subject: message.subject,
  notBefore: iso(message.notBefore),
  whyWaiting: message.whyWaiting,
  sentAt: isoOrNull(message.sentAt),
  messageId: message.wireMessageId,
  trackingLevel: message.trackingLevel,
  copyCrm: message.copyCrm,
  failure: message.failureCode ? { code: message.failureCode, reason: message.failureReason ?? '' } : null,
  createdAt: iso(message.createdAt),
});
