/**
 * What we wrote in the last ten minutes, so that notices of it can be told from a colleague's change. Kept in this process:
 * where another one writes, a notice of ours only costs a read too many.
 */
import type { Clock } from '../../core/clock.ts';

const keptMilliseconds = 600_000;

export interface WriteLedger {
  /** Noted before the request leaves: the notice can be faster than the answer. */
  note(accountId: string, recordId: string, customFields: Record<string, unknown>): void;
  /** Whether a change of these custom fields, to these values, is nothing but ours. */
  isOurs(accountId: string, recordId: string, values: Record<string, unknown>): boolean;
}

export function createWriteLedger(clock: Clock): WriteLedger {
  const written = new Map<string, { values: Record<string, unknown>; at: number }>();
  return {
    note(accountId, recordId, customFields) {
      const now = clock.now().getTime();
      for (const [key, { at }] of written) {
        if (at > now - keptMilliseconds) break;
        written.delete(key);
      }
      const key = `${accountId}|${recordId}`;
      const values = { ...written.get(key)?.values, ...customFields };
      written.delete(key);
      written.set(key, { values, at: now });
    },
    isOurs(accountId, recordId, values) {
      const ours = written.get(`${accountId}|${recordId}`);
      if (!ours || ours.at <= clock.now().getTime() - keptMilliseconds) return false;
      return Object.entries(values).every(([code, value]) => code in ours.values && ours.values[code] === value);
    },
  };
}
