/**
 * Proof that a request comes from HubSpot for our app. Our own, because `Signature.isValid` of @hubspot/api-client 14.0.1
 * does not decode the address, accepts NaN and future timestamps, and compares in variable time.
 * https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** How far a timestamp may lie from our clock, either way. */
const timestampWindowMilliseconds = 300_000;

export interface SignedRequest {
  method: string;
  /** The raw request target as it arrived: path and query, undecoded. */
  target: string;
  headers: { get(name: string): string | null };
  /** The body before any parsing; empty where there is none. */
  rawBody: Buffer;
}

export interface SignatureCheck {
  clientSecret: string;
  /** Scheme and host as HubSpot calls us, from configuration: behind a proxy the request does not know it. */
  publicBaseUrl: string;
  now: Date;
}

export type SignatureVerdict =
  | { valid: true; version: 'v3' | 'v2' | 'v1' }
  | { valid: false; reason: 'missing' | 'timestamp' | 'mismatch' };

/** v3 is checked when its header is present and decides alone: a wrong v3 is never rescued by an older version. */
export function verifySignature(request: SignedRequest, check: SignatureCheck): SignatureVerdict {
  const signature3 = request.headers.get('x-hubspot-signature-v3');
  if (signature3 !== null) return verifyV3(request, check, signature3);

  // v1 and v2 carry no time: a recorded request stays valid. Used only where HubSpot sends nothing better.
  const signature = request.headers.get('x-hubspot-signature');
  if (signature === null) return { valid: false, reason: 'missing' };
  const version = request.headers.get('x-hubspot-signature-version')?.toLowerCase() === 'v2' ? 'v2' : 'v1';
  const head = version === 'v2' ? request.method.toUpperCase() + calledUrl(request, check) : '';
  const expected = createHash('sha256').update(check.clientSecret).update(head).update(request.rawBody).digest('hex');
  return sameText(signature.toLowerCase(), expected) ? { valid: true, version } : { valid: false, reason: 'mismatch' };
}

function verifyV3(request: SignedRequest, check: SignatureCheck, signature: string): SignatureVerdict {
  const timestamp = request.headers.get('x-hubspot-request-timestamp') ?? '';
  if (!/^\d{1,16}$/.test(timestamp)) return { valid: false, reason: 'timestamp' };
  if (Math.abs(check.now.getTime() - Number(timestamp)) > timestampWindowMilliseconds) {
    return { valid: false, reason: 'timestamp' };
  }
  const expected = createHmac('sha256', check.clientSecret)
    .update(request.method.toUpperCase())
    .update(decodeForSignature(calledUrl(request, check)))
    .update(request.rawBody)
    .update(timestamp)
    .digest('base64');
  return sameText(signature, expected) ? { valid: true, version: 'v3' } : { valid: false, reason: 'mismatch' };
}

const decoded: Record<string, string> = {
  '3A': ':',
  '2F': '/',
  '3F': '?',
  '40': '@',
  '21': '!',
  '24': '$',
  '27': "'",
  '28': '(',
  '29': ')',
  '2A': '*',
  '2C': ',',
  '3B': ';',
};

/** Decodes only the characters HubSpot decodes before it signs; `%20`, `%26` and the rest stay. */
export function decodeForSignature(url: string): string {
  return url.replace(
    /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi,
    (_, code: string) => decoded[code.toUpperCase()] ?? '',
  );
}

function calledUrl(request: SignedRequest, check: SignatureCheck): string {
  return check.publicBaseUrl.replace(/\/+$/, '') + request.target;
}

function sameText(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
