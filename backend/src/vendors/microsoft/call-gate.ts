/** Outlook serves so many calls of one app for one mailbox at the same time; the next is refused. */
const concurrentCalls = 4;

interface Lane {
  running: number;
  waiting: (() => void)[];
}

/** Lets four calls per mailbox go at once, and the others in their order. */
export function createCallGate() {
  const lanes = new Map<string, Lane>();
  return async <T>(mailbox: string, call: () => Promise<T>): Promise<T> => {
    const lane = lanes.get(mailbox) ?? { running: 0, waiting: [] };
    lanes.set(mailbox, lane);
    // A free place is handed on to the next in line, so it is never counted down in between.
    if (lane.running >= concurrentCalls) await new Promise<void>((go) => lane.waiting.push(go));
    else lane.running += 1;
    try {
      return await call();
    } finally {
      const next = lane.waiting.shift();
      if (next) next();
      else lane.running -= 1;
      if (lane.running === 0) lanes.delete(mailbox);
    }
  };
}
