import type { Clock } from './clock.ts';

/** Stops calling a vendor that is down, and tries again with one call after a pause. */
export interface Breaker {
  /** Seconds until the next call may be tried; 0 when it may go now. */
  waitSeconds(): number;
  record(ok: boolean): void;
}

const failuresToOpen = 10;
const pauseSeconds = 20;

export function createBreaker(clock: Clock): Breaker {
  let failures = 0;
  let openUntil = 0;
  return {
    waitSeconds() {
      const wait = Math.ceil((openUntil - clock.now().getTime()) / 1000);
      if (wait > 0) return wait;
      // Half open: this one call goes; the next ones wait until it reported back.
      if (openUntil > 0) openUntil = clock.now().getTime() + pauseSeconds * 1000;
      return 0;
    },
    record(ok) {
      failures = ok ? 0 : failures + 1;
      if (ok) openUntil = 0;
      else if (failures >= failuresToOpen) openUntil = clock.now().getTime() + pauseSeconds * 1000;
    },
  };
}
