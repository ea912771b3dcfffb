import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createFakeGoogle, type FakeGoogle } from '../sandbox/fakes/google/fake-google.ts';
import { serveFake } from '../sandbox/fakes/serve.ts';
import { systemClock } from '../src/core/clock.ts';
import { tenantContext } from '../src/core/ctx.ts';
import { newId } from '../src/core/ids.ts';
import { addContact, addMailbox, addMessage } from '../testing/fixtures.ts';
import { databaseUrl, onServer } from '../testing/server.ts';
import { fastClock } from './fast-clock.ts';
import { openProofApp, type WorkerOrders } from './proof-app.ts';
import { seeded } from './seeded.ts';

/**
 * npm run prove:kill -- --kills 20 --mails 1000 --engine postgres|pglite [--seed 7]
 *
 * Sends mails through the fake Google with a worker process that is killed (SIGKILL) again and again at random moments,
 * and counts what Google accepted: every mail once.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    mails: { type: 'string', default: '600' },
    engine: { type: 'string', default: 'postgres' },
    seed: { type: 'string', default: '1' },
  },
});
const kills = Number(values.kills);
const mails = Number(values.mails);
const mailboxes = 12;
const speed = 60;

const beganAt = systemClock.now().getTime();
const clock = fastClock(beganAt, speed);
const google = createFakeGoogle({ clock, clientId: 'proof', clientSecret: 'proof-secret', sendsPerDay: 1_000_000 });
const served = await serveFake(google.app);
const { database, remove } = await freshDatabase(values.engine);
const orders: WorkerOrders = { database, googleUrl: served.url, beganAt, speed };
const random = seeded(Number(values.seed));

await seedMails();
const died = await killAgainAndAgain();
const { sent, twice } = count(google);
await served.close();
await remove();
console.log(
  `${values.engine}: ${died} kills, ${mails} mails, ${mails - sent} lost, ${twice} sent twice (seed ${values.seed})`,
);
process.exit(sent === mails && twice === 0 && died === kills ? 0 : 1);

async function seedMails(): Promise<void> {
  const app = await openProofApp(orders);
  const id = newId(clock.now());
  await app.system.db
    .insertInto('tenant')
    .values({ id, name: 'Proof', postalAddress: '1 Main Street', createdAt: clock.now() })
    .execute();
  const ctx = tenantContext(app.system, id);
  const boxes: string[] = [];
  for (let n = 0; n < mailboxes; n++) {
    const address = `rep${n}@sender.example`;
    google.addMailbox(address, `Rep ${n}`);
    const { refreshToken, accessToken } = google.grant(address, [
      'https://www.googleapis.com/auth/gmail.send',
      'https://www.googleapis.com/auth/gmail.readonly',
    ]);
    boxes.push(
      await addMailbox(ctx, {
        address,
        vendor: 'google',
        dailyCap: 1_000_000,
        grant: { refreshToken, accessToken },
        cursor: null,
      }),
    );
  }
  for (let n = 0; n < mails; n++) {
    const address = `person${n}@prospect.example`;
    await addMessage(ctx, {
      contactId: await addContact(ctx, { address }),
      mailboxId: boxes[n % mailboxes]!,
      toAddress: address,
    });
  }
  await app.stop();
}

/** Starts the worker, kills it after it began to send, and starts it again; at the end it may finish. */
async function killAgainAndAgain(): Promise<number> {
  let died = 0;
  const giveUpAt = systemClock.now().getTime() + 540_000;
  for (;;) {
    const worker = await startWorker();
    const before = count(google).sent;
    const finished = () => count(google).sent === mails;
    if (died < kills) {
      // It is killed in the middle of its work, so it must have begun.
      while (
        count(google).sent === before &&
        !finished() &&
        worker.exitCode === null &&
        systemClock.now().getTime() < giveUpAt
      )
        await pause(5);
      await pause(random() * 120);
      if (!finished()) died++;
    } else {
      while (!finished() && systemClock.now().getTime() < giveUpAt) await pause(100);
      // A second copy of something would leave now.
      await pause(3000);
    }
    worker.kill('SIGKILL');
    if (worker.exitCode === null && worker.signalCode === null) await new Promise((gone) => worker.once('exit', gone));
    if (finished() || systemClock.now().getTime() > giveUpAt) {
      if (died >= kills || finished()) return died;
    }
  }
}

async function startWorker(): Promise<ChildProcess> {
  const worker = fork(new URL('./worker-process.ts', import.meta.url), [JSON.stringify(orders)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise((working, failed) => {
    worker.once('message', working);
    worker.once('exit', (code) => failed(new Error(`the worker ended by itself (${code})`)));
  });
  return worker;
}

function count(google: FakeGoogle): { sent: number; twice: number } {
  const times = new Map<string, number>();
  for (let n = 0; n < mailboxes; n++) {
    for (const record of google.sentOf(`rep${n}@sender.example`))
      times.set(record.salesosMessage!, (times.get(record.salesosMessage!) ?? 0) + 1);
  }
  return { sent: times.size, twice: [...times.values()].filter((n) => n > 1).length };
}

async function freshDatabase(
  engine: string,
): Promise<{ database: WorkerOrders['database']; remove: () => Promise<void> }> {
  if (engine === 'pglite') {
    const folder = await mkdtemp(join(tmpdir(), 'salesos-kill-'));
    return {
      database: { folder: join(folder, 'database') },
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  }
  const server = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const name = `salesos_kill_${process.pid}`;
  await onServer(server, `create database ${name}`);
  return {
    database: { url: databaseUrl(server, name) },
    remove: () => onServer(server, `drop database if exists ${name} with (force)`),
  };
}
