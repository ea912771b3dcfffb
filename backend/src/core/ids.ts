import { randomBytes } from 'node:crypto';

let lastMillisecond = -1;
let counter = 0;

/**
 * A UUID version 7 (RFC 9562): sorts by time, so ids make good page cursors and cheap index inserts. Ids of one process
 * and one millisecond sort in the order they were made (a counter in `rand_a`, method 1 of section 6.2).
 */
export function newId(now: Date): string {
  const millisecond = now.getTime();
  const bytes = randomBytes(16);
  counter = millisecond === lastMillisecond ? counter + 1 : bytes.readUInt16BE(6) & 0x3ff;
  lastMillisecond = millisecond;
  bytes.writeUIntBE(millisecond, 0, 6);
  bytes.writeUInt16BE(0x7000 | Math.min(counter, 0xfff), 6);
  const hex = bytes.toString('hex');
  // The variant bits, `10`.
  const variant = ((bytes[8]! & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20)}`;
}

/** An unguessable token of 128 bits, safe in a URL path. */
export const newToken = (): string => randomBytes(16).toString('base64url');
