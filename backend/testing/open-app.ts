import { TestClock } from 'pg-boss';
import { createClockDrive } from '../sandbox/clock-drive.ts';
import { type OnFakes, startOnFakes } from '../sandbox/on-fakes.ts';
import {
  type Account,
  addOtherCrms,
  type Colleague,
  giveMailbox,
  installApp,
  portal,
  rep,
  seedFakes,
  writeSequence,
} from '../sandbox/story/index.ts';
import type { OpenDatabase } from '../src/core/db.ts';
import { createLog } from '../src/core/log.ts';
import { monday } from './monday.ts';

/** A customer at work: the account, a rep with a mailbox, and a published sequence. */
export type Team = Awaited<ReturnType<typeof setUpTeam>>;
export type OpenApp = Awaited<ReturnType<typeof openApp>>;

/**
 * The whole product on fakes, with a clock that is moved by hand. The customer works in HubSpot, and with `allCrms` in
 * Salesforce and Pipedrive as well.
 */
export async function openApp(database: OpenDatabase, { now = monday, allCrms = false } = {}) {
  const queueClock = new TestClock(now);
  const clock = { now: () => new Date(queueClock.now()) };
  const log = createLog(process.env.TEST_LOG ?? 'silent');
  const on = await startOnFakes({ database, clock, log, queueClock });
  on.open();
  const { settle } = on;
  const drivenClock = {
    ...clock,
    // One millisecond is ticked after each jump: that fires each timer of the queue that the jump passed once.
    async set(to: Date) {
      await queueClock.setTime(to.getTime() - 1);
      await queueClock.tick(1);
    },
  };
  const drive = createClockDrive({ clock: drivenClock, settle, nextDue: on.nextDue });
  seedFakes(on);
  const home = await setUpTeam(on, portal, rep);
  if (allCrms) await addOtherCrms(on, home.ctx);
  await settle();
  return {
    ...on,
    clock,
    drivenClock,
    home,
    /** Moves the clock; what falls due on the way happens at its own time. */
    jump: (to: string) => drive.move({ action: 'jump', to: new Date(to).toISOString() }),
    advance: (seconds: number) => drive.move({ action: 'advance', seconds }),
  };
}

export async function setUpTeam(on: OnFakes, account: Account, user: Colleague) {
  const { ctx, memberId } = await installApp(on, account, user);
  const mailbox = await giveMailbox(on, ctx, user, memberId);
  return { ctx, account, user, memberId, mailboxId: mailbox.id, sequenceId: await writeSequence(ctx) };
}
