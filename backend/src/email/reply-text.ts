import { fold } from './fold-words.ts';
import { htmlToText } from './html-and-text.ts';

const longestText = 20_000;
const longestHtml = 200_000;

/** What the author of a reply wrote, without the quoted mail and the signature. Linear in the input, at most 20,000 characters. */
export function replyText(mail: { text: string | null; html: string | null }): string {
  if (mail.text?.trim()) return fromLines(mail.text);
  return mail.html ? fromLines(htmlToText(cutHtmlQuote(mail.html.slice(0, longestHtml)).replaceAll('\u0004', ''))) : '';
}

/** Where mail programs begin the quoted mail in HTML. */
const quoteMarks = [
  'class="gmail_quote',
  'class="gmail_attr',
  'id="divrplyfwdmsg"',
  'id="appendonsend"',
  'class="moz-cite-prefix"',
  'class="yahoo_quoted',
  'type="cite"',
  'id="mail-editor-reference-message-container"',
];

function cutHtmlQuote(html: string): string {
  const lower = html.toLowerCase();
  const cuts = quoteMarks.map((mark) => lower.indexOf(mark)).filter((at) => at !== -1);
  if (cuts.length === 0) return html;
  const kept = html.slice(0, Math.max(0, html.lastIndexOf('<', Math.min(...cuts))));
  return htmlToText(kept.replaceAll('\u0004', '')) === '' ? html : kept;
}

function fromLines(text: string): string {
  const lines = tidyLines(text);
  const quote = lines.findIndex((_line, index) => beginsQuote(lines, index));
  if (quote === -1) return withoutSignature(lines.filter((line) => !line.startsWith('>')));
  const before = withoutSignature(lines.slice(0, quote).filter((line) => !line.startsWith('>')));
  const after = lines.slice(quote + headerLength(lines, quote));
  const isInline = after.some((line) => line.startsWith('>'));
  // Answers between or below quoted lines belong to the reply; below an unmarked quote nobody can tell them apart.
  const below = isInline ? withoutSignature(after.filter((line) => !line.startsWith('>'))) : '';
  return [before, below].filter((part) => part !== '').join('\n\n');
}

/** LF only, no trailing blanks, at most one empty line in a row. */
function tidyLines(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.slice(0, longestText).replace(/\r\n?/g, '\n').split('\n')) {
    const trimmed = line.replace(/\u00a0/g, ' ').trim();
    if (trimmed !== '' || (lines.length > 0 && lines.at(-1) !== '')) lines.push(trimmed);
  }
  return lines;
}

const wroteStart =
  /^(?:on|am|le|el|il|em|op|den|w dniu|\d{4}年|\d{1,2}[./]\d{1,2}[./]\d{2,4}|(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|mie|gio|jeu|ven|vie|sab|dom|mo|di|do|fr|sa|so)\b)/;
const wroteEnd =
  /(?:wrote|writes|schrieb(?: .{0,80})?|a ecrit|ecrit|escribio|ha scritto|escreveu|schreef(?: .{0,80})?|skrev(?: .{0,80})?|napisal(?:\(a\))?|のメール|写道)\s?[:：]$/;
const divider =
  /^[-_*\s]{2,40}(?:original message|original appointment|ursprungliche nachricht|message d'origine|message original|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|forwarded message|weitergeleitete nachricht)[-_*\s]{0,40}$|^begin forwarded message:$/;
const headerFrom = /^\*?(?:from|von|de|da|van|od|fra|fran|差出人|发件人)\s?:\*? /;
const headerNext =
  /^\*?(?:sent|date|to|gesendet|datum|an|envoye|a|enviado|fecha|para|inviato|data|verzonden|aan|skickat|til|送信日時|发送时间)\s?:\*? /;

function beginsQuote(lines: readonly string[], index: number): boolean {
  const line = fold(lines[index]!.slice(0, 300));
  return (
    divider.test(line) ||
    wroteLength(lines, index) > 0 ||
    (headerFrom.test(line) && headerNext.test(fold((lines[index + 1] ?? '').slice(0, 300))))
  );
}

/** Number of lines (at most three) of an "On … wrote:", or 0. */
function wroteLength(lines: readonly string[], index: number): number {
  const first = fold(lines[index]!.slice(0, 300));
  if (!wroteStart.test(first) || !/\d/.test(`${first}${lines[index + 1] ?? ''}`)) return 0;
  for (let length = 1; length <= 3 && index + length <= lines.length; length += 1) {
    if (wroteEnd.test(fold(lines[index + length - 1]!.slice(0, 300)))) return length;
    if (lines[index + length] === '') return 0;
  }
  return 0;
}

function headerLength(lines: readonly string[], quote: number): number {
  return Math.max(1, wroteLength(lines, quote));
}

const sentFrom =
  /^(?:sent from (?:my|outlook|mail|yahoo|proton|the)|von meinem .{1,40} gesendet|gesendet (?:mit|von) |envoye (?:de mon|depuis|a partir)|enviado (?:desde|do meu|a partir)|inviato da|verstuurd vanaf|verzonden (?:vanaf|met)|get outlook for|skickat fran|sendt fra|holen sie sich outlook|obtenir outlook|obtener outlook)/;

function withoutSignature(lines: readonly string[]): string {
  const end = lines.findIndex(
    (line) => line === '--' || line === '—' || /^_{5,}$/.test(line) || (line.length < 120 && sentFrom.test(fold(line))),
  );
  return (end === -1 ? lines : lines.slice(0, end))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
