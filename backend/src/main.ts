import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { readConfig, WrongConfiguration } from './config.ts';
import { createLog } from './core/log.ts';

/** Starts the product: live with own credentials, otherwise the sandbox. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  // What is loaded from here on is kept compiled for the next start; where the folder cannot be written it is not.
  enableCompileCache(join(config.DATA_FOLDER, 'compiled'));
  const starting =
    config.mode === 'live'
      ? import('./start-live.ts').then(({ startLive }) => startLive(config, log))
      : import('../sandbox/start.ts').then(({ startSandbox }) => startSandbox(config, log));
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, async () => {
      // A second signal does not wait for what is under way: it is taken up again after the next start.
      if (stopping) process.exit(1);
      stopping = true;
      log.info({ signal }, 'stopping');
      await (await starting).stop();
      process.exit(0);
    });
  }
  await starting;
  flushCompileCache();
}

main().catch((error) => {
  if (error instanceof WrongConfiguration) console.error(error.message);
  else console.error('SalesOS could not start.', error);
  process.exit(1);
});
