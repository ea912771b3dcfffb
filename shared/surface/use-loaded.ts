import { useCallback, useEffect, useRef, useState } from 'react';
import { asFailure, type RequestFailed } from './api.ts';

export interface Loaded<T> {
  value: T | null;
  failure: RequestFailed | null;
  /** True while an answer is awaited, the first one or a newer one. */
  loading: boolean;
  reload: () => Promise<void>;
  replace: (value: T) => void;
}

/**
 * Loads once per `key` and again on `reload`; an answer that was overtaken by a newer one is dropped. An older value
 * stays visible while a newer one is on its way or could not be had.
 */
export function useLoaded<T>(key: string, load: () => Promise<T>): Loaded<T> {
  const latest = useRef(0);
  const loadNow = useRef(load);
  loadNow.current = load;
  const [state, setState] = useState<{ value: T | null; failure: RequestFailed | null; loading: boolean }>({
    value: null,
    failure: null,
    loading: true,
  });

  const reload = useCallback(async () => {
    const turn = ++latest.current;
    setState((before) => ({ ...before, loading: true }));
    try {
      const value = await loadNow.current();
      if (turn === latest.current) setState({ value, failure: null, loading: false });
    } catch (thrown) {
      if (turn === latest.current) {
        setState((before) => ({ value: before.value, failure: asFailure(thrown), loading: false }));
      }
    }
  }, []);

  const replace = useCallback((value: T) => {
    latest.current += 1;
    setState({ value, failure: null, loading: false });
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is another thing to load.
  useEffect(() => {
    setState({ value: null, failure: null, loading: true });
    void reload();
    return () => {
      latest.current += 1;
    };
  }, [key, reload]);

  return { ...state, reload, replace };
}
