/** Loading, error and data of one thing the page shows, fetched again whenever `key` or `revision` changes. */
import { useCallback, useEffect, useState } from 'react';

export interface Loaded<T> {
  data: T | null;
  error: string | null;
  again: () => void;
}

/** While a newer answer is on its way the old one of the same `key` stays; null as key means "nothing to show". */
export function useData<T>(key: string | null, revision: string, load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string | null; data: T | null; error: string | null }>({
    key,
    data: null,
    error: null,
  });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (key === null) return;
    let stale = false;
    load().then(
      (data) => stale || setState({ key, data, error: null }),
      (error: unknown) =>
        stale || setState((before) => ({ key, data: before.key === key ? before.data : null, error: sentence(error) })),
    );
    return () => {
      stale = true;
    };
  }, [key, revision, tries]);
  const current = state.key === key ? state : { data: null, error: null };
  return { data: current.data, error: current.error, again: useCallback(() => setTries((before) => before + 1), []) };
}

export const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
