import { hash } from 'node:crypto';
import type { System } from '../../core/ctx.ts';
import { transaction } from '../../core/db.ts';
import { groupCommit } from '../../core/group-commit.ts';
import {
  insertHits,
  insertRequests,
  insertRequestsAndFindLinks,
  type StoredRequest,
  takeRequests,
} from './tracking-queries.ts';

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

const tokenShape = /^[\w-]{22}$/;
const commits = { most: 500, concurrent: 2 };

export interface Tracker {
  /** Resolves when the open is stored. */
  recordOpen(request: TrackedRequest): Promise<void>;
  /** Resolves, when the click is stored, with the address to go on to; null for an unknown token or link. */
  recordClick(request: TrackedRequest, linkIndex: number): Promise<string | null>;
}

/**
 * Requests are stored before they are answered, many in one commit, and as they are: which mail they belong to is looked up
 * a moment later (`takeInRequests`), so that an open costs its sender's other readers nothing.
 */
export function createTracker(system: System): Tracker {
  const store = groupCommit((requests: string[]) => insertRequests(system.db, requests), commits);
  const storeAndFindLinks = groupCommit(
    (clicks: { request: string; token: string }[]) => insertRequestsAndFindLinks(system.db, clicks),
    commits,
  );
  const secret = system.secrets.fingerprint('visitor', 'tracking');

  const stored = ({ token, method, address, userAgent, purpose }: TrackedRequest, linkIndex: number | null): string => {
    const at = system.clock.now().getTime();
    // Keyed by a secret and the day, so that a visitor cannot be followed from one day to the next.
    const key = `${secret}${Math.floor(at / dayMilliseconds)}${address}`;
    return JSON.stringify({
      token,
      linkIndex,
      at,
      method,
      visitor: hash('sha1', `${key}|${userAgent}`, 'base64url'),
      network: hash('sha1', key, 'base64url'),
      headers: { ...purpose, 'user-agent': userAgent.slice(0, 500) },
    } satisfies StoredRequest);
  };

  return {
    async recordOpen(request) {
      if (tokenShape.test(request.token)) await store(stored(request, null));
    },
    async recordClick(request, linkIndex) {
      const { token } = request;
      if (!tokenShape.test(token) || !Number.isInteger(linkIndex) || linkIndex < 0 || linkIndex > 1000) return null;
      const links = await storeAndFindLinks({ request: stored(request, linkIndex), token });
      return links[linkIndex] ?? null;
    },
  };
}

const dayMilliseconds = 86_400_000;
const takeAtOnce = 1000;

/** Turns stored requests into hits of their mails. What belongs to no mail of ours, or to one that is not tracked, goes. */
export async function takeInRequests(system: System): Promise<void> {
  for (let taken = takeAtOnce; taken === takeAtOnce; )
    taken = await transaction(system.db, async (db) => {
      const requests = await takeRequests(db, takeAtOnce);
      await insertHits(db, requests);
      return requests.length;
    });
}
