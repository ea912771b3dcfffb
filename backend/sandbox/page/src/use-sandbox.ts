/** The state of the sandbox, asked for every second and at once after something was done. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ClockMove, LogEntry, SandboxState } from '../../page-api.ts';
import { getLog, getState, moveClock } from './api.ts';
import { sentence, useData } from './use-data.ts';

export interface Sandbox {
  state: SandboxState;
  log: LogEntry[];
  /** Why the sandbox could not be reached at the last try. */
  lost: string | null;
  /** True while the clock is being moved and the backend works off what fell due. */
  moving: boolean;
  refresh: () => void;
  move: (move: ClockMove) => Promise<void>;
}

export function useSandbox(): Sandbox | { state: null; lost: string | null } {
  const [state, setState] = useState<SandboxState | null>(null);
  const [lost, setLost] = useState<string | null>(null);
  const [moving, setMoving] = useState(false);
  const asked = useRef(0);

  const take = useCallback(async (ask: () => Promise<SandboxState>) => {
    const turn = ++asked.current;
    try {
      const next = await ask();
      if (turn === asked.current) setState(next); // a later answer is newer
      setLost(null);
    } catch (error) {
      setLost(sentence(error));
    }
  }, []);
  const refresh = useCallback(() => void take(getState), [take]);

  useEffect(() => {
    refresh();
    const timer = setInterval(() => document.visibilityState === 'visible' && refresh(), 1000);
    document.addEventListener('visibilitychange', refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', refresh);
    };
  }, [refresh]);

  const move = useCallback(
    async (step: ClockMove) => {
      setMoving(true);
      await take(() => moveClock(step));
      setMoving(false);
    },
    [take],
  );

  const log = useData('log', state?.revision ?? '', getLog);
  return state ? { state, log: log.data ?? [], lost, moving, refresh, move } : { state, lost };
}
