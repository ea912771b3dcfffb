import type { Clock } from '../../src/core/clock.ts';

/** What happens to the next notice, as it does on the way from a vendor to us. */
export interface NoticePlan {
  kind: 'lose' | 'double' | 'delay';
  delaySeconds?: number;
}

interface Queued<T> {
  notice: T;
  publishedAt: number;
  /** Not before this moment of the clock. */
  dueAt: number;
  attempts: number;
}

/**
 * Notices of a vendor on their way. One is posted as soon as it is published; one that was refused, delayed or held waits
 * for `pump()`, which the owner of the clock calls after moving it.
 */
export function createNoticeQueue<T>({
  clock,
  post,
  redeliverySeconds,
  keptSeconds,
}: {
  clock: Clock;
  /** Posts one notice; whether it was taken. */
  post: (notice: T) => Promise<boolean>;
  /** After the first refusal; the next ones are that much longer each. */
  redeliverySeconds: number;
  keptSeconds: number;
}) {
  const running = new Set<Promise<void>>();
  let waiting: Queued<T>[] = [];
  let plans: NoticePlan[] = [];
  let held = false;
  const counts = { published: 0, lost: 0, delivered: 0, refused: 0 };

  async function attempt(queued: Queued<T>): Promise<void> {
    const attempts = queued.attempts + 1;
    const taken = await post(queued.notice).catch(() => false);
    counts[taken ? 'delivered' : 'refused'] += 1;
    const now = clock.now().getTime();
    if (taken || queued.publishedAt < now - keptSeconds * 1000) return;
    waiting.push({ ...queued, attempts, dueAt: now + redeliverySeconds * 1000 * attempts });
  }

  function start(queued: Queued<T>): void {
    const work = attempt(queued).finally(() => running.delete(work));
    running.add(work);
  }

  return {
    counts,
    publish(notice: T): void {
      const now = clock.now().getTime();
      counts.published += 1;
      const queued = { notice, publishedAt: now, dueAt: now, attempts: 0 };
      const plan = plans.shift();
      if (plan?.kind === 'lose') {
        counts.lost += 1;
        return;
      }
      if (plan?.kind === 'delay') queued.dueAt += (plan.delaySeconds ?? 60) * 1000;
      if (held || queued.dueAt > now) waiting.push(queued);
      else start(queued);
      if (plan?.kind === 'double') start({ ...queued });
    },
    /** What happens to the next notice. */
    next: (plan: NoticePlan): void => {
      plans = [...plans, plan];
    },
    /** Keeps every notice back until released. */
    hold: (): void => {
      held = true;
    },
    /** Lets held notices go, newest first when `reversed`. */
    async release(order: 'kept' | 'reversed' = 'kept'): Promise<void> {
      held = false;
      if (order === 'reversed') waiting.reverse();
      await this.pump();
    },
    /** Posts what is due by the clock and waits for the answers. */
    async pump(): Promise<void> {
      const now = clock.now().getTime();
      const due = held ? [] : waiting.filter(({ dueAt }) => dueAt <= now);
      waiting = waiting.filter((queued) => !due.includes(queued));
      for (const queued of due) await attempt(queued);
      await Promise.all(running);
    },
    waiting: () => waiting.length,
  };
}
