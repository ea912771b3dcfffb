import { hash } from 'node:crypto';
import { parseAddress } from '../../core/email-address.ts';
import { InvalidInput } from '../../core/errors.ts';
import { encodeBody } from './mime-body.ts';
import { encodedWords, foldWords, inlineText } from './mime-header.ts';

export interface MailPerson {
  name: string | null;
  address: string;
}

export interface ComposeInput {
  /** Our own id with angle brackets, `<uuid@sending-domain.tld>`. The same id always gives the same bytes. */
  messageId: string;
  date: Date;
  from: MailPerson;
  to: MailPerson;
  replyTo?: MailPerson | null;
  subject: string;
  /** The Message-ID that this mail follows up, as the recipient saw it. */
  inReplyTo?: string | null;
  /** Oldest first. Malformed ids are left out, and of a long thread only the first and the newest are kept. */
  references?: readonly string[];
  /** RFC 8058 one-click: `url` takes the POST. Left out only for mail that is not marketing. */
  unsubscribe?: { url: string; mailto?: string | null } | null;
  /** An opaque token by which we recognise our own copy: `X-SalesOS-Message`. */
  salesosMessage: string;
  text: string;
  html: string;
}

/** A mail that cannot be written truthfully: a bad address, a header with a line break, a body beyond the limit. */
export class InvalidMail extends InvalidInput {
  readonly field: string;
  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`);
    this.field = field;
  }
}

const longestBody = 5_000_000;
const longestSubject = 1_000;
const mostReferences = 20;
// A header line may hold 998 octets (RFC 5322 §2.1.1); what cannot be folded must fit with room for its name and brackets.
const longestUnfoldable = 900;

/**
 * Writes a text + HTML mail as RFC 5322/2045/2047 bytes: CRLF only, lines of at most 998 octets, ASCII throughout.
 * Line breaks in a subject or a name become spaces; anywhere else they are refused with `InvalidMail`.
 */
export function composeMail(mail: ComposeInput): Buffer {
  const boundary = `=_${hash('sha256', mail.messageId, 'hex').slice(0, 32)}`;
  const text = body('text', mail.text, boundary);
  const html = body('html', mail.html, boundary);
  return Buffer.from(
    `${headers(mail)}Content-Type: multipart/alternative;\r\n boundary="${boundary}"\r\n\r\n` +
      `--${boundary}\r\n${text}\r\n--${boundary}\r\n${html}\r\n--${boundary}--\r\n`,
    'latin1',
  );
}

function headers(mail: ComposeInput): string {
  const subject = inlineText(mail.subject);
  if (subject.length > longestSubject) throw new InvalidMail('subject', `longer than ${longestSubject} characters`);
  let lines = person('From', mail.from) + person('To', mail.to);
  if (mail.replyTo) lines += person('Reply-To', mail.replyTo);
  lines += `Subject: ${foldWords(subject, 'Subject: '.length)}\r\n`;
  lines += `Date: ${rfcDate(mail.date)}\r\n`;
  lines += `Message-ID: ${token('messageId', mail.messageId, ownMessageId)}\r\n`;
  if (mail.inReplyTo && foreignMessageId.test(mail.inReplyTo)) lines += `In-Reply-To: ${mail.inReplyTo}\r\n`;
  const references = knownReferences(mail.references ?? []);
  if (references.length > 0) lines += `References: ${references.join('\r\n ')}\r\n`;
  if (mail.unsubscribe) lines += unsubscribe(mail.unsubscribe);
  return `${lines}X-SalesOS-Message: ${token('salesosMessage', mail.salesosMessage, visible)}\r\nMIME-Version: 1.0\r\n`;
}

const visible = /^[\x21-\x7e]{1,200}$/;
const ownMessageId = /^<[\w.+-]{1,120}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?>$/;
const foreignMessageId = new RegExp(`^<[\\x21-\\x3b\\x3d\\x3f-\\x7e]{1,${longestUnfoldable}}>$`);
const httpUrl = new RegExp(`^https?://[\\x21-\\x3b\\x3d\\x3f-\\x7e]{1,${longestUnfoldable}}$`);

function token(field: string, value: string, shape: RegExp): string {
  if (!shape.test(value)) throw new InvalidMail(field, 'not a well-formed value');
  return value;
}

function person(header: string, { name, address }: MailPerson): string {
  const parsed = parseAddress(address);
  if ('invalid' in parsed) throw new InvalidMail(header, parsed.invalid);
  const shown = inlineText(name ?? '');
  if (shown === '') return `${header}: ${parsed.address}\r\n`;
  if (shown.length > 200) throw new InvalidMail(header, 'the name is longer than 200 characters');
  const written = displayName(shown, header.length + 2);
  const lastLine = written.length - (written.lastIndexOf('\n') + 1);
  const fits = header.length + 2 + lastLine + parsed.address.length + 3 <= 76;
  return `${header}: ${written}${fits ? ' ' : '\r\n '}<${parsed.address}>\r\n`;
}

/** Atoms as they are, other short ASCII quoted, everything else as encoded words. */
function displayName(name: string, column: number): string {
  if (name.length > 60 || /[^\x20-\x7e]|=\?/.test(name)) return encodedWords(name, column);
  return /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

function rfcDate(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new InvalidMail('date', 'not a date');
  return date.toUTCString().replace('GMT', '+0000');
}

function knownReferences(ids: readonly string[]): string[] {
  const good = [...new Set(ids)].filter((id) => foreignMessageId.test(id));
  return good.length <= mostReferences ? good : [good[0]!, ...good.slice(1 - mostReferences)];
}

function unsubscribe({ url, mailto }: { url: string; mailto?: string | null }): string {
  const targets = [`<${token('unsubscribe.url', url, httpUrl)}>`];
  if (mailto) {
    const parsed = parseAddress(mailto);
    if ('invalid' in parsed) throw new InvalidMail('unsubscribe.mailto', parsed.invalid);
    targets.push(`<mailto:${encodeURI(parsed.address).replace(/[?#]/g, encodeURIComponent)}>`);
  }
  return `List-Unsubscribe: ${targets.join(',\r\n ')}\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n`;
}

function body(kind: 'text' | 'html', content: string, boundary: string): string {
  if (content.length > longestBody) throw new InvalidMail(kind, `longer than ${longestBody} characters`);
  const { encoding, encoded } = encodeBody(content, kind, boundary);
  return `Content-Type: text/${kind === 'text' ? 'plain' : 'html'}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${encoded}`;
}
