import { hash } from 'node:crypto';
import type { System } from '../../core/ctx.ts';
import { groupCommit } from '../../core/group-commit.ts';
import { newId } from '../../core/ids.ts';
import { insertHits, type RawHit } from './tracking-queries.ts';

/** What the web server knows of a request for a pixel or a link. */
export interface TrackedRequest {
  token: string;
  method: string;
  /** Of the last trusted hop. */
  address: string;
  userAgent: string;
  /** The few headers that say why a program asks, as in `sec-purpose`. */
  purpose: Record<string, string>;
}

/** A transparent GIF of one pixel: smaller than any PNG. */
export const pixelGif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const tokenLength = 22;

export interface Tracker {
  /** Resolves when the open is stored. An unknown token stores nothing. */
  recordOpen(request: TrackedRequest): Promise<void>;
  /** Resolves, when the click is stored, with the address to go on to; null for an unknown token or link. */
  recordClick(request: TrackedRequest, linkIndex: number): Promise<string | null>;
}

/** Hits are stored before they are answered, many in one commit. */
export function createTracker(system: System): Tracker {
  const store = groupCommit((hits: RawHit[]) => insertHits(system.db, hits), { most: 500, concurrent: 2 });
  const secret = system.secrets.fingerprint('visitor', 'tracking');

  const hit = ({ token, method, address, userAgent, purpose }: TrackedRequest, linkIndex: number | null): RawHit => {
    const at = system.clock.now();
    // Keyed by a secret and the day, so that a visitor cannot be followed from one day to the next.
    const key = `${secret}${at.toISOString().slice(0, 10)}`;
    return {
      id: newId(at),
      token,
      kind: linkIndex === null ? 'open' : 'click',
      linkIndex,
      at,
      method,
      visitor: hash('sha1', `${key}${address}|${userAgent}`, 'base64url'),
      network: hash('sha1', `${key}${address}`, 'base64url'),
      headers: JSON.stringify({ ...purpose, 'user-agent': userAgent.slice(0, 500) }),
    };
  };

  return {
    async recordOpen(request) {
      if (request.token.length === tokenLength) await store(hit(request, null));
    },
    async recordClick(request, linkIndex) {
      if (request.token.length !== tokenLength || !Number.isInteger(linkIndex) || linkIndex < 0 || linkIndex > 1000)
        return null;
      return store(hit(request, linkIndex));
    },
  };
}
