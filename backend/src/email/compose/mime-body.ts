export interface EncodedBody {
  encoding: '7bit' | 'quoted-printable' | 'base64';
  /** ASCII, CRLF line ends, no line over 998 octets (76 when encoded). */
  encoded: string;
}

const longestLine = 998;
// Quoted-printable costs three bytes for each that is not ASCII; beyond this share base64 is the smaller one.
const densestQuoted = 1 / 6;

/**
 * Bare (7bit) where plain ASCII allows it. Else quoted-printable for mostly ASCII text, which stays readable, and base64 for
 * HTML, which costs half the time. Content that holds `boundary` or a mailbox separator is never sent bare.
 */
export function encodeBody(content: string, kind: 'text' | 'html', boundary: string): EncodedBody {
  const text = content.includes('\n') || content.includes('\r') ? content.replace(/\r\n|\r|\n/g, '\r\n') : content;
  const plain = !/[^\t\r\n\x20-\x7e]/.test(text);
  if (plain && fitsLines(text) && !text.includes(boundary) && !/^From /m.test(text)) {
    return { encoding: '7bit', encoded: text };
  }
  const bytes = Buffer.from(text, 'utf8');
  if (kind === 'text' && bytes.length - text.length <= bytes.length * densestQuoted) {
    return { encoding: 'quoted-printable', encoded: quotedPrintable(bytes) };
  }
  return { encoding: 'base64', encoded: wrap(bytes.toString('base64')) };
}

function fitsLines(text: string): boolean {
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    if (end - 1 - start > longestLine) return false;
    start = end + 1;
  }
  return text.length - start <= longestLine;
}

function wrap(base64: string): string {
  const lines: string[] = [];
  for (let at = 0; at < base64.length; at += 76) lines.push(base64.slice(at, at + 76));
  return lines.join('\r\n');
}

const hex = Buffer.from('0123456789ABCDEF');
const [tab, lineFeed, carriageReturn, space, equals] = [9, 10, 13, 32, 61];

/** RFC 2045 §6.7 over bytes whose line ends are already CRLF. */
function quotedPrintable(bytes: Buffer): string {
  const out = Buffer.allocUnsafe(bytes.length * 3 + Math.ceil(bytes.length / 24) * 3 + 3);
  let at = 0;
  let column = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index]!;
    if (byte === carriageReturn && bytes[index + 1] === lineFeed) {
      out[at++] = carriageReturn;
      out[at++] = lineFeed;
      index += 1;
      column = 0;
      continue;
    }
    const next = bytes[index + 1];
    const endsLine = next === undefined || (next === carriageReturn && bytes[index + 2] === lineFeed);
    const bare = byte === space || byte === tab ? !endsLine : byte > space && byte < 127 && byte !== equals;
    if (column + (bare ? 1 : 3) > (endsLine ? 76 : 75)) {
      out[at++] = equals;
      out[at++] = carriageReturn;
      out[at++] = lineFeed;
      column = 0;
    }
    if (bare) {
      out[at++] = byte;
      column += 1;
    } else {
      out[at++] = equals;
      out[at++] = hex[byte >> 4]!;
      out[at++] = hex[byte & 15]!;
      column += 3;
    }
  }
  return out.toString('latin1', 0, at);
}
