import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { InvalidInput, Unauthenticated, VendorUnavailable } from '../../core/errors.ts';
import type { Http, HttpAnswer } from '../../core/http.ts';
import type { GoogleConfig } from './config.ts';

/** A mailbox changed. `historyId` is a hint: the mailbox is read from our own cursor. */
export interface PushNotice {
  address: string;
  historyId: string;
}

export type VerifyPush = (headers: { authorization?: string | null }, body: string) => Promise<PushNotice>;

const clockSkewSeconds = 60;
const keysTrustedSeconds = 3600;
/** An unknown key id fetches the keys anew, but strangers with invented ids cannot make us do so all the time. */
const refetchSeconds = 60;

const headerShape = z.object({ alg: z.literal('RS256'), kid: z.string() });
const claimsShape = z.object({
  iss: z.enum(['https://accounts.google.com', 'accounts.google.com']),
  aud: z.string(),
  email: z.string(),
  email_verified: z.literal(true),
  iat: z.number(),
  exp: z.number(),
});
const jwksShape = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.literal('RSA') })) });
const envelopeShape = z.object({ message: z.object({ data: z.string() }) });
const noticeShape = z.object({ emailAddress: z.string().min(3), historyId: z.union([z.string(), z.number()]) });

/**
 * Accepts a Pub/Sub push only with Google's signature, for our audience and from our service account; the body is read
 * after that. Throws `Unauthenticated`, or `InvalidInput` for a genuine push whose content is not Gmail's.
 */
export function createVerifyPush(config: GoogleConfig, http: Http): VerifyPush {
  const findKey = createKeyring(config, http);

  return async (headers, body) => {
    const expected = config.push;
    if (!expected) throw refuse('no push is expected here');
    const token = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(headers.authorization ?? '');
    if (!token) throw refuse('no bearer token');
    const [, head = '', payload = '', signature = ''] = token;
    const { kid } = parse(headerShape, head, 'header');
    const claims = parse(claimsShape, payload, 'claims');
    const key = await findKey(kid);
    const signed = Buffer.from(`${head}.${payload}`);
    if (!key || !verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))) throw refuse('bad signature');
    const now = config.clock.now().getTime() / 1000;
    if (claims.aud !== expected.audience) throw refuse('another audience');
    if (claims.email !== expected.serviceAccount) throw refuse('another sender');
    if (claims.exp + clockSkewSeconds < now || claims.iat - clockSkewSeconds > now) throw refuse('outside its time');
    return readNotice(body);
  };
}

/** Google's public keys by id, cached. Keys past their time are not trusted, whatever the reason they were not renewed. */
function createKeyring(config: GoogleConfig, http: Http) {
  let keys = new Map<string, KeyObject>();
  let trustedUntil = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | null = null;

  async function fetchKeys(now: number): Promise<void> {
    const answer = await http.request({
      vendor: 'google',
      account: 'certs',
      method: 'GET',
      url: config.addresses.certs,
      headers: { accept: 'application/json' },
    });
    keys = readKeys(answer);
    trustedUntil = now + keysTrustedSeconds * 1000;
  }

  return async (kid: string): Promise<KeyObject | undefined> => {
    const now = config.clock.now().getTime();
    const missing = now >= trustedUntil || !keys.has(kid);
    if (missing && !fetching && now - triedAt >= refetchSeconds * 1000) {
      triedAt = now;
      fetching = fetchKeys(now).finally(() => {
        fetching = null;
      });
    }
    if (missing && fetching) await fetching;
    return now < trustedUntil ? keys.get(kid) : undefined;
  };
}

function readKeys(answer: HttpAnswer): Map<string, KeyObject> {
  try {
    const found = jwksShape.parse(answer.json()).keys;
    return new Map(found.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })]));
  } catch (error) {
    throw new VendorUnavailable("Google's keys could not be read.", {
      detail: error,
      retryAfterSeconds: refetchSeconds,
    });
  }
}

function readNotice(body: string): PushNotice {
  try {
    const { message } = envelopeShape.parse(JSON.parse(body));
    const notice = noticeShape.parse(JSON.parse(Buffer.from(message.data, 'base64').toString('utf8')));
    return { address: notice.emailAddress.toLowerCase(), historyId: String(notice.historyId) };
  } catch (error) {
    throw new InvalidInput('This is no notice from Gmail.', { code: 'invalid_push', detail: error });
  }
}

function parse<T>(shape: z.ZodType<T>, part: string, name: string): T {
  try {
    return shape.parse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch {
    throw refuse(`unexpected ${name}`);
  }
}

function refuse(detail: string): Unauthenticated {
  return new Unauthenticated('This push is not from Google.', { code: 'push_refused', detail });
}
