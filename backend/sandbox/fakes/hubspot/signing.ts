/** Signatures as HubSpot makes them. Written apart from the product's verification, so that one can catch the other. */
import { createHash, createHmac } from 'node:crypto';

const decodedBySigner = new Map(
  [...":/?@!$'()*,;"].map((character) => [`%${character.charCodeAt(0).toString(16).toUpperCase()}`, character]),
);

export function signatureHeaders(
  secret: string,
  request: { method: string; url: string; body: string; now: Date },
  alsoSign: 'v1' | 'v2',
): Record<string, string> {
  const { method, url, body } = request;
  const timestamp = String(request.now.getTime());
  const uri = url.replace(/%[0-9a-f]{2}/gi, (code) => decodedBySigner.get(code.toUpperCase()) ?? code);
  const older = alsoSign === 'v1' ? secret + body : secret + method + url + body;
  return {
    'X-HubSpot-Signature-v3': createHmac('sha256', secret)
      .update(method + uri + body + timestamp)
      .digest('base64'),
    'X-HubSpot-Request-Timestamp': timestamp,
    'X-HubSpot-Signature': createHash('sha256').update(older).digest('hex'),
    'X-HubSpot-Signature-Version': alsoSign,
  };
}
