/** Record ids: 15 case-sensitive characters, and three more that make them safe where case is lost. */
const checksumLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function toId18(id: string): string {
  if (id.length !== 15) return id;
  let checksum = '';
  for (let start = 0; start < 15; start += 5) {
    let bits = 0;
    for (let at = 0; at < 5; at += 1) if (/[A-Z]/.test(id[start + at] ?? '')) bits |= 1 << at;
    checksum += checksumLetters[bits];
  }
  return id + checksum;
}

export function makeId(prefix: string, number: number): string {
  let rest = '';
  for (let left = number; left > 0; left = Math.floor(left / 62)) rest = digits[left % 62] + rest;
  return toId18(`${prefix}5g0000${rest.padStart(6, '0')}`);
}

/** Fifteen characters, or eighteen with the right checksum. */
export function isId(text: string): boolean {
  if (/^[a-zA-Z0-9]{15}$/.test(text)) return true;
  return /^[a-zA-Z0-9]{18}$/.test(text) && toId18(text.slice(0, 15)) === text;
}

/** The sandbox's org. */
export const sandboxOrgId = toId18('00D5g0000SalesO');
