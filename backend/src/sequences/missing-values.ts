import type { Contact } from '../contacts/index.ts';
import { templateVariables } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { getTemplate, previewWords, type Template } from '../email/index.ts';
import type { RunnableDefinition } from './stored-definition.ts';

/** A mail step with the words it was published with. */
export interface MailStep {
  stepIndex: number;
  template: Template;
}

/** The mail steps of a version, in order. Throws NotFound when a template is gone. */
export async function mailSteps(ctx: Ctx, { definition, templateVersions }: RunnableDefinition): Promise<MailStep[]> {
  const mails: MailStep[] = [];
  for (const [stepIndex, step] of definition.steps.entries()) {
    if (step.kind !== 'email') continue;
    const template = await getTemplate(ctx, step.templateId, templateVersions[stepIndex] ?? undefined);
    mails.push({ stepIndex, template });
  }
  return mails;
}

/** What a mail needs beyond the person: sender and postal address. */
type Extra = Record<string, string>;

/**
 * Tells which values these mails need that a person does not have. Templates can ask whether a value is there and cannot
 * compare values, so for one set of values present the answer is always the same: it is rendered once and kept.
 */
export function missingValuesOf(ctx: Ctx, mails: MailStep[]): (contact: Contact, extra: Extra) => string[] {
  const mentioned = mails.map(({ template }) => namesIn(template));
  const known = new Map<string, string[]>();
  return (contact, extra) => {
    const values = { ...templateVariables(contact), ...extra };
    const missing = mails.flatMap(({ template, stepIndex }, index) => {
      const present = mentioned[index]!.filter((name) => values[name]?.trim());
      const key = `${stepIndex} ${present.join(' ')}`;
      const answer = known.get(key) ?? previewWords(ctx, template, contact, extra).missing;
      known.set(key, answer);
      return answer;
    });
    return [...new Set(missing)];
  };
}

/** Every name that stands in a `{{…}}` of the template, and the one that every mail has in its footer. */
function namesIn({ subject, html, text }: Template): string[] {
  const mustaches = `${subject}\n${html ?? ''}\n${text ?? ''}`.match(/\{\{[^}]*\}\}/g) ?? [];
  const names = mustaches.flatMap((mustache) => mustache.match(/\w+/g) ?? []);
  return [...new Set([...names, 'postal_address'])];
}
