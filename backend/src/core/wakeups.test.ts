import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { System } from './ctx.ts';
import { createLog } from './log.ts';
import { startWakeups, type Wakeup, wake } from './wakeups.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A wakeup whose runs end when they are told to. */
function start(everySeconds = 10) {
  const lines: string[] = [];
  const ends: ((more: boolean | Error) => void)[] = [];
  let running = 0;
  let highest = 0;
  const wakeup: Wakeup = {
    name: 'test',
    everySeconds,
    run: async () => {
      highest = Math.max(highest, ++running);
      const outcome = await new Promise<boolean | Error>((resolve) => ends.push(resolve));
      running--;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
  const log = createLog('info', { write: (line) => lines.push(line) });
  const system = { log, jobs: {} } as System;
  const wakeups = startWakeups(system, [wakeup]);
  const end = async (outcome: boolean | Error) => {
    ends.at(-1)!(outcome);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { ...wakeups, system, end, lines, runs: () => ends.length, highest: () => highest };
}

it('runs at once, again at once while there is more, and then at its interval', async () => {
  const { end, runs } = start();
  expect(runs()).toBe(1);
  await end(true);
  expect(runs()).toBe(2);
  await end(false);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(runs()).toBe(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(runs()).toBe(3);
});

it('never overlaps itself; a nudge while it runs makes it run once more', async () => {
  const { end, runs, nudge, highest } = start();
  nudge();
  nudge();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(runs()).toBe(1);
  await end(false);
  expect(runs()).toBe(2);
  await end(false);
  expect(runs()).toBe(2);
  nudge();
  expect(runs()).toBe(3);
  expect(highest()).toBe(1);
});

it('an error is logged and does not stop it', async () => {
  const { end, runs, lines } = start();
  await end(new Error('no database'));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({ wakeup: 'test', error: { message: 'no database' } });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs()).toBe(2);
});

it('an error while a nudge waits does not lose the nudge', async () => {
  const { end, runs, nudge } = start(3600);
  nudge();
  await end(new Error('no database'));
  expect(runs()).toBe(2);
});

it('stop waits for the batch under way, and nothing runs after it', async () => {
  const { end, runs, stop, nudge } = start();
  let stopped = false;
  void stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stopped).toBe(false);
  nudge();
  await end(true);
  expect(stopped).toBe(true);
  nudge();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(runs()).toBe(1);
});

it('looks at once when something is due that it waits for, and not for others', async () => {
  const [{ system, end, runs, stop }, other] = [start(), start()];
  await end(false);
  await other.end(false);
  wake(system, 'test');
  wake(system, 'another');
  expect([runs(), other.runs()]).toEqual([2, 1]);
  await end(false);
  await stop();
  wake(system, 'test');
  expect(runs()).toBe(2);
  await other.stop();
});
