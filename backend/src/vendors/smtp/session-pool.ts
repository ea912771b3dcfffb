/** Connections that are logged in and wait for the next use. */
export interface SessionPool<S> {
  take(key: string): S | null;
  give(key: string, session: S): void;
  close(): void;
}

/** Most that wait per key: a sync and a send may run at the same time. */
const mostIdle = 2;

export function createSessionPool<S>(idleSeconds: number, end: (session: S) => void): SessionPool<S> {
  const idle = new Map<string, { session: S; timer: NodeJS.Timeout }[]>();

  function remove(key: string, session: S): void {
    const left = (idle.get(key) ?? []).filter((one) => one.session !== session);
    if (left.length > 0) idle.set(key, left);
    else idle.delete(key);
  }

  return {
    take(key) {
      const waiting = idle.get(key)?.at(-1);
      if (!waiting) return null;
      clearTimeout(waiting.timer);
      remove(key, waiting.session);
      return waiting.session;
    },
    give(key, session) {
      const waiting = idle.get(key) ?? [];
      if (waiting.length >= mostIdle) return end(session);
      const timer = setTimeout(() => {
        remove(key, session);
        end(session);
      }, idleSeconds * 1000);
      timer.unref();
      idle.set(key, [...waiting, { session, timer }]);
    },
    close() {
      for (const { session, timer } of [...idle.values()].flat()) {
        clearTimeout(timer);
        end(session);
      }
      idle.clear();
    },
  };
}
