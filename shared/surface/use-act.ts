import { useRef, useState } from 'react';
import { type ActKeys, createActKeys } from './act-keys.ts';
import { asFailure, type RequestFailed } from './api.ts';

interface FailedAct {
  failure: RequestFailed;
  retry: () => Promise<boolean>;
}

/**
 * Writes, one at a time. `perform(act, write)` calls `write(idempotencyKey)` and is true when it went through; what
 * failed is kept in `failed` with a `retry` that repeats the same write under the same key.
 */
export function useAct() {
  const keys = useRef<ActKeys | null>(null);
  keys.current ??= createActKeys();
  const running = useRef(false);
  const [busy, setBusy] = useState<string | null>(null);
  const [failed, setFailed] = useState<FailedAct | null>(null);

  async function perform(act: string, write: (idempotencyKey: string) => Promise<void>): Promise<boolean> {
    const actKeys = keys.current;
    if (running.current || !actKeys) return false;
    running.current = true;
    setBusy(act);
    setFailed(null);
    try {
      await write(actKeys.keyOf(act));
      actKeys.settled(act);
      return true;
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (!failure.outcomeUnknown) actKeys.settled(act);
      setFailed({ failure, retry: () => perform(act, write) });
      return false;
    } finally {
      running.current = false;
      setBusy(null);
    }
  }

  return { busy, failed, perform, dismiss: () => setFailed(null) };
}
