import { fold } from './fold-words.ts';
import { attributionMark, htmlToQuotedText, quoteMark } from './reply-html.ts';

const longestText = 20_000;
const longestHtml = 200_000;
const mostLines = 5_000;

export interface ReplyParts {
  /** What the author wrote, without the quoted mail and the signature. */
  text: string;
  /** Whether there was a quoted mail. */
  quotes: boolean;
}

/** What the author of a reply wrote. Linear in the input, at most 20,000 characters. */
export function replyText(mail: { text: string | null; html: string | null }): string {
  return replyParts(mail).text;
}

export function replyParts(mail: { text: string | null; html: string | null }): ReplyParts {
  if (mail.text?.trim()) return fromLines(mail.text);
  return mail.html ? fromLines(htmlToQuotedText(mail.html.slice(0, longestHtml))) : { text: '', quotes: false };
}

function fromLines(source: string): ReplyParts {
  const lines = tidyLines(source);
  const folded = lines.map((line) => fold(line.slice(0, 300)));
  const isQuoted = (line: string) => line.startsWith('>') || line.startsWith('|');
  const quote = lines.findIndex((_line, index) => beginsQuote(folded, index));
  const own = (some: readonly string[]) =>
    withoutSignature(some.filter((line) => !isQuoted(line) && line !== quoteMark && line !== attributionMark));
  if (quote === -1) return { text: own(lines), quotes: lines.some(isQuoted) };
  const before = own(lines.slice(0, quote));
  const after = lines.slice(quote + Math.max(1, wroteLength(folded, quote)));
  // Answers between or below quoted lines belong to the reply; below an unmarked quote nobody can tell them apart.
  const opensQuote = isQuoted(after.find((line) => line !== '') ?? '');
  const mayAnswer =
    lines[quote] !== quoteMark && !isHeader(folded, quote) && (opensQuote || !divider.test(folded[quote]!));
  const below = after.some(isQuoted) && mayAnswer ? own(belowQuote(after)) : '';
  return { text: [before, below].filter((part) => part !== '').join('\n\n'), quotes: true };
}

/** Where the quoted mail's own lines were wrapped without a mark, a line or two stand between ">" lines: no answer is that. */
function belowQuote(after: readonly string[]): string[] {
  const kept = after.filter((line, index) => {
    const before = after[index - 1] ?? '';
    const next = after[index + 1] ?? '';
    return !(
      line !== '' &&
      !line.startsWith('>') &&
      before.length > 60 &&
      before.startsWith('>') &&
      next.startsWith('>') &&
      /^[a-z<]/.test(line)
    );
  });
  const inner = kept.findIndex(
    (_line, index) =>
      index > 0 &&
      beginsQuote(
        kept.slice(index, index + 5).map((line) => fold(line.slice(0, 300))),
        0,
      ),
  );
  return inner === -1 ? kept : kept.slice(0, inner);
}

/** LF only, no blanks at the ends, at most one empty line in a row. */
function tidyLines(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.slice(0, longestText).replace(/\r\n?/g, '\n').split('\n')) {
    const trimmed = line.replace(/[\u00a0\u200b\u200e\u200f\ufeff]/g, ' ').trim();
    if (trimmed !== '' || (lines.length > 0 && lines.at(-1) !== '')) lines.push(trimmed);
    if (lines.length >= mostLines) break;
  }
  return lines;
}

const wroteStart =
  /^(?:[-–—*_\s]{0,8})?(?:on|am|le|el|il|em|op|den|dnia|w dniu|pe|dne|\d{4}\s?[年년./-]|\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}|\d{1,2}\.? [a-z]{3,10}\.? \d{4}|\d{1,2}:\d\d|(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|mie|gio|jeu|ven|vie|sab|dom|mo|di|mi|do|fr|sa|so|man|tir|tis|ons|tors|fre|lor|pon|wt|sr|czw|pt|pzt|sal|car|per|cum)[a-z-]{0,9}[.,]?\s)/;
const verb = String.raw`(?:wrote|writes|schrieb|ecrit|escribio|scritto|scrive|escreveu|schreef|geschreven|skrev|skriver|napisal(?:\(a\)|a)?|pisze|yazdi|kirjoitti|napsal(?:\(a\))?|irta|написал(?:\(а\)|а)?|пишет|пише|のメール|さんは書きました|が書きました|写道|寫道|님이 작성|님이 씀|작성)`;
const wroteEnd = new RegExp(String.raw`(?:${verb}(?: .{0,80})?|<\s?[^<>]{1,120}@[^<>]{1,120}>)\s?[:：]\s?$`);
/** "Max <max@x.example> schrieb am Fr., 28. Apr. um 11:53 Uhr:", and any moment with a verb and a colon. */
const nameFirst = new RegExp(
  String.raw`^[^.!?]{0,80}[<(]?\S{1,64}@\S{1,120}.{0,30}\b${verb}.{0,60}[:：]$|^.{0,80}(?:\d{1,2}[:.]\d\d|\b\d{4}\b).{0,150}(?:\b|\s)${verb}\s?[:：]$`,
);
/** "---- On Tue, 22 Dec 2015 Sam <sam@x.example> wrote ----", as Zoho has it. */
const dashedWrote = new RegExp(String.raw`^-{2,}\s?\S.{5,200}\d.{0,200}${verb}\s?-{2,}$`);
const endsWithoutColon = /<[^<>]{3,120}>?$/;
const datedAddress = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s.{0,100}<\s?[^<>]{1,120}@[^<>]{1,120}>$/;
/** "Robin Vale/Acme wrote on 23/11/2026 09:00:" and "-----Robin <…> wrote: -----", as Lotus Notes and Yahoo have it. */
const nameWrote =
  /^(?:[-_\s]{2,20})?[^.!?]{2,80}(?:<[^<>]{3,100}>|\([^()]{3,100}\))? (?:wrote on|wrote|schrieb am|a ecrit le|ha scritto il|escribio el|skrev den) ?(?:\d.{4,40})?:\s?-{0,8}$/;
const divider =
  /^[-‐–—_*\s>]{2,40}\s?(?:original message|original appointment|ursprungliche (?:nachricht|e-?mail)|urspr\. nachricht|originalnachricht|message (?:d'origine|original|initial|transfere)|mensaje original|messaggio (?:originale|inoltrato)|mensagem (?:original|encaminhada)|oorspronkelijk bericht|ursprungligt meddelande|originalmeddelande|opprinnelig melding|oprindelig (?:meddelelse|besked)|wiadomosc oryginalna|oryginalna wiadomosc|orijinal (?:mesaj|ileti)|ozgun (?:mesaj|ileti)|元の?メッセージ|原始邮件|原始郵件|原邮件|원본 (?:메시지|메일|이메일)|исходное сообщение|forwarded message|weitergeleitete nachricht|message transfere|mensaje reenviado|doorgestuurd bericht|vidarebefordrat meddelande|przekazana wiadomosc|iletilmis (?:mesaj|ileti)|转发(?:邮件|的邮件)|転送(?:メッセージ)?|전달된 (?:메시지|메일)|reply message|reply above this line.*|original)[-‐–—_*\s]{0,40}$|^(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|debut du message (?:transfere|reexpedie)|inicio del mensaje reenviado|inizio messaggio inoltrato|inicio da mensagem reencaminhada|begin doorgestuurd bericht)\s?:?$/;
const headerFrom =
  /^[*_]{0,2}(?:from|von|de|da|van|od|fra|fran|kimden|gonderen|lahettaja|odesilatel|felado|от|差出人|送信者|发件人|發件人|寄件者|寄件人|보낸 ?사람)[*_]{0,2}\s?[:：][*_]{0,2}\s/;
const headerNext =
  /^[*_]{0,2}(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoye|a|objet|enviado|enviada|fecha|para|asunto|inviato|data|oggetto|assunto|verzonden|aan|onderwerp|skickat|till|til|amne|sendt|dato|emne|wyslano|do|temat|gonderildi|gonderme tarihi|tarih|kime|konu|送信日時|日時|宛先|件名|发送时间|發送時間|日期|收件人|收件者|主题|主旨|보낸 ?날짜|날짜|받는 ?사람|제목|отправлено|дата|кому|тема)[*_]{0,2}\s?[:：][*_]{0,2}(?:\s|$)/;

function beginsQuote(folded: readonly string[], index: number): boolean {
  const line = folded[index]!;
  return (
    line === quoteMark ||
    line === attributionMark ||
    divider.test(line) ||
    wroteLength(folded, index) > 0 ||
    isHeader(folded, index)
  );
}

/** "From: … / Sent: …": at least two fields of a header under each other. */
function isHeader(folded: readonly string[], index: number): boolean {
  if (!headerFrom.test(folded[index]!)) {
    const fields = folded.slice(index, index + 3);
    return fields.length === 3 && fields.every((field) => headerNext.test(field) || headerFrom.test(field));
  }
  return folded.slice(index + 1, index + 4).some((next) => headerNext.test(next));
}

/** Number of lines (at most four) of an "On … wrote:", or 0. */
function wroteLength(folded: readonly string[], index: number): number {
  const first = folded[index]!.replace(/^>+ ?/, '').slice(0, 250);
  const next = folded[index + 1] ?? '';
  if (nameWrote.test(first) && (/\d/.test(first) || next.startsWith('>') || first.startsWith('--'))) return 1;
  if (dashedWrote.test(first) || datedAddress.test(first)) return 1;
  const begins = wroteStart.test(first);
  if (!begins && !first.includes('@') && !/\d/.test(first)) return 0;
  let joined = '';
  for (let length = 1; length <= (begins ? 4 : 2) && index + length <= folded.length; length += 1) {
    const line = folded[index + length - 1]!;
    if (line === '' || (length > 1 && line.startsWith('>'))) return 0;
    joined = `${joined} ${line}`.trim().slice(0, 500);
    if (nameFirst.test(joined)) return length;
    if (begins && /\d/.test(joined) && wroteEnd.test(joined)) return length;
    const quoteFollows = (folded[index + length] ?? '').startsWith('>');
    if (begins && quoteFollows && /\d/.test(joined) && endsWithoutColon.test(joined)) return length;
  }
  return 0;
}

const signatureLine =
  /^(?:--|—|–|__+|-- ?|={5,}|\*{5,}|-{5,})$|^(?:sent (?:from (?:my|outlook|mail|yahoo|proton|the|samsung|aol|gmx|zoho|huawei|blackberry)|with|via|using)|von meinem .{1,40} gesendet|(?:diese nachricht wurde )?(?:von|mit) .{1,40} gesendet|gesendet (?:mit|von|uber) |envoye (?:de mon|depuis|a partir|avec)|enviad[oa] (?:desde|do meu|a partir|com|con|de)|inviato (?:da|con|dal)|verstuurd (?:vanaf|met)|verzonden (?:vanaf|met)|get outlook for|skickat fran|skickades fran|sendt fra|holen sie sich outlook|outlook fur (?:ios|android)|obtenir outlook|obtener outlook|telecharger outlook|descargar outlook|scarica outlook|download outlook|hamta outlook|wyslane? z|wyslano z|pobierz outlook|iphone'umdan gonderildi|.{1,30} ?(?:imden|umdan|imdan|dan) gonderildi|(?:iphone|ipad|android)(?:から送信|에서 보냄)|.{0,30}から送信$|发自我的|從我的 .{1,20} 傳送|发自|나의 .{1,20}에서 보냄|отправлено с|lahetetty |this (?:e-?mail|message)(?: and any| \(| is intended| may contain| contains)|the information (?:contained )?in this|confidentiality notice|confidential(?:ity)?:|disclaimer|diese (?:e-?mail|nachricht) (?:enthalt|kann|ist)|ce (?:message|courriel|mail) (?:et|est|peut)|este (?:mensaje|correo|e-?mail) (?:y|puede|es|contiene)|questa? (?:e-?mail|messaggio) (?:e|contiene|puo)|dit (?:e-?mail)?bericht (?:is|kan|en))/;
const closing =
  /^(?:(?:with )?(?:kind|best|warm|warmest|many)?\s?(?:regards|wishes)|best|cheers|sincerely|yours(?: sincerely| truly| faithfully)?|thanks|thank you|many thanks|all the best|br|rgds|mit (?:freundlichen|besten|herzlichen) grussen|(?:freundliche|viele|beste|liebe|herzliche|schone) grusse.{0,20}|mfg|vg|lg|gruss|(?:bien )?cordialement|bien a vous|salutations.{0,30}|(?:un )?saludos?.{0,20}|un saludo|atentamente|cordiali saluti|distinti saluti|saluti|un saluto|atenciosamente|att|abracos?|cumprimentos|met vriendelijke groet(?:en)?|(?:vriendelijke )?groet(?:en|jes)?|mvg|(?:med )?(?:vanlig|vanliga|basta) halsning(?:ar|en)?|mvh|halsningar|pozdrawiam|z powazaniem|z wyrazami szacunku|saygilar(?:imla|imizla)|iyi calismalar|sevgiler|よろしくお願い.{0,20}|敬具|此致|敬礼|祝好|谢谢|감사합니다|드림)[\s,.!]*$/;
/** A line of a business card: telephone, address on the web, position. */
const cardLine =
  /^(?:(?:[tmpfd]|tel|phone|mobile?|fax|direct|office|cell|mob|telefon|handy|tel\.?|phone number)\s?[.:/|]|\+?\d[\d\s()./-]{7,}$|www\.|https?:\/\/|[\w.+-]+@[\w-]+\.[\w.-]+$)|\b(?:gmbh|inc|ltd|llc|s\.?a\.?r?\.?l?|b\.?v|ag|ab|kg|s\.?p\.?a|pty|corp|co)\.?$|\|/;

function withoutSignature(lines: readonly string[]): string {
  const from = lines.findIndex((line) => line.length < 400 && signatureLine.test(fold(line.slice(0, 400))));
  const kept = from === -1 ? [...lines] : lines.slice(0, from);
  return withoutCard(kept)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Below "Kind regards" only the name stays. */
function withoutCard(lines: readonly string[]): readonly string[] {
  const at = lines.findLastIndex((line) => line.length < 60 && closing.test(fold(line)));
  if (at === -1) return lines;
  const rest = lines.slice(at + 1);
  const filled = rest.filter((line) => line !== '');
  if (filled.length < 2 || filled.length > 14 || filled.some((line) => line.length > 140)) return lines;
  if (!filled.some((line) => cardLine.test(fold(line)))) return lines;
  const name = rest.findIndex((line) => line !== '');
  return lines.slice(0, at + 1 + (cardLine.test(fold(rest[name]!)) ? 0 : name + 1));
}
