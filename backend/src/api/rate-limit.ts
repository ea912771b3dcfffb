/**
 * A fixed window per caller, told in the RateLimit headers of draft-ietf-httpapi-ratelimit-headers-10. Counted in this
 * process: with several API processes a caller may use the quota of each.
 */
import type { Clock } from '../core/clock.ts';
import { TooMany } from '../core/errors.ts';

export interface RatePolicy {
  name: string;
  requestCount: number;
  windowSeconds: number;
}

export const defaultPolicy: RatePolicy = { name: 'default', requestCount: 600, windowSeconds: 60 };

/** Above this many callers the windows that are over are forgotten. */
const maxCallers = 10_000;

export interface RateLimit {
  /** Counts one request, sets the headers, and throws TooMany when the quota of this window is spent. */
  take(caller: string, setHeader: (name: string, value: string) => void): void;
}

export function createRateLimit(clock: Clock, policy: RatePolicy = defaultPolicy): RateLimit {
  const windows = new Map<string, { endsAt: number; used: number }>();
  return {
    take(caller, setHeader) {
      const now = clock.now().getTime();
      let window = windows.get(caller);
      if (!window || window.endsAt <= now) {
        if (windows.size >= maxCallers)
          for (const [other, { endsAt }] of windows) if (endsAt <= now) windows.delete(other);
        window = { endsAt: now + policy.windowSeconds * 1000, used: 0 };
        windows.set(caller, window);
      }
      const left = policy.requestCount - window.used;
      const secondsLeft = Math.ceil((window.endsAt - now) / 1000);
      setHeader('RateLimit-Policy', `"${policy.name}";q=${policy.requestCount};w=${policy.windowSeconds}`);
      setHeader('RateLimit', `"${policy.name}";r=${Math.max(0, left - 1)};t=${secondsLeft}`);
      if (left <= 0) throw new TooMany(`Too many requests: try again in ${secondsLeft} seconds.`, secondsLeft);
      window.used++;
    },
  };
}
