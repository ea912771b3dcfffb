import { openProofApp, type WorkerOrders } from './proof-app.ts';

/** The process that `kill-worker.ts` starts and kills: the product's own worker. */
const app = await openProofApp(JSON.parse(process.argv[2]!) as WorkerOrders);
await app.startWorker();
process.send?.('working');
