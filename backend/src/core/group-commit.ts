/**
 * Commits together what arrives together: a batch leaves at once while fewer than `concurrent` are under way, and what
 * arrives meanwhile forms the next one. Where nobody waits for an answer, `gatherMilliseconds` lets the first one wait so
 * long for company. Each caller's promise settles after its own commit. A batch that fails is tried item by item, so that
 * one bad item does not take the others down.
 */
export function groupCommit<I, O>(
  commit: (items: I[]) => Promise<O[]>,
  { most, concurrent, gatherMilliseconds = 0 }: { most: number; concurrent: number; gatherMilliseconds?: number },
): (item: I) => Promise<O> {
  let waiting: { item: I; resolve: (result: O) => void; reject: (error: unknown) => void }[] = [];
  let underWay = 0;
  let scheduled = false;

  async function run(batch: typeof waiting): Promise<void> {
    try {
      const results = await commit(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index]!);
    } catch (error) {
      if (batch.length === 1) return batch[0]!.reject(error);
      for (const one of batch) await run([one]);
    }
  }

  function leave(): void {
    scheduled = false;
    while (underWay < concurrent && waiting.length > 0) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      underWay++;
      void run(batch).finally(() => {
        underWay--;
        if (!scheduled) leave();
      });
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (scheduled) return;
      scheduled = true;
      if (gatherMilliseconds > 0) setTimeout(leave, gatherMilliseconds);
      else setImmediate(leave);
    });
}
