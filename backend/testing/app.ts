import { TestClock } from 'pg-boss';
import { afterAll, onTestFinished } from 'vitest';
import { readNextDue } from '../sandbox/backend-view.ts';
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
import { createLog } from '../src/core/log.ts';
import { memberFromIdentity } from '../src/tenants/index.ts';
import { openTestDatabase } from './database.ts';
import { createPerson } from './person.ts';
import { monday } from './system.ts';

/** A customer at work: the account, a rep with a mailbox, and a published sequence. */
export type Team = Awaited<ReturnType<typeof setUpTeam>>;
export type TestApp = Awaited<ReturnType<typeof startTestApp>>;

/**
 * The whole product on fakes, with a clock that is moved by hand. Closed when the test ends. The customer works in HubSpot,
 * and with `allCrms` in Salesforce and Pipedrive as well.
 */
export async function startTestApp({ now = monday, allCrms = false, closeAfter = 'test' as 'test' | 'file' } = {}) {
  const queueClock = new TestClock(now);
  const clock = { now: () => new Date(queueClock.now()) };
  const log = createLog(process.env.TEST_LOG ?? 'silent');
  const on = await startOnFakes({ database: await openTestDatabase(), clock, log, queueClock });
  if (closeAfter === 'test') onTestFinished(on.stop);
  else afterAll(on.stop);
  on.open();
  const { google, hubspot, app, settle } = on;
  const drivenClock = {
    ...clock,
    // One millisecond is ticked after each jump: that fires each timer of the queue that the jump passed once.
    async set(to: Date) {
      await queueClock.setTime(to.getTime() - 1);
      await queueClock.tick(1);
    },
  };
  const drive = createClockDrive({
    clock: drivenClock,
    settle,
    nextDue: () => readNextDue(app.system),
  });
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
    /** A contact of the account, by address. */
    person: (address: string, team: Team = home) => createPerson(on, team, address),
    /** A second rep of the account, with a mailbox. */
    async addColleague(email: string): Promise<void> {
      const colleague = { userId: 22, ownerId: '122', email, firstName: 'Sam', lastName: 'Reed' };
      hubspot.portal(portal.id).users.push(colleague);
      google.addMailbox(email, 'Sam Reed');
      const member = await memberFromIdentity(home.ctx, { crm: 'hubspot', crmUserId: '22', email, name: 'Sam Reed' });
      await giveMailbox(on, home.ctx, colleague, member.id);
    },
    setUpTeam: (account: Account, user: Colleague) => setUpTeam(on, account, user),
  };
}

async function setUpTeam(on: OnFakes, account: Account, user: Colleague) {
  const { ctx, memberId } = await installApp(on, account, user);
  const mailbox = await giveMailbox(on, ctx, user, memberId);
  return { ctx, account, user, memberId, mailboxId: mailbox.id, sequenceId: await writeSequence(ctx) };
}
