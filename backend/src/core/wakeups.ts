import type { System } from './ctx.ts';
import type { Jobs } from './jobs.ts';

/**
 * Something that looks for due rows at an interval. What is due is always a row, so a wakeup that is missed loses
 * nothing, and any number of processes may run the same one.
 */
export interface Wakeup {
  name: string;
  everySeconds: number;
  /** Does one batch. Returns true when there may be more, and is then called again at once. */
  run(system: System): Promise<boolean>;
}

/** Of the wakeups that run in this process, how each is run at once, by name. The queue stands for the process. */
const lanesOf = new WeakMap<Jobs, Map<string, () => void>>();

/** Something is due now: the wakeup of this process, if it runs here, looks at once; others look at their interval. */
export const wake = ({ jobs }: Pick<System, 'jobs'>, name: string): void => lanesOf.get(jobs)?.get(name)?.();

/** Runs wakeups until stopped; `stop` waits for the batches under way. `nudge` runs everything now (the clock jumped). */
export function startWakeups(system: System, wakeups: Wakeup[]): { nudge(): void; stop(): Promise<void> } {
  let stopping = false;
  const lanes = wakeups.map((wakeup) => {
    let timer: NodeJS.Timeout | undefined;
    let running: Promise<void> | undefined;
    let again = false;
    const runAll = async () => {
      try {
        do again = false;
        while ((await wakeup.run(system)) && !stopping);
      } catch (error) {
        system.log.error({ error, wakeup: wakeup.name }, 'wakeup failed');
      }
    };
    const run = () => {
      clearTimeout(timer);
      if (stopping) return;
      if (running) {
        again = true;
        return;
      }
      running = runAll().finally(() => {
        running = undefined;
        if (!stopping) timer = setTimeout(run, again ? 0 : wakeup.everySeconds * 1000);
      });
    };
    run();
    const stop = async () => {
      clearTimeout(timer);
      await running;
    };
    return { run, stop };
  });
  lanesOf.set(system.jobs, new Map(wakeups.map(({ name }, index) => [name, lanes[index]!.run])));
  return {
    nudge: () => {
      for (const lane of lanes) lane.run();
    },
    async stop() {
      stopping = true;
      await Promise.all(lanes.map((lane) => lane.stop()));
    },
  };
}
