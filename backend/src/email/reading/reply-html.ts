import { Parser } from 'htmlparser2';

/** Stands alone on a line where a mail program began the mail it quotes; nothing below is the author's. */
export const quoteMark = '\u0005';
/** Stands for "On … wrote:"; answers may stand between the quoted lines below. */
export const attributionMark = '\u0006';

const skipped = new Set(['head', 'style', 'script', 'title', 'template']);
const paragraphs = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'table', 'pre', 'hr']);
const ownLine = new Set(['div', 'tr', 'li', 'section', 'article', 'header', 'footer', 'center', 'blockquote']);
const empty = new Set(['br', 'hr', 'img', 'input', 'meta', 'link', 'wbr', 'col', 'area', 'base', 'source']);

/** Ids and classes by which mail programs name what they quote and what they sign with. */
const quoteBegins =
  /(?:^|[\s_-])(?:divrplyfwdmsg|stopspelling|appendonsend|mail-editor-reference-message-container|yahoo_quoted\w*|protonmail_quote|zmail_extra|replyintro|outlookmessageheader|ms-outlook-mobile-reference-message\w*|oriorimsg|isforwardcontent|tutanota_quote|mailcontainer|skiptranslate_quote)/;
const attribution = /(?:^|\s)(?:gmail_attr|moz-cite-prefix)/;
const signature =
  /(?:^|\s)(?:(?:x_)?gmail_signature\w*|moz-signature|applemailsignature|ms-outlook-mobile-signature|(?:x_)?signature|protonmail_signature_block\w*|yahoo-signature|ydp\w*signature|zm_signature|mobileapp-signature)(?:\s|$)/;

/**
 * The text of a mail's HTML with every quoted line behind ">", as plain mail has it, and a `quoteMark` line where a quote
 * begins that is not set apart. Signatures that say so are left out. Linear in the input.
 */
export function htmlToQuotedText(html: string): string {
  const lines: string[] = [];
  let line = '';
  const open: { quotes: boolean; hides: boolean }[] = [];
  let depth = 0;
  let hidden = 0;
  let length = 0;
  const endLine = () => {
    lines.push(depth > 0 ? `> ${line.trim()}`.trimEnd() : line.trim());
    line = '';
  };
  const breakLine = (name: string) => {
    if (!paragraphs.has(name) && !ownLine.has(name)) return;
    if (line.trim() !== '') endLine();
    if (paragraphs.has(name) && lines.at(-1) !== '' && lines.at(-1) !== '>') endLine();
  };
  new Parser({
    onopentag(name, attributes) {
      if (name === 'br' && hidden === 0) endLine();
      breakLine(name);
      const names = `${attributes.id ?? ''} ${attributes.class ?? ''} ${attributes.name ?? ''}`.toLowerCase();
      const isAttribution = attribution.test(names);
      if (depth === 0 && (isAttribution || quoteBegins.test(names))) {
        if (line.trim() !== '') endLine();
        lines.push(isAttribution ? attributionMark : quoteMark);
      }
      if (empty.has(name)) return;
      const element = {
        quotes: name === 'blockquote',
        hides: isAttribution || skipped.has(name) || signature.test(names),
      };
      if (element.quotes) depth += 1;
      if (element.hides) hidden += 1;
      open.push(element);
      if (name === 'li') line += '- ';
    },
    ontext(data) {
      if (hidden > 0 || length > 400_000) return;
      length += data.length;
      const text = data.replace(/[ \t\r\n\u00a0]+/g, ' ');
      line += line === '' ? text.trimStart() : text;
    },
    onclosetag(name) {
      if (empty.has(name)) return;
      if (name === 'td' || name === 'th') line += ' ';
      breakLine(name);
      const element = open.pop();
      if (element?.quotes) {
        if (line.trim() !== '') endLine();
        depth -= 1;
      }
      if (element?.hides) hidden -= 1;
    },
  }).end(html);
  if (line.trim() !== '') endLine();
  return lines.join('\n');
}
