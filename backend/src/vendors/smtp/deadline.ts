/** Nothing came in time. `code` is what Node calls it. */
export class TimedOut extends Error {
  readonly code = 'ETIMEDOUT';
}

/** Waits for `work` so long; after that `giveUp` ends it and TimedOut is thrown. */
export async function within<T>(seconds: number, work: Promise<T>, giveUp: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TimedOut(`no answer in ${seconds} seconds`));
      giveUp();
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
