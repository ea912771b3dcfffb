/** Moves the simulated clock so that everything on the way happens at its own time and in order. */
import type { Clock } from '../src/core/clock.ts';
import type { ClockMove } from './page-api.ts';

export interface Due {
  at: Date;
  what: string;
}

/** The simulated clock; setting it may move the queue's clock as well, which takes a moment. */
export interface DrivenClock extends Clock {
  set(time: Date): void | Promise<void>;
}

export interface ClockDriveParts {
  clock: DrivenClock;
  /** Works off everything that is due at the clock's time; resolves when nothing is left to do. */
  settle(): Promise<void>;
  /** What happens next by itself, or null. */
  nextDue(): Promise<Due | null>;
}

export type ClockDrive = ReturnType<typeof createClockDrive>;

/** How often a running clock moves. */
const tickMilliseconds = 500;
/** Something that stays due although everything was worked off must not hold up the clock. */
const leastStepMilliseconds = 60_000;

/** One move at a time; `stop` ends a running clock for good. */
export function createClockDrive({ clock, settle, nextDue }: ClockDriveParts) {
  let queue: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let speed: number | null = null;
  let ticking = false;

  async function travel(to: Date): Promise<void> {
    await settle();
    for (;;) {
      const due = await nextDue();
      if (!due || due.at > to) break;
      const now = clock.now().getTime();
      const next = due.at.getTime() > now ? due.at.getTime() : now + leastStepMilliseconds;
      if (next > to.getTime()) break;
      await clock.set(new Date(next));
      await settle();
    }
    if (to > clock.now()) await clock.set(to);
    await settle();
  }

  function inTurn(step: () => Promise<void>): Promise<void> {
    const turn = queue.then(step);
    queue = turn.catch(() => undefined);
    return turn;
  }
  const fromNow = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000);

  async function tick(): Promise<void> {
    if (ticking || speed === null) return; // a slow step is not followed by a burst
    ticking = true;
    const seconds = (speed * tickMilliseconds) / 1000;
    await inTurn(() => travel(fromNow(seconds))).finally(() => {
      ticking = false;
    });
  }

  function pause(): void {
    if (timer) clearInterval(timer);
    timer = null;
    speed = null;
  }

  return {
    speed: () => speed,
    settle: () => inTurn(settle),
    stop: pause,
    async move(move: ClockMove): Promise<void> {
      if (move.action === 'pause') return pause();
      if (move.action === 'run') {
        pause();
        speed = move.speed;
        timer = setInterval(() => void tick().catch(() => pause()), tickMilliseconds);
        return;
      }
      await inTurn(async () => {
        if (move.action === 'advance') return travel(fromNow(move.seconds));
        if (move.action === 'jump') return travel(new Date(move.to));
        const due = await nextDue();
        if (due) await travel(due.at > clock.now() ? due.at : fromNow(leastStepMilliseconds / 1000));
      });
    },
  };
}
