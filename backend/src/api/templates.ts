import type { templateEndpoints } from '@salesos/shared/api/templates.ts';
import { getContact } from '../contacts/index.ts';
import {
  archiveTemplate,
  createTemplate,
  getMailbox,
  getTemplate,
  listTemplates,
  previewWords,
  senderVariables,
  type Template,
  updateTemplate,
} from '../email/index.ts';
import { getTenant } from '../tenants/index.ts';
import type { Handlers } from './endpoint.ts';
import { pageOf } from './page-of.ts';
import { iso, isoOrNull } from './present.ts';

export const templateHandlers: Handlers<typeof templateEndpoints> = {
  createTemplate: async ({ ctx, body }) =>
    present(await createTemplate(ctx, { ...body, html: body.html ?? null, text: body.text ?? null })),
  listTemplates: ({ ctx, query }) =>
    pageOf(query, (page) => listTemplates(ctx, { ...page, archived: query.archived }), present),
  getTemplate: async ({ ctx, params, query }) => present(await getTemplate(ctx, params.templateId, query.version)),
  updateTemplate: async ({ ctx, params, body }) => present(await updateTemplate(ctx, params.templateId, body)),
  archiveTemplate: async ({ ctx, params }) => {
    await archiveTemplate(ctx, params.templateId);
    return present(await getTemplate(ctx, params.templateId));
  },
  previewTemplate: async ({ ctx, params, query }) => {
    // One after the other: which of two missing things is named must not depend on which query was faster.
    const template = await getTemplate(ctx, params.templateId);
    const contact = await getContact(ctx, query.contactId);
    const tenant = await getTenant(ctx);
    const mailbox = query.mailboxId ? await getMailbox(ctx, query.mailboxId) : null;
    const variables = mailbox
      ? senderVariables(mailbox, tenant.postalAddress)
      : { postal_address: tenant.postalAddress ?? '' };
    return previewWords(ctx, template, contact, variables);
  },
};

const present = ({ id, name, version, subject, html, text, archivedAt, createdAt }: Template) => ({
  id,
  name,
  version,
  subject,
  html,
  text,
  archivedAt: isoOrNull(archivedAt),
  createdAt: iso(createdAt),
});
