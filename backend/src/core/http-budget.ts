import type { Clock } from './clock.ts';

/** What one account may call: our own allowance, and none before the time that the vendor named. */
export interface Budget {
  /** Takes one call; returns 0, or the seconds to wait when there is none to take. */
  take(): number;
  /** The vendor answered "later" (429, 503) with Retry-After. */
  pause(seconds: number): void;
}

/** Counts calls in a sliding window; without a limit only the vendor's own Retry-After is kept. */
export function createBudget(limit: { calls: number; windowSeconds: number } | undefined, clock: Clock): Budget {
  const taken: number[] = [];
  let pausedUntil = 0;
  return {
    take() {
      const now = clock.now().getTime();
      if (now < pausedUntil) return Math.ceil((pausedUntil - now) / 1000);
      if (!limit) return 0;
      const { calls, windowSeconds } = limit;
      while (taken.length > 0 && taken[0]! <= now - windowSeconds * 1000) taken.shift();
      if (taken.length >= calls) return Math.max(1, Math.ceil((taken[0]! + windowSeconds * 1000 - now) / 1000));
      taken.push(now);
      return 0;
    },
    pause(seconds) {
      pausedUntil = Math.max(pausedUntil, clock.now().getTime() + seconds * 1000);
    },
  };
}

/** A wrong date or a hostile number must not silence an account for longer. */
const longestPauseSeconds = 3600;

/** Retry-After in seconds from now (RFC 9110, section 10.2.3: a number or an HTTP date); null when there is none to read. */
export function readRetryAfter(value: string | undefined, now: Date): number | null {
  const text = value?.trim() ?? '';
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - now.getTime()) / 1000;
  return /[0-9]/.test(text) && Number.isFinite(seconds)
    ? Math.min(longestPauseSeconds, Math.max(0, Math.ceil(seconds)))
    : null;
}
