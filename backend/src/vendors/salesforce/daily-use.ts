/**
 * Salesforce counts an org's calls over the last 24 hours, ours and everybody else's together, and tells with each answer
 * (`Sforce-Limit-Info: api-usage=18/15000`, which jsforce reads). From 80 % on only what people wait for is asked.
 */
import type { Clock } from '../../core/clock.ts';

const shareForSync = 0.8;
/** After this one background call goes out again, to see whether the use has fallen. */
const pauseSeconds = 900;
const totalLimitSeconds = 900;
const concurrentLimitSeconds = 60;

export interface DailyUse {
  /** Seconds until background work may call again; 0 when it may now. */
  waitSeconds(accountId: string): number;
  note(accountId: string, apiUsage: { used: number; limit: number } | undefined): void;
  /** REQUEST_LIMIT_EXCEEDED, for the day or for long calls at once; returns the seconds until the next try. */
  refused(accountId: string, message: string): number;
}

export function createDailyUse(clock: Clock): DailyUse {
  const pausedUntil = new Map<string, number>();
  const pause = (accountId: string, seconds: number) => {
    pausedUntil.set(accountId, clock.now().getTime() + seconds * 1000);
    return seconds;
  };
  return {
    waitSeconds: (accountId) =>
      Math.max(0, Math.ceil(((pausedUntil.get(accountId) ?? 0) - clock.now().getTime()) / 1000)),
    note(accountId, apiUsage) {
      if (!apiUsage) return;
      if (apiUsage.used > apiUsage.limit * shareForSync) pause(accountId, pauseSeconds);
      else pausedUntil.delete(accountId);
    },
    refused: (accountId, message) =>
      pause(accountId, message.startsWith('TotalRequests') ? totalLimitSeconds : concurrentLimitSeconds),
  };
}
