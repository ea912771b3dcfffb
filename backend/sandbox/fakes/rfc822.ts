/** Reads and edits the header block of a mail without touching any other byte. For the mail fakes and the prospect's side. */

export interface MailHeader {
  name: string;
  /** Unfolded, without the line end. */
  value: string;
  /** The bytes as they stand in the mail, as latin1, folding and final CRLF included. */
  source: string;
}

export interface SplitMail {
  headers: MailHeader[];
  body: Buffer;
}

/** Splits at the first empty line. A mail without one is all header; a line that is no header is kept but has no name. */
export function splitMail(raw: Buffer): SplitMail {
  const [headEnd, bodyStart] = endOfHeaders(raw);
  const head = raw.toString('latin1', 0, headEnd);
  const headers = head
    .split(/\r?\n(?![ \t])/)
    .filter((line) => line !== '')
    .map((line) => {
      const colon = /^[!-9;-~]+:/.exec(line);
      const name = colon ? colon[0].slice(0, -1) : '';
      const value = line
        .slice(colon ? colon[0].length : 0)
        .replace(/\r?\n(?=[ \t])/g, '')
        .trim();
      return { name, value, source: `${line}\r\n` };
    });
  return { headers, body: raw.subarray(bodyStart) };
}

function endOfHeaders(raw: Buffer): [headEnd: number, bodyStart: number] {
  if (raw.subarray(0, 2).toString() === '\r\n') return [0, 2];
  const crlf = raw.indexOf('\r\n\r\n');
  const lf = raw.indexOf('\n\n');
  if (crlf >= 0 && (lf < 0 || crlf < lf)) return [crlf, crlf + 4];
  return lf >= 0 ? [lf, lf + 2] : [raw.length, raw.length];
}

export function joinMail({ headers, body }: SplitMail): Buffer {
  return Buffer.concat([Buffer.from(`${headers.map((header) => header.source).join('')}\r\n`, 'latin1'), body]);
}

export function makeHeader(name: string, value: string): MailHeader {
  return { name, value, source: `${name}: ${value}\r\n` };
}

/** The first header of that name, null when absent. */
export function headerOf(mail: Buffer | SplitMail, name: string): string | null {
  const { headers } = Buffer.isBuffer(mail) ? splitMail(mail) : mail;
  const wanted = name.toLowerCase();
  return headers.find((header) => header.name.toLowerCase() === wanted)?.value ?? null;
}

/** Addresses of an address header, lower-cased, in order. Not a full RFC 5322 parser: groups and comments are not read. */
export function addressesOf(value: string | null): string[] {
  if (!value) return [];
  const parts = value.match(/(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,])+/g) ?? [];
  return parts
    .map((part) => (/<([^>]*)>/.exec(part)?.[1] ?? part).trim().toLowerCase())
    .filter((address) => address !== '');
}

/** Every `<id>` of Message-ID, In-Reply-To or References. */
export function messageIdsOf(value: string | null): string[] {
  return value?.match(/<[^<>\s]+>/g) ?? [];
}

/** The subject without reply and forward marks, for comparing. */
export function baseSubject(value: string | null): string {
  return (value ?? '')
    .replace(/^(?:\s*(?:re|fwd?|aw|wg)(?:\[\d+\])?:)+/i, '')
    .trim()
    .toLowerCase();
}

/** Mails this one refers to, the likeliest first: In-Reply-To, then References from the newest. */
export function referencesOf(raw: Buffer): string[] {
  return [...messageIdsOf(headerOf(raw, 'In-Reply-To')), ...messageIdsOf(headerOf(raw, 'References')).toReversed()];
}

export function sameSubject(one: Buffer, other: Buffer): boolean {
  return baseSubject(headerOf(one, 'Subject')) === baseSubject(headerOf(other, 'Subject'));
}

/** Every address the mail is for, once each, and whether it is one. */
export function recipientsOf(raw: Buffer): { field: string; address: string; valid: boolean }[] {
  const mail = splitMail(raw);
  const found = new Map<string, { field: string; address: string; valid: boolean }>();
  for (const field of ['To', 'Cc', 'Bcc'])
    for (const address of addressesOf(headerOf(mail, field)))
      found.set(address, { field, address, valid: /^[^\s@]+@[^\s@]+$/.test(address) });
  return [...found.values()];
}
