/** The one place where time enters. Everything else asks `ctx.clock`, so tests and the sandbox move time by hand. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock moved by hand. */
export interface HandClock extends Clock {
  set(time: Date): void;
  advance(seconds: number): void;
}

export function handClock(start: Date): HandClock {
  let current = start.getTime();
  return {
    now: () => new Date(current),
    set: (time) => {
      current = time.getTime();
    },
    advance: (seconds) => {
      current += seconds * 1000;
    },
  };
}
