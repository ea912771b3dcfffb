import type { Clock } from './clock.ts';

/** Stops calling a server that is down, and tries again with one call after a pause. */
export interface Breaker {
  /** Seconds until the next call of this account may be tried; 0 when it may go now. */
  waitSeconds(account: string): number;
  record(account: string, ok: boolean): void;
}

const failuresToOpen = 10;
const pauseSeconds = 20;

/**
 * One server's circuits: one for all accounts, which opens after ten failures in a row that hit at least two of them, and
 * one for each account, so that a mailbox whose every call fails stops only itself.
 */
export function createBreaker(clock: Clock): Breaker {
  const everybody = createCircuit(clock, 2);
  const own = new Map<string, Circuit>();
  return {
    waitSeconds(account) {
      const circuits = [everybody, own.get(account)].filter((one) => one !== undefined);
      const wait = Math.max(...circuits.map((circuit) => circuit.waitSeconds()));
      if (wait === 0) for (const circuit of circuits) circuit.begin();
      return wait;
    },
    record(account, ok) {
      everybody.record(account, ok);
      if (ok) own.delete(account);
      else {
        const circuit = own.get(account) ?? createCircuit(clock, 1);
        own.set(account, circuit);
        circuit.record(account, false);
      }
    },
  };
}

interface Circuit {
  waitSeconds(): number;
  /** A call goes now. */
  begin(): void;
  record(account: string, ok: boolean): void;
}

function createCircuit(clock: Clock, leastAccounts: number): Circuit {
  const failed = new Set<string>();
  let failures = 0;
  let openUntil = 0;
  const pause = () => {
    openUntil = clock.now().getTime() + pauseSeconds * 1000;
  };
  return {
    waitSeconds: () => (openUntil === 0 ? 0 : Math.max(0, Math.ceil((openUntil - clock.now().getTime()) / 1000))),
    // Half open: this one call goes; the next ones wait until it reported back, or for another pause.
    begin() {
      if (openUntil > 0) pause();
    },
    record(account, ok) {
      if (ok) {
        failed.clear();
        failures = 0;
        openUntil = 0;
        return;
      }
      failures++;
      if (failed.size < leastAccounts) failed.add(account);
      if (failures >= failuresToOpen && failed.size >= leastAccounts) pause();
    },
  };
}
