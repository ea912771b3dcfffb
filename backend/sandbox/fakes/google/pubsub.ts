import { createSign, generateKeyPairSync } from 'node:crypto';
import type { Clock } from '../../../src/core/clock.ts';
import { createNoticeQueue } from '../notice-queue.ts';

export interface PushTarget {
  /** Where notices are posted. */
  endpoint: string;
  audience: string;
  serviceAccount: string;
  subscription: string;
}

interface Notice {
  address: string;
  historyId: number;
  messageId: string;
  publishedAt: number;
}

const redeliverySeconds = 10;
const keptSeconds = 7 * 24 * 3600;

/** Cloud Pub/Sub's push side. */
export function createPubsub(clock: Clock, target: PushTarget | null) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keyId = 'fake-google-key-1';
  const lastNoticeAt = new Map<string, number>();
  const queue = createNoticeQueue({ clock, post, redeliverySeconds, keptSeconds });
  let dropped = 0;
  let serial = 0;

  /** The bearer token of a push request. `overrides` make a forged one for tests. */
  function signToken(overrides: { header?: object; claims?: object; key?: typeof privateKey } = {}): string {
    const now = Math.floor(clock.now().getTime() / 1000);
    const header = { alg: 'RS256', kid: keyId, typ: 'JWT', ...overrides.header };
    const claims = {
      iss: 'https://accounts.google.com',
      aud: target?.audience,
      azp: '108000000000000000000',
      sub: '108000000000000000000',
      email: target?.serviceAccount,
      email_verified: true,
      iat: now,
      exp: now + 3600,
      ...overrides.claims,
    };
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = `${encode(header)}.${encode(claims)}`;
    return `${signed}.${createSign('RSA-SHA256')
      .update(signed)
      .sign(overrides.key ?? privateKey, 'base64url')}`;
  }

  function envelope(notice: Notice): string {
    const data = JSON.stringify({ emailAddress: notice.address, historyId: notice.historyId });
    return JSON.stringify({
      message: {
        data: Buffer.from(data).toString('base64'),
        messageId: notice.messageId,
        message_id: notice.messageId,
        publishTime: new Date(notice.publishedAt).toISOString(),
      },
      subscription: target?.subscription,
    });
  }

  async function post(notice: Notice): Promise<boolean> {
    if (!target) return true;
    const answer = await fetch(target.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${signToken()}` },
      body: envelope(notice),
    });
    return answer.ok;
  }

  return {
    ...queue,
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS256', use: 'sig' }] },
    signToken,
    /** Notices that Gmail left out because the last one was less than a second ago. */
    dropped: () => dropped,
    /** A mailbox changed. At most one notice a second and user; the rest is dropped, as Gmail does. */
    publish(address: string, historyId: number): void {
      if (!target) return;
      const now = clock.now().getTime();
      if (now - (lastNoticeAt.get(address) ?? Number.NEGATIVE_INFINITY) < 1000) {
        dropped += 1;
        return;
      }
      lastNoticeAt.set(address, now);
      serial += 1;
      queue.publish({ address, historyId, messageId: String(9000 + serial), publishedAt: now });
    },
  };
}

export type Pubsub = ReturnType<typeof createPubsub>;
