import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { systemClock } from '../src/core/clock.ts';
import type { Sockets, System } from '../src/core/ctx.ts';
import { openPglite, openPostgres } from '../src/core/db.ts';
import { reactionJob, reactionsByEvent } from '../src/core/events.ts';
import { createHttp } from '../src/core/http.ts';
import { startJobs } from '../src/core/jobs.ts';
import { createLog } from '../src/core/log.ts';
import { migrate } from '../src/core/migrate.ts';
import { createSecrets, deriveKey } from '../src/core/secrets.ts';
import { jobs, reactions } from '../src/email/wakeups.ts';
import { providerNames } from '../testing/providers.ts';
import { type Report, runSchedule } from './run-schedule.ts';
import { schedules } from './schedule.ts';

/**
 * npm run simulate -- --schedules 2000 [--over google] [--seed 7] [--path 12:3:1]
 *
 * Random schedules of mails, replies, notices, crashes and clock jumps against the real send path. A failure prints its
 * seed and path; the same seed and path run it again. `--over` names the mail provider: the exact model (the default), or the
 * code of `google`, `microsoft` or `smtp` on its fake. Uses DATABASE_URL (an empty database), or memory.
 */
const { values } = parseArgs({
  options: {
    over: { type: 'string', default: 'model' },
    schedules: { type: 'string', default: '500' },
    seed: { type: 'string' },
    path: { type: 'string' },
  },
});
const seed = values.seed === undefined ? systemClock.now().getTime() % 2_147_483_647 : Number(values.seed);
const count = Number(values.schedules);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  console.error('--schedules and --seed must be whole numbers.');
  process.exit(2);
}
const over = providerNames.find((name) => name === values.over);
if (!over) {
  console.error(`--over must be one of ${providerNames.join(', ')}.`);
  process.exit(2);
}

const database = process.env.DATABASE_URL ? openPostgres(process.env.DATABASE_URL) : await openPglite({ memory: true });
await migrate(database.db);
const log = createLog('silent');
const system: System = {
  db: database.db,
  jobs: await startJobs(database, [reactionJob, ...jobs], log),
  reactions: reactionsByEvent(reactions),
  clock: systemClock,
  log,
  secrets: createSecrets(
    [{ id: 'simulation', key: deriveKey('simulation', 'seal') }],
    deriveKey('simulation', 'fingerprint'),
  ),
  http: createHttp({ clock: systemClock, log, loopbackOnly: true }),
  sockets: {} as Sockets,
  settings: { publicUrl: 'https://app.salesos.test', sandbox: true },
};

const total: Report = { sent: 0, answers: 0, cancelled: 0, longestWindowMilliseconds: 0, insideWindow: 0 };
let runs = 0;
const result = await fc.check(
  fc.asyncProperty(schedules, async (happenings) => {
    const report = await runSchedule(system, happenings, over);
    total.sent += report.sent;
    total.answers += report.answers;
    total.cancelled += report.cancelled;
    total.insideWindow += report.insideWindow;
    total.longestWindowMilliseconds = Math.max(total.longestWindowMilliseconds, report.longestWindowMilliseconds);
    if (++runs % 100 === 0) console.log(`${runs} schedules …`);
  }),
  { numRuns: count, seed, ...(values.path ? { path: values.path } : {}) },
);
await system.jobs.stop();
await database.close();
console.log(
  `${runs} schedules over ${over} (seed ${seed}): ${total.sent} mails sent, ${total.answers} answers, ${total.cancelled} mails cancelled; ` +
    `longest time from the reply check to acceptance ${total.longestWindowMilliseconds} ms of simulated time (a provider call takes 150 ms), ` +
    `${total.insideWindow} answers arrived inside of it.`,
);
if (result.failed) {
  console.error(await fc.asyncDefaultReportMessage(result));
  console.error(result.errorInstance);
  console.error(`Again: npm run simulate -- --over ${over} --seed ${result.seed} --path ${result.counterexamplePath}`);
  process.exit(1);
}
console.log('0 mails after a visible reply, 0 mails sent twice.');
