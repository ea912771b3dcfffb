import { fold } from './fold-words.ts';
import { readFields } from './header-fields.ts';

/** What the words of a bounce say about one recipient. */
export interface NoticedRecipient {
  /** Lower-cased. */
  recipient: string;
  /** The words about this recipient; those about the others are left out. */
  diagnostic: string;
}

/** The words a mail server wrote, apart from the mail it returned below them. */
export interface Notice {
  text: string;
  /** Header fields of the mail that came back, where the notice holds it as text. */
  returned: Record<string, string>;
}

const longestText = 30_000;
const mostLines = 600;
const mostRecipients = 50;
const longestDiagnostic = 1_500;
const addressPattern = String.raw`[a-z0-9_=/!#$%&*+?^{|}~.'-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,8}`;

const returnedBegins =
  /^[\s>|*]{0,6}(?:[-=_*]{2,}[ -=_*]{0,40}(?:below this line|this is a copy|the header|(?:the )?(?:original|unsent|undelivered|returned|unsendable|failed)[\w ]{0,12} (?:message|mail|headers?)|message headers?|returned|copy of|header|ursprungliche|message (?:content|text)|original|begin)|(?:the )?(?:original|your original|your|unsent|returned|undelivered) (?:message|mail|e-?mail|message headers?|headers?) (?:follows|(?:text|headers?)? ?(?:is|are)? ?(?:included|attached|below|returned)|begins|headers?:?$)|original message(?: headers?)?:?$|(?:the )?(?:following|below) is (?:a copy|the (?:original|message))|a copy of (?:your|the) (?:original )?(?:message|mail|header)|(?:the )?first .{1,40} (?:lines|bytes|characters) of|(?:message|mail|original|email) (?:headers?|source)(?: follows?)?:?$|received: |return-path: |x-original-to: |delivered-to: |元の?メッセージ|原始邮件|原文|----- the body of)/;

/** Cuts the returned mail off, so that its words and people are never taken for the server's. */
export function readNotice(text: string): Notice {
  const lines = text.slice(0, longestText).replace(/\r\n?/g, '\n').split('\n').slice(0, mostLines);
  const cut = lines.findIndex((line, index) => index > 1 && returnedBegins.test(fold(line.slice(0, 200))));
  const own = cut === -1 ? lines : lines.slice(0, cut);
  return {
    text: own.join('\n').slice(0, longestText),
    returned: cut === -1 ? {} : returnedFields(lines.slice(cut)),
  };
}

function returnedFields(lines: readonly string[]): Record<string, string> {
  const start = lines.findIndex((line) => /^[> ]{0,4}[A-Za-z][\w-]{1,40}:\s/.test(line));
  if (start === -1) return {};
  const block = lines.slice(start).map((line) => line.replace(/^> ?/, ''));
  const end = block.indexOf('');
  return readFields(block.slice(0, end === -1 ? 80 : Math.min(end, 80)).join('\n'));
}

/** Addresses in a header field or a text, lower-cased, without doubles. */
export function addressesIn(text: string): string[] {
  const found = text.slice(0, 20_000).toLowerCase().match(new RegExp(addressPattern, 'g')) ?? [];
  return [...new Set(found.map(trimAddress))].slice(0, mostRecipients);
}

const trimAddress = (address: string) =>
  address.replace(/^(?:.*(?:smtp|rfc822|mailto)=)?['./=*-]*/, '').replace(/['.-]+$/, '');

const notRecipients =
  /^(?:mailer-daemon|mail-daemon|mdaemon|postmaster|abuse|hostmaster|noreply|no-reply|do-not-reply|donotreply|help ?desk|support|delisting?|unblock|removeme|spam|security|webmaster)@/;
const namesRecipient =
  /(?:rcpt to ?:|recipients?\b[^@]{0,30}|\bto\b[\s:]{1,3}(?:the )?[^@]{0,25}|\bto ?:|\buser(?:name)?\b|mailbox|address(?:es)?\b[^@]{0,25}|accounts?\b|\bfor\b|failed|undeliverable|empfanger[^@]{0,12}|\ban\b|destinataire[^@]{0,12}|\ba\b|destinatario[^@]{0,12}|\bpara\b|ontvanger|\baan\b|mottagare|\btill\b|odbiorc\w*|adresat\w*|\bdo\b|alici\w*|宛先|受信者|收件人|收件者|받는 ?사람|수신자|получател\w*|кому|发给|给|至)[\s:："'(<=[]{0,6}$/;
const namesSomebodyElse =
  /(?:from|sender|mail from ?:|by|contact|e-?mail|write to|help|at|von|de|reply-to|mailto:|via|absender|expediteur|mittente|remitente|差出人|发件人|forward(?:ed)? (?:mail )?to|please (?:use|update))[\s:："'(<=[]{0,6}$/;

interface Mention {
  address: string;
  line: number;
  /** The line begins with it: the manner of nearly every server that lists recipients. */
  begins: boolean;
  score: number;
}

/**
 * The recipients a notice speaks of, each with its own words. `returnedTo` are those of the mail that came back: when one of
 * them is named, an address inside of a line is not. `own` are the sender's addresses.
 */
export function noticedRecipients(
  notice: Notice,
  own: ReadonlySet<string>,
  returnedTo: readonly string[],
): NoticedRecipient[] {
  const lines = notice.text.split('\n');
  const header = oldHeaderLines(lines);
  const everybody = lines.flatMap((line, index) =>
    header.has(index) ? [] : mentionsIn(line, index, lines[index - 1] ?? ''),
  );
  const others = everybody.filter(({ address }) => !own.has(address));
  // Who writes to himself is told about himself.
  const mentions = others.length > 0 ? others : everybody.filter(({ begins }) => begins);
  const chosen = choose(mentions, returnedTo);
  return [...new Set(chosen)].slice(0, mostRecipients).map((recipient) => ({
    recipient,
    diagnostic: wordsAbout(recipient, lines, mentions, new Set(chosen)),
  }));
}

const oldTo = /^\s*(?:to|an|a|para|aan|till|do|kime)\s?:/i;
const oldSubject = /^\s*(?:cc|subject|sent|betreff|objet|asunto|oggetto|assunto|onderwerp|date)\s?:/i;

/** Lines of the "To: … / Subject: …" by which Exchange tells to whom the mail went, which is not who failed. */
function oldHeaderLines(lines: readonly string[]): Set<number> {
  const found = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (!oldTo.test(line)) continue;
    const length = lines.slice(index + 1, index + 8).findIndex((next) => oldSubject.test(next));
    for (let at = index; at <= index + length; at += 1) found.add(at);
  }
  return found;
}

function choose(mentions: readonly Mention[], returnedTo: readonly string[]): string[] {
  const likely = mentions.filter(({ score }) => score > 0);
  const known = mentions.filter(({ address }) => returnedTo.includes(address));
  const listed = likely.filter(({ begins }) => begins).map(({ address }) => address);
  // Where the people of the returned mail stand inside of a line, the line begins with whom it was forwarded to.
  if (known.length > 0)
    return known.some(({ begins }) => begins)
      ? [...known.map(({ address }) => address), ...listed]
      : known.map(({ address }) => address);
  if (listed.length > 0) return listed;
  const best = Math.max(0, ...likely.map(({ score }) => score));
  const first = likely.find(({ score }) => score === best) ?? (returnedTo.length === 0 ? mentions[0] : undefined);
  if (first && first.score >= 0) return [first.address];
  return returnedTo.length === 1 ? [...returnedTo] : [];
}

function mentionsIn(line: string, index: number, before: string): Mention[] {
  const lower = line.slice(0, 1_000).toLowerCase();
  if (!lower.includes('@')) return [];
  return [...lower.matchAll(new RegExp(addressPattern, 'g'))].slice(0, 20).map((match) => {
    const address = trimAddress(match[0]);
    const left = fold(lower.slice(Math.max(0, match.index - 60), match.index));
    const right = lower.slice(match.index + match[0].length, match.index + match[0].length + 20);
    const begins =
      /^[\s<"'([*•>-]{0,16}(?:(?:.*dda:smtp|smtp|mailto|rfc822|to|recipients?|empfanger|failed recipient)[:;=]\s{0,4}<?)?$/.test(
        left,
      ) && /^["'>)\]]{0,3}(?:$|[\s:;,.(…-])/.test(right);
    let score = begins ? 3 : 1;
    if (namesRecipient.test(left) || (begins && /[:：]\s*$/.test(before))) score += 2;
    if (namesSomebodyElse.test(left) && !/rcpt to|recipient/.test(left)) score -= 4;
    if (notRecipients.test(address)) score -= 4;
    // Message ids look like addresses.
    if (/message-?id|\bid\b[\s:=<]{0,4}$|queue/.test(left) || /^(?:\d{4,}|[0-9a-f]{8,})[.\w-]{6,}@/.test(address))
      score -= 4;
    return { address, line: index, begins, score };
  });
}

/** From the line that names the recipient to the one that names the next. */
function wordsAbout(
  recipient: string,
  lines: readonly string[],
  mentions: readonly Mention[],
  all: ReadonlySet<string>,
): string {
  const others = mentions.filter(({ address }) => address !== recipient && all.has(address));
  const blocks = mentions
    .filter(({ address }) => address === recipient)
    .map(({ line }) => {
      const next = others.find((other) => other.line > line && other.begins)?.line ?? line + 14;
      return lines.slice(line, Math.max(line + 1, Math.min(next, line + 14))).join('\n');
    });
  const telling = blocks.find((block) =>
    /\b[45]\d\d\b|\b[45]\.\d{1,3}\.\d{1,3}\b/.test(block.replaceAll(recipient, '')),
  );
  const says = blocks.find((block) => tidy(block.replaceAll(recipient, '')).length > 12);
  if (telling === undefined && says !== undefined && others.length > 0) return tidy(says);
  const shared = lines.filter((_line, at) => !others.some(({ line }) => line === at)).join('\n');
  return tidy(telling ?? [...blocks, shared].join('\n'));
}

const tidy = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, longestDiagnostic);

/** The line with the reply code, for showing; the beginning where there is none. */
export function telling(words: string): string {
  const at = words.search(/(?:^|[^\d.])[45]\d\d[ -]|[45]\.\d{1,3}\.\d{1,3}/);
  return words.slice(Math.max(0, at), Math.max(0, at) + 500).trim();
}
