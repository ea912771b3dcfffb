/** What a CRM says in passing (alerts, toasts, snackbars): the newest three, each gone after seven seconds. */
import { useCallback, useState } from 'react';

export interface Note {
  title?: string | undefined;
  message: string;
  variant: string;
}
type Shown = Note & { key: number };

export function useNotes() {
  const [notes, setNotes] = useState<Shown[]>([]);
  const remove = useCallback((key: number) => setNotes((before) => before.filter((one) => one.key !== key)), []);
  const add = useCallback(
    (note: Note) => {
      const key = performance.now();
      setNotes((before) => [...before.slice(-2), { ...note, key }]);
      setTimeout(() => remove(key), 7_000);
    },
    [remove],
  );
  return { notes, add, remove };
}
