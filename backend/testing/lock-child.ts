import { setTimeout as pause } from 'node:timers/promises';
import { lockFolder } from '../src/core/embedded.ts';

/** A process that takes a folder's lock as soon as it is told to, and holds it until it is killed. */
const [folder = ''] = process.argv.slice(2);
process.send?.('ready');
process.once('message', async () => {
  try {
    lockFolder(folder);
    process.send?.('locked');
  } catch {
    process.send?.('refused');
  }
  await pause(60_000);
});
