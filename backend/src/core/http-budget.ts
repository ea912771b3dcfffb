import type { Clock } from './clock.ts';

/** Counts calls in a sliding window. */
export interface Budget {
  /** Takes one call; returns 0, or the seconds to wait when the window is full. */
  take(): number;
}

export function createBudget({ calls, windowSeconds }: { calls: number; windowSeconds: number }, clock: Clock): Budget {
  const taken: number[] = [];
  return {
    take() {
      const now = clock.now().getTime();
      while (taken.length > 0 && taken[0]! <= now - windowSeconds * 1000) taken.shift();
      if (taken.length >= calls) return Math.max(1, Math.ceil((taken[0]! + windowSeconds * 1000 - now) / 1000));
      taken.push(now);
      return 0;
    },
  };
}
