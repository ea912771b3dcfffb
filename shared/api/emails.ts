import { z } from 'zod';
import { trackingLevels } from '../cards.ts';
import { evidenceGrades } from '../events.ts';
import { endpoint, id, instant, page, pageQuery } from './endpoint.ts';
import { eventView } from './events.ts';

export const emailStates = [
  'scheduled',
  'held',
  'claimed',
  'sending',
  'sent',
  'failed',
  'cancelled',
  'parked',
] as const;

export const emailView = z
  .object({
    id,
    state: z.enum(emailStates),
    contactId: id,
    mailboxId: id,
    enrollmentId: id.nullable(),
    stepIndex: z.number().int().nullable(),
    templateId: id.nullable(),
    templateVersion: z.number().int().nullable(),
    to: z.string(),
    /** As rendered; null until then. */
    subject: z.string().nullable(),
    notBefore: instant,
    /** One sentence: what keeps it from leaving now. */
    whyWaiting: z.string().nullable(),
    sentAt: instant.nullable(),
    /** The Message-ID on the wire; null until it is known. */
    messageId: z.string().nullable(),
    trackingLevel: z.enum(trackingLevels),
    /** The CRM that gets it as a blind copy, as in `pipedrive`: then it is not tracked. */
    copyCrm: z.string().nullable(),
    failure: z.object({ code: z.string(), reason: z.string() }).nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Email' });

const grades = z.object({ human: z.number().int(), likely: z.number().int(), machine: z.number().int() });
export const trackingView = z
  .object({
    emailId: id,
    trackingLevel: z.enum(trackingLevels),
    opens: grades,
    clicks: grades,
    /** Each hit with its grade, newest first, at most 200. */
    hits: z.array(
      z.object({
        id,
        kind: z.enum(['open', 'click']),
        at: instant,
        url: z.string().nullable(),
        /** False for a repeat by the same visitor: shown, but worth nothing. */
        counted: z.boolean(),
        /** Null until it is graded, a few seconds after it came. */
        evidence: z.enum(evidenceGrades).nullable(),
        reasons: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'Tracking' });

const params = z.object({ emailId: id });

export const emailEndpoints = {
  sendEmail: endpoint({
    method: 'POST',
    path: '/v1/emails/send',
    scopes: ['emails:send'],
    summary: 'Send one mail to a contact, from a template or with its own content. It leaves in the background, once.',
    body: z
      .strictObject({
        contactId: id,
        mailboxId: id,
        templateId: id.optional(),
        content: z
          .strictObject({
            subject: z.string().min(1).max(500),
            html: z.string().min(1).max(500_000).optional(),
            text: z.string().min(1).max(500_000).optional(),
          })
          .refine((content) => content.html || content.text, 'Give html, text or both.')
          .optional(),
        notBefore: instant.optional(),
      })
      .refine((body) => (body.templateId === undefined) !== (body.content === undefined), {
        path: ['templateId'],
        error: 'Give either templateId or content.',
      }),
    status: 202,
    response: emailView,
    errors: ['not_found', 'invalid_input', 'conflict'],
  }),
  listEmails: endpoint({
    method: 'GET',
    path: '/v1/emails',
    scopes: ['emails:read'],
    summary: 'List mails, newest first.',
    query: pageQuery.extend({
      contactId: id.optional(),
      enrollmentId: id.optional(),
      state: z.enum(emailStates).optional(),
    }),
    status: 200,
    response: page(emailView),
    errors: ['invalid_cursor'],
  }),
  getEmail: endpoint({
    method: 'GET',
    path: '/v1/emails/{emailId}',
    scopes: ['emails:read'],
    summary: 'Read one mail: where it stands and what it waits for.',
    params,
    status: 200,
    response: emailView,
    errors: ['not_found'],
  }),
  getEmailTracking: endpoint({
    method: 'GET',
    path: '/v1/emails/{emailId}/tracking',
    scopes: ['emails:read'],
    summary: 'Opens and clicks of one mail, each graded: by a person, probably by a person, by a mail program.',
    params,
    status: 200,
    response: trackingView,
    errors: ['not_found'],
  }),
  listEmailEvents: endpoint({
    method: 'GET',
    path: '/v1/emails/{emailId}/events',
    scopes: ['emails:read'],
    summary: 'What happened to one mail, newest first.',
    params,
    query: pageQuery,
    status: 200,
    response: page(eventView),
    errors: ['not_found', 'invalid_cursor'],
  }),
} as const;
