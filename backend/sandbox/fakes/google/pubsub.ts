import { createSign, generateKeyPairSync } from 'node:crypto';
import type { Clock } from '../../../src/core/clock.ts';

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
  /** Not before this moment of the clock. */
  dueAt: number;
  attempts: number;
}

const redeliverySeconds = 10;
const keptMilliseconds = 7 * 24 * 3600 * 1000;

/**
 * Cloud Pub/Sub's push side. A notice is posted as soon as it is published; one that was refused, delayed or held waits for
 * `pump()`, which the owner of the clock calls after moving it.
 */
export function createPubsub(clock: Clock, target: PushTarget | null) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keyId = 'fake-google-key-1';
  const lastNoticeAt = new Map<string, number>();
  const running = new Set<Promise<void>>();
  let waiting: Notice[] = [];
  let plans: { kind: 'lose' | 'double' | 'delay'; delaySeconds?: number }[] = [];
  let held = false;
  let serial = 0;
  const counts = { published: 0, dropped: 0, lost: 0, delivered: 0, refused: 0 };

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

  async function post(notice: Notice): Promise<void> {
    if (!target) return;
    notice.attempts += 1;
    const accepted = await fetch(target.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${signToken()}` },
      body: envelope(notice),
    }).then(
      (response) => response.ok,
      () => false,
    );
    counts[accepted ? 'delivered' : 'refused'] += 1;
    if (accepted || notice.publishedAt < clock.now().getTime() - keptMilliseconds) return;
    waiting.push({ ...notice, dueAt: clock.now().getTime() + redeliverySeconds * 1000 * notice.attempts });
  }

  function start(notice: Notice): void {
    const work = post(notice).finally(() => running.delete(work));
    running.add(work);
  }

  return {
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS256', use: 'sig' }] },
    signToken,
    counts,
    /** A mailbox changed. At most one notice a second and user; the rest is dropped, as Gmail does. */
    publish(address: string, historyId: number): void {
      if (!target) return;
      const now = clock.now().getTime();
      if (now - (lastNoticeAt.get(address) ?? Number.NEGATIVE_INFINITY) < 1000) {
        counts.dropped += 1;
        return;
      }
      lastNoticeAt.set(address, now);
      counts.published += 1;
      serial += 1;
      const notice = {
        address,
        historyId,
        messageId: String(9000 + serial),
        publishedAt: now,
        dueAt: now,
        attempts: 0,
      };
      const plan = plans.shift();
      if (plan?.kind === 'lose') {
        counts.lost += 1;
        return;
      }
      if (plan?.kind === 'delay') notice.dueAt += (plan.delaySeconds ?? 60) * 1000;
      if (held || notice.dueAt > now) waiting.push(notice);
      else start(notice);
      if (plan?.kind === 'double') start({ ...notice });
    },
    /** What happens to the next notice. */
    next: (plan: { kind: 'lose' | 'double' | 'delay'; delaySeconds?: number }): void => {
      plans = [...plans, plan];
    },
    /** Keeps every notice back until released. */
    hold: (): void => {
      held = true;
    },
    /** Lets held notices go, newest first when `reversed`. */
    async release(order: 'kept' | 'reversed' = 'kept'): Promise<void> {
      held = false;
      if (order === 'reversed') waiting.reverse();
      await this.pump();
    },
    /** Posts what is due by the clock and waits for the answers. */
    async pump(): Promise<void> {
      const now = clock.now().getTime();
      const due = held ? [] : waiting.filter((notice) => notice.dueAt <= now);
      waiting = waiting.filter((notice) => !due.includes(notice));
      for (const notice of due) await post(notice);
      await Promise.all(running);
    },
    waiting: () => waiting.length,
  };
}

export type Pubsub = ReturnType<typeof createPubsub>;
