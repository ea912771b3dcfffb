import { Parser } from 'htmlparser2';
import { findMustaches } from './mustaches.ts';

// Stands for a mustache while the text around it is converted; compileTemplate refuses control characters in templates.
const holder = '\u0004';

const skipped = new Set(['head', 'style', 'script', 'title', 'template']);
const paragraphs = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'table', 'blockquote', 'pre', 'hr']);
const ownLine = new Set(['div', 'tr', 'li', 'section', 'article', 'header', 'footer', 'center']);

/** The text part of a mail whose author wrote only HTML. Works on templates: `{{…}}` survives as it is. */
export function htmlToText(html: string): string {
  const { held, restore } = holdMustaches(html);
  let text = '';
  let skipping = 0;
  const anchors: { href: string; from: number }[] = [];
  const breakLines = (name: string) => {
    if (paragraphs.has(name)) text += '\n\n';
    else if (ownLine.has(name) && !/\n *$/.test(text.slice(-9))) text += '\n';
  };
  new Parser({
    onopentag(name, attributes) {
      if (skipped.has(name)) skipping += 1;
      if (name === 'br') text += '\n';
      breakLines(name);
      if (name === 'li') text += '- ';
      if (name === 'a') anchors.push({ href: attributes.href?.trim() ?? '', from: text.length });
    },
    ontext(data) {
      if (skipping === 0) text += data.replace(/[ \t\r\n\u00a0]+/g, ' ');
    },
    onclosetag(name) {
      if (skipped.has(name)) skipping -= 1;
      if (name === 'a') text += addressOf(anchors.pop(), text);
      if (name === 'td' || name === 'th') text += ' ';
      breakLines(name);
    },
  }).end(held);
  const tidy = text
    .replaceAll('{{', '{ {')
    .split('\n')
    .map((line) => line.trim().replace(/ {2,}/g, ' '))
    .join('\n');
  return restore(tidy.replace(/\n{3,}/g, '\n\n').trim());
}

function addressOf(anchor: { href: string; from: number } | undefined, text: string): string {
  if (!anchor || !(/^https?:/i.test(anchor.href) || anchor.href.startsWith(holder))) return '';
  const shown = text.slice(anchor.from).trim();
  if (shown === anchor.href) return '';
  return shown === '' ? anchor.href : ` (${anchor.href})`;
}

/** The HTML part of a mail whose author wrote only text: line breaks kept, addresses made into links. */
export function textToHtml(text: string): string {
  const { held, restore } = holdMustaches(text);
  const escaped = held
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  const linked = escaped.replace(/\bhttps?:\/\/[^\s<>]+/gi, (found) => {
    const url = /^(?:[^&]|&(?!quot;|gt;|lt;))*/.exec(found)![0].replace(/[.,;:!?)\]]{1,9}$/, '');
    return `<a href="${url}">${url}</a>${found.slice(url.length)}`;
  });
  return restore(`<div>${linked.replace(/\r\n|\r|\n/g, '<br>\n')}</div>`);
}

function holdMustaches(source: string): { held: string; restore: (converted: string) => string } {
  const { mustaches } = findMustaches(source);
  let held = '';
  let last = 0;
  for (const [index, { start, end }] of mustaches.entries()) {
    held += `${source.slice(last, start)}${holder}${index}${holder}`;
    last = end;
  }
  held += source.slice(last);
  return {
    held,
    restore: (converted) =>
      converted
        .split(holder)
        .map((part, index) =>
          index % 2 === 0 ? part : source.slice(mustaches[Number(part)]!.start, mustaches[Number(part)]!.end),
        )
        .join(''),
  };
}
