import Handlebars from 'handlebars';
import { checkPart, InvalidTemplate, type TemplatePart } from './check-template.ts';
import { htmlToText, textToHtml } from './html-and-text.ts';
import { inlineText } from './mime-header.ts';
import { findMustaches, type Mustache, maskMustaches } from './mustaches.ts';
import { type MergedHtml, mergeHtml, type PreparedHtml, prepareHtml } from './rewrite.ts';
import { type Range, scanHtml } from './scan-html.ts';

/** What every template may say, with the words that explain it to an author. */
export const templateVariables = {
  first_name: 'First name of the person',
  last_name: 'Last name of the person',
  full_name: 'First and last name of the person',
  email: 'Address of the person',
  job_title: 'Job title of the person',
  company_name: 'Company of the person',
  sender_name: 'Name of the sender',
  sender_first_name: 'First name of the sender',
  sender_email: 'Address of the sender',
  signature: 'Signature of the sender, as set for the mailbox; empty if there is none',
  postal_address: 'Postal address of your company',
  unsubscribe_url: 'Link by which the person unsubscribes',
} as const;

export interface TemplateSource {
  subject: string;
  /** At least one of `html` and `text`; the other is derived. */
  html?: string | null;
  text?: string | null;
}

export interface TemplateOptions {
  /** Names beyond `templateVariables` that this tenant may use, such as CRM properties. */
  variables?: readonly string[];
  /** Hosts of our own tracking and unsubscribe links, which are not tracked. */
  ownHosts?: readonly string[];
}

/** A template version, checked and ready for any number of mails. */
export interface CompiledTemplate {
  prepared: PreparedHtml;
  /** Every variable that is mentioned anywhere. */
  variables: string[];
  fill: Record<TemplatePart, (values: Values, missing: Set<string>) => string>;
}

type Values = Record<string, string>;

export interface RenderedMail {
  subject: string;
  text: string;
  /** To be finished by `fillHtml`, with or without tracking. */
  html: MergedHtml;
  /** Variables that were needed, have no value and no fallback. A mail with any of these must not be sent. */
  missing: string[];
}

const longestRendered = 512_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const controls = /[\u0000-\u0009\u000b-\u001f\u007f]+/g;

/**
 * Checks and compiles a template version. Signature, unsubscribe line and postal address are
 * appended to a part that lacks them.
 * Throws `InvalidTemplate` with every problem and its position.
 */
export function compileTemplate(source: TemplateSource, options: TemplateOptions = {}): CompiledTemplate {
  const known = new Set([...Object.keys(templateVariables), ...(options.variables ?? [])]);
  const used = new Set<string>();
  const problems = parts(source).flatMap(([part, text]) => {
    const checked = checkPart(part, text, known);
    for (const name of checked.variables) used.add(name);
    return checked.problems;
  });
  if (source.subject.trim() === '')
    problems.push({ part: 'subject', line: 1, column: 1, message: 'The subject is empty.' });
  if (!source.html?.trim() && !source.text?.trim()) {
    problems.push({ part: 'html', line: 1, column: 1, message: 'The mail has no content.' });
  }
  if (problems.length > 0) throw new InvalidTemplate(problems);

  const html = source.html?.trim() ? source.html : textToHtml(source.text ?? '');
  const text = source.text?.trim() ? source.text : htmlToText(html);
  const prepared = prepareHtml(withHtmlFooter(html), options.ownHosts);
  const fill = {
    subject: compilePart('subject', source.subject),
    html: compilePart('html', prepared.template),
    text: compilePart('text', withTextFooter(text)),
  };
  return { prepared, variables: [...used, 'postal_address', 'unsubscribe_url'].filter(unique), fill };
}

/** Fills in one mail. Values are plain text: escaped in HTML, as they are in text and subject. */
export function render(compiled: CompiledTemplate, variables: Record<string, string | null | undefined>): RenderedMail {
  const values = cleanValues(variables);
  // Not everybody has one, and no mail waits for it.
  values.signature ??= '';
  const missing = new Set<string>();
  const subject = inlineText(compiled.fill.subject(values, missing));
  const text = compiled.fill.text(values, missing);
  const html = mergeHtml(compiled.prepared, compiled.fill.html(values, missing));
  return { subject, text, html, missing: [...missing].sort() };
}

function parts(source: TemplateSource): [TemplatePart, string][] {
  return [
    ['subject', source.subject],
    ['html', source.html ?? ''],
    ['text', source.text ?? ''],
  ];
}

// An environment of our own, without the helpers that can reach beyond the values (`lookup`, `with`, `each`, `log`).
const handlebars = Handlebars.create();
for (const name of ['lookup', 'with', 'each', 'log', 'blockHelperMissing']) handlebars.unregisterHelper(name);
handlebars.registerHelper('fallback', (value: string | undefined, words: string) => value ?? words);
/** Handlebars asks here for a variable without a value. */
handlebars.registerHelper('helperMissing', (options: Handlebars.HelperOptions & { name: string }) => {
  (options.data.missing as Set<string>).add(options.name);
  return '';
});

function compilePart(part: TemplatePart, source: string): (values: Values, missing: Set<string>) => string {
  const template = handlebars.compile<Values>(source, { noEscape: part !== 'html' });
  return (values, missing) => {
    const text = template(values, { data: { missing } });
    if (text.length > longestRendered) {
      throw new InvalidTemplate([
        { part, line: 1, column: 1, message: `Filled in, the ${part} is longer than ${longestRendered} characters.` },
      ]);
    }
    return text;
  };
}

/** Blank values count as missing. Control characters go, line ends stay (a postal address has them). No prototype to reach for. */
function cleanValues(variables: Record<string, string | null | undefined>): Values {
  const values: Values = Object.create(null);
  for (const [name, value] of Object.entries(variables)) {
    const clean = value?.replace(/\r\n?/g, '\n').replace(controls, ' ').trim();
    if (clean) values[name] = clean;
  }
  return values;
}

function withHtmlFooter(html: string): string {
  const { mustaches } = findMustaches(html);
  const scanned = scanHtml(maskMustaches(html, mustaches));
  const hrefs = scanned.links.map((link) => link.href);
  const address = isAlwaysShown(mustaches, 'postal_address', scanned.texts)
    ? ''
    : '<span style="white-space:pre-line">{{postal_address}}</span><br>';
  const leave = isAlwaysShown(mustaches, 'unsubscribe_url', hrefs)
    ? ''
    : 'Rather not hear from me? <a href="{{unsubscribe_url}}" style="color:#666666">Unsubscribe</a>';
  const signature = mentions(mustaches, 'signature')
    ? ''
    : '{{#if signature}}<div style="margin-top:16px;white-space:pre-line">{{signature}}</div>{{/if}}';
  const footer =
    address + leave === ''
      ? ''
      : `<div style="margin-top:24px;font-size:12px;line-height:18px;color:#666666">${address}${leave}</div>`;
  const end = scanned.bodyEnd ?? html.length;
  return html.slice(0, end) + signature + footer + html.slice(end);
}

function withTextFooter(text: string): string {
  const { mustaches } = findMustaches(text);
  const everywhere = [{ start: 0, end: text.length }];
  const address = isAlwaysShown(mustaches, 'postal_address', everywhere) ? '' : '\n{{postal_address}}';
  const leave = isAlwaysShown(mustaches, 'unsubscribe_url', everywhere) ? '' : '\nUnsubscribe: {{unsubscribe_url}}';
  const body = text.trimEnd();
  const signature = mentions(mustaches, 'signature') ? '' : '{{#if signature}}\n\n{{signature}}{{/if}}';
  return body + signature + (address + leave === '' ? text.slice(body.length) : `\n${address}${leave}\n`);
}

const mentions = (mustaches: readonly Mustache[], name: string): boolean =>
  mustaches.some(({ inner }) => new RegExp(`\\b${name}\\b`).test(inner));

/** Whether the variable stands in one of the places and under no condition. */
function isAlwaysShown(mustaches: readonly Mustache[], name: string, places: readonly Range[]): boolean {
  let depth = 0;
  for (const { start, end, inner } of mustaches) {
    const body = inner.replace(/^~|~$/g, '').trim();
    if (body.startsWith('#')) depth += 1;
    else if (body.startsWith('/')) depth -= 1;
    else if (depth === 0 && body === name && places.some((place) => place.start <= start && end <= place.end))
      return true;
  }
  return false;
}

const unique = (name: string, index: number, all: string[]) => all.indexOf(name) === index;
