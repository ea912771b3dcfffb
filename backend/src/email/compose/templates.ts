import { type Contact, getContact, templateVariables } from '../../contacts/index.ts';
import { type Ctx, inTransaction } from '../../core/ctx.ts';
import { InvalidInput, NotFound } from '../../core/errors.ts';
import { InvalidTemplate } from './check-template.ts';
import { type CompiledTemplate, compileTemplate, render } from './render.ts';
import { fillHtml } from './rewrite.ts';
import {
  changeTemplate,
  getTemplateRow,
  insertTemplate,
  insertVersion,
  listTemplateRows,
  lockTemplate,
  type TemplateWords,
} from './template-queries.ts';

export type Template = NonNullable<Awaited<ReturnType<typeof getTemplateRow>>>;

/** Checks the words and stores them as version 1. */
export async function createTemplate(ctx: Ctx, input: TemplateWords & { name: string }): Promise<Template> {
  const { name, ...words } = input;
  compileOrRefuse(ctx, words);
  return inTransaction(ctx, async (ctx) => {
    const { id } = await insertTemplate(ctx, name);
    await insertVersion(ctx, id, 1, words);
    return getTemplate(ctx, id);
  });
}

/** New words make a new version; sequences keep the version they were published with. */
export async function updateTemplate(
  ctx: Ctx,
  id: string,
  change: Partial<TemplateWords> & { name?: string },
): Promise<Template> {
  return inTransaction(ctx, async (ctx) => {
    if (!(await lockTemplate(ctx, id))) throw new NotFound('template');
    const { version, subject, html, text } = await getTemplate(ctx, id);
    const { name, ...changed } = change;
    const words = { subject, html, text, ...changed };
    compileOrRefuse(ctx, words);
    if (name !== undefined) await changeTemplate(ctx, id, { name });
    if (words.subject !== subject || words.html !== html || words.text !== text)
      await insertVersion(ctx, id, version + 1, words);
    return getTemplate(ctx, id);
  });
}

export async function getTemplate(ctx: Ctx, id: string, version?: number): Promise<Template> {
  const template = await getTemplateRow(ctx, id, version);
  if (!template) throw new NotFound('template');
  return template;
}

/** Takes a template out of the lists; sequences that use it go on. */
export async function archiveTemplate(ctx: Ctx, id: string): Promise<void> {
  if (!(await changeTemplate(ctx, id, { archivedAt: ctx.clock.now() }))) throw new NotFound('template');
}

export const listTemplates = (
  ctx: Ctx,
  page: { before: string | null; limit: number; archived: boolean },
): Promise<Template[]> => listTemplateRows(ctx, page);

export interface TemplatePreview {
  subject: string;
  html: string;
  text: string;
  /** Variables without a value and without a fallback: a mail with any of these is not sent. */
  missing: string[];
}

/** The mail as this person would get it, without tracking. */
export async function previewTemplate(
  ctx: Ctx,
  id: string,
  contactId: string,
  variables: Record<string, string> = {},
): Promise<TemplatePreview> {
  const contact = await getContact(ctx, contactId);
  if (!contact) throw new NotFound('contact');
  return previewWords(ctx, await getTemplate(ctx, id), contact, variables);
}

export function previewWords(
  ctx: Ctx,
  words: TemplateWords,
  contact: Contact,
  variables: Record<string, string>,
): TemplatePreview {
  const rendered = render(compileOrRefuse(ctx, words), {
    ...templateVariables(contact),
    unsubscribe_url: `${ctx.settings.publicUrl}/unsubscribe/preview`,
    ...variables,
  });
  return {
    subject: rendered.subject,
    html: fillHtml(rendered.html, { linkUrls: null, pixelUrl: null }),
    text: rendered.text,
    missing: rendered.missing,
  };
}

/** Says every problem of a template, with its place. */
export function compileOrRefuse(ctx: Ctx, words: TemplateWords): CompiledTemplate {
  try {
    return compileTemplate(words, { ownHosts: [new URL(ctx.settings.publicUrl).host] });
  } catch (error) {
    if (!(error instanceof InvalidTemplate)) throw error;
    throw new InvalidInput('The template cannot be used as it is.', {
      code: 'invalid_template',
      fields: error.problems.map((problem) => ({
        pointer: `/${problem.part}`,
        code: 'invalid_template',
        message: `Line ${problem.line}, column ${problem.column}: ${problem.message}`,
      })),
    });
  }
}
