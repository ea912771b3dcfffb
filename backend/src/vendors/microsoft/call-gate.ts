import type { Clock } from '../../core/clock.ts';
import { VendorError } from '../../core/http.ts';

/** Outlook serves so many calls of one app for one mailbox at the same time; the next is refused. */
const concurrentCalls = 4;

interface Lane {
  running: number;
  waiting: (() => void)[];
  pausedUntil: number;
}

/** Lets four calls per mailbox go at once, in their order, and none before the time that Retry-After named. */
export function createCallGate(clock: Clock) {
  const lanes = new Map<string, Lane>();

  function assertOpen(lane: Lane): void {
    const seconds = Math.ceil((lane.pausedUntil - clock.now().getTime()) / 1000);
    if (seconds > 0) throw new VendorError('microsoft', 'budget', false, seconds);
  }

  return {
    async run<T>(mailbox: string, call: () => Promise<T>): Promise<T> {
      const lane = lanes.get(mailbox) ?? { running: 0, waiting: [], pausedUntil: 0 };
      lanes.set(mailbox, lane);
      assertOpen(lane);
      // A free place is handed on to the next in line, so it is never counted down in between.
      if (lane.running >= concurrentCalls) await new Promise<void>((go) => lane.waiting.push(go));
      else lane.running += 1;
      try {
        assertOpen(lane);
        return await call();
      } finally {
        const next = lane.waiting.shift();
        if (next) next();
        else lane.running -= 1;
        if (lane.running === 0 && lane.pausedUntil <= clock.now().getTime()) lanes.delete(mailbox);
      }
    },
    pause(mailbox: string, seconds: number): void {
      const lane = lanes.get(mailbox);
      if (lane) lane.pausedUntil = Math.max(lane.pausedUntil, clock.now().getTime() + seconds * 1000);
    },
  };
}
