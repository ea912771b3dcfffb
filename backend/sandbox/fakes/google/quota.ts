import type { Clock } from '../../../src/core/clock.ts';
import { quotaExceeded, tooManyConcurrent } from './errors.ts';
import { type Method, methods } from './methods.ts';

export const unitsPerMinute = 6000;
const concurrentRequests = 10;

/** Units per user in fixed minutes, and requests in flight per user. Refuses as Gmail does: 429 (or 403, on demand). */
export function createQuota(clock: Clock, settings: { quotaErrorCode: 403 | 429 }) {
  const minutes = new Map<string, { minute: number; units: number }>();
  const inFlight = new Map<string, number>();

  function spend(address: string, method: Method): void {
    const minute = Math.floor(clock.now().getTime() / 60_000);
    const known = minutes.get(address);
    const current = known?.minute === minute ? known : { minute, units: 0 };
    minutes.set(address, current);
    if (current.units + methods[method].units > unitsPerMinute) throw quotaExceeded(settings.quotaErrorCode);
    current.units += methods[method].units;
  }

  return {
    /** Units spent in the current minute. */
    unitsOf: (address: string) => {
      const known = minutes.get(address);
      return known?.minute === Math.floor(clock.now().getTime() / 60_000) ? known.units : 0;
    },
    async run<T>(address: string, method: Method, work: () => Promise<T>): Promise<T> {
      const running = inFlight.get(address) ?? 0;
      if (running >= concurrentRequests) throw tooManyConcurrent();
      spend(address, method);
      inFlight.set(address, running + 1);
      try {
        return await work();
      } finally {
        inFlight.set(address, (inFlight.get(address) ?? 1) - 1);
      }
    },
  };
}
