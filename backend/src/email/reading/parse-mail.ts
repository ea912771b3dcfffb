import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { parseAddress } from '../../core/email-address.ts';

export interface InboundPerson {
  name: string | null;
  /** Lower-cased, domain in punycode; as written where it is not a valid address. */
  address: string;
}

/** A received mail, bounded in every direction, as the pure hearts of reading need it. */
export interface InboundMail {
  /** Values by lower-case header name, unfolded and decoded, in order of appearance. */
  headers: Readonly<Record<string, readonly string[]>>;
  messageId: string | null;
  /** With angle brackets; `references` oldest first. */
  inReplyTo: string[];
  references: string[];
  from: InboundPerson | null;
  /** To and Cc. */
  to: InboundPerson[];
  /** Delivered-To, X-Original-To and the like: where the mail really went. */
  deliveredTo: string[];
  subject: string;
  text: string | null;
  html: string | null;
  /** The METHOD of a calendar part: `REPLY`, `COUNTER`, `REQUEST` … */
  calendarMethod: string | null;
  /** Parts that machines write for machines: delivery status, feedback, the returned mail or its headers. */
  reports: { mimeType: string; text: string }[];
  /** Why not everything was read, or null. */
  damage: string | null;
}

export type ParsedMail = { mail: InboundMail } | { unreadable: string };

// Beyond these a mail is cut, not refused: a reply with a large attachment is still a reply.
const longestRaw = 4_000_000;
// The parser spends some 35 µs on each line.
const mostLines = 10_000;
const longestHeaders = 256_000;
const longestText = 200_000;
const longestHtml = 1_000_000;
const longestReport = 50_000;
const mostIds = 100;
const mostPeople = 100;
const deepestNesting = 32;

const options = { forceRfc822Attachments: true, maxNestingDepth: deepestNesting, maxHeadersSize: longestHeaders };

/** Reads raw RFC 5322 bytes. Never throws; of a mail whose parts cannot be read the headers are still given, with `damage`. */
export async function parseMail(raw: Buffer): Promise<ParsedMail> {
  const { start, isCut } = beginning(raw);
  const cut = isCut ? 'very large, the end was left out' : null;
  try {
    const email = await PostalMime.parse(start, options);
    const isEmpty = !email.text && !email.html && email.attachments.length === 0;
    const lostParts =
      isEmpty && email.headers.some(({ key, value }) => key === 'content-type' && /^\s*multipart\//i.test(value));
    return readable(lostParts ? { ...email, text: await asOneText(start) } : email, cut);
  } catch (error) {
    const damage = error instanceof Error ? error.message.slice(0, 200) : 'not readable';
    try {
      return readable(await PostalMime.parse(headersOnly(raw), options), damage);
    } catch {
      return { unreadable: damage };
    }
  }
}

/** What is parsed of a mail: its first lines, long runs of empty ones shortened. */
function beginning(raw: Buffer): { start: Buffer; isCut: boolean } {
  const text = raw
    .subarray(0, longestRaw)
    .toString('latin1')
    .replace(/(?:\r?\n){6,}/g, '\r\n\r\n\r\n');
  let end = 0;
  for (let lines = 0; lines < mostLines && end !== -1; lines += 1) end = text.indexOf('\n', end + 1);
  const start = keepQuotesApart(end === -1 ? text : text.slice(0, end + 1));
  return { start: Buffer.from(start, 'latin1'), isCut: end !== -1 || raw.length > longestRaw };
}

/**
 * The parser joins a flowed quoted line with an unquoted one below it, against RFC 3676 §4.5, and the answer would be lost in
 * the quote. Such mails are read as fixed lines.
 */
function keepQuotesApart(text: string): string {
  if (!/format="?flowed/i.test(text) || !/^>[^\n]{0,500} \r?\n[^>\s]/m.test(text)) return text;
  return text.replace(/format="?flowed"?/gi, 'x-was=flowed');
}

function headersOnly(raw: Buffer): Buffer {
  return Buffer.concat([raw.subarray(0, endOfHeaders(raw)), Buffer.from('\r\n\r\n')]);
}

function endOfHeaders(raw: Buffer): number {
  const start = raw.subarray(0, 64_000);
  return /\r?\n\r?\n/.exec(start.toString('latin1'))?.index ?? start.length;
}

/** The body of a mail whose parts are not where its boundary says: shortened and forwarded reports are like that. */
async function asOneText(raw: Buffer): Promise<string> {
  const body = raw.subarray(endOfHeaders(raw));
  return (await PostalMime.parse(Buffer.concat([Buffer.from('Content-Type: text/plain'), body]), options)).text ?? '';
}

function readable(email: Email, damage: string | null): ParsedMail {
  const headers: Record<string, string[]> = Object.create(null);
  for (const { key, value } of email.headers) {
    headers[key] ??= [];
    if (headers[key].length < mostPeople) headers[key].push(value.slice(0, 10_000));
  }
  const from = people(email.from ? [email.from] : [])[0] ?? null;
  if (!from && !email.messageId && !email.subject) return { unreadable: 'it has no sender, no subject and no id' };
  const deliveredTo = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to'].flatMap(
    (name) => headers[name] ?? [],
  );
  const mail: InboundMail = {
    headers,
    messageId: messageIds(email.messageId)[0] ?? null,
    inReplyTo: messageIds(email.inReplyTo),
    references: messageIds(email.references).slice(-mostIds),
    from,
    to: people([...(email.to ?? []), ...(email.cc ?? [])]),
    deliveredTo: deliveredTo.slice(0, mostPeople).map(normalise),
    subject: (email.subject ?? '').slice(0, 2_000),
    text: email.text?.slice(0, longestText) ?? null,
    html: email.html?.slice(0, longestHtml) ?? null,
    calendarMethod: email.attachments.find((part) => part.mimeType === 'text/calendar')?.method ?? null,
    reports: email.attachments
      .filter(isReport)
      .slice(0, 20)
      .map((part) => ({ mimeType: part.mimeType, text: content(part) })),
    damage,
  };
  return { mail };
}

/** The first value of a header, or an empty string. */
export function header(mail: InboundMail, name: string): string {
  return mail.headers[name]?.[0] ?? '';
}

/** Every `<id@domain>` of a header value, in order. */
export function messageIds(value: string | undefined): string[] {
  return (
    value
      ?.slice(0, longestHeaders)
      .match(/<[^<>\s]{1,900}>/g)
      ?.slice(-mostIds) ?? []
  );
}

function people(addresses: readonly Address[]): InboundPerson[] {
  return addresses
    .flatMap((address) => address.group ?? [address])
    .slice(0, mostPeople)
    .flatMap(({ name, address }) => (address ? [{ name: name || null, address: normalise(address) }] : []));
}

function normalise(address: string): string {
  const parsed = parseAddress(address);
  return 'invalid' in parsed ? address.trim().toLowerCase().slice(0, 320) : parsed.key;
}

const reportTypes =
  /^(?:message\/(?:(?:global-)?delivery-status|feedback-report|rfc822|global|disposition-notification)|text\/rfc822(?:-headers)?)$/;
const isReport = (part: Attachment) => reportTypes.test(part.mimeType);

function content({ content: bytes }: Attachment): string {
  if (typeof bytes === 'string') return bytes.slice(0, longestReport);
  const view =
    bytes instanceof Uint8Array ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.from(bytes);
  const start = view.subarray(0, longestReport);
  // Japanese servers put ISO-2022-JP into parts that name no charset.
  const text = start.includes('\u001b$B') ? new TextDecoder('iso-2022-jp').decode(start) : start.toString('utf8');
  return text.replace(/\r\n?/g, '\n');
}
