/** Asks again until there is an answer. Waits 1, 2, 4 and then 5 seconds: quick at first, cheap later. */
import { setTimeout as sleep } from 'node:timers/promises';

const longestPauseSeconds = 5;

/** The first answer that is not null; null once `waitSeconds` have passed. */
export async function waitFor<Answer>(
  look: () => Promise<Answer | null>,
  waitSeconds: number,
  pause: (seconds: number) => Promise<unknown> = (seconds) => sleep(seconds * 1000),
): Promise<Answer | null> {
  let waitedSeconds = 0;
  for (let pauseSeconds = 1; ; pauseSeconds = Math.min(pauseSeconds * 2, longestPauseSeconds)) {
    const answer = await look();
    if (answer !== null) return answer;
    if (waitedSeconds + pauseSeconds > waitSeconds) return null;
    await pause(pauseSeconds);
    waitedSeconds += pauseSeconds;
  }
}
