import { type Clock, systemClock } from '../src/core/clock.ts';

/** Time that runs `speed` times as fast, the same in every process that is given the same beginning. */
export function fastClock(beganAt: number, speed: number): Clock {
  return { now: () => new Date(beganAt + (systemClock.now().getTime() - beganAt) * speed) };
}
