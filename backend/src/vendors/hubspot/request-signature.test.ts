import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeForSignature, type SignedRequest, verifySignature } from './request-signature.ts';

const timestamp = 1_700_000_000_000;
const check = { clientSecret: 'test-secret', publicBaseUrl: 'https://api.example.com', now: new Date(timestamp) };
const target = '/hubspot/card?userId=1&portalId=123&userEmail=a%40b.test&appId=9';
const v3 = 'HqWLzG8oTLsOjhheo2V3TCNJL+oncrzhsv/af2wYMXM=';
const v2 = '9df79d9976841070c4df14196a1c55ab4d1bf6fe727e9660c80a23f0a75c7144';

function request(headers: Record<string, string>, changes: Partial<SignedRequest> = {}): SignedRequest {
  return { method: 'POST', target, headers: new Headers(headers), rawBody: Buffer.from('{"a":1}'), ...changes };
}
function v3Headers(signature: string, time: string): Record<string, string> {
  return { 'X-HubSpot-Signature-v3': signature, 'X-HubSpot-Request-Timestamp': time };
}
const signed3 = request(v3Headers(v3, String(timestamp)));
const v2Headers = { 'X-HubSpot-Signature': v2, 'X-HubSpot-Signature-Version': 'v2' };

describe('a known request', () => {
  test('is accepted with its v3 signature', () => {
    expect(verifySignature(signed3, check)).toEqual({ valid: true, version: 'v3' });
  });

  test('is accepted with its v2 signature, made over the undecoded address', () => {
    expect(verifySignature(request(v2Headers), check)).toEqual({ valid: true, version: 'v2' });
  });

  test('is accepted with v1, which covers secret and body only', () => {
    const signature = createHash('sha256').update('test-secret{"a":1}').digest('hex');
    const headers = { 'X-HubSpot-Signature': signature, 'X-HubSpot-Signature-Version': 'v1' };
    expect(verifySignature(request(headers), check)).toEqual({ valid: true, version: 'v1' });
  });

  test('is accepted whether or not the configured address ends with a slash', () => {
    expect(verifySignature(signed3, { ...check, publicBaseUrl: 'https://api.example.com/' }).valid).toBe(true);
  });

  test.each([
    ['body', { rawBody: Buffer.from('{"a":2}') }],
    ['method', { method: 'PUT' }],
    ['portal', { target: target.replace('123', '124') }],
  ])('is refused when its %s was changed', (_, changes) => {
    expect(verifySignature({ ...signed3, ...changes }, check)).toEqual({ valid: false, reason: 'mismatch' });
    expect(verifySignature(request(v2Headers, changes), check)).toEqual({ valid: false, reason: 'mismatch' });
  });

  test('is refused for another secret or another public address', () => {
    expect(verifySignature(signed3, { ...check, clientSecret: 'other' }).valid).toBe(false);
    expect(verifySignature(signed3, { ...check, publicBaseUrl: 'http://api.example.com' }).valid).toBe(false);
  });
});

test('a wrong v3 is not rescued by a right v2', () => {
  const headers = { ...v3Headers(`${v3.slice(0, -2)}A=`, String(timestamp)), ...v2Headers };
  expect(verifySignature(request(headers), check)).toEqual({ valid: false, reason: 'mismatch' });
});

test('a request without any signature is refused', () => {
  expect(verifySignature(request({}), check)).toEqual({ valid: false, reason: 'missing' });
});

test.each(['', 'NaN', 'Infinity', '-1700000000000', '1700000000000.5', '1.7e12', '0x18bcfe56800', '+1700000000000'])(
  'a timestamp that is no plain number is refused: %j',
  (time) => {
    const signature = createHmac('sha256', 'test-secret')
      .update(`POSThttps://api.example.com${decodeForSignature(target)}{"a":1}${time}`)
      .digest('base64');
    expect(verifySignature(request(v3Headers(signature, time)), check)).toEqual({ valid: false, reason: 'timestamp' });
  },
);

test.each([
  [300_000, true],
  [300_001, false],
  [-300_000, true],
  [-300_001, false],
])('our clock %i ms away from the timestamp: accepted %s', (distance, valid) => {
  expect(verifySignature(signed3, { ...check, now: new Date(timestamp + distance) }).valid).toBe(valid);
});

test('a missing timestamp is refused', () => {
  expect(verifySignature(request({ 'X-HubSpot-Signature-v3': v3 }), check)).toEqual({
    valid: false,
    reason: 'timestamp',
  });
});

test('only the documented escapes are decoded', () => {
  expect(decodeForSignature('%3A%2f%3F%40%21%24%27%28%29%2a%2C%3b')).toBe(":/?@!$'()*,;");
  expect(decodeForSignature('a%20b%26c%3Dd%2Be%23f%25g?h=%E2%82%AC')).toBe('a%20b%26c%3Dd%2Be%23f%25g?h=%E2%82%AC');
});

test('property: whatever is signed correctly is accepted, and one changed byte of the body is refused', () => {
  const anyTarget = fc.webPath().chain((path) => fc.webQueryParameters().map((query) => `${path || '/'}?${query}`));
  fc.assert(
    fc.property(anyTarget, fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (anyPath, bytes, flip) => {
      const rawBody = Buffer.from(bytes);
      const signature = createHmac('sha256', 'test-secret')
        .update(`POSThttps://api.example.com${decodeForSignature(anyPath)}`)
        .update(rawBody)
        .update(String(timestamp))
        .digest('base64');
      const headers = v3Headers(signature, String(timestamp));
      expect(verifySignature(request(headers, { target: anyPath, rawBody }), check).valid).toBe(true);
      const changed = Buffer.from(rawBody);
      const at = flip % changed.length;
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(verifySignature(request(headers, { target: anyPath, rawBody: changed }), check).valid).toBe(false);
    }),
  );
});

test('property: no header value makes the check throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (signature, time, version) => {
      const headers = new Map([
        ['x-hubspot-signature-v3', signature],
        ['x-hubspot-request-timestamp', time],
        ['x-hubspot-signature', signature],
        ['x-hubspot-signature-version', version],
      ]);
      const read = { get: (name: string) => headers.get(name) ?? null };
      expect(verifySignature({ ...signed3, headers: read }, check).valid).toBe(false);
    }),
  );
});
