/**
 * The API tokens of a company: a budget per day that all its apps share. What we spend is counted here, and ends at half
 * of it. https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting
 */
import type { Clock } from '../../core/clock.ts';
import type { HttpAnswer } from '../../core/http.ts';

/** The smallest budget there is, one seat of the smallest plan, until an answer names the real one. */
const smallestDailyTokens = 30_000;
const ourShare = 0.5;
/** For reads of one record, for which somebody waits, this much of the day is kept back from everything else. */
const keptBack = 0.05;
const costOfOneRecord = 2;
const defaultResetSeconds = 2;
/** After so many refusals in a row something else spends faster than we wait. */
const refusalsBeforeBreak = 3;
const breakSeconds = 60;
/** The network in front of Pipedrive has shut us out. */
const blockedSeconds = 300;

export interface TokenBudget {
  /** Spends the cost of one call; returns 0, or the seconds to wait when it may not be made. */
  take(cost: number): number;
  /** Takes note of an answer. Returns the seconds to wait when it was refused for its rate, else null. */
  note(answer: HttpAnswer): number | null;
}

export function createTokenBudget(clock: Clock): TokenBudget {
  let day = '';
  let spent = 0;
  let dailyTokens = smallestDailyTokens;
  let pausedUntil = 0;
  let refusals = 0;

  const secondsFromNow = (time: number) => Math.max(1, Math.ceil((time - clock.now().getTime()) / 1000));
  /** "Midnight server time": which is not said, so UTC is taken; too early costs one refused call. */
  const nextDay = () => Date.parse(`${clock.now().toISOString().slice(0, 10)}T00:00:00Z`) + 86_400_000;
  function pauseUntil(time: number): number {
    pausedUntil = Math.max(pausedUntil, time);
    return secondsFromNow(pausedUntil);
  }
  const pause = (seconds: number) => pauseUntil(clock.now().getTime() + seconds * 1000);

  return {
    take(cost) {
      const now = clock.now();
      const today = now.toISOString().slice(0, 10);
      if (today !== day) {
        day = today;
        spent = 0;
      }
      if (now.getTime() < pausedUntil) return secondsFromNow(pausedUntil);
      const share = cost <= costOfOneRecord ? ourShare : ourShare - keptBack;
      if (spent + cost > dailyTokens * share) return secondsFromNow(nextDay());
      spent += cost;
      return 0;
    },
    note({ status, headers }) {
      dailyTokens = numberIn(headers['x-daily-ratelimit-token-limit']) ?? dailyTokens;
      const dailyLeft = numberIn(headers['x-daily-ratelimit-token-remaining']);
      if (status === 403 && headers['content-type']?.includes('text/html')) return pause(blockedSeconds);
      if (dailyLeft === 0) {
        const seconds = pauseUntil(nextDay());
        return status === 429 ? seconds : null;
      }
      if (status !== 429) {
        refusals = 0;
        return null;
      }
      // Refused although the two seconds are not used up: then it is the day that is.
      if ((numberIn(headers['x-ratelimit-remaining']) ?? 0) > 0) return pauseUntil(nextDay());
      refusals += 1;
      if (refusals >= refusalsBeforeBreak) return pause(breakSeconds);
      return pause(numberIn(headers['x-ratelimit-reset']) ?? defaultResetSeconds);
    },
  };
}

function numberIn(text: string | undefined): number | null {
  const number = Number(text);
  return text !== undefined && text !== '' && Number.isFinite(number) && number >= 0 ? number : null;
}
