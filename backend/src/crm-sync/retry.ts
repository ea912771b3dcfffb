import { DomainError } from '../core/errors.ts';
import { VendorError } from '../core/http.ts';

export const longestRetrySeconds = 3600;
/** How often an account is asked for its changes while people of it are in a sequence. */
export const watchedSeconds = 60;

/** How long to wait after a failure: what the vendor asked for, and longer each time, up to an hour. Nothing is given up. */
export function retrySeconds(error: unknown, attemptCount: number): number {
  const asked = error instanceof DomainError || error instanceof VendorError ? (error.retryAfterSeconds ?? 0) : 0;
  return Math.max(asked, Math.min(longestRetrySeconds, 10 * 2 ** Math.min(attemptCount, 10)));
}

export const later = (at: Date, seconds: number): Date => new Date(at.getTime() + Math.round(seconds * 1000));
