import { z } from 'zod';
import { count, endpoint, flag, id, instant, page, pageQuery } from './endpoint.ts';

export const templateView = z
  .object({
    id,
    name: z.string(),
    /** Versions never change; an update makes the next one. */
    version: z.number().int(),
    subject: z.string(),
    html: z.string().nullable(),
    text: z.string().nullable(),
    archivedAt: instant.nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Template' });

const params = z.object({ templateId: id });
const subject = z.string().min(1).max(500);
const part = z.string().min(1).max(500_000);

export const templateEndpoints = {
  createTemplate: endpoint({
    method: 'POST',
    path: '/v1/templates',
    scopes: ['templates:write'],
    summary:
      'Create a template. Variables are written {{first_name}}, with a fallback {{fallback first_name "there"}}.',
    body: z.strictObject({
      name: z.string().trim().min(1).max(200),
      subject,
      html: part.optional(),
      text: part.optional(),
    }),
    status: 201,
    response: templateView,
    errors: ['invalid_input'],
  }),
  listTemplates: endpoint({
    method: 'GET',
    path: '/v1/templates',
    scopes: ['templates:read'],
    summary: 'List templates, newest first.',
    query: pageQuery.extend({ archived: flag.default(false) }),
    status: 200,
    response: page(templateView),
    errors: ['invalid_cursor'],
  }),
  getTemplate: endpoint({
    method: 'GET',
    path: '/v1/templates/{templateId}',
    scopes: ['templates:read'],
    summary: 'Read a template: its latest version, or the one asked for.',
    params,
    query: z.strictObject({ version: count(1, 1_000_000).optional() }),
    status: 200,
    response: templateView,
    errors: ['not_found'],
  }),
  updateTemplate: endpoint({
    method: 'PATCH',
    path: '/v1/templates/{templateId}',
    scopes: ['templates:write'],
    summary: 'Change a template: makes the next version. Enrollments that run keep the version they started with.',
    params,
    body: z.strictObject({
      name: z.string().trim().min(1).max(200).optional(),
      subject: subject.optional(),
      html: part.nullable().optional(),
      text: part.nullable().optional(),
    }),
    status: 200,
    response: templateView,
    errors: ['not_found', 'invalid_input'],
  }),
  archiveTemplate: endpoint({
    method: 'POST',
    path: '/v1/templates/{templateId}/archive',
    scopes: ['templates:write'],
    summary: 'Archive a template: it is no longer offered, and sequences that use it go on.',
    params,
    status: 200,
    response: templateView,
    errors: ['not_found'],
  }),
  previewTemplate: endpoint({
    method: 'GET',
    path: '/v1/templates/{templateId}/preview',
    scopes: ['templates:read', 'contacts:read'],
    summary:
      'Render a template with a real contact, and with a mailbox for the variables of the sender. Nothing is stored.',
    params,
    query: z.strictObject({ contactId: id, mailboxId: id.optional() }),
    status: 200,
    response: z
      .object({
        subject: z.string(),
        html: z.string(),
        text: z.string(),
        /** Variables the contact has no value for and the template no fallback. With any, nothing would be sent. */
        missing: z.array(z.string()),
      })
      .meta({ id: 'TemplatePreview' }),
    errors: ['not_found'],
  }),
} as const;
