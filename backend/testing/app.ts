import { afterAll, onTestFinished } from 'vitest';
import { type Account, type Colleague, giveMailbox, portal } from '../sandbox/story/index.ts';
import { memberFromIdentity } from '../src/tenants/index.ts';
import { openTestDatabase } from './database.ts';
import { monday } from './monday.ts';
import { openApp, setUpTeam, type Team } from './open-app.ts';
import { createPerson } from './person.ts';

export type TestApp = Awaited<ReturnType<typeof startTestApp>>;

/** The whole product on fakes, as `openApp` opens it. Closed when the test ends, or after its file. */
export async function startTestApp({ now = monday, allCrms = false, closeAfter = 'test' as 'test' | 'file' } = {}) {
  const on = await openApp(await openTestDatabase(), { now, allCrms });
  if (closeAfter === 'test') onTestFinished(on.stop);
  else afterAll(on.stop);
  const { google, hubspot, home } = on;
  return {
    ...on,
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
