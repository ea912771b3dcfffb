import { join } from 'node:path';
import type { Config } from '../src/config.ts';
import { systemClock } from '../src/core/clock.ts';
import type { System } from '../src/core/ctx.ts';
import type { Logger } from '../src/core/log.ts';
import { DAY, dayOf, HOUR, instantOf, wallOf, weekdayOf } from '../src/core/zoned-time.ts';
import { openConfigured, type Running } from '../src/start-live.ts';
import { readLog } from './backend-view.ts';
import type { DrivenClock } from './clock-drive.ts';
import { apiOrigin, startOnFakes } from './on-fakes.ts';
import { pageServer } from './page-server.ts';
import { company, portal, prospectsIn, seedFakes, seedTenant } from './story/index.ts';
import { createSandboxWorld } from './world.ts';

/** The product with every vendor replaced by a fake on loopback. Nothing can leave the machine. */
export async function startSandbox(config: Config, log: Logger): Promise<Running> {
  const clock = createSandboxClock();
  const database = await openConfigured(config, log);
  const worldFile = join(config.DATA_FOLDER, 'sandbox-world.bin');
  const on = await startOnFakes({ database, clock, log, host: config.HOST, port: config.PORT, worldFile });
  const { app, hubspot, salesforce, inbox, memory, origin, settle } = on;
  clock.set(await whereTimeStood(app.system, memory?.clock ?? null));
  if (!memory) seedFakes(on);
  await seedTenant(on);

  const world = createSandboxWorld({
    clock,
    hubspot,
    salesforce,
    company: on.pipedrive.company(company.id),
    inbox,
    backend: { origin, settle, nextDue: on.nextDue, log: () => readLog(app.system) },
    portal,
    apiOrigin,
    contacts: prospectsIn(on),
    bundleFolder: new URL('../../hubspot-app/dist/', import.meta.url),
  });
  const page = pageServer(world);
  on.open(async (request) => {
    const answer = await page.fetch(request);
    return answer.status === 404 ? app.api.fetch(request) : answer;
  });
  // After the doors are open: providers ask the backend back before they promise it notices.
  // A first visitor finds the CRMs connected, Salesforce's key in its place among them.
  await settle();
  await world.moveClock({ action: 'run', speed: 1 });
  console.log(`\n  SalesOS sandbox: ${origin}\n  Everything runs on this machine; nothing can leave it.\n`);
  return {
    async stop() {
      world.stop();
      await on.keep();
      await on.stop();
    },
  };
}

/** Moved by the page, and standing still in between. */
function createSandboxClock(): DrivenClock & { set(time: Date): void } {
  let current = systemClock.now();
  return {
    now: () => new Date(current),
    set: (time) => {
      current = time;
    },
  };
}

/** Time never runs backwards: after a restart it goes on where the last thing happened, else it is a working morning. */
async function whereTimeStood({ db, clock }: System, kept: Date | null): Promise<Date> {
  const last = await db
    .selectFrom('event')
    .select((is) => is.fn.max('at').as('at'))
    .executeTakeFirst();
  const known = [kept, last?.at && new Date(last.at)].filter((at) => at instanceof Date);
  if (known.length > 0) return new Date(Math.max(...known.map((at) => at.getTime())));
  const zone = portal.timeZone;
  let day = dayOf(wallOf(zone, clock.now().getTime())) + 1;
  while (weekdayOf(day) > 4) day++;
  return new Date(instantOf(zone, day * DAY + 9.5 * HOUR));
}
