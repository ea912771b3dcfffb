import type { Clock } from '../../../src/core/clock.ts';
import { throttled } from './errors.ts';

const concurrentRequests = 4;
const requestsPerTenMinutes = 10_000;
export const sendsPerMinute = 30;
const minute = 60_000;

/** What Outlook allows an app and a mailbox: calls in flight, calls in ten minutes, and mails a minute. */
export function createLimits(clock: Clock, settings: { throttleStatus: 429 | 503 }) {
  const inFlight = new Map<string, number>();
  const requests = new Map<string, number[]>();
  const sends = new Map<string, number[]>();

  function take(taken: Map<string, number[]>, address: string, most: number, windowMilliseconds: number, what: string) {
    const now = clock.now().getTime();
    const recent = (taken.get(address) ?? []).filter((time) => time > now - windowMilliseconds);
    taken.set(address, recent);
    if (recent.length >= most) {
      const seconds = Math.ceil(((recent[0] ?? now) + windowMilliseconds - now) / 1000);
      throw throttled(settings.throttleStatus, `Application is over its ${what} limit.`, seconds);
    }
    recent.push(now);
  }

  return {
    /** Most calls of a mailbox that were in flight at once. */
    mostAtOnce: new Map<string, number>(),
    async run<T>(address: string, work: () => Promise<T>): Promise<T> {
      const running = inFlight.get(address) ?? 0;
      if (running >= concurrentRequests) {
        throw throttled(settings.throttleStatus, 'Application is over its MailboxConcurrency limit.', 1);
      }
      take(requests, address, requestsPerTenMinutes, 10 * minute, 'Request');
      inFlight.set(address, running + 1);
      this.mostAtOnce.set(address, Math.max(running + 1, this.mostAtOnce.get(address) ?? 0));
      try {
        return await work();
      } finally {
        inFlight.set(address, (inFlight.get(address) ?? 1) - 1);
      }
    },
    /** Counts one mail. */
    takeSend: (address: string): void => take(sends, address, sendsPerMinute, minute, 'message rate'),
  };
}

export type Limits = ReturnType<typeof createLimits>;
